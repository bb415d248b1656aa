package dev.candor.proving.verifier;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.layer.UnprovableException;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.InvalidNetworkException;
import org.jspecify.annotations.Nullable;

/**
 * Verifies claims as their files say them, of whatever batch size, about one model. What a claim names is held against the lineage before
 * anything of its size is set up. Not thread-safe.
 */
public final class ClaimVerifier {

    private final VerifiedLineage lineage;
    private final ExecutionVerifier.UsedOpenings used;
    private @Nullable ExecutionVerifier last;
    private int lastSamples;
    private boolean lastHidden;

    public ClaimVerifier(VerifiedLineage lineage, ExecutionVerifier.UsedOpenings used) {
        this.lineage = lineage;
        this.used = used;
    }

    /** Null for a valid proof of the claim; else why it is refused. */
    public Verifier.@Nullable Refusal verify(StatementFile claim, byte[] proof) {
        if (!claim.model().equals(lineage.model().id())) {
            return new Verifier.Refusal(
                    Check.LINEAGE,
                    "It is a claim about the model " + claim.model() + ", not about "
                            + lineage.model().id() + ".");
        }
        if (!lineage.links(claim.epoch())) {
            return new Verifier.Refusal(
                    Check.LINEAGE,
                    "Epoch " + claim.epoch() + " is not linked to the model: the lineage ends with epoch "
                            + (lineage.epochs() - 1) + ". Ask for a newer lineage file.");
        }
        boolean hidden = claim.execution().inputRoot() != null;
        Architecture architecture = lineage.model().architecture();
        long inputs = (long) claim.samples() * architecture.input().shape().elements();
        long outputs = (long) claim.samples()
                * architecture.shape(architecture.output()).elements();
        if (claim.execution().inputs().size() != (hidden ? 0 : inputs)
                || claim.execution().outputs().size() != outputs) {
            return new Verifier.Refusal(null, "The inputs or outputs are not as many as the batch has.");
        }
        try {
            return verifier(claim.samples(), hidden)
                    .verify((int) claim.epoch(), claim.opening(), claim.execution(), proof);
        } catch (UnprovableException | InvalidNetworkException e) {
            return new Verifier.Refusal(null, "There is no circuit for the model's network: " + e.getMessage());
        }
    }

    private ExecutionVerifier verifier(int samples, boolean hidden) {
        ExecutionVerifier verifier = last;
        if (verifier == null || samples != lastSamples || hidden != lastHidden) {
            verifier = new ExecutionVerifier(lineage, samples, hidden, used);
            last = verifier;
            lastSamples = samples;
            lastHidden = hidden;
        }
        return verifier;
    }
}
