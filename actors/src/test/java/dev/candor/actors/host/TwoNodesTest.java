package dev.candor.actors.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.testing.Eventually;
import dev.candor.actors.testing.FakeCatalog;
import dev.candor.actors.testing.FakeDevice;
import dev.candor.actors.testing.Requests;
import dev.candor.actors.testing.TestNode;
import dev.candor.actors.value.Bytes;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nodes in one JVM, each with an actor system of its own; the first has no executors and sends its jobs to the others. */
@SuppressWarnings("try") // a node is lost by closing it in the middle
final class TwoNodesTest {
    private static final int WIDE = 50_000;

    private final FakeCatalog catalog = new FakeCatalog();
    private final FakeDevice device = new FakeDevice("cpu:0", 1000);

    private static InferenceOutcome get(CompletableFuture<InferenceOutcome> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static void ready(TestNode node, String model) {
        Eventually.until(
                "the model is ready",
                () -> node.gateway().modelReadiness(model, "").isEmpty());
    }

    @Test
    void aNodeWithoutExecutorsUsesAnother() throws Exception {
        catalog.add("m", Requests.spec(Requests.policy(8)));
        try (TestNode front = new TestNode("front", catalog, "");
                TestNode back = new TestNode("back", catalog, "", device)) {
            front.connect(back);
            ready(front, "m");
            Answered answered = (Answered) get(front.infer(Requests.one("m", 4)));
            assertThat(Requests.first(answered.answer().outputs().getFirst())).isEqualTo(4f);
            assertThat(back.commits().commits()).hasSize(1);
            assertThat(front.commits().commits()).isEmpty();
        }
    }

    @Test
    void fetchesInputsThatAreTooLargeForAMessage() throws Exception {
        catalog.add(
                "wide",
                new ModelSpec(
                        List.of(
                                new TensorSpec("x", DataType.UINT8, Shape.of(-1, WIDE)),
                                new TensorSpec("w", DataType.UINT8, Shape.of(-1, WIDE))),
                        List.of(new TensorSpec("y", DataType.UINT8, Shape.of(-1, WIDE))),
                        List.of(),
                        true,
                        Requests.policy(8)));
        try (TestNode front = new TestNode("front", catalog, "");
                TestNode back = new TestNode("back", catalog, "", device)) {
            front.connect(back);
            ready(front, "wide");
            byte[] sent = new byte[3 * WIDE];
            new Random(3).nextBytes(sent);
            Bytes bytes = Bytes.copyOf(sent);
            InferenceRequest request = new InferenceRequest(
                    "wide",
                    "",
                    List.of(
                            new Tensor("w", DataType.UINT8, Shape.of(3, WIDE), Bytes.wrap(new byte[3 * WIDE])),
                            new Tensor("x", DataType.UINT8, Shape.of(3, WIDE), bytes)),
                    List.of(),
                    0,
                    Optional.empty(),
                    VerificationMode.VANILLA,
                    Optional.empty());
            Answered answered = (Answered) get(front.infer(request));
            assertThat(answered.answer().outputs().getFirst().data()).isEqualTo(bytes);
        }
    }

    @Test
    void aJobOfALostNodeRunsOnAnother() throws Exception {
        catalog.add("m", Requests.spec(Requests.policy(8)));
        FakeDevice healthy = new FakeDevice("cpu:0", 1000);
        device.holdBatches();
        try (TestNode front = new TestNode("front", catalog, "");
                TestNode lost = new TestNode("lost", catalog, "", device);
                TestNode back = new TestNode("back", catalog, "", healthy)) {
            front.connect(lost);
            ready(front, "m");
            CompletableFuture<InferenceOutcome> outcome = front.infer(Requests.one("m", 6));
            Eventually.until("the first node has it", () -> device.entered() == 1);
            front.connect(back);
            lost.close();
            Answered answered = (Answered) get(outcome);
            assertThat(Requests.first(answered.answer().outputs().getFirst())).isEqualTo(6f);
            assertThat(healthy.batches()).containsExactly(1);
            device.releaseAll();
        }
    }

    @Test
    void refusesWhenTheOnlyNodeIsLost() throws Exception {
        catalog.add("m", Requests.spec(Requests.policy(8)));
        device.holdBatches();
        try (TestNode front = new TestNode("front", catalog, "");
                TestNode lost = new TestNode("lost", catalog, "", device)) {
            front.connect(lost);
            ready(front, "m");
            CompletableFuture<InferenceOutcome> outcome = front.infer(Requests.one("m", 6));
            Eventually.until("the node has it", () -> device.entered() == 1);
            lost.close();
            assertThat(get(outcome))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.NOT_READY));
            Eventually.until(
                    "it is not ready", () -> front.gateway().nodeReadiness().isPresent());
            device.releaseAll();
        }
    }

    @Test
    void cancelsWhatWaitsOnAnotherNode() throws Exception {
        catalog.add("m", Requests.spec(Requests.policy(8)));
        try (TestNode front = new TestNode("front", catalog, "");
                TestNode back = new TestNode("back", catalog, "", device)) {
            front.connect(back);
            ready(front, "m");
            device.holdBatches();
            CompletableFuture<InferenceOutcome> first = front.infer(Requests.one("m", 1));
            Eventually.until("the first runs", () -> device.entered() == 1);
            CompletableFuture<InferenceOutcome> second = new CompletableFuture<>();
            Runnable cancel = front.infer(Requests.one("m", 2), second);
            Eventually.until(
                    "the second waits", () -> back.metrics().all().getFirst().pending() == 1);
            cancel.run();
            assertThat(get(second))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.CANCELLED));
            Eventually.until(
                    "the lane forgot it", () -> back.metrics().all().getFirst().pending() == 0);
            device.releaseAll();
            assertThat(get(first)).isInstanceOf(Answered.class);
            assertThat(device.batches()).containsExactly(1);
        }
    }
}
