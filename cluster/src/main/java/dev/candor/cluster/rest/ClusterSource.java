package dev.candor.cluster.rest;

import java.util.List;
import java.util.Map;

/** The cluster as this node sees it. Thread-safe; does not block. */
@FunctionalInterface
public interface ClusterSource {
    /** What is known now: members as of this moment, shards as of some seconds ago. */
    View look();

    /**
     * A cluster.
     *
     * @param partitions of the network
     * @param members by address
     * @param regions where shards are; empty until the nodes have said
     */
    record View(int partitions, List<Member> members, List<Region> regions) {
        /** Copies the lists. */
        public View {
            members = List.copyOf(members);
            regions = List.copyOf(regions);
        }
    }

    /**
     * A node.
     *
     * @param address in the cluster
     * @param roles in alphabetical order
     * @param status such as {@code up}
     * @param reachable whether this node hears of it
     * @param self whether it is this node
     */
    record Member(String address, List<String> roles, String status, boolean reachable, boolean self) {
        /** Copies the list. */
        public Member {
            roles = List.copyOf(roles);
        }
    }

    /**
     * The shards of one kind on one node.
     *
     * @param address of the node
     * @param type of the entities
     * @param shards entities in memory of each shard, by the shard's id
     */
    record Region(String address, String type, Map<String, Integer> shards) {
        /** Copies the map. */
        public Region {
            shards = Map.copyOf(shards);
        }
    }
}
