package dev.candor.actors.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.backend.LoadedModel.BatchOutput;
import dev.candor.actors.executor.DeviceThread.Event;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.testing.Eventually;
import dev.candor.actors.testing.FakeDevice;
import dev.candor.actors.testing.Requests;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeviceThreadTest {
    private static final ModelRef MODEL = ExecutorDeciderTest.model("m");
    private static final Path FILE = Path.of("m");
    private static final ModelSpec SPEC = Requests.spec(Requests.policy(8));

    private final FakeDevice device = new FakeDevice("cpu:0", 1_000);
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final DeviceThread thread = new DeviceThread(device.device(), events::add, System::nanoTime);

    @AfterEach
    void release() {
        device.releaseAll();
        thread.close();
    }

    private Event event() throws InterruptedException {
        return events.poll(20, TimeUnit.SECONDS);
    }

    private String end() throws InterruptedException {
        return ends.poll(20, TimeUnit.SECONDS);
    }

    private BatchTask task(float value) {
        return new BatchTask(
                MODEL,
                List.of(List.of(Requests.x(value, value, value, value))),
                new int[] {1},
                1,
                new BatchTask.Listener() {
                    @Override
                    public void done(BatchTask task, List<BatchOutput> outputs) {
                        ends.add("done "
                                + Requests.floats(value, value)
                                        .equals(outputs.getFirst().data()));
                    }

                    @Override
                    public void failed(BatchTask task, Refusal refusal) {
                        ends.add("failed " + refusal.code());
                    }

                    @Override
                    public void lost(BatchTask task) {
                        ends.add("lost");
                    }
                });
    }

    private void startWithModel() throws InterruptedException {
        thread.start();
        assertThat(event()).isEqualTo(new Event.Up(1_000));
        thread.load(MODEL, FILE, SPEC);
        assertThat(event()).isEqualTo(new Event.Loaded(MODEL, 100));
    }

    @Test
    void runsBatchesOnItsOwnThread() throws Exception {
        startWithModel();
        thread.run(task(3));
        assertThat(event())
                .isInstanceOfSatisfying(
                        Event.Ran.class, ran -> assertThat(ran.items()).isEqualTo(1));
        assertThat(end()).isEqualTo("done true");
        assertThat(device.threads()).singleElement().satisfies(owner -> {
            assertThat(owner).isNotEqualTo(Thread.currentThread());
            assertThat(owner.isVirtual()).isFalse();
            assertThat(owner.getName()).isEqualTo("candor-device-cpu:0");
        });
    }

    @Test
    void saysThatAModelFailed() throws Exception {
        device.failOn(input -> true);
        startWithModel();
        thread.run(task(3));
        assertThat(event()).isInstanceOf(Event.Ran.class);
        assertThat(end()).isEqualTo("failed EXECUTION_FAILED");
    }

    @Test
    void refusesABatchOfAModelThatIsNotThere() throws Exception {
        thread.start();
        thread.run(task(3));
        assertThat(end()).isEqualTo("failed " + ErrorCode.INTERNAL);
    }

    @Test
    void freesModelsAndBackendAtTheEnd() throws Exception {
        startWithModel();
        thread.close();
        assertThat(event()).isEqualTo(new Event.Ended());
        assertThat(device.log()).containsExactly("load m", "close m");
        assertThat(device.closed()).isEqualTo(1);
        thread.run(task(3));
        assertThat(end()).isEqualTo("lost");
    }

    @Test
    void givesUpWhatRunsAndWhatWaitsOnceAndFreesTheDeviceLater() throws Exception {
        startWithModel();
        device.holdBatches();
        thread.run(task(1));
        thread.run(task(2));
        Eventually.until("the first runs", () -> thread.running() != null);
        assertThat(thread.handedOver()).isTrue();
        thread.abandon();
        assertThat(end()).isEqualTo("lost");
        assertThat(end()).isEqualTo("lost");
        assertThat(device.closed()).as("the device still hangs").isZero();
        device.releaseAll();
        Eventually.until("the backend is closed", () -> device.closed() == 1);
        assertThat(ends).as("each batch ended once").isEmpty();
    }

    @Test
    void anErrorBreaksTheDevice() throws Exception {
        device.failOn(input -> {
            throw new UnsatisfiedLinkError("no such symbol");
        });
        startWithModel();
        thread.run(task(1));
        assertThat(end()).isEqualTo("lost");
        assertThat(event()).isEqualTo(new Event.Broken("no such symbol"));
        assertThat(event()).isEqualTo(new Event.Ended());
        assertThat(device.closed()).isEqualTo(1);
    }

    @Test
    void saysWhyItCannotStart() throws Exception {
        device.broken(true);
        thread.start();
        assertThat(event()).isEqualTo(new Event.Broken("the fake device is broken"));
        assertThat(event()).isEqualTo(new Event.Ended());
    }
}
