package dev.candor.persistence.proof;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Judges what provers bring, on the node of the jobs and without asking a prover. Thread-safe; never blocks its caller. */
public interface ProofChecker {
    /** Empty where the proof shows what every one of these jobs was answered; else a sentence. Fails where it cannot be told now. */
    CompletionStage<String> check(List<JobState> jobs, ProofRef proof);

    /** Those of the jobs whose answers are not what their model gives, by running it again. Fails where it cannot be told now. */
    CompletionStage<List<RequestId>> contradicted(List<JobState> jobs);

    /** The kept request and answer of a job are no longer needed. */
    void forget(Digest exchange);
}
