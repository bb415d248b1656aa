package dev.candor.actors.testing;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.executor.ModelFiles;
import dev.candor.actors.gateway.Admission;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.Gateway;
import dev.candor.actors.gateway.GatewayServices;
import dev.candor.actors.gateway.GatewaySettings;
import dev.candor.actors.gateway.Pseudonyms;
import dev.candor.actors.gateway.ServedModes;
import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostServices;
import dev.candor.actors.host.HostSettings;
import dev.candor.actors.host.LocalLanes;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.metrics.InferenceMetrics;
import dev.candor.actors.routing.JobSink;
import dev.candor.actors.routing.LaneRouter;
import dev.candor.actors.routing.RouterSettings;
import dev.candor.actors.value.Bytes;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.receptionist.Receptionist;

/** A whole node of this module: gateway, router, host, lanes, executors on fake devices, partitions in memory. */
public final class TestNode implements AutoCloseable {
    private static final Caller CALLER = new Caller("tester", Set.of(Caller.Role.INFER));

    private final FakeCatalog catalog;
    private final FakeSigner signer = new FakeSigner();
    private final FakeCommits commits = new FakeCommits();
    private final InferenceMetrics metrics = new InferenceMetrics();
    private final ActorTestKit kit;
    private final LaneRouter router;
    private final Gateway gateway;
    private final ActorRef<ExecutorHost.Command> host;

    /** A node with these devices and the settings of {@code overrides} before the defaults. */
    public TestNode(String overrides, FakeDevice... devices) {
        this("node", new FakeCatalog(), overrides, devices);
    }

    /** A node among others: {@code name} is its own, the catalog shared. */
    public TestNode(String name, FakeCatalog catalog, String overrides, FakeDevice... devices) {
        this(name, catalog, overrides, true, devices);
    }

    /** A node that the receptionist tells about no host, not even about its own. */
    public static TestNode thatHearsOfNoHost(FakeDevice... devices) {
        return new TestNode("node", new FakeCatalog(), "", false, devices);
    }

    private TestNode(String name, FakeCatalog catalog, String overrides, boolean watch, FakeDevice... devices) {
        this.catalog = catalog;
        // Tests hold batches back for as long as they like; those about sick devices say so.
        Config config = ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.parseString("candor.executor.sick-floor = 1 h"))
                .withFallback(ConfigFactory.load());
        kit = ActorTestKit.create(name, config);
        LocalLanes lanes = new LocalLanes(
                List.of(devices).stream().map(each -> each.device().name()).toList());
        router = new LaneRouter(RouterSettings.of(config), lanes, System::nanoTime);
        kit.spawn(router.replies());
        if (watch) {
            kit.spawn(router.watch());
        }
        ModelFiles files = content -> CompletableFuture.completedFuture(Path.of(content.toHex()));
        host = kit.spawn(ExecutorHost.create(
                HostServices.onSystemClocks(
                        List.of(devices).stream().map(FakeDevice::device).toList(),
                        lanes,
                        catalog,
                        files,
                        signer,
                        commits,
                        metrics,
                        router),
                HostSettings.of(config)));
        JobSink requests = router;
        gateway = Gateway.create(
                kit.system(),
                GatewayServices.onSystemClocks(
                        catalog,
                        router,
                        requests,
                        router,
                        ServedModes.VANILLA_ONLY,
                        new Pseudonyms(Bytes.wrap(new byte[32]), 8),
                        Admission.FREE),
                GatewaySettings.of(config));
    }

    /** Lets this node send jobs to {@code other}. */
    public void connect(TestNode other) {
        kit.system().receptionist().tell(Receptionist.register(ExecutorHost.KEY, other.host));
    }

    /** Sends a request; the future gets its one outcome. */
    public CompletableFuture<InferenceOutcome> infer(InferenceRequest request) {
        CompletableFuture<InferenceOutcome> outcome = new CompletableFuture<>();
        infer(request, outcome);
        return outcome;
    }

    /** Sends a request and gives back what its client's going would call. */
    public Runnable infer(InferenceRequest request, CompletableFuture<InferenceOutcome> outcome) {
        return gateway.infer(request, CALLER, got -> {
            if (!outcome.complete(got)) {
                throw new AssertionError("a second outcome: " + got);
            }
        });
    }

    /** The models. */
    public FakeCatalog catalog() {
        return catalog;
    }

    /** The signer. */
    public FakeSigner signer() {
        return signer;
    }

    /** The partitions. */
    public FakeCommits commits() {
        return commits;
    }

    /** The counters. */
    public InferenceMetrics metrics() {
        return metrics;
    }

    /** The way in. */
    public Gateway gateway() {
        return gateway;
    }

    /** The router. */
    public LaneRouter router() {
        return router;
    }

    /** The host. */
    public ActorRef<ExecutorHost.Command> host() {
        return host;
    }

    /** The test kit with the actor system. */
    public ActorTestKit kit() {
        return kit;
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
