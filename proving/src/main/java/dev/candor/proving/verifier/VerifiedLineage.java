package dev.candor.proving.verifier;

import dev.candor.proving.constraint.Check;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.Plans;
import dev.candor.proving.registration.RegistrationCircuit;
import dev.candor.proving.registration.RollOverCircuit;
import dev.candor.proving.registration.Statements;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A model whose roots are linked to its id: by a verification, or by the word of a ledger that verified them before. Immutable. */
public final class VerifiedLineage {

    private final ModelCommitment model;
    private final int first;
    private final List<Digest> roots;

    private VerifiedLineage(ModelCommitment model, int first, List<Digest> roots) {
        this.model = model;
        this.first = first;
        this.roots = List.copyOf(roots);
    }

    /**
     * The root of one epoch, for which whoever calls vouches: a ledger's certificate says that the registration and every roll-over up to it
     * were verified. No other epoch is linked.
     *
     * @param epoch of the root, at least 0
     */
    public static VerifiedLineage certified(ModelCommitment model, int epoch, Digest root) {
        if (epoch < 0) {
            throw new IllegalArgumentException("There is no epoch " + epoch + ".");
        }
        return new VerifiedLineage(model, epoch, List.of(root));
    }

    /**
     * Verifies a lineage against the id that whoever verifies expects.
     *
     * @throws RefusedException where it does not link its roots to that model
     */
    public static VerifiedLineage of(Lineage lineage, Digest expected) throws RefusedException {
        return of(lineage, expected, EnumSet.allOf(Check.class));
    }

    /** For tests: a verification that leaves checks out. */
    static VerifiedLineage of(Lineage lineage, Digest expected, Set<Check> checks) throws RefusedException {
        ModelCommitment model = lineage.model();
        if (checks.contains(Check.LINEAGE) && !model.id().equals(expected)) {
            throw new RefusedException(new Verifier.Refusal(
                    Check.LINEAGE, "The lineage is that of the model " + model.id() + ", not of " + expected + "."));
        }
        Verifier registration = new Verifier(
                Plans.registration(model),
                new RegistrationCircuit(model.field(), model.architecture()).circuit(),
                checks);
        require(registration.verify(Statements.registration(model), lineage.registration()), "registration");
        List<Digest> roots = new ArrayList<>(List.of(model.first()));
        Verifier rollOver = new Verifier(Plans.rollOver(model), RollOverCircuit.of(model.architecture()), checks);
        for (Lineage.RollOver step : lineage.rollOvers()) {
            int epoch = roots.size() - 1;
            require(
                    rollOver.verify(
                            Statements.rollOver(model, epoch, step.opening(), roots.get(epoch), step.root()),
                            step.proof()),
                    "roll-over into epoch " + (epoch + 1));
            roots.add(step.root());
        }
        return new VerifiedLineage(model, 0, roots);
    }

    private static void require(Verifier.@org.jspecify.annotations.Nullable Refusal refusal, String what)
            throws RefusedException {
        if (refusal != null) {
            throw new RefusedException(
                    new Verifier.Refusal(Check.LINEAGE, "The " + what + " is refused: " + refusal.sentence()));
        }
    }

    public ModelCommitment model() {
        return model;
    }

    /** The number of epochs up to the last one that is linked. */
    public int epochs() {
        return first + roots.size();
    }

    /** Whether an epoch's root is linked to the model. */
    public boolean links(long epoch) {
        return epoch >= first && epoch < epochs();
    }

    /** The model's root in an epoch that is linked. */
    public Digest root(int epoch) {
        return roots.get(epoch - first);
    }
}
