package dev.candor.cluster.management;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.MemberStatus;

/** The readiness probe: the node serves and is up in its cluster. Pekko makes it by name. Thread-safe. */
public final class NodeReady implements Supplier<CompletionStage<Boolean>> {
    private final ActorSystem system;

    /** That of a node. */
    public NodeReady(ActorSystem system) {
        this.system = system;
    }

    @Override
    public CompletionStage<Boolean> get() {
        boolean up = Cluster.get(system).selfMember().status().equals(MemberStatus.up());
        return CompletableFuture.completedStage(up && NodeManagement.of(system).ready());
    }
}
