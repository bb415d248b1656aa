/** What an executor presents: evidence of each kind and the envelope that names the key and the nonce it binds. */
@NullMarked
package dev.candor.attestation.evidence;

import org.jspecify.annotations.NullMarked;
