package dev.candor.sharding;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.sharding.ShardCoordinator.AbstractShardAllocationStrategy;
import org.apache.pekko.dispatch.Futures;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/** Allocates shards by their number, see {@link PlacementByNumber}. An instance serves one entity type; its coordinator's thread calls it. */
final class NumberedAllocation extends AbstractShardAllocationStrategy {
    private final PlacementByNumber placement;
    private final int limit;
    private final Address self;
    private final BooleanSupplier settled;

    /**
     * Allocates {@code shards} shards.
     *
     * @param limit most shards that move at one time
     * @param self this node's address
     * @param settled whether no node is coming or going: nothing moves until then
     */
    NumberedAllocation(int shards, int limit, Address self, BooleanSupplier settled) {
        this.placement = new PlacementByNumber(shards);
        this.limit = limit;
        this.self = self;
        this.settled = settled;
    }

    @Override
    public Future<ActorRef> allocateShard(
            ActorRef requester, String shardId, Map<ActorRef, IndexedSeq<String>> current) {
        List<String> places = placement.place(nodes(current.keySet()));
        String node = places.get(Integer.parseInt(shardId));
        return Futures.successful(current.keySet().stream()
                .filter(region -> node(region).equals(node))
                .findFirst()
                .orElse(requester));
    }

    @Override
    public Future<Set<String>> rebalance(Map<ActorRef, IndexedSeq<String>> current, Set<String> inProgress) {
        Set<String> moving = new HashSet<>();
        if (settled.getAsBoolean() && !current.isEmpty() && inProgress.isEmpty()) {
            List<String> places = placement.place(nodes(current.keySet()));
            current.forEach((region, shards) -> CollectionConverters.asJava(shards).stream()
                    .filter(shard -> !places.get(Integer.parseInt(shard)).equals(node(region)))
                    .forEach(shard -> {
                        if (moving.size() < limit) {
                            moving.add(shard);
                        }
                    }));
        }
        return Futures.successful(moving);
    }

    private SortedSet<String> nodes(Set<ActorRef> regions) {
        SortedSet<String> nodes = new TreeSet<>();
        regions.forEach(region -> nodes.add(node(region)));
        return nodes;
    }

    private String node(ActorRef region) {
        Address address = region.path().address();
        return (address.hasLocalScope() ? self : address).toString();
    }
}
