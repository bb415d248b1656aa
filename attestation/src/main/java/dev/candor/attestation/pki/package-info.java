/** X.509 certificates and revocation lists, strictly read, and the signature algorithms that vendors use. */
@NullMarked
package dev.candor.attestation.pki;

import org.jspecify.annotations.NullMarked;
