/** What a verifier accepts: measurements, security versions, revocations, and the file that says so. */
@NullMarked
package dev.candor.attestation.policy;

import org.jspecify.annotations.NullMarked;
