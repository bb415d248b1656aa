package dev.candor.actors.receipt;

import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Evidence.ShownAnswer;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/** A small world in which everything is fixed: keys from seeds, times, salts, requests and answers from a number. */
final class ReceiptFixtures {
    static final SigningKey EXECUTOR = key(0);
    static final SigningKey OTHER_EXECUTOR = key(32);
    static final SigningKey VALIDATOR = key(64);
    static final SigningKey STRANGER = key(96);
    static final Digest NETWORK = hash("network one");
    static final Digest OTHER_NETWORK = hash("network two");

    /** 2026-01-02T03:04:05.006Z. */
    static final long ANSWERED_AT = 1_767_323_045_006L;

    static final TrustFile TRUST = new TrustFile(
            Optional.of(NETWORK),
            List.of(
                    new TrustedKey(
                            EXECUTOR.publicKey(),
                            TrustedKey.Role.EXECUTOR,
                            Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                            Optional.of(Instant.parse("2026-12-31T23:59:59.999Z")),
                            Optional.empty(),
                            "executor of the tests"),
                    TrustedKey.of(OTHER_EXECUTOR.publicKey(), TrustedKey.Role.EXECUTOR),
                    TrustedKey.of(VALIDATOR.publicKey(), TrustedKey.Role.VALIDATOR)));

    private ReceiptFixtures() {}

    static SigningKey key(int firstByte) {
        return SigningKey.ofSeed(counting(firstByte, 32));
    }

    static Bytes counting(int first, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (first + i);
        }
        return Bytes.wrap(bytes);
    }

    static Digest hash(String text) {
        return Digest.sha256(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Bytes salt(int number) {
        return hash("salt " + number).toBytes().slice(0, Digests.SALT_SIZE);
    }

    static Tensor floats(String name, float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return new Tensor(name, DataType.FP32, Shape.of(1, values.length), Bytes.wrap(data.array()));
    }

    static InferenceRequest request(int number) {
        return new InferenceRequest(
                "mnist-mlp",
                "",
                List.of(floats("pixels", number, 0.5f, -number, 0.1f)),
                List.of(),
                0,
                Optional.empty(),
                VerificationMode.VANILLA,
                Optional.empty());
    }

    static List<Tensor> outputs(int number) {
        return List.of(floats("scores", number * 0.25f, 1e-3f, -0.0f));
    }

    static RequestId id(int number) {
        return new RequestId(number % 8, new UUID(0x0193_f0c2_0000_7000L + number, 0x8000_0000_0000_0000L + number));
    }

    /** The same for an answer that was kept. */
    static ReceiptLeaf cached(ReceiptLeaf leaf) {
        return new ReceiptLeaf(
                leaf.network(),
                leaf.keyId(),
                leaf.id(),
                leaf.caller(),
                leaf.model(),
                leaf.requestDigest(),
                leaf.answerDigest(),
                leaf.requested(),
                leaf.achieved(),
                leaf.arithmetic(),
                leaf.device(),
                leaf.answeredAt(),
                true);
    }

    static ReceiptLeaf leaf(int number) {
        return leaf(NETWORK, EXECUTOR, number, 1, number % 100, request(number), outputs(number), salt(number));
    }

    static ReceiptLeaf leaf(
            Digest network,
            SigningKey key,
            int number,
            int major,
            int minor,
            InferenceRequest request,
            List<Tensor> outputs,
            Bytes salt) {
        return new ReceiptLeaf(
                network,
                key.publicKey().id(),
                id(number),
                hash("caller " + number % 3),
                new ModelRef(request.model(), new ModelVersion(major, minor), hash("model " + number % 2)),
                Digests.salted(salt, Digests.request(request)),
                Digests.salted(salt, Digests.answer(outputs)),
                request.mode(),
                VerificationMode.VANILLA,
                number % 2 == 0 ? ReceiptLeaf.Arithmetic.FLOAT : ReceiptLeaf.Arithmetic.EXACT,
                "cpu:" + number % 4,
                ANSWERED_AT + number);
    }

    static List<ReceiptLeaf> leaves(int count) {
        return IntStream.range(0, count).mapToObj(ReceiptFixtures::leaf).toList();
    }

    static List<Bytes> batch(int size) {
        return new Ed25519BatchSigner(NETWORK, EXECUTOR).sign(leaves(size));
    }

    static Evidence evidence(int number) {
        return evidence(leaf(number), request(number), outputs(number), salt(number));
    }

    static Evidence evidence(ReceiptLeaf leaf, InferenceRequest request, List<Tensor> outputs, Bytes salt) {
        return Evidence.of(
                request,
                new ShownAnswer(
                        leaf.model().name(),
                        leaf.model().version().toString(),
                        leaf.id().toString(),
                        outputs),
                salt);
    }
}
