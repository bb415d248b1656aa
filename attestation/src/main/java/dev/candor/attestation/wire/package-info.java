/** Bytes from outside: immutable sequences and strict, bounded readers. */
@NullMarked
package dev.candor.attestation.wire;

import org.jspecify.annotations.NullMarked;
