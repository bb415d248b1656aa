/**
 * The binary files: proof, statement and lineage. Each begins with its own magic and version; every value has one encoding; decoding takes
 * memory and time in proportion to the bytes given and refuses anything behind the last field.
 */
@NullMarked
package dev.candor.proving.format;

import org.jspecify.annotations.NullMarked;
