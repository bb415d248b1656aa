/** What prover and verifier share: the plan of a proof, its statement, its transcript, and the proof itself. */
@NullMarked
package dev.candor.proving.proof;

import org.jspecify.annotations.NullMarked;
