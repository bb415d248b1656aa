package dev.candor.cluster.node;

import dev.candor.persistence.proof.ProofBacklog;
import dev.candor.persistence.proof.ProofJobs;
import dev.candor.sharding.EntityTypes;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.GetShardRegionState;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster as this node sees it, for {@code /metrics}: members, shards and entities here. */
final class ClusterFigures {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterFigures.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final List<EntityTypeKey<?>> TYPES = List.of(
            EntityTypes.PARTITION, EntityTypes.REQUEST, EntityTypes.MODEL, EntityTypes.CATALOG, EntityTypes.PROOFS);

    private static final ProofBacklog NOTHING = new ProofBacklog(0, 0);

    private final ActorSystem<?> system;
    private final Gauge shards;
    private final Gauge entities;
    private final Gauge proofsOpen;
    private final Gauge proofsOldest;

    private ClusterFigures(ActorSystem<?> system, Gauge shards, Gauge entities, Gauge proofsOpen, Gauge proofsOldest) {
        this.proofsOpen = proofsOpen;
        this.proofsOldest = proofsOldest;
        this.system = system;
        this.shards = shards;
        this.entities = entities;
    }

    /** Shows the figures in {@code registry}; those of shards are looked at every ten seconds. */
    static void register(ActorSystem<?> system, int partitions, PrometheusRegistry registry) {
        GaugeWithCallback.builder()
                .name("candor_partitions")
                .help("Partitions of the network")
                .callback(gauge -> gauge.call(partitions))
                .register(registry);
        GaugeWithCallback.builder()
                .name("candor_cluster_members")
                .help("Members of the cluster as this node sees them, by state")
                .labelNames("state")
                .callback(gauge -> members(system, gauge))
                .register(registry);
        ClusterFigures figures = new ClusterFigures(
                system,
                Gauge.builder()
                        .name("candor_shards")
                        .help("Shards on this node, by type of entity")
                        .labelNames("type")
                        .register(registry),
                Gauge.builder()
                        .name("candor_shard_entities")
                        .help("Entities in memory on this node, by type")
                        .labelNames("type")
                        .register(registry),
                Gauge.builder()
                        .name("candor_proof_jobs_open")
                        .help("Proofs that are owed, of the slices on this node")
                        .register(registry),
                Gauge.builder()
                        .name("candor_proof_job_oldest_seconds")
                        .help("How long the oldest of them has been owed; 0 where none is")
                        .register(registry));
        LostMessages.count(system, registry);
        system.scheduler()
                .scheduleWithFixedDelay(
                        Duration.ZERO, EVERY, () -> TYPES.forEach(figures::look), system.executionContext());
    }

    private static void members(ActorSystem<?> system, GaugeWithCallback.Callback gauge) {
        ClusterEvent.CurrentClusterState state = Cluster.get(system).state();
        int up = 0;
        int other = 0;
        for (Member member : state.getMembers()) {
            if (member.status().equals(MemberStatus.up())) {
                up++;
            } else {
                other++;
            }
        }
        int unreachable = state.getUnreachable().size();
        gauge.call(up, "up");
        gauge.call(other, "coming_or_going");
        gauge.call(unreachable, "unreachable");
    }

    private void look(EntityTypeKey<?> type) {
        CompletionStage<ShardRegion.CurrentShardRegionState> answer = AskPattern.ask(
                ClusterSharding.get(system).shardState(),
                replyTo -> new GetShardRegionState(type, replyTo),
                PATIENCE,
                system.scheduler());
        answer.whenComplete((state, failure) -> {
            if (state == null) {
                LOG.debug("No word from the shards of {}", type.name(), failure);
                return;
            }
            shards.labelValues(type.name()).set(state.getShards().size());
            entities.labelValues(type.name())
                    .set(state.getShards().stream()
                            .mapToInt(shard -> shard.getEntityIds().size())
                            .sum());
            if (type.equals(EntityTypes.PROOFS)) {
                count(state.getShards().stream()
                        .flatMap(shard -> shard.getEntityIds().stream())
                        .toList());
            }
        });
    }

    /** What the slices here owe; a slice that does not answer in time is missing until the next look. */
    private void count(List<String> slices) {
        List<CompletableFuture<ProofBacklog>> answers = slices.stream()
                .map(slice -> ClusterSharding.get(system)
                        .entityRefFor(EntityTypes.PROOFS, slice)
                        .ask(ProofJobs.Count::new, PATIENCE)
                        .exceptionally(failure -> NOTHING)
                        .toCompletableFuture())
                .toList();
        var _ = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenRun(() -> {
                    List<ProofBacklog> all =
                            answers.stream().map(CompletableFuture::join).toList();
                    proofsOpen.set(all.stream().mapToInt(ProofBacklog::open).sum());
                    long oldest = all.stream()
                            .mapToLong(ProofBacklog::oldest)
                            .filter(each -> each > 0)
                            .min()
                            .orElse(0);
                    proofsOldest.set(oldest == 0 ? 0 : Math.max(0, System.currentTimeMillis() - oldest) / 1e3);
                });
    }
}
