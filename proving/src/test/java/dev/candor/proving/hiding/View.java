package dev.candor.proving.hiding;

import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.commitment.LinearConstraints;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.BranchChallenges;
import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Circuit;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.Product;
import dev.candor.proving.constraint.Segment;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.proof.Equations;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.randomness.Purpose;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * What a verifier sees of one proof, hashes aside, when the challenges are fixed beforehand: all padded messages, the product openings, v, q
 * and the opened columns of all roots. For fixed challenges and fixed masks of products this is an affine function of the randomness.
 */
final class View<W> {

    /** One side of the experiment: what the prover knows. */
    record Secret<W>(W witness, List<Function<Segment, long[]>> cells, List<long[]> tensors) {}

    /** One view. */
    static final class Seen {

        private final long[] elements;
        private final List<Extension> factors;
        private final List<Purpose> purposes;

        private Seen(long[] elements, List<Extension> factors, List<Purpose> purposes) {
            this.elements = elements;
            this.factors = factors;
            this.purposes = purposes;
        }

        /** Elements of F, in a fixed order. */
        long[] elements() {
            return elements;
        }

        /** The hidden factors of all products. */
        List<Extension> factors() {
            return factors;
        }

        /** What each random element is for. */
        List<Purpose> purposes() {
            return purposes;
        }
    }

    private final ProofPlan plan;
    private final Circuit<W> circuit;
    private final Field field;
    private final long seed;

    View(ProofPlan plan, Circuit<W> circuit, long seed) {
        this.plan = plan;
        this.circuit = circuit;
        this.field = plan.field();
        this.seed = seed;
    }

    Extension gamma() {
        return draw(new Random(seed + 1));
    }

    private Extension draw(Random random) {
        return new Extension(field.fromSigned(random.nextInt(1, 90)), field.fromSigned(random.nextInt(1, 90)));
    }

    /** The number of masks of products in each branch. */
    List<Integer> masksOfBranches() {
        return plan.branches().stream().map(b -> b.maskCells().size()).toList();
    }

    /** The masks of all products: elements of F. */
    int maskElements() {
        return 2 * masksOfBranches().stream().mapToInt(Integer::intValue).sum();
    }

    Seen of(Secret<W> secret, long[] elements, long[] masks) {
        ScriptedRandomness randomness = new ScriptedRandomness(elements, masks);
        ExtensionVector pads =
                randomness.extensions(Purpose.PAD, field, plan.pads().columns());
        for (BranchPlan branch : plan.branches()) {
            ExtensionVector drawn = randomness.extensions(
                    Purpose.PRODUCT_MASK, field, branch.maskCells().size());
            for (int i = 0; i < drawn.size(); i++) {
                pads.set(branch.firstPad() + branch.maskCells().get(i), drawn.get(i));
            }
        }
        List<CommittedRows> roots = new ArrayList<>();
        for (int root = 0; root < plan.layouts().size(); root++) {
            long[] data = new long[plan.layouts().get(root).rows() * plan.code().dataSize()];
            for (Segment segment : plan.layouts().get(root).segments()) {
                if (!segment.equals(plan.pads())) {
                    plan.layouts()
                            .get(root)
                            .place(segment, secret.cells.get(root).apply(segment), data);
                }
            }
            if (root == 0) {
                plan.layouts().getFirst().place(plan.pads(), pads, data);
                roots.add(CommittedRows.withMasks(plan.code(), data, randomness));
            } else {
                roots.add(CommittedRows.of(plan.code(), data, randomness));
            }
        }
        List<BranchSession.Proving> sessions = run(secret, pads);
        List<Extension> factors = new ArrayList<>();
        List<Extension> opened = new ArrayList<>();
        for (BranchSession session : sessions) {
            for (Product product : session.products()) {
                product.factors().stream().map(Hidden::value).forEach(factors::add);
                opened.addAll(product.open(field, gamma()));
            }
        }
        return new Seen(collect(sessions, opened, roots), factors, randomness.purposes);
    }

    private List<BranchSession.Proving> run(Secret<W> secret, ExtensionVector pads) {
        List<BranchSession.Proving> sessions = new ArrayList<>();
        Random challenges = new Random(seed);
        for (int i = 0; i < plan.branches().size(); i++) {
            BranchSession.Start start =
                    new BranchSession.Start(field, plan.branches().get(i), fixed(challenges), secret.tensors);
            BranchSession.Proving session = new BranchSession.Proving(start, pads);
            circuit.branches().get(i).run(session, secret.witness);
            sessions.add(session);
        }
        return sessions;
    }

    private long[] collect(List<BranchSession.Proving> sessions, List<Extension> opened, List<CommittedRows> roots) {
        Random random = new Random(seed + 2);
        ExtensionVector openings = ExtensionVector.of(opened.toArray(Extension[]::new));
        Extension alpha = draw(random);
        ExtensionVector rho = new ExtensionVector(RowTests.proximityCoefficients(plan.rows()));
        for (int i = 0; i < rho.size(); i++) {
            rho.set(i, draw(random));
        }
        RowTests tests = new RowTests(plan.code());
        LinearConstraints.Combined combined = Equations.of(field, sessions, gamma(), openings)
                .combine(field, alpha, EnumSet.allOf(Check.class), plan.pads(), plan.layouts());
        List<Long> seen = new ArrayList<>();
        sessions.forEach(session -> add(seen, session.sent()));
        add(seen, openings);
        add(seen, tests.proximity(roots, rho));
        add(seen, tests.linear(roots, combined.terms()));
        int[] positions = random.ints(0, plan.parameters().length())
                .distinct()
                .limit(plan.parameters().queries())
                .sorted()
                .toArray();
        for (CommittedRows rows : roots) {
            for (long element : rows.open(positions).columns()) {
                seen.add(element);
            }
        }
        return seen.stream().mapToLong(Long::longValue).toArray();
    }

    private static void add(List<Long> seen, ExtensionVector vector) {
        for (int c = 0; c < 2; c++) {
            for (long element : vector.plane(c)) {
                seen.add(element);
            }
        }
    }

    private BranchChallenges fixed(Random random) {
        return new BranchChallenges() {
            @Override
            public void absorb(String label, ExtensionVector values) {}

            @Override
            public ExtensionVector challenges(String label, int count) {
                ExtensionVector drawn = new ExtensionVector(count);
                for (int i = 0; i < count; i++) {
                    drawn.set(i, draw(random));
                }
                return drawn;
            }

            @Override
            public Digest finish() {
                return Digest.sha256(new byte[0]);
            }
        };
    }
}
