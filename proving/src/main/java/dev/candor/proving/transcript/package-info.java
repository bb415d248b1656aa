/** The Fiat-Shamir transcript: typed, length-prefixed messages under SHA-256, in an order that one schedule fixes for both sides. */
@NullMarked
package dev.candor.proving.transcript;

import org.jspecify.annotations.NullMarked;
