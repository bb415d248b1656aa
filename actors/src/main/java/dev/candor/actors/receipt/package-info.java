/** Receipts: leaves, Merkle trees, batch signatures, trust files, verification. */
@NullMarked
package dev.candor.actors.receipt;

import org.jspecify.annotations.NullMarked;
