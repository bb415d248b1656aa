/** Attestation evidence as the ledger asks for it. */
@NullMarked
package dev.candor.cluster.attestation;

import org.jspecify.annotations.NullMarked;
