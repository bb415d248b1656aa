package dev.candor.proving.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.TokenLayer.Affine;
import dev.candor.proving.network.TokenLayer.Centre;
import dev.candor.proving.network.TokenLayer.Embedding;
import dev.candor.proving.network.TokenLayer.MatMul;
import dev.candor.proving.network.TokenLayer.Normalise;
import dev.candor.proving.network.TokenLayer.Permute;
import dev.candor.proving.network.TokenLayer.Reshape;
import dev.candor.proving.network.TokenLayer.Slice;
import dev.candor.proving.network.TokenLayer.Softmax;
import dev.candor.proving.network.TokenLayer.Table;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TokenLayerTest {
    private static final Range BYTE = new Range(-128, 127);

    @Test
    void permuteSliceAndReshapeOnlyMove() {
        assertThat(run(Shape.of(2, 3), new Permute(List.of(1, 0)), 1, 2, 3, 4, 5, 6))
                .containsExactly(1, 4, 2, 5, 3, 6);
        assertThat(run(Shape.of(2, 3), new Slice(1, 1, 2), 1, 2, 3, 4, 5, 6)).containsExactly(2, 3, 5, 6);
        assertThat(run(Shape.of(2, 3), new Slice(0, 1, 1), 1, 2, 3, 4, 5, 6)).containsExactly(4, 5, 6);
        assertThat(run(Shape.of(2, 3), new Reshape(Shape.of(3, 2)), 1, 2, 3, 4, 5, 6))
                .containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void permutationsOfThreeDimensionsUndoTheirInverse() {
        List<Node> nodes = Networks.chain(new Permute(List.of(2, 0, 1)), new Permute(List.of(1, 2, 0)));
        IntegerNetwork network = Networks.random(new Input(Shape.of(2, 3, 4), BYTE, 1), nodes, new Random(0));
        long[] x = Networks.input(network, 3, new Random(1));

        assertThat(ReferenceExecution.run(network, 3, x).output()).containsExactly(x);
    }

    @Test
    void matmulMultipliesEachHead() {
        List<Node> nodes = List.of(
                new Node(new Reshape(Shape.of(1, 2, 2)), List.of(0)), new Node(new MatMul(false), List.of(1, 1)));
        assertThat(run(Shape.of(2, 2), nodes, 1, 2, 3, 4)).containsExactly(7, 10, 15, 22);
        List<Node> transposed = List.of(new Node(new MatMul(true), List.of(0, 0)));
        assertThat(run(Shape.of(2, 2), transposed, 1, 2, 3, 4)).containsExactly(5, 11, 11, 25);
    }

    @Test
    void centreIsExact() {
        assertThat(run(Shape.of(2, 3), new Centre(3), 1, 2, 6, -5, -5, -5)).containsExactly(-6, -3, 9, 0, 0, 0);
    }

    @Test
    void normaliseTakesTheOnlyFactor() {
        Random random = new Random(2);
        for (int round = 0; round < 100_000; round++) {
            Normalise normalise = new Normalise(4, 1 + random.nextInt(25), 1);
            long squares = 1 + (random.nextLong() & Long.MAX_VALUE) % (1L << (1 + random.nextInt(44)));
            BigInteger v = BigInteger.valueOf(squares);
            BigInteger s = BigInteger.valueOf(normalise.factor(squares));
            BigInteger most = BigInteger.ONE.shiftLeft(2 * normalise.fraction());
            BigInteger next = s.add(BigInteger.ONE);
            assertThat(s.multiply(s).multiply(v)).isLessThanOrEqualTo(most);
            assertThat(next.multiply(next).multiply(v)).isGreaterThan(most).isLessThan(BigInteger.ONE.shiftLeft(59));
        }
        assertThat(run(Shape.of(2), new Normalise(2, 10, 1), 3, 4)).containsExactly(3 * 200, 4 * 200);
    }

    @Test
    void softmaxSumsToAlmostOne() {
        int[] exponentials = new int[1 << 16];
        Arrays.setAll(exponentials, i -> (int) Math.rint(32767 * Math.exp(-i / 1000.0)));
        Softmax softmax = new Softmax(3, IntTensor.copyOf(exponentials), 38);
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(3), Layer.ACTIVATION, 1),
                Networks.chain(softmax, new Requantise(1, 24, -32768, 32767)),
                new Random(0));
        long[] y = ReferenceExecution.run(network, 2, new long[] {0, 1000, -32768, 32767, 32767, 31767})
                .output();

        assertThat(Math.abs(y[0] - 16_384 / (1 + Math.E))).isLessThan(2);
        assertThat(Math.abs(y[1] - 16_384 * Math.E / (1 + Math.E))).isLessThan(2);
        assertThat(y[2]).isZero();
        assertThat(y[3]).isEqualTo(y[4]);
        assertThat(y[3] + y[4] + y[5]).isBetween(16_382L, 16_386L);
        assertThat(network.worstCase(2).rowSum()).isEqualTo(16_384 + 1 + 2);
    }

    @Test
    void softmaxTakesTheOnlyFactor() {
        Softmax softmax = new Softmax(7, IntTensor.copyOf(new int[] {9, 5, 0}), 44);
        for (long sum = 9; sum <= 63; sum++) {
            long factor = softmax.factor(sum);
            assertThat(factor * sum).isLessThanOrEqualTo(1L << 44);
            assertThat((factor + 1) * sum).isGreaterThan(1L << 44);
            assertThat(factor).isLessThan(1L << softmax.factorBits());
            assertThat(sum).isLessThan(1L << softmax.sumBits());
        }
    }

    @Test
    void weightedMeansStayAsSmallAsWhatTheyAreMeansOf() {
        int[] flat = new int[256];
        Arrays.fill(flat, 32767);
        List<Node> nodes = List.of(
                new Node(new Softmax(64, IntTensor.copyOf(flat), 38), List.of(0)),
                new Node(new Requantise(1, 24, -32768, 32767), List.of(1)),
                new Node(new MatMul(false), List.of(2, 0)));
        IntegerNetwork network = Networks.random(new Input(Shape.of(64, 64), BYTE, 1), nodes, new Random(0));

        assertThat(network.worstCase(3).range().magnitude()).isLessThan(128 * 16_500);
    }

    @Test
    void tablesAffinesAndEmbeddingsLookUp() {
        assertThat(run(Shape.of(2), new Table(-128, IntTensor.copyOf(new int[256])), 3, -4))
                .containsExactly(0, 0);
        IntegerNetwork network = Networks.random(
                new Input(Shape.of(2), new Range(0, 2), 1),
                Networks.chain(new Embedding(3, 4), new Affine(4)),
                new Random(5));
        long[] y = ReferenceExecution.run(network, 1, new long[] {2, 0}).output();
        for (int i = 0; i < 8; i++) {
            long weight = network.parameters(0).weights().at((i < 4 ? 8 : 0) + i % 4);
            assertThat(y[i])
                    .isEqualTo(weight * network.parameters(1).weights().at(i % 4)
                            + network.parameters(1).biases().at(i % 4));
        }
    }

    @Test
    void everyValueStaysWithinPublicAndTrueBounds() {
        Random random = new Random(6);
        for (int round = 0; round < 20; round++) {
            IntegerNetwork network = Networks.everyTokenLayer(random);
            Trace trace = ReferenceExecution.run(network, 3, Networks.input(network, 3, random));
            for (int value = 0; value < network.architecture().values(); value++) {
                Range tight = network.worstCase(value).range();
                assertThat(network.architecture().range(value).contains(tight)).isTrue();
                assertThat(Arrays.stream(trace.value(value))).allMatch(tight::contains);
            }
        }
    }

    @Test
    void theDescriptorKeepsThemAll() {
        Architecture architecture = Networks.everyTokenLayer(new Random(7)).architecture();
        byte[] bytes = Descriptor.encode(architecture);

        assertThat(Descriptor.decode(bytes)).isEqualTo(architecture);
        assertThat(Descriptor.hexHash(architecture))
                .isEqualTo("08bb77c8e04c75b1452313c0a8d2b8355dde298b5dc01227a3e1cb4f81289bfe");
        Random random = new Random(8);
        for (int round = 0; round < 5_000; round++) {
            byte[] mutant = bytes.clone();
            mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
            byte[] cut = Arrays.copyOf(mutant, random.nextInt(mutant.length + 1));
            for (byte[] changed : new byte[][] {mutant, cut}) {
                try {
                    assertThat(Descriptor.encode(Descriptor.decode(changed))).isEqualTo(changed);
                } catch (InvalidNetworkException e) {
                    assertThat(e).hasMessageNotContaining("null");
                }
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> run(Shape.of(2, 3), List.of(new Node(new MatMul(false), List.of(0, 0))), 1))
                .hasMessageContaining("matmul is given 2x3 and 2x3");
        assertThatThrownBy(() -> new Permute(List.of(0, 0))).hasMessageContaining("leaves out 1");
        assertThatThrownBy(() -> run(Shape.of(2), new Table(0, IntTensor.copyOf(new int[4])), 1, 1))
                .hasMessageContaining("table has entries for [0, 3] and is given values within [-128, 127]");
        assertThatThrownBy(() -> run(Shape.of(2), new Embedding(3, 2), 1, 1))
                .hasMessageContaining("embedding has 3 tokens and is given values within [-128, 127]");
        assertThatThrownBy(() -> run(Shape.of(2, 3), new Slice(1, 2, 2), 1)).hasMessageContaining("slice takes 2");
        assertThatThrownBy(() -> new Softmax(2, IntTensor.EMPTY, 1)).hasMessageContaining("1 to 2^16 entries");
        assertThatThrownBy(() -> new Softmax(8192, IntTensor.copyOf(new int[] {1, 32767}), 38))
                .hasMessageContaining("more than 60 bits together");
        assertThatThrownBy(() -> run(Shape.of(2), new Softmax(2, IntTensor.copyOf(new int[] {1, 1}), 38), 1, 1))
                .hasMessageContaining("softmax has 2 exponentials and is given values within [-128, 127]");
        assertThatThrownBy(() -> run(Shape.of(8192), new Normalise(8192, 25, 1), 1))
                .hasMessageContaining("a larger epsilon");
        assertThatThrownBy(() -> new Normalise(2, 26, 1)).hasMessageContaining("a fraction of 26");
    }

    private static long[] run(Shape shape, Layer layer, long... input) {
        return run(shape, Networks.chain(layer), input);
    }

    private static long[] run(Shape shape, List<Node> nodes, long... input) {
        IntegerNetwork network = Networks.random(new Input(shape, BYTE, 1), nodes, new Random(0));
        return ReferenceExecution.run(network, 1, input).output();
    }
}
