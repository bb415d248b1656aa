package dev.candor.proving.hiding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.commitment.CommittedRows;
import dev.candor.proving.commitment.OpenedColumns;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.constraint.BranchChallenges;
import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.constraint.BranchSession;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.constraint.Hidden;
import dev.candor.proving.constraint.PlanSession;
import dev.candor.proving.constraint.Quadratic;
import dev.candor.proving.constraint.Session;
import dev.candor.proving.fft.RowCode;
import dev.candor.proving.fft.RowCodes;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import dev.candor.proving.field.ToyField;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Over fields so small that all randomness can be gone through: each part of a proof is made by the real classes once for every value of every
 * random element, and its views are counted. Two secrets give the very same counts; with any single random element at zero they do not.
 * {@link HidingTest} has the whole proof at once, by linear algebra.
 */
final class ExhaustiveHidingTest {

    /** All ways to choose {@code size} elements below {@code modulus}, with those that are fixed at zero. */
    private static void each(int modulus, int size, IntPredicate zero, java.util.function.Consumer<long[]> visit) {
        long[] elements = new long[size];
        while (true) {
            visit.accept(elements);
            int i = 0;
            while (i < size && (zero.test(i) || elements[i] == modulus - 1)) {
                elements[i++] = 0;
            }
            if (i == size) {
                return;
            }
            elements[i]++;
        }
    }

    private static Map<List<Long>, Integer> counts(
            int modulus, int size, IntPredicate zero, Function<long[], List<Long>> view) {
        Map<List<Long>, Integer> counts = new HashMap<>();
        each(modulus, size, zero, elements -> counts.merge(view.apply(elements), 1, Integer::sum));
        return counts;
    }

    private static List<Long> list(long... values) {
        return Arrays.stream(values).boxed().toList();
    }

    // Opened columns of a row: 97 elements, two data values, two random coefficients.

    private static final Field ROWS = new ToyField(97);
    private static final RowCode CODE = RowCodes.of(ROWS, 2, 2, 32);

    private static Map<List<Long>, Integer> columns(long[] data, int[] positions, IntPredicate zero) {
        return counts(97, 2, zero, random -> {
            OpenedColumns opened = CommittedRows.of(CODE, data, new ScriptedRandomness(random.clone(), new long[0]))
                    .open(positions);
            return Arrays.stream(opened.columns()).boxed().toList();
        });
    }

    @Test
    void asManyColumnsAsRandomCoefficientsShowNothing() {
        for (int[] positions : new int[][] {{0, 1}, {3, 17}, {30, 31}, {5, 21}}) {
            Map<List<Long>, Integer> one = columns(new long[] {3, 5}, positions, _ -> false);
            assertSame(one, columns(new long[] {90, 0}, positions, _ -> false));
            assertThat(one.size()).isEqualTo(97 * 97);
            for (int fixed = 0; fixed < 2; fixed++) {
                int zero = fixed;
                Map<List<Long>, Integer> known = columns(new long[] {3, 5}, positions, i -> i == zero);
                assertThat(known.equals(columns(new long[] {90, 0}, positions, i -> i == zero)))
                        .as("coefficient %d", fixed)
                        .isFalse();
            }
        }
        int[] tooMany = {0, 1, 2};
        Map<List<Long>, Integer> past = columns(new long[] {3, 5}, tooMany, _ -> false);
        assertThat(past.equals(columns(new long[] {90, 0}, tooMany, _ -> false)))
                .isFalse();
    }

    // A product: 3 elements in F, 9 in K; the pad of its value, two masks, and the pads of its cross terms.

    private static final Field PRODUCTS = new ToyField(3);
    private static final int PAD_ELEMENTS = 10;

    private static Extension element(int number) {
        return new Extension(number % 3, number / 3);
    }

    /** The secret: two factors. */
    private static void product(Session session, Extension a, Extension b) {
        Field f = session.field();
        Hidden value = session.message("value", () -> f.mul(a, b));
        session.product(
                Check.MATRIX_PRODUCT, Quadratic.PRODUCT, List.of(Hidden.constant(a), Hidden.constant(b)), value);
    }

    private static Map<List<Long>, Integer> products(Extension a, Extension b, Extension gamma, IntPredicate zero) {
        PlanSession planning = new PlanSession(PRODUCTS, "product", 0);
        product(planning, a, b);
        BranchPlan plan = planning.plan();
        return counts(3, PAD_ELEMENTS, zero, random -> {
            ExtensionVector pads = new ExtensionVector(PAD_ELEMENTS / 2);
            for (int i = 0; i < pads.size(); i++) {
                pads.set(i, new Extension(random[2 * i], random[2 * i + 1]));
            }
            BranchSession.Proving session =
                    new BranchSession.Proving(new BranchSession.Start(PRODUCTS, plan, SILENT, List.of()), pads);
            product(session, a, b);
            List<Long> view = new ArrayList<>();
            ExtensionVector sent = session.sent();
            for (int i = 0; i < sent.size(); i++) {
                view.addAll(list(sent.get(i).c0(), sent.get(i).c1()));
            }
            session.products()
                    .getFirst()
                    .open(PRODUCTS, gamma)
                    .forEach(opened -> view.addAll(list(opened.c0(), opened.c1())));
            return view;
        });
    }

    private static final BranchChallenges SILENT = new BranchChallenges() {
        @Override
        public void absorb(String label, ExtensionVector values) {}

        @Override
        public ExtensionVector challenges(String label, int count) {
            return new ExtensionVector(count);
        }

        @Override
        public Digest finish() {
            return Digest.sha256(new byte[0]);
        }
    };

    @Test
    void aProductShowsNothingOfItsFactorsForAnyChallenge() {
        Extension a = element(5);
        Extension b = element(7);
        Extension c = element(3);
        Extension d = element(1);
        for (int gamma = 1; gamma < 9; gamma++) {
            Map<List<Long>, Integer> one = products(a, b, element(gamma), _ -> false);
            assertThat(one.size()).isEqualTo(59049);
            assertSame(one, products(c, d, element(gamma), _ -> false));
        }
        for (int fixed = 0; fixed < PAD_ELEMENTS; fixed++) {
            int zero = fixed;
            Map<List<Long>, Integer> known = products(a, b, element(4), i -> i == zero);
            boolean toldApart = IntStream.range(0, 9)
                    .anyMatch(other -> !known.equals(products(element(other), d, element(4), i -> i == zero)));
            assertThat(toldApart).as("element %d at zero", fixed).isTrue();
        }
    }

    // The answer of the proximity test: 17 elements, one data value and one random coefficient in each of two rows.

    private static final Field TESTS = new ToyField(17);
    private static final RowCode TINY = RowCodes.of(TESTS, 1, 1, 8);

    /**
     * One coordinate of v, for all coefficients of that coordinate of its mask u_0.
     *
     * @param rows data and random coefficient of each of two rows
     */
    private static Map<List<Long>, Integer> proximity(long[][] rows, int plane, IntPredicate zero) {
        ExtensionVector rho = new ExtensionVector(2 + 4);
        for (int i = 0; i < rho.size(); i++) {
            rho.set(i, new Extension(i + 2, 3 * i + 1));
        }
        RowTests tests = new RowTests(TINY);
        return counts(17, 2, zero, free -> {
            // Two random coefficients, u_a, u_b, then u_0.
            long[] script = new long[2 + 12];
            script[0] = rows[0][1];
            script[1] = rows[1][1];
            script[10 + 2 * plane] = free[0];
            script[10 + 2 * plane + 1] = free[1];
            CommittedRows committed = CommittedRows.withMasks(
                    TINY, new long[] {rows[0][0], rows[1][0]}, new ScriptedRandomness(script, new long[0]));
            return list(tests.proximity(List.of(committed), rho).plane(plane));
        });
    }

    @Test
    void theAnswerOfTheProximityTestShowsNothing() {
        long[][] one = {{4, 2}, {6, 3}};
        long[][] two = {{14, 5}, {1, 8}};
        for (int plane = 0; plane < 2; plane++) {
            assertSame(proximity(one, plane, _ -> false), proximity(two, plane, _ -> false));
            for (int fixed = 0; fixed < 2; fixed++) {
                int zero = fixed;
                assertThat(proximity(one, plane, i -> i == zero).equals(proximity(two, plane, i -> i == zero)))
                        .as("coordinate %d, coefficient %d", plane, fixed)
                        .isFalse();
            }
        }
    }

    /** Not by the assertion library: what it prints of two such maps is longer than anybody reads. */
    private static void assertSame(Map<List<Long>, Integer> one, Map<List<Long>, Integer> two) {
        assertThat(one.equals(two)).as("the same counts of the same views").isTrue();
    }

    // Salts: a leaf that is not opened shows itself in the path of its neighbour, so a column that is guessed must not
    // be confirmed.

    @Test
    void everySaltHidesItsOwnColumn() {
        long[] data = {1, 2};
        for (int leaf = 0; leaf < CODE.length(); leaf++) {
            int unsalted = leaf;
            Randomness random = new Randomness() {
                @Override
                public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
                    Arrays.fill(out, at, at + length, 3);
                }

                @Override
                public void bytes(Purpose purpose, byte[] out, int at, int length) {
                    for (int i = 0; i < length; i++) {
                        out[at + i] = (byte) (i / 16 == unsalted ? 0 : 1 + i);
                    }
                }
            };
            CommittedRows rows = CommittedRows.of(CODE, data, random);
            for (int guessed = 0; guessed < CODE.length(); guessed++) {
                OpenedColumns neighbour = rows.open(new int[] {guessed ^ 1});
                OpenedColumns column = rows.open(new int[] {guessed});
                assertThat(neighbour.path().getFirst().equals(unsaltedLeaf(column.at(0, 0))))
                        .as("leaf %d without a salt, column %d guessed", leaf, guessed)
                        .isEqualTo(guessed == leaf);
            }
        }
    }

    /** The leaf of a column of one element without a salt: 0x00, 16 zero bytes, the element little-endian. */
    private static Digest unsaltedLeaf(long element) {
        return Digest.sha256(ByteBuffer.allocate(1 + 16 + Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(17, element)
                .array());
    }
}
