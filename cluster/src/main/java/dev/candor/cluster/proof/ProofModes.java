package dev.candor.cluster.proof;

import dev.candor.actors.gateway.ServedModes;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.cluster.attestation.NodeAttestation;
import dev.candor.persistence.proof.Provers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.jspecify.annotations.Nullable;

/**
 * The modes of this cluster: zkml for exact models while there are provers. Provers that went away are waited for, since jobs are durable; a cluster that never
 * had any, or has none for long, says so before any work is done. Thread-safe.
 */
public final class ProofModes implements ServedModes {
    private final Duration missedAfter;
    private final LongSupplier nanoTime;
    private final Optional<NodeAttestation> attestation;
    private volatile int provers;
    private volatile @Nullable Long lastSeen;

    /**
     * The modes of a cluster whose provers {@link #watch} finds.
     *
     * @param attestation of this node's executor, if anything vouches for it
     */
    public ProofModes(Duration missedAfter, LongSupplier nanoTime, Optional<NodeAttestation> attestation) {
        this.attestation = attestation;
        this.missedAfter = missedAfter;
        this.nanoTime = nanoTime;
    }

    /** Keeps this up to date. */
    Behavior<Receptionist.Listing> watch() {
        return Behaviors.setup(context -> {
            context.getSystem().receptionist().tell(Receptionist.subscribe(Provers.KEY, context.getSelf()));
            return Behaviors.receiveMessage(listing -> {
                found(listing.getServiceInstances(Provers.KEY).size());
                return Behaviors.same();
            });
        });
    }

    void found(int count) {
        if (count > 0 || provers > 0) {
            lastSeen = nanoTime.getAsLong();
        }
        provers = count;
    }

    /** How many provers there are now. */
    int provers() {
        return provers;
    }

    @Override
    public Optional<String> obstacle(VerificationMode mode, ModelRef model, ModelSpec spec) {
        return switch (mode) {
            case VANILLA -> Optional.empty();
            case TEE ->
                attestation
                        .map(NodeAttestation::obstacle)
                        .orElse(Optional.of("nothing attests this node (candor.attestation.attester)"));
            case ZKML -> spec.exact().isEmpty() ? Optional.of(FLOAT) : prover();
        };
    }

    /** Why answers of a model in floating point are not proven. */
    static final String FLOAT =
            "it runs in floating point, of which there are no proofs (register the network.pt that `candor model compile`"
                    + " writes)";

    private Optional<String> prover() {
        Long seen = lastSeen;
        boolean there = provers > 0 || (seen != null && nanoTime.getAsLong() - seen < missedAfter.toNanos());
        return there
                ? Optional.empty()
                : Optional.of("there is no prover in the cluster (a node with the role \"prover\")");
    }
}
