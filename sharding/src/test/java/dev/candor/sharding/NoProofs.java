package dev.candor.sharding;

import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofChecker;
import dev.candor.persistence.proof.ProofRef;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A node that refuses every proof but those of provers called {@code honest}, and takes every answer for right. */
final class NoProofs implements ProofChecker {
    @Override
    public CompletionStage<String> check(List<JobState> jobs, ProofRef proof) {
        return CompletableFuture.completedStage(proof.prover().equals("honest") ? "" : "it is garbage");
    }

    @Override
    public CompletionStage<List<RequestId>> contradicted(List<JobState> jobs) {
        return CompletableFuture.completedStage(List.of());
    }

    @Override
    public void forget(Digest exchange) {}
}
