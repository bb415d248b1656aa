package dev.candor.actors.receipt;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a receipt says of one answer. {@code docs/receipt.md} specifies its bytes.
 *
 * @param network digest of the genesis record: a receipt of one network means nothing in another
 * @param keyId SHA-256 of the executor's raw public key
 * @param id the request
 * @param caller the caller's pseudonym
 * @param model name (1 to {@value #MAX_NAME} bytes of UTF-8), version and content id of what ran
 * @param requestDigest salted digest of the canonical request
 * @param answerDigest salted digest of the canonical outputs
 * @param requested the mode the caller asked for
 * @param achieved the mode reached when the answer was given
 * @param arithmetic how the model ran
 * @param device such as {@code cpu:0}, 1 to {@value #MAX_DEVICE} bytes of UTF-8
 * @param answeredAt milliseconds since 1970-01-01 UTC on the executor's clock, up to the year 9999
 * @param cached whether the answer was computed for an earlier request and kept; {@code device} is then where that was
 */
public record ReceiptLeaf(
        Digest network,
        Digest keyId,
        RequestId id,
        Digest caller,
        ModelRef model,
        Digest requestDigest,
        Digest answerDigest,
        VerificationMode requested,
        VerificationMode achieved,
        Arithmetic arithmetic,
        String device,
        long answeredAt,
        boolean cached) {

    /** The version of the bytes of an answer that was computed for its request. */
    public static final int VERSION = 1;

    /** The version of the bytes of an answer that was kept: one byte more, which says so. */
    public static final int VERSION_CACHED = 2;

    private static final int SOURCE_CACHE = 1;

    /** The longest name of a model in bytes of UTF-8. */
    public static final int MAX_NAME = 512;

    /** The longest name of a device in bytes of UTF-8. */
    public static final int MAX_DEVICE = 64;

    /** 9999-12-31T23:59:59.999Z, the last time with a four-digit year. */
    private static final long MAX_TIME = 253_402_300_799_999L;

    /** How the model ran; {@code ordinal} never appears in bytes, {@link #code} does. */
    public enum Arithmetic {
        /** The model as given, in floating point. */
        FLOAT(0),
        /** The quantised integer model, bit-exact on every machine. */
        EXACT(1);

        private final int code;

        Arithmetic(int code) {
            this.code = code;
        }

        /** The byte in a receipt. */
        public int code() {
            return code;
        }

        /** The arithmetic of this code. */
        public static Optional<Arithmetic> ofCode(int code) {
            return Arrays.stream(values()).filter(each -> each.code == code).findFirst();
        }
    }

    /** A leaf of an answer that was computed for its request. */
    public ReceiptLeaf(
            Digest network,
            Digest keyId,
            RequestId id,
            Digest caller,
            ModelRef model,
            Digest requestDigest,
            Digest answerDigest,
            VerificationMode requested,
            VerificationMode achieved,
            Arithmetic arithmetic,
            String device,
            long answeredAt) {
        this(
                network,
                keyId,
                id,
                caller,
                model,
                requestDigest,
                answerDigest,
                requested,
                achieved,
                arithmetic,
                device,
                answeredAt,
                false);
    }

    /** Refuses what the bytes cannot say. */
    public ReceiptLeaf {
        checkText("the model's name", model.name(), MAX_NAME);
        checkText("the device's name", device, MAX_DEVICE);
        if (answeredAt < 0 || answeredAt > MAX_TIME) {
            throw new IllegalArgumentException("answered at " + answeredAt + " lies outside 0 to " + MAX_TIME);
        }
    }

    /** The version of {@link #toBytes}. */
    public int version() {
        return cached ? VERSION_CACHED : VERSION;
    }

    /** The canonical bytes. */
    public Bytes toBytes() {
        CanonicalWriter out = new CanonicalWriter(384)
                .u8(version())
                .digest(network)
                .digest(keyId)
                .u8(id.partition())
                .uuid(id.uuid())
                .digest(caller)
                .text(model.name())
                .u16(model.version().major())
                .u8(model.version().minor())
                .digest(model.contentId())
                .digest(requestDigest)
                .digest(answerDigest)
                .u8(requested.code())
                .u8(achieved.code())
                .u8(arithmetic.code())
                .text(device)
                .i64(answeredAt);
        return (cached ? out.u8(SOURCE_CACHE) : out).toBytes();
    }

    /** Reads {@link #toBytes}'s form and nothing else; anything else is a {@link MalformedBytesException}. */
    public static ReceiptLeaf parse(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("leaf version");
        if (version != VERSION && version != VERSION_CACHED) {
            throw new MalformedBytesException(
                    "leaf version is " + version + ", this program knows " + VERSION + " and " + VERSION_CACHED);
        }
        try {
            ReceiptLeaf leaf = new ReceiptLeaf(
                    in.digest("network"),
                    in.digest("key id"),
                    new RequestId(in.u8("partition"), in.uuid("uuid")),
                    in.digest("caller"),
                    new ModelRef(
                            in.text("model name"),
                            new ModelVersion(in.u16("major version"), in.u8("minor version")),
                            in.digest("model content id")),
                    in.digest("request digest"),
                    in.digest("answer digest"),
                    mode("requested mode", in),
                    mode("achieved mode", in),
                    arithmetic(in),
                    in.text("device"),
                    in.i64("answered at"),
                    version == VERSION_CACHED && cached(in));
            in.end("the leaf");
            return leaf;
        } catch (IllegalArgumentException e) {
            throw new MalformedBytesException("leaf: " + e.getMessage());
        }
    }

    private static boolean cached(CanonicalReader in) {
        int source = in.u8("source");
        if (source != SOURCE_CACHE) {
            throw new MalformedBytesException("source " + source + " is unknown; in a leaf of version " + VERSION_CACHED
                    + " it is " + SOURCE_CACHE);
        }
        return true;
    }

    private static VerificationMode mode(String field, CanonicalReader in) {
        int code = in.u8(field);
        return VerificationMode.ofCode(code)
                .orElseThrow(() -> new MalformedBytesException(field + " " + code + " is unknown"));
    }

    private static Arithmetic arithmetic(CanonicalReader in) {
        int code = in.u8("arithmetic");
        return Arithmetic.ofCode(code)
                .orElseThrow(() -> new MalformedBytesException("arithmetic " + code + " is unknown"));
    }

    private static void checkText(String what, String text, int most) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > most) {
            throw new IllegalArgumentException(what + " has 1 to " + most + " bytes in UTF-8, this one has " + length);
        }
    }
}
