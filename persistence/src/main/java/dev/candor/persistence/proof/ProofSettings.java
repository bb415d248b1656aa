package dev.candor.persistence.proof;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings {@code candor.proofs}; {@code reference.conf} says what each means.
 *
 * @param deadline of jobs whose caller names none
 * @param gather how long a job waits for others to share its proof
 * @param lease how long a prover may be silent
 * @param mostAttempts after which a job is rejected
 * @param mostRows of a proof
 * @param mostOpen jobs of a slice; more are refused
 * @param keep how long an ended job is shown
 * @param mostEnded ended jobs of a slice that are shown
 * @param snapshotEvery events
 * @param callBackFor how long a callback that fails is tried again
 * @param settles whether verified proofs go to a ledger; the node says so
 */
public record ProofSettings(
        Duration deadline,
        Duration gather,
        Duration lease,
        int mostAttempts,
        int mostRows,
        int mostOpen,
        Duration keep,
        int mostEnded,
        int snapshotEvery,
        Duration callBackFor,
        boolean settles) {

    /** Reads the settings. */
    public static ProofSettings of(Config root) {
        Config config = root.getConfig("candor.proofs");
        return new ProofSettings(
                config.getDuration("deadline"),
                config.getDuration("gather"),
                config.getDuration("lease"),
                config.getInt("most-attempts"),
                config.getInt("most-rows"),
                config.getInt("most-open"),
                config.getDuration("keep"),
                config.getInt("most-ended"),
                config.getInt("snapshot-every"),
                config.getDuration("call-back-for"),
                false);
    }

    /** With a ledger, or without. */
    public ProofSettings settling(boolean toLedger) {
        return new ProofSettings(
                deadline,
                gather,
                lease,
                mostAttempts,
                mostRows,
                mostOpen,
                keep,
                mostEnded,
                snapshotEvery,
                callBackFor,
                toLedger);
    }
}
