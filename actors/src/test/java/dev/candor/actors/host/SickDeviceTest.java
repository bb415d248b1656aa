package dev.candor.actors.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.testing.Eventually;
import dev.candor.actors.testing.FakeDevice;
import dev.candor.actors.testing.Requests;
import dev.candor.actors.testing.TestNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Devices that hang: real time passes here, since real threads hang, but nothing depends on how much. */
final class SickDeviceTest {
    private static final String IMPATIENT = """
            candor.executor {
              sick-floor = 200 ms
              unknown-limit = 200 ms
              tick = 10 ms
              restart-back-off = 50 ms
              max-restart-back-off = 50 ms
            }
            """;

    private static InferenceOutcome get(CompletableFuture<InferenceOutcome> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static void ready(TestNode node) {
        Eventually.until(
                "the model is ready",
                () -> node.gateway().modelReadiness("m", "").isEmpty());
    }

    @Test
    void theBatchOfASickDeviceRunsOnAnotherOne() throws Exception {
        FakeDevice one = new FakeDevice("cpu:0", 1000);
        FakeDevice other = new FakeDevice("cpu:1", 1000);
        try (TestNode node = new TestNode(IMPATIENT, one, other)) {
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            Eventually.until(
                    "both hold the model", () -> one.log().size() + other.log().size() == 2);
            ready(node);
            one.holdBatches();
            other.holdBatches();
            CompletableFuture<InferenceOutcome> outcome = node.infer(Requests.one("m", 9));
            Eventually.until("one has it", () -> one.entered() + other.entered() == 1);
            FakeDevice sick = one.entered() == 1 ? one : other;
            FakeDevice healthy = sick == one ? other : one;
            healthy.releaseAll();
            Answered answered = (Answered) get(outcome);
            assertThat(Requests.first(answered.answer().outputs().getFirst())).isEqualTo(9f);
            assertThat(healthy.batches()).containsExactly(1);
            assertThat(node.signer().batches()).hasSize(1);
            sick.releaseAll();
        }
    }

    @Test
    void refusesWhatItCannotRunElsewhereAndComesBack() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        try (TestNode node = new TestNode(IMPATIENT + "candor.executor.restart-back-off = 500 ms", device)) {
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            Eventually.until(
                    "a device is up", () -> node.gateway().nodeReadiness().isEmpty());
            assertThat(get(node.infer(Requests.one("m", 1)))).isInstanceOf(Answered.class);
            device.holdBatches();
            CompletableFuture<InferenceOutcome> hung = node.infer(Requests.one("m", 2));
            assertThat(get(hung)).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.refusal().code()).isEqualTo(ErrorCode.NOT_READY);
                assertThat(refused.refusal().sentence())
                        .contains("cpu:0 is down")
                        .contains("took longer");
                assertThat(refused.refusal().retryAfter()).isPresent();
            });
            device.releaseAll();
            Eventually.until("it has a new backend", () -> device.created() == 2);
            ready(node);
            assertThat(get(node.infer(Requests.one("m", 3)))).isInstanceOf(Answered.class);
            Eventually.until("the old backend is closed", () -> device.closed() == 1);
            assertThat(device.threads()).as("a thread a backend").hasSize(2);
            assertThat(node.commits().commits())
                    .as("what hung was never committed")
                    .hasSize(2);
        }
    }

    @Test
    void isNotReadyWhileItsDeviceIsDown() throws Exception {
        FakeDevice device = new FakeDevice("cpu:0", 1000);
        device.broken(true);
        try (TestNode node = new TestNode(IMPATIENT, device)) {
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            Eventually.until(
                    "it says why",
                    () -> node.gateway()
                            .nodeReadiness()
                            .map(refusal -> refusal.sentence().contains("the fake device is broken"))
                            .orElse(false));
            assertThat(get(node.infer(Requests.one("m", 1))))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.NOT_READY));
            device.broken(false);
            ready(node);
            assertThat(get(node.infer(Requests.one("m", 1)))).isInstanceOf(Answered.class);
        }
    }

    @Test
    void aRequestThatHangsEveryDeviceIsGivenUp() throws Exception {
        FakeDevice one = new FakeDevice("cpu:0", 1000);
        FakeDevice other = new FakeDevice("cpu:1", 1000);
        try (TestNode node = new TestNode(IMPATIENT, one, other)) {
            node.catalog().add("m", Requests.spec(Requests.policy(8)));
            Eventually.until(
                    "both hold the model", () -> one.log().size() + other.log().size() == 2);
            one.holdBatches();
            other.holdBatches();
            assertThat(get(node.infer(Requests.one("m", 9)))).isInstanceOfSatisfying(Refused.class, refused -> {
                assertThat(refused.refusal().code()).isIn(ErrorCode.EXECUTION_FAILED, ErrorCode.NOT_READY);
            });
            assertThat(one.entered() + other.entered()).isBetween(1, 2);
            one.releaseAll();
            other.releaseAll();
        }
    }
}
