package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.ToyField;
import dev.candor.proving.lookup.LookupArgument;
import dev.candor.proving.verifier.RangeProof.Leaves;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** A cell that is in no table, hidden at each place of the look-up argument in turn. */
final class LookupAttacks {

    private static final CodeParameters PARAMETERS = CodeParameters.forOpenings(16, 2048, 1, 4);
    private static final CodeParameters TOY = new CodeParameters(4, 4, 32, 4, 0);
    private static final int MOST_TRIES = 200_000;

    /** Small enough to meet a challenge by trying. */
    static final int TOY_PRIME = 97;

    private LookupAttacks() {}

    /** What the attacker sends instead of the honest messages. */
    private interface Change {
        List<Extension> apply(AttackSession session, String label, Supplier<List<Extension>> honest);
    }

    static boolean denominators(Set<Check> checks) {
        return accepted(checks, Leaves.OF_ROW_ZERO, (_, _, honest) -> honest.get());
    }

    static boolean sum(Set<Check> checks) {
        return accepted(checks, Leaves.OWN, (_, _, honest) -> honest.get());
    }

    /** The fraction at the root is said to be that of the tables. */
    static boolean root(Set<Check> checks) {
        return accepted(
                checks,
                Leaves.OWN,
                (session, label, honest) ->
                        label.equals("fraction") ? List.of(honest.get().getFirst(), tableSum(session)) : honest.get());
    }

    /** The cell has the numerator 0 and counts nowhere. */
    static boolean numerators(Set<Check> checks) {
        return accepted(checks, Leaves.OWN_WITHOUT_NUMERATOR, (_, _, honest) -> honest.get());
    }

    /** The tree is that of row 0, but its last layer is said to come from the true leaves. */
    static boolean layer(Set<Check> checks) {
        int[] seen = new int[1];
        return accepted(checks, Leaves.OF_ROW_ZERO, (session, label, honest) -> {
            List<Extension> values = new ArrayList<>(honest.get());
            if (label.equals("layer/children") && ++seen[0] == 3) {
                Field f = session.field();
                Extension change = Extension.of(f.fromSigned(-RangeProof.FORGED));
                for (Extension x : session.last("round/challenge", 2)) {
                    change = f.mul(change, f.sub(Extension.ONE, x));
                }
                values.set(2, f.add(values.get(2), change));
            }
            return values;
        });
    }

    /**
     * Two equal forged cells, and commitments drawn until chi meets their denominator: both leaves are 1/0, so the root is 0/0, and its
     * fraction can be said to be anything. In a small field this takes |K| tries.
     */
    static boolean nonzero(Set<Check> checks) {
        Field field = new ToyField(TOY_PRIME);
        Set<Check> possible = EnumSet.copyOf(checks);
        possible.remove(Check.SECURITY);
        RangeProof proof = new RangeProof(field, TOY, 2, Leaves.OWN);
        proof.countForged = false;
        for (int attempt = 0; attempt < MOST_TRIES; attempt++) {
            boolean[] met = new boolean[1];
            AttackProver<LookupArgument.Rows> prover = new AttackProver<>(proof.plan, proof.circuit, possible) {
                @Override
                protected Session session(String branch, BranchSession.Proving honest) {
                    return new AttackSession(honest) {
                        @Override
                        protected List<Extension> change(String label, Supplier<List<Extension>> values) {
                            if (!label.equals("fraction")) {
                                return values.get();
                            }
                            Extension chi = last("chi", 1).getFirst();
                            Extension beta = last("beta", 1).getFirst();
                            Extension cube = field.mul(beta, field.square(beta));
                            met[0] = field.sub(field.sub(chi, cube), Extension.of(RangeProof.FORGED))
                                    .isZero();
                            if (!met[0]) {
                                throw new ArithmeticException("Not yet.");
                            }
                            return List.of(Extension.ZERO, proof.tableSum(chi, beta));
                        }
                    };
                }
            };
            try {
                boolean accepted = proof.accepts(prover, possible);
                if (met[0]) {
                    return accepted;
                }
            } catch (ArithmeticException _) {
                // Another challenge: commit again.
            }
        }
        throw new AssertionError("chi never met the forged denominator.");
    }

    private static Extension tableSum(AttackSession session) {
        RangeProof proof = new RangeProof(session.field(), PARAMETERS, 1, Leaves.OWN);
        return proof.tableSum(
                session.last("chi", 1).getFirst(), session.last("beta", 1).getFirst());
    }

    private static boolean accepted(Set<Check> checks, Leaves leaves, Change change) {
        RangeProof proof = new RangeProof(Goldilocks.INSTANCE, PARAMETERS, 1, leaves);
        proof.countForged = leaves != Leaves.OWN_WITHOUT_NUMERATOR;
        AttackProver<LookupArgument.Rows> prover = new AttackProver<>(proof.plan, proof.circuit, checks) {
            @Override
            protected Session session(String branch, BranchSession.Proving honest) {
                return new AttackSession(honest) {
                    @Override
                    protected List<Extension> change(String label, Supplier<List<Extension>> values) {
                        return change.apply(this, label, values);
                    }
                };
            }
        };
        return proof.accepts(prover, checks);
    }
}
