package dev.candor.persistence.ledger;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.vote.Signatures;

/** Signatures that cost two hashes: unforgeable only by whoever plays by the rules of a simulation. */
public final class FakeSignatures implements Signatures {
    private static final Bytes ONE = Bytes.ofHex("01");
    private static final Bytes TWO = Bytes.ofHex("02");

    /** The public key of a number. */
    public static Bytes key(int number) {
        return Digest.sha256(Bytes.wrap(new byte[] {(byte) (number >> 8), (byte) number}))
                .toBytes();
    }

    /** The signature of a key's holder. */
    public static Bytes sign(Bytes key, Bytes message) {
        byte[] both = new byte[64];
        Digest.sha256(ONE, key, message).toBytes().copyTo(both, 0);
        Digest.sha256(TWO, key, message).toBytes().copyTo(both, 32);
        return Bytes.wrap(both);
    }

    @Override
    public boolean verifies(Bytes publicKey, Bytes message, Bytes signature) {
        return sign(publicKey, message).equals(signature);
    }
}
