package dev.candor.cluster.management;

import com.typesafe.config.Config;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.apache.pekko.http.javadsl.model.Uri;
import org.apache.pekko.management.cluster.bootstrap.ClusterBootstrap;
import org.apache.pekko.management.javadsl.PekkoManagement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a node comes into its cluster: alone, by seed nodes, or by those that discovery names. */
public final class ClusterJoin {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterJoin.class);
    private static final long BIND_SECONDS = 30;

    private ClusterJoin() {}

    /**
     * Opens the management port where it is wanted, then begins to join; returns before the node is a member.
     *
     * @throws IOException where the port cannot be had
     */
    public static void begin(Config config, List<String> seedNodes, ActorSystem<?> system) throws IOException {
        ManagementSettings settings = ManagementSettings.of(config);
        if (settings.enabled()) {
            LOG.info("Management on {}", open(system, settings));
        }
        Cluster cluster = Cluster.get(system);
        if (settings.bootstrap()) {
            ClusterBootstrap.get(system).start();
        } else if (seedNodes.isEmpty()) {
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
        } else {
            cluster.manager()
                    .tell(new JoinSeedNodes(
                            seedNodes.stream().map(AddressFromURIString::parse).toList()));
        }
    }

    private static Uri open(ActorSystem<?> system, ManagementSettings settings) throws IOException {
        try {
            return PekkoManagement.get(system).start().toCompletableFuture().get(BIND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "the management port " + settings.port() + " of " + settings.host() + " cannot be had ("
                            + e.getMessage() + "); name another as candor.node.management",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
