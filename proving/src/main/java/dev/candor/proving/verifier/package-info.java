/** The verifier. */
@NullMarked
package dev.candor.proving.verifier;

import org.jspecify.annotations.NullMarked;
