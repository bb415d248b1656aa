package dev.candor.cluster.proof;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings {@code candor.prover}; {@code reference.conf} says what each means.
 *
 * @param provers of a node with the role, each with a thread and commitments of its own
 * @param openings of an epoch
 * @param samples the batch size for which proofs are short
 * @param grindingBits of a proof
 * @param rollOverBelow openings left at which an idle prover rolls over
 * @param renewEvery how often a prover that works says so
 * @param missedAfter how long after the last prover was seen its mode is still served
 * @param refutes whether wrong answers are proven wrong, for a ledger
 */
public record ProverSettings(
        int provers,
        int openings,
        int samples,
        int grindingBits,
        int rollOverBelow,
        Duration renewEvery,
        Duration missedAfter,
        boolean refutes) {
    /** Reads the settings. */
    public static ProverSettings of(Config root) {
        Config config = root.getConfig("candor.prover");
        return new ProverSettings(
                config.getInt("provers"),
                config.getInt("openings"),
                config.getInt("samples"),
                config.getInt("grinding-bits"),
                config.getInt("roll-over-below"),
                config.getDuration("renew-every"),
                config.getDuration("missed-after"),
                root.getBoolean("candor.ledger.enabled") && root.getBoolean("candor.ledger.settle-proofs"));
    }
}
