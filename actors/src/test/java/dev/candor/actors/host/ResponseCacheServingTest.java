package dev.candor.actors.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.metrics.ModelStatistics;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.testing.Eventually;
import dev.candor.actors.testing.FakeDevice;
import dev.candor.actors.testing.Requests;
import dev.candor.actors.testing.TestNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The response cache on a whole node. */
final class ResponseCacheServingTest {
    private final FakeDevice device = new FakeDevice("cpu:0", 1000);

    private TestNode node(boolean cached, String overrides) {
        TestNode node = new TestNode(overrides, device);
        ModelSpec plain = Requests.spec(Requests.policy(4));
        node.catalog()
                .add(
                        "m",
                        new ModelSpec(
                                plain.inputs(),
                                plain.outputs(),
                                plain.labels(),
                                plain.finiteInputs(),
                                plain.batching(),
                                cached));
        Eventually.until(
                "the model is ready",
                () -> node.gateway().modelReadiness("m", "").isEmpty());
        return node;
    }

    private static Answered get(TestNode node, InferenceRequest request) throws Exception {
        CompletableFuture<InferenceOutcome> outcome = node.infer(request);
        return (Answered) outcome.get(20, TimeUnit.SECONDS);
    }

    private static List<ReceiptLeaf> leaves(TestNode node) {
        return node.signer().batches().stream().flatMap(List::stream).toList();
    }

    @Test
    void aCachedAnswerHasAReceiptAndACommitOfItsOwn() throws Exception {
        try (TestNode node = node(true, "")) {
            Answered first = get(node, Requests.one("m", 7));
            Answered again = get(node, Requests.one("m", 7));
            Answered other = get(node, Requests.one("m", 8));
            assertThat(device.batches()).as("what ran").containsExactly(1, 1);
            assertThat(again.answer().outputs()).isEqualTo(first.answer().outputs());
            assertThat(Requests.first(other.answer().outputs().getFirst())).isEqualTo(8f);
            assertThat(again.answer().id()).isNotEqualTo(first.answer().id());
            assertThat(again.answer().salt()).isNotEqualTo(first.answer().salt());
            assertThat(again.replayed()).isFalse();
            List<ReceiptLeaf> leaves = leaves(node);
            assertThat(leaves).extracting(ReceiptLeaf::cached).containsExactly(false, true, false);
            ReceiptLeaf leaf = leaves.get(1);
            assertThat(leaf.id()).isEqualTo(again.answer().id());
            assertThat(leaf.device()).isEqualTo("cpu:0");
            assertThat(leaf.answerDigest())
                    .isEqualTo(Digests.salted(
                            again.answer().salt(), Digests.answer(again.answer().outputs())));
            assertThat(node.commits().commits()).hasSize(3);
            ModelStatistics figures = node.metrics().all().getFirst().statistics();
            assertThat(figures.cacheHits().count()).isEqualTo(1);
            assertThat(figures.cacheMisses()).isEqualTo(2);
            assertThat(figures.success().count()).isEqualTo(3);
            assertThat(figures.inferenceCount()).isEqualTo(2);
        }
    }

    @Test
    void anIdempotencyKeyGoesToItsPartition() throws Exception {
        try (TestNode node = node(true, "")) {
            get(node, Requests.one("m", 7));
            Answered keyed = get(node, Requests.keyed(Requests.one("m", 7), "order-1"));
            assertThat(device.batches()).hasSize(1);
            assertThat(node.commits().commits().getLast().entries().getFirst().identity())
                    .isPresent()
                    .get()
                    .satisfies(identity -> assertThat(identity.partition())
                            .isEqualTo(keyed.answer().id().partition())
                            .isEqualTo(node.commits().commits().getLast().partition()));
        }
    }

    @Test
    void hitsThatComeTogetherShareSignatures() throws Exception {
        try (TestNode node = node(true, "")) {
            get(node, Requests.one("m", 7));
            List<CompletableFuture<InferenceOutcome>> all = java.util.stream.IntStream.range(0, 500)
                    .mapToObj(i -> node.infer(Requests.one("m", 7)))
                    .toList();
            for (CompletableFuture<InferenceOutcome> each : all) {
                assertThat(each.get(20, TimeUnit.SECONDS)).isInstanceOf(Answered.class);
            }
            assertThat(device.batches()).hasSize(1);
            assertThat(leaves(node)).hasSize(501);
            assertThat(node.signer().batches())
                    .allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(256));
        }
    }

    @Test
    void nothingIsKeptUnlessTheModelSaysSo() throws Exception {
        try (TestNode node = node(false, "")) {
            get(node, Requests.one("m", 7));
            get(node, Requests.one("m", 7));
            assertThat(device.batches()).hasSize(2);
            assertThat(leaves(node)).noneMatch(ReceiptLeaf::cached);
            assertThat(node.metrics().all().getFirst().statistics().cacheMisses())
                    .isZero();
        }
    }

    @Test
    void aNodeCanTurnItOff() throws Exception {
        try (TestNode node = node(true, "candor.cache.max-bytes = 0")) {
            get(node, Requests.one("m", 7));
            get(node, Requests.one("m", 7));
            assertThat(device.batches()).hasSize(2);
        }
    }
}
