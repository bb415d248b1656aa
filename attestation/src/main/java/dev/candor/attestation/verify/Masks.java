package dev.candor.attestation.verify;

import dev.candor.attestation.wire.Octets;

/** Compares under masks. */
final class Masks {
    private Masks() {}

    /** Whether {@code actual} and {@code wanted}, both as long as {@code mask}, agree in its bits. */
    static boolean agree(Octets actual, Octets wanted, Octets mask) {
        for (int i = 0; i < mask.length(); i++) {
            if (((actual.at(i) ^ wanted.at(i)) & mask.at(i)) != 0) {
                return false;
            }
        }
        return true;
    }
}
