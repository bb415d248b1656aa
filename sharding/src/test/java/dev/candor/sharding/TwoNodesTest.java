package dev.candor.sharding;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.fakes.FakeAnswers;
import dev.candor.persistence.fakes.FakeControl;
import dev.candor.persistence.fakes.Fakes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.Test;

/** Two nodes of one cluster over one journal. */
final class TwoNodesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Config journal = Fakes.onDisk(UUID.randomUUID().toString());
    private final FakeAnswers answers = new FakeAnswers();
    private final FakeControl control = new FakeControl();

    @Test
    void keepsRequestsBesidePartitionsAndAnswersOverAHandOff() throws Exception {
        List<Answered> first = new ArrayList<>();
        try (TestNode one = TestNode.joining(null, journal, answers, control)) {
            TestNode.await(
                    "the first node owns all",
                    () -> one.sharding.localPartitions().count() == TestNode.PARTITIONS);
            try (TestNode two = TestNode.joining(one.address(), journal, answers, control)) {
                TestNode.await(
                        "each node owns its half",
                        () -> one.sharding.localPartitions().count() == TestNode.PARTITIONS / 2
                                && two.sharding.localPartitions().count() == TestNode.PARTITIONS / 2);
                TestNode.await("requests have followed", () -> settled(one, two));
                int executed = two.lanes.executions();
                int there = 0;
                for (int partition = 0; partition < TestNode.PARTITIONS; partition++) {
                    first.add((Answered) submit(one, 1_000 + partition, partition));
                    there += two.sharding.localPartitions().isReady(partition) ? 1 : 0;
                }
                assertThat(there).isEqualTo(TestNode.PARTITIONS / 2);
                assertThat(two.lanes.executions() - executed)
                        .as("whatever falls to a partition of the second node is run there")
                        .isEqualTo(there);
                assertThat(two.sharding
                                .localPartitions()
                                .isReady(two.sharding.commits().keylessPartition()))
                        .isTrue();
                two.sharding
                        .administration()
                        .register("mnist", Fakes.digest("file"), 1, EmbeddedNodeTest.SPEC, Optional.empty())
                        .toCompletableFuture()
                        .get(60, TimeUnit.SECONDS);
                TestNode.await(
                        "the first node has heard of the model",
                        () -> one.sharding
                                .catalog()
                                .find("mnist")
                                .flatMap(view -> view.resolve("latest"))
                                .equals(Optional.of(ModelVersion.FIRST)));
            }
            TestNode.await(
                    "the first node owns all again",
                    () -> one.sharding.localPartitions().count() == TestNode.PARTITIONS);
            for (int partition = 0; partition < TestNode.PARTITIONS; partition++) {
                Answered again = (Answered) submit(one, 2_000 + partition, partition);
                assertThat(again.replayed()).isTrue();
                assertThat(again.answer()).isEqualTo(first.get(partition).answer());
            }
        }
    }

    /** Whether requests run where their partitions are: tried with keys of their own. */
    private static boolean settled(TestNode one, TestNode two) {
        for (int partition = 0; partition < TestNode.PARTITIONS; partition++) {
            TestNode owner = two.sharding.localPartitions().isReady(partition) ? two : one;
            int before = owner.lanes.executions();
            InferenceOutcome outcome =
                    submit(one, System.nanoTime() & 0xffff_ffffL, partition, "try " + System.nanoTime());
            if (!(outcome instanceof Answered) || owner.lanes.executions() != before + 1) {
                return false;
            }
        }
        return true;
    }

    private static InferenceOutcome submit(TestNode node, long number, int partition) {
        return submit(node, number, partition, "key " + partition);
    }

    private static InferenceOutcome submit(TestNode node, long number, int partition, String key) {
        TestProbe<InferenceOutcome> probe = TestProbe.create(InferenceOutcome.class, node.system);
        node.sharding
                .requests()
                .submit(Fakes.job(
                        number, Fakes.identity(partition, key, "body"), Deadline.in(PATIENCE), probe.getRef()));
        InferenceOutcome outcome = probe.receiveMessage(PATIENCE);
        probe.stop();
        return outcome;
    }
}
