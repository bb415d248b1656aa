package dev.candor.actors.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.testing.Eventually;
import dev.candor.actors.testing.FakeCatalog;
import dev.candor.actors.testing.FakeDevice;
import dev.candor.actors.testing.Requests;
import dev.candor.actors.testing.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ServingTest {
    private static InferenceOutcome get(CompletableFuture<InferenceOutcome> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void answersARequestWithItsOwnRowsAndAReceipt() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        try (TestNode node = new TestNode("", device)) {
            ModelRef model = node.catalog().add("m", Requests.spec(Requests.policy(8)));
            InferenceOutcome outcome = serve(node, 7);
            assertThat(outcome).isInstanceOf(Answered.class);
            Answered answered = (Answered) outcome;
            assertThat(answered.answer().model()).isEqualTo(model);
            assertThat(answered.answer().outputs()).singleElement().satisfies(output -> {
                assertThat(output.name()).isEqualTo("y");
                assertThat(Requests.first(output)).isEqualTo(7f);
            });
            assertThat(answered.answer().id().partition()).isEqualTo(5);
            assertThat(answered.answer().salt().length()).isEqualTo(16);
            assertThat(answered.answer().receipt().length()).isPositive();
            assertThat(device.threads()).hasSize(1);
        }
    }

    @Test
    void findsItsOwnHostWithoutBeingToldOfIt() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        try (TestNode node = TestNode.thatHearsOfNoHost(device)) {
            Eventually.until(
                    "a device is up", () -> node.gateway().nodeReadiness().isEmpty());
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            assertThat(get(node.infer(Requests.one("m", 7)))).isInstanceOf(Answered.class);
        }
    }

    /** Sends as soon as a device is up: the node has just started, and says that it is ready. */
    private static InferenceOutcome serve(TestNode node, float value) throws Exception {
        Eventually.until("a device is up", () -> node.gateway().nodeReadiness().isEmpty());
        return get(node.infer(Requests.one("m", value)));
    }

    @Test
    void aBatchGrowsWhileTheDeviceIsBusy() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        try (TestNode node = new TestNode("", device)) {
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            serve(node, 0);
            device.holdBatches();
            CompletableFuture<InferenceOutcome> first = node.infer(Requests.one("m", 1));
            Eventually.until("the first is on the device", () -> device.entered() == 2);
            List<CompletableFuture<InferenceOutcome>> others = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                others.add(node.infer(Requests.one("m", 10 + i)));
            }
            Eventually.until("ten wait", () -> node.metrics().all().getFirst().pending() == 10);
            device.releaseAll();
            assertThat(get(first)).isInstanceOf(Answered.class);
            for (int i = 0; i < 10; i++) {
                Answered answered = (Answered) get(others.get(i));
                assertThat(Requests.first(answered.answer().outputs().getFirst()))
                        .isEqualTo(10f + i);
            }
            assertThat(device.batches()).containsExactly(1, 1, 8, 2);
            assertThat(node.signer().batches()).extracting(List::size).containsExactlyInAnyOrder(1, 1, 8, 2);
        }
    }

    @Test
    void parksRequestsWhileTheirModelLoads() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        device.holdLoads();
        try (TestNode node = new TestNode("", device)) {
            ModelRef model = node.catalog().add("m", Requests.spec(Requests.policy(8)));
            Eventually.until(
                    "a device is up", () -> node.gateway().nodeReadiness().isEmpty());
            CompletableFuture<InferenceOutcome> parked = node.infer(Requests.one("m", 3));
            Eventually.until(
                    "it waits",
                    () -> !node.metrics().all().isEmpty()
                            && node.metrics().all().getFirst().pending() == 1);
            assertThat(node.gateway().modelReadiness("m", "")).hasValueSatisfying(refusal -> {
                assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_READY);
                assertThat(refusal.sentence()).contains("being loaded");
            });
            device.releaseLoads();
            assertThat(get(parked)).isInstanceOf(Answered.class);
            assertThat(node.gateway().modelReadiness("m", "1.00")).isEmpty();
            assertThat(device.log()).containsExactly("load " + FakeCatalog.file(model));
        }
    }

    @Test
    void refusesParkedRequestsWhenTheModelIsInvalid() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        device.holdLoads();
        try (TestNode node = new TestNode("candor.executor.retry-load = 1 h", device)) {
            ModelRef model = node.catalog().add("m", Requests.spec(Requests.policy(8)));
            device.refuseToLoad(FakeCatalog.file(model), "it is no TorchScript");
            Eventually.until(
                    "a device is up", () -> node.gateway().nodeReadiness().isEmpty());
            CompletableFuture<InferenceOutcome> parked = node.infer(Requests.one("m", 3));
            Eventually.until(
                    "it waits",
                    () -> !node.metrics().all().isEmpty()
                            && node.metrics().all().getFirst().pending() == 1);
            device.releaseLoads();
            assertRefused(get(parked), ErrorCode.INVALID_MODEL, "no TorchScript");
            assertRefused(get(node.infer(Requests.one("m", 4))), ErrorCode.INVALID_MODEL, "no TorchScript");
            assertThat(node.gateway().modelReadiness("m", ""))
                    .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MODEL));
        }
    }

    @Test
    void refusesEverythingWhereExecutorsAreDisabled() throws Exception {
        try (TestNode node = new TestNode("")) {
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            assertRefused(get(node.infer(Requests.one("m", 3))), ErrorCode.NOT_READY, "executors are disabled");
            assertThat(node.gateway().nodeReadiness())
                    .hasValueSatisfying(
                            refusal -> assertThat(refusal.sentence()).contains("executors are disabled"));
        }
    }

    @Test
    void onlyTheGuiltyRequestOfABatchFails() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        device.failOn(input -> Requests.first(input) == 13f);
        try (TestNode node = new TestNode("", device)) {
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            serve(node, 0);
            device.holdBatches();
            CompletableFuture<InferenceOutcome> first = node.infer(Requests.one("m", 1));
            Eventually.until("the first is on the device", () -> device.entered() == 2);
            CompletableFuture<InferenceOutcome> good = node.infer(Requests.one("m", 12));
            CompletableFuture<InferenceOutcome> bad = node.infer(Requests.one("m", 13));
            CompletableFuture<InferenceOutcome> alsoGood = node.infer(Requests.one("m", 14));
            Eventually.until("three wait", () -> node.metrics().all().getFirst().pending() == 3);
            device.releaseAll();
            assertThat(get(first)).isInstanceOf(Answered.class);
            assertThat(get(good)).isInstanceOf(Answered.class);
            assertThat(get(alsoGood)).isInstanceOf(Answered.class);
            assertRefused(get(bad), ErrorCode.EXECUTION_FAILED, "fails on this input");
        }
    }

    @Test
    void refusesADisabledModel() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        try (TestNode node = new TestNode("", device)) {
            ModelRef model = node.catalog().add("m", Requests.spec(Requests.policy(8)));
            assertThat(serve(node, 1)).isInstanceOf(Answered.class);
            node.catalog().setEnabled("m", false);
            assertRefused(get(node.infer(Requests.one("m", 3))), ErrorCode.MODEL_DISABLED, "disabled");
            Eventually.until("it is off the device", () -> device.log().contains("close " + FakeCatalog.file(model)));
            node.catalog().setEnabled("m", true);
            assertThat(get(node.infer(Requests.one("m", 3)))).isInstanceOf(Answered.class);
        }
    }

    private static void assertRefused(InferenceOutcome outcome, ErrorCode code, String words) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> {
            assertThat(refused.refusal().code()).isEqualTo(code);
            assertThat(refused.refusal().sentence()).contains(words);
        });
    }
}
