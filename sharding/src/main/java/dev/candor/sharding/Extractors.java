package dev.candor.sharding;

import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;

/** Which shard an entity is in. */
final class Extractors {
    private Extractors() {}

    /** A partition's shard is its number, which is the entity's id. */
    static <M> ShardingMessageExtractor<ShardingEnvelope<M>, M> partition() {
        return new ByEntityId<>() {
            @Override
            public String shardId(String entityId) {
                return entityId;
            }
        };
    }

    /** A request's shard is the number of its partition, the first part of the entity's id. */
    static <M> ShardingMessageExtractor<ShardingEnvelope<M>, M> request() {
        return new ByEntityId<>() {
            @Override
            public String shardId(String entityId) {
                int hyphen = entityId.indexOf('-');
                if (hyphen < 1) {
                    throw new IllegalArgumentException(
                            "a request's entity id begins with its partition; this is \"" + entityId + "\"");
                }
                return entityId.substring(0, hyphen);
            }
        };
    }

    /** Spread by the hash of the entity's id. */
    static <M> ShardingMessageExtractor<ShardingEnvelope<M>, M> hash(int shards) {
        return new ByEntityId<>() {
            @Override
            public String shardId(String entityId) {
                return Integer.toString(Math.floorMod(entityId.hashCode(), shards));
            }
        };
    }

    private abstract static class ByEntityId<M> extends ShardingMessageExtractor<ShardingEnvelope<M>, M> {
        @Override
        public String entityId(ShardingEnvelope<M> envelope) {
            return envelope.entityId();
        }

        @Override
        public M unwrapMessage(ShardingEnvelope<M> envelope) {
            return envelope.message();
        }
    }
}
