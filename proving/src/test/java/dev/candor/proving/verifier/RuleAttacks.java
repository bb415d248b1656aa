package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.commitment.Rows;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.fft.ReedSolomon;
import dev.candor.proving.fft.RowCode;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.ToyField;
import dev.candor.proving.layer.ModelCells;
import dev.candor.proving.layer.NetworkWitness;
import dev.candor.proving.lookup.LookupArgument;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.ModelOwner;
import dev.candor.proving.registration.Plans;
import dev.candor.proving.registration.RollOverCircuit;
import dev.candor.proving.registration.Statements;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/** Attacks that use a rule's absence; each says whether a verifier that keeps these rules accepts its lie. */
final class RuleAttacks {

    private static final CodeParameters PARAMETERS = CodeParameters.forOpenings(64, 2048, 3, 4);
    private static final Set<Check> ALL = EnumSet.allOf(Check.class);
    private static final int MASK_ROWS = 6;
    private static final int SAMPLES = 2;

    /** Small enough to meet a coefficient of zero in F, and not in K. */
    static final int TOY_PRIME = 193;

    private static final int TRIES = 10 * TOY_PRIME;
    private static final CodeParameters TOY_PARAMETERS = new CodeParameters(4, 4, 32, 4, 0);

    private RuleAttacks() {}

    private static Executions honest() {
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(6), new Range(-128, 127), 1),
                Networks.chain(new Dense(6, 4), new Requantise(1, 1, -127, 127), new Dense(4, 3)),
                new Random(1));
        return new Executions(network, SAMPLES, Networks.input(network, SAMPLES, new Random(2)), PARAMETERS);
    }

    /** One unit more in the first output. */
    private static Statement lie(Executions e) {
        long[] outputs = e.execution.outputs().toArray();
        outputs[0]++;
        return Statements.execution(
                e.owner.commitment(),
                0,
                1,
                e.owner.root(),
                e.circuit,
                new Statements.Execution(e.execution.inputs(), null, Tensor.copyOf(outputs), List.of()));
    }

    private static boolean accepts(
            Executions e, Set<Rule> rules, Statement statement, AttackProver<NetworkWitness> prover) {
        return accepts(e, rules, statement, prover, e.known);
    }

    private static boolean accepts(
            Executions e,
            Set<Rule> rules,
            Statement statement,
            AttackProver<NetworkWitness> prover,
            List<CommittedRows> known) {
        Proof proof = prover.prove(statement, known, e.witness, e.witness::cells);
        AttackCases.single(
                Descriptor.encode(e.owner.network().architecture()),
                "execution",
                e.plan.parameters(),
                statement,
                proof);
        return new RuleVerifier(e.plan, e.circuit.circuit(), rules).accepts(statement, proof);
    }

    private static class Adaptive extends AttackProver<NetworkWitness> {
        Adaptive(Executions e, Set<Rule> rules) {
            super(e.plan, e.circuit.circuit(), ALL, rules, SecureRandomness.create());
        }
    }

    /** A roll-over into a model whose first weight is one less, with a mask u_a that adds up to one. */
    static boolean maskThatAddsUp(Set<Rule> rules) {
        ModelOwner one = single(5);
        ModelOwner two = single(4);
        ProofPlan plan = Plans.rollOver(one.commitment());
        var circuit = RollOverCircuit.of(one.network().architecture());
        Statement statement = Statements.rollOver(one.commitment(), 0, 1, one.root(), two.root());
        AttackProver<RollOverCircuit.Nothing> prover =
                new AttackProver<>(plan, circuit, ALL, rules, SecureRandomness.create()) {
                    @Override
                    protected CommittedRows commit(long[] data) {
                        RowCode code = plan.code();
                        CommittedRows rows = super.commit(data);
                        long[] coefficients = Rows.coefficients(code, rows);
                        int mask = (rows.rows() - MASK_ROWS) * code.dimension();
                        // The first equation is W(e) - W(e+1) = 0; it is 1.
                        long each = field.neg(field.inv(field.fromSigned(code.dataSize())));
                        coefficients[mask] = field.add(coefficients[mask], each);
                        return Rows.of(code, coefficients, randomness);
                    }
                };
        Proof proof = prover.prove(
                statement, List.of(one.rows(), two.rows()), new RollOverCircuit.Nothing(), _ -> new long[0]);
        AttackCases.single(
                Descriptor.encode(one.network().architecture()), "roll-over", plan.parameters(), statement, proof);
        return new RuleVerifier(plan, circuit, rules).accepts(statement, proof);
    }

    /** A model of one weight. */
    private static ModelOwner single(int weight) {
        Architecture architecture =
                new Architecture(new Input(Shape.of(1), new Range(-9, 9), 1), 1, Networks.chain(new Dense(1, 1)));
        Parameters.Entry entry =
                new Parameters.Entry(ByteTensor.copyOf(new byte[] {(byte) weight}), IntTensor.copyOf(new int[] {7}));
        return ModelOwner.commit(
                Goldilocks.INSTANCE,
                new IntegerNetwork(architecture, new Parameters(List.of(entry))),
                PARAMETERS,
                SecureRandomness::create);
    }

    /** Another output, the hidden sum sent to match it, and the cross terms chosen once gamma is known. */
    static boolean crossTermsAfterGamma(Set<Rule> rules) {
        Executions e = honest();
        return accepts(e, rules, lie(e), new Adaptive(e, rules) {
            private Extension known = Extension.ZERO;

            @Override
            protected List<BranchSession.Proving> again(List<BranchSession.Proving> first, Rerun run, Extension gamma) {
                known = gamma;
                return run.run();
            }

            @Override
            protected Session session(String branch, BranchSession.Proving honest) {
                return branch.equals("output") ? new LateCrossTerms(this, honest, known) : honest;
            }
        });
    }

    /** A branch that sends a false sum, and cross terms that make up for it where gamma is known. */
    private static final class LateCrossTerms extends AttackSession {

        private final AttackProver<?> prover;
        private final BranchSession.Proving inner;
        private final Extension gamma;
        private int cell;

        LateCrossTerms(AttackProver<?> prover, BranchSession.Proving inner, Extension gamma) {
            super(inner);
            this.prover = prover;
            this.inner = inner;
            this.gamma = gamma;
            for (int i = 0; i < prover.circuit.branches().size(); i++) {
                if (prover.circuit.branches().get(i).name().equals("output")) {
                    cell = prover.plan.branches().get(i).firstPad();
                }
            }
        }

        @Override
        protected List<Extension> change(String label, Supplier<List<Extension>> values) {
            if (!label.equals("sum")) {
                return values.get();
            }
            Extension weight = Extension.ONE;
            for (Drawn challenge : drawn) {
                weight = field().mul(weight, field().sub(Extension.ONE, challenge.value()));
            }
            return List.of(field().add(values.get().getFirst(), weight));
        }

        @Override
        public List<Hidden> messages(String label, int count, Supplier<List<Extension>> values) {
            cell += count;
            return super.messages(label, count, values);
        }

        @Override
        public void product(Check check, Quadratic form, List<Hidden> factors, Hidden product) {
            Field f = field();
            List<Extension> a = factors.stream().map(Hidden::value).toList();
            Extension missing = f.sub(form.polar(f, a, a), product.value());
            Extension second = prover.pads.get(cell + 1);
            cell += factors.size() + 2;
            if (gamma.isZero()) {
                inner.product(check, form, factors, product);
                return;
            }
            // c0 = a_1 m_2 + m_1 a_2 has to be larger by what is missing, divided by gamma.
            Extension more = f.mul(missing, f.inv(f.mul(gamma, second)));
            Hidden first = new Hidden(factors.getFirst().form(), f.add(a.getFirst(), more));
            inner.product(check, form, List.of(first, factors.getLast()), product);
        }
    }

    /** Another output, and the first opening chosen once alpha is known, so that everything adds up. */
    static boolean openingsAfterAlpha(Set<Rule> rules) {
        Executions e = honest();
        return accepts(e, rules, lie(e), new Adaptive(e, rules) {
            @Override
            protected ExtensionVector openings(ExtensionVector honest, Demanded demanded) {
                ExtensionVector tried = honest.copyOfRange(0, honest.size());
                Extension gap = demanded.gap(tried);
                tried.set(0, field.add(honest.get(0), Extension.ONE));
                Extension slope = field.sub(demanded.gap(tried), gap);
                tried.set(0, field.sub(honest.get(0), field.mul(gap, field.inv(slope))));
                return tried;
            }
        });
    }

    /** Rows with {@code more} coefficients than the code's, where {@code selected}; all others are words. Values over the data stay. */
    private static CommittedRows longer(
            RowCode code, RowCode longer, CommittedRows rows, IntPredicate selected, Randomness randomness) {
        Field f = code.field();
        long[] coefficients = Rows.coefficients(longer, rows);
        int l = code.dataSize();
        int size = longer.dimension();
        for (int row = 0; row < rows.rows(); row++) {
            for (int i = size - 1; i >= code.dimension() && !selected.test(row); i--) {
                int at = row * size + i;
                coefficients[at - l] = f.add(coefficients[at - l], coefficients[at]);
                coefficients[at] = 0;
            }
        }
        return Rows.of(longer, coefficients, randomness);
    }

    /** The mask u_a is of a degree that only q may have. */
    static boolean maskOutsideTheCode(Set<Rule> rules) {
        Executions e = honest();
        CodeParameters p = PARAMETERS;
        RowCode code = e.plan.code();
        RowCode longer = new ReedSolomon(e.field, p.dataSize(), p.randomSize() + p.dataSize(), p.length());
        return accepts(e, rules, e.statement, new Adaptive(e, rules) {
            @Override
            protected CommittedRows commit(long[] data) {
                CommittedRows rows = CommittedRows.withMasks(longer, data, randomness);
                int mask = rows.rows() - MASK_ROWS;
                return longer(code, longer, rows, row -> row == mask || row == mask + 1, randomness);
            }

            @Override
            protected RowTests tests() {
                return new RowTests(longer);
            }
        });
    }

    /** The rows of the model's root have one coefficient more than the code's. */
    static boolean modelOutsideTheCode(Set<Rule> rules) {
        Executions e = honest();
        CodeParameters p = PARAMETERS;
        RowCode code = e.plan.code();
        RowCode longer = new ReedSolomon(e.field, p.dataSize(), p.randomSize() + 1, p.length());
        ModelCells cells = new ModelCells(e.field, e.owner.network());
        long[] data = new long[e.plan.layouts().get(1).rows() * code.dataSize()];
        for (Segment segment : e.plan.layouts().get(1).segments()) {
            e.plan.layouts().get(1).place(segment, cells.cells(segment), data);
        }
        CommittedRows model = CommittedRows.of(longer, data, SecureRandomness.create());
        Statement statement = Statements.execution(e.owner.commitment(), 0, 1, model.root(), e.circuit, e.execution);
        AttackProver<NetworkWitness> prover = new Adaptive(e, rules) {
            @Override
            protected CommittedRows commit(long[] own) {
                CommittedRows rows = CommittedRows.withMasks(longer, own, randomness);
                return longer(code, longer, rows, _ -> false, randomness);
            }

            @Override
            protected RowTests tests() {
                return new RowTests(longer);
            }
        };
        return accepts(e, rules, statement, prover, List.of(model));
    }

    /** A row that is no word of the code, and commitments drawn until its coefficient in the proximity test is zero. */
    static boolean rowThatIsNotTested(Set<Rule> rules) {
        Field field = new ToyField(TOY_PRIME);
        RangeProof proof = new RangeProof(field, TOY_PARAMETERS, 0, RangeProof.Leaves.OWN);
        RowCode code = proof.plan.code();
        RowCode longer = new ReedSolomon(field, 4, 5, 32);
        Randomness seeded = new SeededRandomness(1);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            AttackProver<LookupArgument.Rows> prover =
                    new AttackProver<>(proof.plan, proof.circuit, ALL, rules, seeded) {
                        @Override
                        protected CommittedRows commit(long[] data) {
                            CommittedRows rows = CommittedRows.withMasks(longer, data, randomness);
                            return longer(code, longer, rows, row -> row == 0, randomness);
                        }

                        @Override
                        protected RowTests tests() {
                            return new RowTests(longer);
                        }

                        @Override
                        protected void drawn(ExtensionVector rho) {
                            if (!rho.get(0).isZero()) {
                                throw new ArithmeticException("Not yet.");
                            }
                        }
                    };
            try {
                Proof made = prover.prove(proof.statement, List.of(), proof.rows(), proof::cells);
                AttackCases.single(new byte[0], "range", proof.plan.parameters(), proof.statement, made);
                return new RuleVerifier(proof.plan, proof.circuit, rules).accepts(proof.statement, made);
            } catch (ArithmeticException _) {
                // Another coefficient: commit again.
            }
        }
        return false;
    }
}
