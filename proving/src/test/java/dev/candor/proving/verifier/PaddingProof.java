package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Functional;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.LinearForm;
import dev.candor.proving.constraint.Point;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.sumcheck.ProductSum;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inner product of six hidden activations and six committed weights, and a second network in the two cells behind them: commitments lie
 * in rows of eight. Without {@link Rule#TRUE_CELLS_ONLY} a shape of six is one of eight.
 */
final class PaddingProof {

    static final int CELLS = 6;
    private static final int PADDED = 8;
    private static final int VARIABLES = 3;
    private static final CodeParameters PARAMETERS = CodeParameters.forOpenings(16, 2048, 2, 4);

    private final Field field;
    private final Segment activations;
    private final Segment weights;
    private final Circuit<Boolean> circuit;
    private final ProofPlan plan;
    private final Set<Rule> rules;

    PaddingProof(Field field, Set<Rule> rules) {
        this.field = field;
        this.rules = rules;
        int cells = rules.contains(Rule.TRUE_CELLS_ONLY) ? CELLS : PADDED;
        this.activations = new Segment("activations", 0, Segment.Kind.BASE, 1, cells);
        this.weights = new Segment("weights", 1, Segment.Kind.BASE, cells, 1);
        Circuit.Branch<Boolean> branch = new Circuit.Branch<>() {
            @Override
            public String name() {
                return "product";
            }

            @Override
            public void run(Session session, @Nullable Boolean proving) {
                demand(session, proving != null);
            }
        };
        this.circuit = new Circuit<>(List.of(List.of(activations), List.of(weights)), List.of(branch), 0);
        this.plan = new ProofPlan(field, PARAMETERS, circuit);
    }

    /** 1 to 6, and a second network: one cell of 1. */
    private static final long[] X = {1, 2, 3, 4, 5, 6, 1, 0};

    /** 1 everywhere, and 1,000 for the second network. */
    private static final long[] W = {1, 1, 1, 1, 1, 1, 1000, 0};

    /** 21 of the true cells, and 1,000. */
    private static final long OTHER_SUM = 1021;

    private void demand(Session session, boolean proving) {
        ProductSum.Tables tables = proving ? new ProductSum.Tables(vector(X), vector(W)) : null;
        Hidden sum = session.message("sum", () -> Extension.of(OTHER_SUM));
        ProductSum.Result end = ProductSum.run(session, VARIABLES, sum, tables);
        ExtensionVector at = end.point().table(field, activations.columns());
        Hidden x = new Hidden(LinearForm.of(new Functional(activations, Point.NONE, at, 0)), end.first());
        Hidden w = new Hidden(
                LinearForm.of(new Functional(weights, end.point(), ExtensionVector.of(Extension.ONE), 0)),
                end.second());
        session.product(Check.MATRIX_PRODUCT, Quadratic.PRODUCT, List.of(x, w), end.claim());
        Extension claimed = Extension.of(session.publicTensor(0, 1)[0]);
        session.zero(Check.OUTPUT, sum.form().plus(field, field.neg(claimed)));
    }

    private static ExtensionVector vector(long[] values) {
        ExtensionVector vector = new ExtensionVector(PADDED);
        for (int i = 0; i < PADDED; i++) {
            vector.set(i, Extension.of(values[i]));
        }
        return vector;
    }

    /** Whether the sum of the second network is accepted as that of the first. */
    boolean accepts() {
        int l = plan.code().dataSize();
        long[] data = new long[plan.layouts().get(1).rows() * l];
        System.arraycopy(W, 0, data, 0, PADDED);
        CommittedRows model = CommittedRows.of(plan.code(), data, SecureRandomness.create());
        Digest name = Digest.sha256(new byte[0]);
        Statement statement = new Statement(
                Statement.Kind.EXECUTION,
                name,
                name,
                List.of(model.root()),
                0,
                1,
                1,
                List.of(Tensor.copyOf(OTHER_SUM)),
                List.of(),
                0);
        AttackProver<Boolean> prover = new AttackProver<>(plan, circuit, EnumSet.allOf(Check.class)) {
            @Override
            protected CommittedRows commit(long[] own) {
                System.arraycopy(X, CELLS, own, CELLS, PADDED - CELLS);
                return super.commit(own);
            }
        };
        Proof proof = prover.prove(statement, List.of(model), true, segment -> Arrays.copyOf(X, segment.columns()));
        AttackCases.single(new byte[0], "padding", plan.parameters(), statement, proof);
        return new RuleVerifier(plan, circuit, rules).accepts(statement, proof);
    }
}
