package dev.candor.persistence.ledger.vote;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Who certifies a block: {@code u8 count | count * 32 key}. Of n members f = (n - 1) / 3 may lie; two quorums share an honest member.
 *
 * @param keys raw public keys, in ascending order of their key ids, so that a set has one form
 */
public record ValidatorSet(List<Bytes> keys) {
    /** The most members: beyond it, messages and certificates grow too large. */
    public static final int MOST = 64;

    private static final Bytes DOMAIN = Bytes.wrap("candor-validators-v1\0".getBytes(StandardCharsets.US_ASCII));

    /** Refuses empty, unordered and too large sets. */
    public ValidatorSet {
        keys = List.copyOf(keys);
        if (keys.isEmpty() || keys.size() > MOST) {
            throw new IllegalArgumentException("a validator set has 1 to " + MOST + " members, not " + keys.size());
        }
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).length() != Digest.SIZE) {
                throw new IllegalArgumentException("a validator's key has 32 bytes");
            }
            if (i > 0 && keyId(keys.get(i - 1)).compareTo(keyId(keys.get(i))) >= 0) {
                throw new IllegalArgumentException("validators stand in ascending order of their key ids, each once");
            }
        }
    }

    /** The set of these keys, in its order. */
    public static ValidatorSet of(List<Bytes> keys) {
        List<Bytes> sorted = new ArrayList<>(keys);
        sorted.sort((one, two) -> keyId(one).compareTo(keyId(two)));
        return new ValidatorSet(sorted);
    }

    /** How a key is named. */
    public static Digest keyId(Bytes key) {
        return Digest.sha256(key);
    }

    /** How many members there are. */
    public int size() {
        return keys.size();
    }

    /** How many members may lie. */
    public int faults() {
        return (size() - 1) / 3;
    }

    /** How many members decide: the fewest so that two quorums share more members than may lie. */
    public int quorum() {
        return (size() + faults()) / 2 + 1;
    }

    /** Who proposes in a round of a height. */
    public int proposer(long height, int round) {
        return (int) Math.floorMod(height + round, (long) size());
    }

    /** The place of a key; -1 where it is no member's. */
    public int indexOf(Bytes key) {
        return keys.indexOf(key);
    }

    /** How blocks name the set. */
    public Digest digest() {
        CanonicalWriter out = new CanonicalWriter(1 + Digest.SIZE * keys.size());
        write(out);
        return Digest.sha256(DOMAIN, out.toBytes());
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.u8(keys.size());
        keys.forEach(out::raw);
    }

    /** Reads {@link #write}'s form. */
    public static ValidatorSet read(CanonicalReader in) {
        int count = in.u8("number of validators");
        List<Bytes> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(in.raw("validator's key", Digest.SIZE));
        }
        try {
            return new ValidatorSet(keys);
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException(String.valueOf(e.getMessage()));
        }
    }
}
