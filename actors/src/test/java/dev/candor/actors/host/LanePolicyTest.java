package dev.candor.actors.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.batching.BatchReason;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.metrics.ModelMetrics;
import dev.candor.actors.metrics.ModelStatistics;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.routing.Commitment;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a model's batching knobs do to its requests, on a whole node. */
final class LanePolicyTest {
    private final FakeDevice device = new FakeDevice("cpu:0", 1000);

    private static BatchingPolicy policy(int max, Duration delay, int levels, int queueItems) {
        return new BatchingPolicy(
                max, List.of(), delay, levels, levels, TimeoutAction.REJECT, Duration.ZERO, queueItems, 1 << 20);
    }

    private static InferenceOutcome get(CompletableFuture<InferenceOutcome> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private TestNode node(ModelSpec spec) {
        TestNode node = new TestNode("", device);
        node.catalog().add("m", spec);
        Eventually.until(
                "the model is ready",
                () -> node.gateway().modelReadiness("m", "").isEmpty());
        return node;
    }

    private static ModelMetrics metrics(TestNode node) {
        return node.metrics().all().getFirst();
    }

    /** Holds the device with a batch of its own; the future is that batch's outcome. */
    private CompletableFuture<InferenceOutcome> occupy(TestNode node) {
        int before = device.entered();
        device.holdBatches();
        CompletableFuture<InferenceOutcome> first = node.infer(Requests.one("m", 0));
        Eventually.until("the device is busy", () -> device.entered() == before + 1);
        return first;
    }

    private static void waiting(TestNode node, int count) {
        Eventually.until(count + " wait", () -> metrics(node).pending() == count);
    }

    /** The first elements of the answers in the order in which they were committed. */
    private static List<Float> committed(TestNode node) {
        return node.commits().commits().stream()
                .flatMap(commit -> commit.entries().stream())
                .map(entry -> Requests.first(entry.answer().outputs().getFirst()))
                .toList();
    }

    @Test
    void anIncompleteBatchLeavesAfterItsDelay() throws Exception {
        try (TestNode node = node(Requests.spec(policy(4, Duration.ofMillis(20), 1, 100)))) {
            assertThat(get(node.infer(Requests.one("m", 1)))).isInstanceOf(Answered.class);
            assertThat(metrics(node).batches(BatchReason.DELAY)).isEqualTo(1);
        }
    }

    @Test
    void aFullBatchDoesNotWaitForItsDelay() throws Exception {
        try (TestNode node = node(Requests.spec(policy(3, Duration.ofSeconds(10), 1, 100)))) {
            List<CompletableFuture<InferenceOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                outcomes.add(node.infer(Requests.one("m", i)));
            }
            for (CompletableFuture<InferenceOutcome> outcome : outcomes) {
                assertThat(outcome.get(9, TimeUnit.SECONDS)).isInstanceOf(Answered.class);
            }
            assertThat(metrics(node).batches(BatchReason.FULL)).isEqualTo(1);
            assertThat(device.batches()).containsExactly(3);
        }
    }

    @Test
    void refusesWhatWaitedLongerThanItsQueueTimeout() throws Exception {
        try (TestNode node = node(Requests.spec(policy(4, Duration.ZERO, 1, 100)))) {
            CompletableFuture<InferenceOutcome> first = occupy(node);
            InferenceRequest impatient = Requests.with(Requests.one("m", 1), 0, Optional.of(Duration.ofMillis(10)));
            assertThat(get(node.infer(impatient))).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.refusal().code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
                assertThat(refused.refusal().sentence()).contains("queue timeout");
            });
            device.releaseAll();
            assertThat(get(first)).isInstanceOf(Answered.class);
            assertThat(device.batches()).containsExactly(1);
        }
    }

    @Test
    void servesTheFirstPriorityFirst() throws Exception {
        try (TestNode node = node(Requests.spec(policy(1, Duration.ZERO, 2, 100)))) {
            CompletableFuture<InferenceOutcome> first = occupy(node);
            CompletableFuture<InferenceOutcome> low = node.infer(Requests.one("m", 1));
            waiting(node, 1);
            CompletableFuture<InferenceOutcome> high =
                    node.infer(Requests.with(Requests.one("m", 2), 1, Optional.empty()));
            waiting(node, 2);
            device.releaseAll();
            for (CompletableFuture<InferenceOutcome> each : List.of(first, low, high)) {
                assertThat(get(each)).isInstanceOf(Answered.class);
            }
            assertThat(committed(node)).containsExactly(0f, 2f, 1f);
        }
    }

    @Test
    void refusesWhatItsQueueCannotHoldAndSaysWhenToComeBack() throws Exception {
        try (TestNode node = node(Requests.spec(policy(4, Duration.ZERO, 1, 2)))) {
            CompletableFuture<InferenceOutcome> first = occupy(node);
            CompletableFuture<InferenceOutcome> second = node.infer(Requests.one("m", 1));
            CompletableFuture<InferenceOutcome> third = node.infer(Requests.one("m", 2));
            waiting(node, 2);
            assertThat(get(node.infer(Requests.one("m", 3)))).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.refusal().code()).isEqualTo(ErrorCode.OVERLOADED);
                assertThat(refused.refusal().sentence()).contains("2 of 2 rows wait (max_queue_size)");
                assertThat(refused.refusal().retryAfter()).isPresent();
            });
            device.releaseAll();
            for (CompletableFuture<InferenceOutcome> each : List.of(first, second, third)) {
                assertThat(get(each)).isInstanceOf(Answered.class);
            }
        }
    }

    @Test
    void keepsRequestsOfDifferentShapesApart() throws Exception {
        ModelSpec spec = new ModelSpec(
                List.of(new TensorSpec("x", DataType.UINT8, Shape.of(-1, -1))),
                List.of(new TensorSpec("y", DataType.UINT8, Shape.of(-1, 1))),
                List.of(),
                true,
                policy(8, Duration.ZERO, 1, 100));
        try (TestNode node = node(spec)) {
            device.holdBatches();
            CompletableFuture<InferenceOutcome> first = node.infer(bytes(1, 2));
            Eventually.until("the device is busy", () -> device.entered() == 1);
            List<CompletableFuture<InferenceOutcome>> others = new ArrayList<>();
            for (int width : new int[] {3, 3, 4, 3}) {
                others.add(node.infer(bytes(2, width)));
                waiting(node, others.size());
            }
            device.releaseAll();
            assertThat(get(first)).isInstanceOf(Answered.class);
            for (CompletableFuture<InferenceOutcome> other : others) {
                assertThat(get(other)).isInstanceOf(Answered.class);
            }
            assertThat(device.batches()).containsExactly(1, 4, 2, 2);
            assertThat(metrics(node).batches(BatchReason.SHAPE)).isEqualTo(2);
        }
    }

    private static InferenceRequest bytes(int rows, int width) {
        Tensor x = new Tensor("x", DataType.UINT8, Shape.of(rows, width), Bytes.wrap(new byte[rows * width]));
        return new InferenceRequest(
                "m", "", List.of(x), List.of(), 0, Optional.empty(), VerificationMode.VANILLA, Optional.empty());
    }

    @Test
    void sendsReceiptsToTheirPartitionsAndOutputsAsAsked() throws Exception {
        ModelSpec spec = new ModelSpec(
                List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
                List.of(
                        new TensorSpec("y", DataType.FP32, Shape.of(-1, 2)),
                        new TensorSpec("z", DataType.FP32, Shape.of(-1, 1))),
                List.of(),
                true,
                policy(8, Duration.ZERO, 1, 100));
        try (TestNode node = node(spec)) {
            CompletableFuture<InferenceOutcome> first = occupy(node);
            InferenceRequest both = new InferenceRequest(
                    "m",
                    "",
                    List.of(Requests.x(1, 1, 1, 1, 2, 2, 2, 2)),
                    List.of("z", "y"),
                    0,
                    Optional.empty(),
                    VerificationMode.VANILLA,
                    Optional.empty());
            CompletableFuture<InferenceOutcome> keyless = node.infer(both);
            CompletableFuture<InferenceOutcome> keyed = node.infer(Requests.keyed(Requests.one("m", 3), "k"));
            waiting(node, 2);
            device.releaseAll();
            get(first);
            Answered two = (Answered) get(keyless);
            assertThat(two.answer().outputs()).extracting(Tensor::name).containsExactly("z", "y");
            assertThat(two.answer().outputs())
                    .extracting(Tensor::shape)
                    .containsExactly(Shape.of(2, 1), Shape.of(2, 2));
            assertThat(two.answer().outputs().getFirst().data()).isEqualTo(Requests.floats(1, 2));
            assertThat(two.answer().id().partition()).isEqualTo(5);
            Answered one = (Answered) get(keyed);
            List<Commitment> entries = node.commits().commits().stream()
                    .flatMap(commit -> commit.entries().stream())
                    .filter(entry -> entry.identity().isPresent())
                    .toList();
            assertThat(entries)
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.answer().id().partition())
                            .isEqualTo(entry.identity().orElseThrow().partition()));
            assertThat(node.signer().batches()).as("one signature a batch").hasSize(2);
            assertThat(node.signer().batches().getLast())
                    .as("salted digests of what was asked and answered")
                    .anySatisfy(leaf -> {
                        assertThat(leaf.id()).isEqualTo(one.answer().id());
                        assertThat(leaf.device()).isEqualTo("cpu:0");
                        assertThat(leaf.requestDigest())
                                .isEqualTo(Digests.salted(one.answer().salt(), Digests.request(Requests.one("m", 3))));
                        assertThat(leaf.answerDigest())
                                .isEqualTo(Digests.salted(
                                        one.answer().salt(),
                                        Digests.answer(one.answer().outputs())));
                    });
        }
    }

    @Test
    void countsAsTheStatisticsExtensionMeansIt() throws Exception {
        try (TestNode node = node(Requests.spec(policy(4, Duration.ZERO, 1, 100)))) {
            CompletableFuture<InferenceOutcome> first = occupy(node);
            CompletableFuture<InferenceOutcome> second = node.infer(Requests.one("m", 1));
            CompletableFuture<InferenceOutcome> third = node.infer(Requests.one("m", 2));
            waiting(node, 2);
            device.releaseAll();
            for (CompletableFuture<InferenceOutcome> each : List.of(first, second, third)) {
                Answered answered = (Answered) get(each);
                assertThat(answered.timings().run()).isPositive();
                assertThat(answered.timings().queue()).isNotNegative();
                assertThat(answered.timings().batch()).isPositive();
            }
            ModelStatistics statistics = node.metrics().statistics().getFirst();
            assertThat(statistics.inferenceCount()).isEqualTo(3);
            assertThat(statistics.executionCount()).isEqualTo(2);
            assertThat(statistics.success().count()).isEqualTo(3);
            assertThat(statistics.fail().count()).isZero();
            assertThat(statistics.batches())
                    .extracting(ModelStatistics.BatchSize::size)
                    .containsExactly(1, 2);
            assertThat(statistics.lastInference()).isPositive();
        }
    }

    @Test
    void aModelIsWarmBeforeItsFirstRequest() throws Exception {
        try (TestNode node = new TestNode("", device)) {
            ModelRef one = node.catalog().add("one", Requests.spec(Requests.policy(4)));
            device.memoryOf(FakeCatalog.file(one), 600);
            Eventually.until("it is there", () -> node.router().warm(one, 1).done());
            ModelRef other = node.catalog().add("other", Requests.spec(Requests.policy(4)));
            device.memoryOf(FakeCatalog.file(other), 600);
            Eventually.until(
                    "it takes the other's place",
                    () -> node.router().warm(other, 1).done());
            assertThat(device.batches()).as("nothing ran for it").isEmpty();
            assertThat(node.router().warm(other, 2))
                    .as("there is no second device")
                    .satisfies(warmth -> {
                        assertThat(warmth.done()).isFalse();
                        assertThat(warmth.ready()).isEqualTo(1);
                        assertThat(warmth.devices()).isEqualTo(1);
                    });
            int loads = device.log().size();
            assertThat(get(node.infer(Requests.one("other", 1)))).isInstanceOf(Answered.class);
            assertThat(device.log()).hasSize(loads);
        }
    }

    @Test
    void modelsThatDoNotFitTogetherTakeTurns() throws Exception {
        try (TestNode node = new TestNode("", device)) {
            ModelRef one = node.catalog().add("one", Requests.spec(Requests.policy(4)));
            ModelRef other = node.catalog().add("other", Requests.spec(Requests.policy(4)));
            device.memoryOf(FakeCatalog.file(one), 600);
            device.memoryOf(FakeCatalog.file(other), 600);
            Eventually.until("one of them is there", () -> !device.log().isEmpty());
            Eventually.until(
                    "both can be asked for",
                    () -> node.gateway().modelReadiness("one", "").isEmpty()
                            && node.gateway().modelReadiness("other", "").isEmpty());
            for (int i = 0; i < 3; i++) {
                assertThat(get(node.infer(Requests.one("one", i)))).isInstanceOf(Answered.class);
                assertThat(get(node.infer(Requests.one("other", i)))).isInstanceOf(Answered.class);
            }
            List<String> tail =
                    device.log().subList(device.log().size() - 4, device.log().size());
            assertThat(tail)
                    .containsExactly(
                            "close " + FakeCatalog.file(other),
                            "load " + FakeCatalog.file(one),
                            "close " + FakeCatalog.file(one),
                            "load " + FakeCatalog.file(other));
        }
    }
}
