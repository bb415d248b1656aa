package dev.candor.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.ReceiptReply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node with the embedded journal, from the request's entity to the disk and back. */
final class EmbeddedNodeTest {
    static final ModelSpec SPEC = new ModelSpec(
            List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
            List.of(new TensorSpec("y", DataType.FP32, Shape.of(-1, 2))),
            List.of("a", "b"),
            true,
            BatchingPolicy.DEFAULT);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void answersARetryWithTheSameBytesAlsoAfterARestart() throws Exception {
        Identity identity = Fakes.identity(1, "key", "body");
        Answered first;
        try (TestNode node = TestNode.embedded(folder, "")) {
            first = (Answered) submit(node, 1, identity);
            assertThat(first.replayed()).isFalse();
            Answered again = (Answered) submit(node, 2, identity);
            assertThat(again.replayed()).isTrue();
            assertThat(again.uuid()).isEqualTo(Fakes.uuid(2));
            assertThat(again.answer()).isEqualTo(first.answer());
            assertThat(node.lanes.executions()).isEqualTo(1);
        }
        try (TestNode node = TestNode.embedded(folder, "")) {
            Answered again = (Answered) submit(node, 3, identity);
            assertThat(again.replayed()).isTrue();
            assertThat(again.answer()).isEqualTo(first.answer());
            assertThat(node.lanes.executions()).isZero();
            ReceiptReply found = node.sharding
                    .receipts()
                    .find(first.answer().id(), PATIENCE)
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(found)
                    .isInstanceOfSatisfying(
                            ReceiptReply.Committed.class,
                            committed -> assertThat(committed.receipt())
                                    .isEqualTo(first.answer().receipt()));
        }
    }

    @Test
    void joinsAttemptsWhileTheFirstIsInFlight() {
        Identity identity = Fakes.identity(2, "key", "body");
        try (TestNode node = TestNode.embedded(folder, "")) {
            node.lanes.hold();
            TestProbe<InferenceOutcome> one = probe(node);
            TestProbe<InferenceOutcome> two = probe(node);
            node.sharding.requests().submit(Fakes.job(1, identity, Deadline.in(PATIENCE), one.getRef()));
            TestNode.await("the job is in a lane", () -> node.lanes.held() == 1);
            node.sharding.requests().submit(Fakes.job(2, identity, Deadline.in(PATIENCE), two.getRef()));
            node.lanes.release();
            Answered first = (Answered) one.receiveMessage(PATIENCE);
            Answered second = (Answered) two.receiveMessage(PATIENCE);
            assertThat(first.replayed()).isFalse();
            assertThat(second.replayed()).isTrue();
            assertThat(second.answer()).isEqualTo(first.answer());
            assertThat(node.lanes.executions()).isEqualTo(1);
        }
    }

    @Test
    void refusesAnotherBodyUnderTheKeyAndKeepsCallersApart() {
        try (TestNode node = TestNode.embedded(folder, "")) {
            Answered first = (Answered) submit(node, 1, Fakes.identity(0, "alice/key", "body"));
            Refused other = (Refused) submit(node, 2, Fakes.identity(0, "alice/key", "another body"));
            assertThat(other.refusal().code()).isEqualTo(ErrorCode.IDEMPOTENCY_CONFLICT);
            Answered bob = (Answered) submit(node, 3, Fakes.identity(0, "bob/key", "body"));
            assertThat(bob.replayed()).isFalse();
            assertThat(bob.answer()).isNotEqualTo(first.answer());
        }
    }

    @Test
    void answersGoneWithTheReceiptAfterRetention() {
        Identity identity = Fakes.identity(3, "key", "body");
        String brief = "candor.answers { retention = 1s, sweep-interval = 100ms }";
        try (TestNode node = TestNode.embedded(folder, brief)) {
            Answered first = (Answered) submit(node, 1, identity);
            long number = 1;
            InferenceOutcome later;
            do {
                later = submit(node, ++number, identity);
            } while (later instanceof Answered && number < 100_000);
            Refused gone = (Refused) later;
            assertThat(gone.refusal().code()).isEqualTo(ErrorCode.ANSWER_EXPIRED);
            assertThat(gone.refusal().receipt()).contains(first.answer().receipt());
            assertThat(node.lanes.executions()).isEqualTo(1);
        }
    }

    @Test
    void keepsModelsOverARestart() throws Exception {
        try (TestNode node = TestNode.embedded(folder, "")) {
            ModelRef ref = node.sharding
                    .administration()
                    .register("mnist", Fakes.digest("file"), 10, SPEC, Optional.empty())
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(ref.version()).isEqualTo(ModelVersion.FIRST);
            node.sharding
                    .administration()
                    .setAlias("mnist", "stable", ModelVersion.FIRST)
                    .toCompletableFuture()
                    .get(60, TimeUnit.SECONDS);
            assertThat(node.sharding.catalog().find("mnist")).isPresent();
        }
        try (TestNode node = TestNode.embedded(folder, "")) {
            node.sharding.catalog().ready().toCompletableFuture().get(60, TimeUnit.SECONDS);
            assertThat(node.sharding.catalog().all()).hasSize(1);
            assertThat(node.sharding.catalog().find("mnist").orElseThrow().aliases())
                    .containsEntry("latest", ModelVersion.FIRST)
                    .containsEntry("stable", ModelVersion.FIRST);
        }
    }

    private static TestProbe<InferenceOutcome> probe(TestNode node) {
        return TestProbe.create(InferenceOutcome.class, node.system);
    }

    private static InferenceOutcome submit(TestNode node, long number, Identity identity) {
        TestProbe<InferenceOutcome> probe = probe(node);
        node.sharding.requests().submit(Fakes.job(number, identity, Deadline.in(PATIENCE), probe.getRef()));
        InferenceOutcome outcome = probe.receiveMessage(PATIENCE);
        probe.stop();
        return outcome;
    }
}
