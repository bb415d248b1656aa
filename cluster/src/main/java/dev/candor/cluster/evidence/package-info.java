/** What the ledger's validators judge evidence by: the verifier of proofs, and a refusal by name for every kind that has none. */
@NullMarked
package dev.candor.cluster.evidence;

import org.jspecify.annotations.NullMarked;
