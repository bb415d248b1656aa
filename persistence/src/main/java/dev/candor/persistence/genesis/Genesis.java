package dev.candor.persistence.genesis;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What was settled when a network began, version 1: {@code u8 1 | text network | u16 partitions | i64 createdAt | 32 pseudonymKey}.
 *
 * @param network the network's name: 1 to 64 characters of a-z, 0-9 and '-'
 * @param partitions how many partitions there are, 1 to 256
 * @param createdAt milliseconds since 1970-01-01 UTC
 * @param pseudonymKey digest of the key under which callers and identities become pseudonyms, see {@link #digestOfKey}
 */
public record Genesis(String network, int partitions, long createdAt, Digest pseudonymKey) {
    private static final int VERSION = 1;
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    /** Refuses what no network can be. */
    public Genesis {
        if (!NAME.matcher(network).matches()) {
            throw new IllegalArgumentException("a network's name has 1 to 64 characters of a-z, 0-9 and '-'; this is \""
                    + network.substring(0, Math.min(80, network.length())) + "\"");
        }
        if (partitions < 1 || partitions > RequestId.MAX_PARTITIONS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "a network has 1 to %d partitions, not %d", RequestId.MAX_PARTITIONS, partitions));
        }
    }

    /** The digest of a pseudonym key that a genesis record may show: SHA-256("candor-pseudonym-key-v1" NUL, key). */
    public static Digest digestOfKey(Bytes key) {
        return Digest.sha256(Bytes.wrap("candor-pseudonym-key-v1\0".getBytes(StandardCharsets.US_ASCII)), key);
    }

    /** The network's digest, which every receipt names: SHA-256 of the canonical bytes. */
    public Digest digest() {
        return Digest.sha256(encode());
    }

    /** The canonical bytes. */
    public Bytes encode() {
        return new CanonicalWriter(64 + network.length())
                .u8(VERSION)
                .text(network)
                .u16(partitions)
                .i64(createdAt)
                .digest(pseudonymKey)
                .toBytes();
    }

    /** Reads {@link #encode}'s form; {@link MalformedBytesException} where the bytes are none. */
    public static Genesis decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the genesis record");
        if (version != VERSION) {
            throw new MalformedBytesException("a genesis record has version 1, this one has " + version);
        }
        try {
            Genesis genesis =
                    new Genesis(in.text("network"), in.u16("partitions"), in.i64("time"), in.digest("pseudonym key"));
            in.end("the genesis record");
            return genesis;
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("the genesis record: " + e.getMessage());
        }
    }
}
