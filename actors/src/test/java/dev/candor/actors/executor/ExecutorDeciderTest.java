package dev.candor.actors.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.executor.ExecutorEffect.Abandon;
import dev.candor.actors.executor.ExecutorEffect.Evict;
import dev.candor.actors.executor.ExecutorEffect.Fetch;
import dev.candor.actors.executor.ExecutorEffect.Grant;
import dev.candor.actors.executor.ExecutorEffect.Load;
import dev.candor.actors.executor.ExecutorEffect.Start;
import dev.candor.actors.executor.ExecutorEffect.Tell;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExecutorDeciderTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final ModelRef A = model("a");
    private static final ModelRef B = model("b");
    private static final ModelRef C = model("c");

    static final ExecutorSettings SETTINGS = new ExecutorSettings(
            10,
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(600),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            2,
            Duration.ofSeconds(30),
            0.5,
            Duration.ofMillis(100));

    private final ExecutorDecider decider = new ExecutorDecider("cpu:0", SETTINGS, 0);

    static ModelRef model(String name) {
        return new ModelRef(name, ModelVersion.FIRST, new Digest(name.hashCode(), 0, 0, 0));
    }

    private List<ExecutorEffect> effects() {
        return decider.drain();
    }

    private static Tell tell(ModelRef model, Residency residency) {
        return new Tell(model, residency, null);
    }

    private void start(long budget) {
        assertThat(effects()).containsExactly(new Start());
        decider.started(budget, 0);
    }

    /** The model is on the device. */
    private void resident(ModelRef model, long memory, long now) {
        decider.want(model, memory, now);
        decider.fileReady(model, now);
        decider.loaded(model, memory, now);
        assertThat(effects())
                .containsExactly(
                        tell(model, Residency.LOADING),
                        new Fetch(model),
                        new Load(model),
                        tell(model, Residency.READY));
    }

    private static BatchTask running(ModelRef model, int items, long since) {
        BatchTask task = new BatchTask(model, List.of(), new int[0], items, new BatchTask.Listener() {
            @Override
            public void done(BatchTask done, List<dev.candor.actors.backend.LoadedModel.BatchOutput> outputs) {}

            @Override
            public void failed(BatchTask failed, Refusal refusal) {}

            @Override
            public void lost(BatchTask lost) {}
        });
        assertThat(task.start(since)).isTrue();
        return task;
    }

    @Test
    void loadsWhatIsWantedOnceTheDeviceIsUp() {
        decider.want(A, 100, 0);
        start(1_000);
        assertThat(effects()).containsExactly(tell(A, Residency.LOADING), new Fetch(A));
        decider.fileReady(A, 1);
        assertThat(effects()).containsExactly(new Load(A));
        decider.loaded(A, 120, 2);
        assertThat(effects()).containsExactly(tell(A, Residency.READY));
        assertThat(decider.idle()).isTrue();
    }

    @Test
    void givesTurnsInTheOrderInWhichTheyWereAskedFor() {
        start(1_000);
        resident(A, 100, 0);
        resident(B, 100, 0);
        resident(C, 100, 0);
        decider.slot(B, 1);
        decider.slot(C, 2);
        decider.slot(A, 3);
        decider.slot(C, 4);
        assertThat(effects()).containsExactly(new Grant(B));
        decider.ran(B, 1, 10, 5);
        decider.slot(B, 5);
        assertThat(effects()).containsExactly(new Grant(C));
        decider.gaveBack(C, 6);
        assertThat(effects()).containsExactly(new Grant(A));
        decider.ran(A, 1, 10, 7);
        assertThat(effects()).containsExactly(new Grant(B));
    }

    @Test
    void parksASlotWhileItsModelLoads() {
        start(1_000);
        decider.want(A, 100, 0);
        decider.slot(A, 0);
        decider.fileReady(A, 1);
        decider.loaded(A, 100, 2);
        assertThat(effects())
                .containsExactly(
                        tell(A, Residency.LOADING), new Fetch(A), new Load(A), tell(A, Residency.READY), new Grant(A));
    }

    @Test
    void letsACopyTooManyGoWhereAnotherModelIsKeptOut() {
        start(250);
        resident(A, 100, 1);
        resident(B, 100, 2);
        decider.cool(B);
        assertThat(effects()).as("nobody needs the room").isEmpty();
        keepOutC();
        decider.cool(B);
        assertThat(effects()).containsExactly(new Evict(B), tell(B, Residency.COLD));
    }

    @Test
    void keepsACopyTooManyThatIsAtWorkOrWaited() {
        start(250);
        resident(A, 100, 1);
        resident(B, 100, 2);
        keepOutC();
        decider.slot(B, 4);
        decider.slot(A, 5);
        assertThat(effects()).containsExactly(new Grant(B));
        decider.cool(B);
        decider.cool(A);
        assertThat(effects()).isEmpty();
    }

    private void keepOutC() {
        decider.want(C, 100, 3);
        decider.fileReady(C, 3);
        assertThat(effects()).contains(tell(C, Residency.COLD));
    }

    @Test
    void evictsTheLeastRecentlyUsedWithoutWork() {
        start(300);
        resident(A, 100, 1);
        resident(B, 100, 2);
        resident(C, 100, 3);
        decider.slot(A, 4);
        decider.ran(A, 1, 10, 5);
        effects();
        ModelRef d = model("d");
        decider.want(d, 100, 0);
        decider.slot(d, 6);
        decider.fileReady(d, 6);
        assertThat(effects())
                .containsExactly(
                        tell(d, Residency.LOADING), new Fetch(d), new Evict(B), tell(B, Residency.COLD), new Load(d));
    }

    @Test
    void evictsAModelWithWorkOnlyIfNothingElseCanGoAndLoadsItAgain() {
        start(200);
        resident(A, 100, 1);
        resident(B, 100, 2);
        decider.want(C, 150, 0);
        decider.slot(C, 3);
        assertThat(effects()).containsExactly(tell(C, Residency.LOADING), new Fetch(C));
        decider.slot(B, 4);
        assertThat(effects()).containsExactly(new Grant(B));
        decider.slot(A, 5);
        decider.fileReady(C, 5);
        decider.ran(B, 1, 1, 6);
        assertThat(effects())
                .as("batches had their share, so a load is next")
                .containsExactly(
                        new Evict(B), tell(B, Residency.COLD), new Evict(A), tell(A, Residency.COLD), new Load(C));
        decider.loaded(C, 150, 9);
        assertThat(effects())
                .as("what was loaded for a slot runs before it can be evicted")
                .containsExactly(tell(C, Residency.READY), new Grant(C));
        decider.ran(C, 1, 1, 10);
        assertThat(effects())
                .containsExactly(tell(A, Residency.LOADING), new Evict(C), tell(C, Residency.COLD), new Load(A));
        decider.loaded(A, 100, 11);
        assertThat(effects()).containsExactly(tell(A, Residency.READY), new Grant(A));
    }

    @Test
    void doesNotEvictForAModelThatIsOnlyWanted() {
        start(200);
        resident(A, 150, 1);
        decider.want(B, 100, 0);
        decider.fileReady(B, 2);
        assertThat(effects()).containsExactly(tell(B, Residency.LOADING), new Fetch(B), tell(B, Residency.COLD));
        assertThat(decider.idle()).isTrue();
    }

    @Test
    void saysWhatTakesMoreThanTheDeviceHolds() {
        start(200);
        decider.want(A, 100, 0);
        decider.slot(A, 0);
        decider.fileReady(A, 1);
        decider.loaded(A, 500, 2);
        assertThat(effects()).contains(new Evict(A)).last().isInstanceOfSatisfying(Tell.class, tell -> {
            assertThat(tell.residency()).isEqualTo(Residency.FAILED);
            assertThat(tell.refusal().code()).isEqualTo(ErrorCode.NOT_READY);
            assertThat(tell.refusal().sentence()).contains("takes 500 bytes").contains("may hold 200");
        });
    }

    @Test
    void remembersAFailedLoadAndTriesAgainLater() {
        start(200);
        decider.want(A, 100, 0);
        decider.fileReady(A, 0);
        effects();
        decider.loadFailed(A, Refusal.of(ErrorCode.INVALID_MODEL, "no model"), SECOND);
        assertThat(effects()).singleElement().isInstanceOfSatisfying(Tell.class, tell -> {
            assertThat(tell.refusal().code()).isEqualTo(ErrorCode.INVALID_MODEL);
            assertThat(tell.refusal().retryAfter()).hasValue(Duration.ofSeconds(30));
        });
        decider.slot(A, 2 * SECOND);
        assertThat(effects()).singleElement().isInstanceOf(Tell.class);
        decider.tick(null, false, 30 * SECOND);
        assertThat(effects()).isEmpty();
        decider.tick(null, false, 31 * SECOND);
        assertThat(effects()).containsExactly(tell(A, Residency.LOADING), new Fetch(A));
        decider.fileReady(A, 31 * SECOND);
        decider.loadFailed(A, Refusal.of(ErrorCode.INVALID_MODEL, "no model"), 31 * SECOND);
        assertThat(effects())
                .last()
                .isInstanceOfSatisfying(
                        Tell.class,
                        tell -> assertThat(tell.refusal().retryAfter()).hasValue(Duration.ofSeconds(60)));
    }

    @Test
    void givesUpAFileThatDoesNotCome() {
        start(200);
        decider.want(A, 100, 0);
        decider.slot(A, 0);
        effects();
        decider.tick(null, false, 600 * SECOND);
        assertThat(effects()).isEmpty();
        decider.tick(null, false, 600 * SECOND + 1);
        assertThat(effects())
                .singleElement()
                .isInstanceOfSatisfying(
                        Tell.class,
                        tell -> assertThat(tell.refusal().sentence()).contains("did not come within 600 s"));
    }

    @Test
    void aBatchTenTimesItsPredictionMakesTheDeviceSick() {
        start(200);
        resident(A, 100, 0);
        decider.slot(A, 0);
        decider.ran(A, 8, 500 * MILLI, 0);
        decider.slot(A, SECOND);
        effects();
        BatchTask task = running(A, 8, SECOND);
        decider.tick(task, false, 6 * SECOND);
        assertThat(effects()).isEmpty();
        decider.tick(task, false, 6 * SECOND + 1);
        assertThat(effects())
                .satisfiesExactly(
                        effect -> assertThat(((Tell) effect).residency()).isEqualTo(Residency.DOWN),
                        effect -> assertThat(((Abandon) effect).why())
                                .contains("8 rows of a")
                                .contains("5000 ms"));
        assertThat(decider.up()).isFalse();
    }

    @Test
    void noBatchIsTooLongBeforeTheFloor() {
        start(200);
        resident(A, 100, 0);
        decider.slot(A, 0);
        decider.ran(A, 8, MILLI, 0);
        decider.slot(A, 0);
        effects();
        BatchTask task = running(A, 8, 0);
        decider.tick(task, false, SECOND);
        assertThat(effects()).isEmpty();
        decider.tick(task, false, SECOND + 1);
        assertThat(effects()).hasSize(2);
    }

    @Test
    void startsASickDeviceAgainAfterARestThatDoubles() {
        start(200);
        resident(A, 100, 0);
        decider.lose("it broke", 0);
        effects();
        decider.tick(null, false, SECOND - 1);
        assertThat(effects()).isEmpty();
        decider.tick(null, false, SECOND);
        assertThat(effects()).containsExactly(new Start());
        decider.started(200, SECOND);
        assertThat(effects()).as("the file is here").containsExactly(tell(A, Residency.LOADING), new Load(A));
        decider.lose("again", 2 * SECOND);
        effects();
        decider.tick(null, false, 4 * SECOND - 1);
        assertThat(effects()).isEmpty();
        decider.tick(null, false, 4 * SECOND);
        assertThat(effects()).containsExactly(new Start());
        decider.started(200, 4 * SECOND);
        decider.tick(null, false, 65 * SECOND);
        decider.lose("much later", 65 * SECOND);
        effects();
        decider.tick(null, false, 66 * SECOND);
        assertThat(effects()).as("it was healthy in between").containsExactly(new Start());
    }

    @Test
    void staysDownWhileTooManyThreadsHang() {
        start(200);
        resident(A, 100, 0);
        long now = 0;
        for (int i = 0; i < 2; i++) {
            decider.slot(A, now);
            if (i == 0) {
                decider.ran(A, 1, MILLI, now);
                decider.slot(A, now);
            }
            effects();
            decider.tick(running(A, 1, now), false, now += 200 * SECOND);
            effects();
            if (i == 0) {
                decider.tick(null, false, now += 200 * SECOND);
                decider.started(200, now);
                decider.loaded(A, 100, now);
                effects();
            }
        }
        decider.tick(null, false, now += 500 * SECOND);
        assertThat(effects()).isEmpty();
        decider.threadEnded();
        decider.tick(null, false, now);
        assertThat(effects()).containsExactly(new Start());
    }

    @Test
    void takesBackATurnThatItsLaneDoesNotUse() {
        start(200);
        resident(A, 100, 0);
        resident(B, 100, 0);
        decider.slot(A, 0);
        decider.slot(B, 0);
        assertThat(effects()).containsExactly(new Grant(A));
        decider.tick(null, true, 2 * SECOND);
        assertThat(effects()).as("a batch is on its way").isEmpty();
        decider.tick(null, false, 2 * SECOND);
        assertThat(effects()).containsExactly(new Grant(B));
    }

    @Test
    void freesWhatIsNoLongerWantedOnceItHasRun() {
        start(200);
        resident(A, 100, 0);
        resident(B, 100, 0);
        decider.slot(A, 0);
        effects();
        decider.unwant(B, 0);
        assertThat(effects()).containsExactly(new Evict(B));
        decider.unwant(A, 0);
        assertThat(effects()).isEmpty();
        decider.ran(A, 1, 1, 1);
        assertThat(effects()).containsExactly(new Evict(A));
    }
}
