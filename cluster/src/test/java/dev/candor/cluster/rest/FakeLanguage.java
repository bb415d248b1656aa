package dev.candor.cluster.rest;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.language.EmbeddingRequest;
import dev.candor.cluster.language.Embeddings;
import dev.candor.cluster.language.Generation;
import dev.candor.cluster.language.GenerationListener;
import dev.candor.cluster.language.GenerationRequest;
import dev.candor.cluster.language.LanguageModel;
import dev.candor.cluster.language.LanguageService;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Language models whose texts a test writes: each request waits in {@link #asked} for it. A model called "none" is refused. */
final class FakeLanguage implements LanguageService {
    final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();

    /** A request and who hears of its text. */
    record Asked(GenerationRequest request, GenerationListener listener) {
        void write(String... pieces) {
            for (String piece : pieces) {
                listener.text(piece);
            }
        }

        void end(String text) {
            listener.ended(new Generation.Written(
                    text, "stop", 3, 2, 7, FakeLanguage.request("candor-tiny"), FakeLanguage.answered()));
        }
    }

    @Override
    public List<LanguageModel> models() {
        return List.of();
    }

    @Override
    public Runnable generate(GenerationRequest request, Caller caller, GenerationListener listener) {
        if (request.model().equals("none")) {
            listener.ended(new Generation.Refused(Refusal.of(
                    ErrorCode.MODEL_NOT_FOUND, "there is no text model \"none\"; this node serves \"candor-tiny\"")));
        } else {
            asked.add(new Asked(request, listener));
        }
        return () -> cancelled.add(request.model());
    }

    @Override
    public Runnable embed(EmbeddingRequest request, Caller caller, Consumer<Embeddings> onOutcome) {
        Bytes vector = Bytes.wrap(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0});
        onOutcome.accept(new Embeddings.Embedded(
                request.inputs().stream().map(input -> vector).toList(),
                5,
                List.of(new Embeddings.Batch(request("candor-embed"), answered()))));
        return () -> {};
    }

    private static InferenceRequest request(String model) {
        return new InferenceRequest(
                model,
                "",
                List.of(tensor("prompt")),
                List.of(),
                0,
                Optional.empty(),
                VerificationMode.VANILLA,
                Optional.empty());
    }

    private static Tensor tensor(String name) {
        return new Tensor(name, DataType.INT32, Shape.of(1, 1), Bytes.wrap(new byte[] {1, 0, 0, 0}));
    }

    private static InferenceOutcome.Answered answered() {
        ModelRef model = new ModelRef("candor-tiny", ModelVersion.FIRST, FakeCluster.CONTENT);
        SigningKey key = SigningKey.generate(new SecureRandom());
        ReceiptLeaf leaf = new ReceiptLeaf(
                Digest.ZERO,
                key.publicKey().id(),
                FakeCluster.ID,
                Digest.ZERO,
                model,
                Digest.ZERO,
                Digest.ZERO,
                VerificationMode.VANILLA,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.FLOAT,
                "cpu:0",
                1_790_000_000_000L);
        Bytes receipt =
                new Ed25519BatchSigner(Digest.ZERO, key).sign(List.of(leaf)).getFirst();
        return new InferenceOutcome.Answered(
                FakeCluster.UUID_7,
                new Answer(FakeCluster.ID, model, List.of(tensor("tokens")), FakeCluster.SALT, receipt),
                false,
                Timings.NONE);
    }
}
