package dev.candor.cluster.node;

import dev.candor.cluster.rest.ClusterSource;
import dev.candor.sharding.EntityTypes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.sharding.ShardRegion;
import org.apache.pekko.cluster.sharding.typed.GetClusterShardingStats;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members and shards of the whole cluster. Every node's shards are asked for while somebody looks, at most every five seconds, and not at all when nobody does.
 * Thread-safe.
 */
final class ClusterMap implements ClusterSource {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterMap.class);
    private static final long EVERY_NANOS = 5_000_000_000L;
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final List<EntityTypeKey<?>> TYPES =
            List.of(EntityTypes.PARTITION, EntityTypes.REQUEST, EntityTypes.MODEL, EntityTypes.PROOFS);

    private final ActorSystem<?> system;
    private final int partitions;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile long askedAt = System.nanoTime() - EVERY_NANOS;
    private volatile List<Region> regions = List.of();

    /** Of the cluster that {@code system} is in. */
    ClusterMap(ActorSystem<?> system, int partitions) {
        this.system = system;
        this.partitions = partitions;
    }

    @Override
    public View look() {
        refresh();
        Cluster cluster = Cluster.get(system);
        ClusterEvent.CurrentClusterState state = cluster.state();
        List<Member> members = new ArrayList<>();
        for (org.apache.pekko.cluster.Member member : state.getMembers()) {
            members.add(new Member(
                    member.address().toString(),
                    member.getRoles().stream()
                            .filter(role -> !role.startsWith("dc-"))
                            .sorted()
                            .toList(),
                    member.status().toString().toLowerCase(Locale.ROOT),
                    !state.getUnreachable().contains(member),
                    member.uniqueAddress().equals(cluster.selfMember().uniqueAddress())));
        }
        members.sort(Comparator.comparing(Member::address));
        return new View(partitions, members, regions);
    }

    private void refresh() {
        if (System.nanoTime() - askedAt < EVERY_NANOS || !asking.compareAndSet(false, true)) {
            return;
        }
        List<CompletableFuture<List<Region>>> answers =
                TYPES.stream().map(this::ask).toList();
        var _ = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        regions = answers.stream()
                                .flatMap(each -> each.join().stream())
                                .toList();
                    } else {
                        LOG.debug("Not every node said where its shards are", failure);
                    }
                    askedAt = System.nanoTime();
                    asking.set(false);
                });
    }

    /** A node that does not answer in time leaves the answer empty. */
    private CompletableFuture<List<Region>> ask(EntityTypeKey<?> type) {
        CompletionStage<ShardRegion.ClusterShardingStats> answer = AskPattern.ask(
                ClusterSharding.get(system).shardState(),
                replyTo -> new GetClusterShardingStats(type, ANSWER, replyTo),
                PATIENCE,
                system.scheduler());
        return answer.thenApply(stats -> regions(type.name(), stats)).toCompletableFuture();
    }

    private static List<Region> regions(String type, ShardRegion.ClusterShardingStats stats) {
        List<Region> regions = new ArrayList<>();
        for (Map.Entry<Address, ShardRegion.ShardRegionStats> region :
                stats.getRegions().entrySet()) {
            Map<String, Integer> shards = new HashMap<>();
            region.getValue()
                    .getStats()
                    .forEach((shard, entities) -> shards.put(shard, ((Number) entities).intValue()));
            if (!shards.isEmpty()) {
                regions.add(new Region(region.getKey().toString(), type, shards));
            }
        }
        regions.sort(Comparator.comparing(Region::address));
        return regions;
    }
}
