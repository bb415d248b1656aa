package dev.candor.actors.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.executor.Residency;
import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostStatus;
import dev.candor.actors.host.HostStatus.ModelStatus;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.value.Digest;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which node gets another copy of a hot model, and which lets one go: hosts are probes, times are given. */
final class SpreadingTest {
    private static final ModelRef HOT = new ModelRef("hot", ModelVersion.FIRST, Digest.ZERO);
    private static final int BATCH = 8;

    private final ActorTestKit kit = ActorTestKit.create("spreading", ConfigFactory.load());
    private final RouterSettings settings = RouterSettings.of(ConfigFactory.load());
    private final Spreading spreading = new Spreading(settings, new LocalLanes(List.of()));
    private final long grow = settings.growAfter().toNanos();
    private final long shrink = settings.shrinkAfter().toNanos();
    private final TestProbe<ExecutorHost.Command> a = kit.createTestProbe("a");
    private final TestProbe<ExecutorHost.Command> b = kit.createTestProbe("b");
    private final TestProbe<ExecutorHost.Command> c = kit.createTestProbe("c");

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private static HostView host(
            TestProbe<ExecutorHost.Command> at, int up, Residency residency, int ready, int queued) {
        ModelStatus hot = new ModelStatus(HOT, residency, ready, queued, 0, BATCH, 10_000, Optional.empty());
        return new HostView(new HostStatus(at.getRef(), 1, up, up, 0, "", List.of(hot)), 0);
    }

    /** More than the copies' credits. */
    private int pressing(int copies) {
        return settings.creditBatches() * BATCH * copies + 1;
    }

    private void nobodyWasAsked() {
        a.expectNoMessage();
        b.expectNoMessage();
        c.expectNoMessage();
    }

    @Test
    void aPressedModelGrowsWhereMostDevicesAreFree() {
        List<HostView> hosts = List.of(
                host(a, 1, Residency.READY, 1, pressing(1)),
                host(b, 1, Residency.COLD, 0, 0),
                host(c, 3, Residency.COLD, 0, 0));
        spreading.look(hosts, 0);
        nobodyWasAsked();
        spreading.look(hosts, grow);
        c.expectMessage(new ExecutorHost.Warm(HOT, 1));
        a.expectNoMessage();
        b.expectNoMessage();
    }

    @Test
    void aNodeThatHasACopyGetsItsSecondDevice() {
        List<HostView> hosts = List.of(host(a, 2, Residency.READY, 1, pressing(1)), host(b, 0, Residency.DOWN, 0, 0));
        spreading.look(hosts, 0);
        spreading.look(hosts, grow);
        a.expectMessage(new ExecutorHost.Warm(HOT, 2));
        b.expectNoMessage();
    }

    @Test
    void aNodeThatFailedToLoadItOrIsLoadingItIsNotAsked() {
        List<HostView> hosts = List.of(
                host(a, 1, Residency.READY, 1, pressing(1)),
                host(b, 4, Residency.FAILED, 0, 0),
                host(c, 4, Residency.LOADING, 0, 0));
        spreading.look(hosts, 0);
        spreading.look(hosts, grow);
        spreading.look(hosts, 2 * grow);
        nobodyWasAsked();
    }

    @Test
    void everyRouterChoosesTheSameNode() {
        List<HostView> hosts = List.of(
                host(a, 1, Residency.READY, 1, pressing(1)),
                host(b, 1, Residency.COLD, 0, 0),
                host(c, 1, Residency.COLD, 0, 0));
        Spreading other = new Spreading(settings, new LocalLanes(List.of()));
        spreading.look(hosts, 0);
        spreading.look(hosts, grow);
        other.look(hosts.reversed(), 0);
        other.look(hosts.reversed(), grow);
        // Equally free: the one whose path is last, whoever looks and in whatever order.
        boolean bIsLast =
                b.getRef().path().toString().compareTo(c.getRef().path().toString()) > 0;
        TestProbe<ExecutorHost.Command> last = bIsLast ? b : c;
        last.expectMessage(new ExecutorHost.Warm(HOT, 1));
        last.expectMessage(new ExecutorHost.Warm(HOT, 1));
        (bIsLast ? c : b).expectNoMessage();
    }

    @Test
    void aCalmModelShrinksWhereLeastWaits() {
        List<HostView> hosts = List.of(host(a, 1, Residency.READY, 1, 1), host(b, 1, Residency.READY, 1, 0));
        spreading.look(hosts, 0);
        spreading.look(hosts, shrink);
        b.expectMessage(new ExecutorHost.Cool(HOT));
        a.expectNoMessage();
    }

    @Test
    void theLastCopyStays() {
        List<HostView> hosts = List.of(host(a, 1, Residency.READY, 1, 0), host(b, 1, Residency.COLD, 0, 0));
        for (int times = 0; times < 20; times++) {
            spreading.look(hosts, times * shrink);
        }
        nobodyWasAsked();
    }

    @Test
    void aModelThatIsGoneIsForgotten() {
        List<HostView> pressed = List.of(host(a, 1, Residency.READY, 1, pressing(1)), host(b, 1, Residency.COLD, 0, 0));
        spreading.look(pressed, 0);
        spreading.look(List.of(), grow);
        spreading.look(pressed, 2 * grow);
        assertThat(grow).isPositive();
        nobodyWasAsked();
        spreading.look(pressed, 3 * grow);
        b.expectMessage(new ExecutorHost.Warm(HOT, 1));
    }
}
