/** SHA-256 and the digests it makes. */
@NullMarked
package dev.candor.proving.hash;

import org.jspecify.annotations.NullMarked;
