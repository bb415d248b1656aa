package dev.candor.cluster.node;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.rest.HealthSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Whether this node can serve, part by part. A node without executors is ready: it still answers what it answered before. Thread-safe.
 */
final class NodeHealth implements HealthSource {
    private static final Duration COME_BACK = Duration.ofSeconds(1);

    private final Digest network;
    private final Set<String> roles;
    private final BooleanSupplier catalogRead;
    private final Supplier<Integer> partitionsReady;
    private final int partitionsHere;
    private volatile boolean stopping;

    /**
     * A node's health.
     *
     * @param catalogRead whether the models are known
     * @param partitionsReady how many partitions are ready on this node
     * @param partitionsHere how many must be: all of them in a cluster of one, none where others may hold them
     */
    NodeHealth(
            Digest network,
            Set<String> roles,
            BooleanSupplier catalogRead,
            Supplier<Integer> partitionsReady,
            int partitionsHere) {
        this.network = network;
        this.roles = roles;
        this.catalogRead = catalogRead;
        this.partitionsReady = partitionsReady;
        this.partitionsHere = partitionsHere;
    }

    @Override
    public Health health() {
        int ready = partitionsReady.get();
        return new Health(
                network,
                roles.stream().sorted().toList(),
                List.of(
                        new Part("node", !stopping, stopping ? "the node is stopping" : ""),
                        new Part("models", catalogRead.getAsBoolean(), "the list of models is being read"),
                        new Part(
                                "partitions",
                                ready >= partitionsHere,
                                ready + " of " + partitionsHere + " partitions are ready on this node")));
    }

    /** Empty when the node can take requests; else why not. */
    Optional<Refusal> refusal() {
        return health().parts().stream()
                .filter(part -> !part.ready())
                .findFirst()
                .map(part ->
                        Refusal.retryable(ErrorCode.NOT_READY, part.sentence() + "; retry in a moment", COME_BACK));
    }

    /** From now on the node is not ready. */
    void stopping() {
        stopping = true;
    }
}
