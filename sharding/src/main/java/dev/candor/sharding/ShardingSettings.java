package dev.candor.sharding;

import com.typesafe.config.Config;
import dev.candor.persistence.model.ModelSettings;
import dev.candor.persistence.partition.PartitionSettings;
import dev.candor.persistence.proof.ProofSettings;
import dev.candor.persistence.request.RequestSettings;
import java.time.Duration;

/**
 * Where entities live, and what they are given: {@code candor.sharding} and the sections of the entities themselves.
 *
 * @param role nodes of this cluster role hold entities; empty for all nodes
 * @param rebalanceLimit most shards of one type that move at one time
 * @param modelShards shards of models
 * @param modelIdle how long an unused model's entity stays
 * @param wakeEvery how often a node sees to it that every partition is up somewhere
 * @param partition settings of partitions
 * @param request settings of requests
 * @param model settings of models
 * @param proofs settings of proof jobs
 */
public record ShardingSettings(
        String role,
        int rebalanceLimit,
        int modelShards,
        Duration modelIdle,
        Duration wakeEvery,
        PartitionSettings partition,
        RequestSettings request,
        ModelSettings model,
        ProofSettings proofs) {
    /** Reads everything from {@code root}. */
    public static ShardingSettings of(Config root) {
        Config sharding = root.getConfig("candor.sharding");
        return new ShardingSettings(
                sharding.getString("role"),
                sharding.getInt("rebalance-absolute-limit"),
                sharding.getInt("model-shards"),
                sharding.getDuration("model-idle"),
                sharding.getDuration("wake-every"),
                PartitionSettings.of(root),
                RequestSettings.of(root),
                ModelSettings.of(root),
                ProofSettings.of(root));
    }

    /** With verified proofs taken to a ledger, or not. */
    public ShardingSettings settling(boolean toLedger) {
        return new ShardingSettings(
                role,
                rebalanceLimit,
                modelShards,
                modelIdle,
                wakeEvery,
                partition,
                request,
                model,
                proofs.settling(toLedger));
    }
}
