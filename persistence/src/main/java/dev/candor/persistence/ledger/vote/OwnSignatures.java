package dev.candor.persistence.ledger.vote;

import dev.candor.actors.value.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Knows the last signatures that this process made with one key, and leaves every other to another checker. What the key made here is its signature, so the answer is always the
 * other checker's; it costs a look-up in place of two scalar multiplications. Thread-safe.
 */
public final class OwnSignatures implements Signatures {
    /** Some seconds of batches; an older one is checked like any other. */
    static final int MOST = 16_384;

    private final Bytes publicKey;
    private final Signatures others;
    private final Map<Made, Boolean> made = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Made, Boolean> eldest) {
            return size() > MOST;
        }
    };

    private record Made(Bytes message, Bytes signature) {}

    /**
     * Knows none yet.
     *
     * @param publicKey raw Ed25519 key whose private half this process holds
     * @param others checks what was not made here
     */
    public OwnSignatures(Bytes publicKey, Signatures others) {
        this.publicKey = publicKey;
        this.others = others;
    }

    /** This process signed {@code message} with the key. */
    public void made(Bytes message, Bytes signature) {
        synchronized (made) {
            made.put(new Made(message, signature), true);
        }
    }

    @Override
    public boolean verifies(Bytes key, Bytes message, Bytes signature) {
        return isOwn(key, message, signature) || others.verifies(key, message, signature);
    }

    private boolean isOwn(Bytes key, Bytes message, Bytes signature) {
        if (!key.equals(publicKey)) {
            return false;
        }
        synchronized (made) {
            return made.containsKey(new Made(message, signature));
        }
    }
}
