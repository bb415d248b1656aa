package dev.candor.persistence.ledger.vote;

import dev.candor.actors.receipt.VerifyingKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Ed25519 as receipts have it, see {@link VerifyingKey}. Remembers which keys are sound: that check costs as much as a signature's. */
public final class Ed25519Signatures implements Signatures {
    /** Far more keys than a network has nodes; beyond them keys are checked each time. */
    private static final int MOST_KEYS = 4_096;

    private final Map<Bytes, Optional<VerifyingKey>> keys = new ConcurrentHashMap<>();

    /** A checker that has seen no key. */
    public Ed25519Signatures() {}

    @Override
    public boolean verifies(Bytes publicKey, Bytes message, Bytes signature) {
        return key(publicKey).map(key -> key.verifies(message, signature)).orElse(false);
    }

    /** The key of these bytes, where they are a sound one. */
    public Optional<VerifyingKey> key(Bytes raw) {
        if (raw.length() != Digest.SIZE) {
            return Optional.empty();
        }
        Optional<VerifyingKey> known = keys.get(raw);
        if (known == null) {
            known = parse(raw);
            if (keys.size() < MOST_KEYS) {
                keys.put(raw, known);
            }
        }
        return known;
    }

    private static Optional<VerifyingKey> parse(Bytes raw) {
        try {
            return Optional.of(new VerifyingKey(Bytes.wrap(raw.toArray())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
