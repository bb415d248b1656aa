/** The verifier: one list of checks, the vendors' pinned roots, and the rules of each kind of evidence. */
@NullMarked
package dev.candor.attestation.verify;

import org.jspecify.annotations.NullMarked;
