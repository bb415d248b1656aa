package dev.candor.proving.registration;

import dev.candor.proving.proof.ProofPlan;

/** The plans of the proofs about a commitment itself. */
public final class Plans {

    private Plans() {}

    public static ProofPlan registration(ModelCommitment model) {
        return new ProofPlan(
                model.field(),
                model.parameters(),
                new RegistrationCircuit(model.field(), model.architecture()).circuit());
    }

    public static ProofPlan rollOver(ModelCommitment model) {
        return new ProofPlan(model.field(), model.parameters(), RollOverCircuit.of(model.architecture()));
    }
}
