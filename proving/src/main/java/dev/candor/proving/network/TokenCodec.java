package dev.candor.proving.network;

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
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The operations of transformers in descriptors; see {@link Descriptor} for the format. */
final class TokenCodec {
    static final int MATMUL = 19;

    private TokenCodec() {}

    static int code(TokenLayer layer) {
        return switch (layer) {
            case Reshape _ -> 16;
            case Permute _ -> 17;
            case Slice _ -> 18;
            case MatMul _ -> MATMUL;
            case Table _ -> 20;
            case Centre _ -> 21;
            case Normalise _ -> 22;
            case Affine _ -> 23;
            case Softmax _ -> 24;
            case Embedding _ -> 25;
        };
    }

    static int[] numbers(TokenLayer layer) {
        return switch (layer) {
            case Reshape(Shape shape) -> counted(shape.sizes());
            case Permute(List<Integer> order) -> counted(order);
            case Slice(int dimension, int from, int count) -> new int[] {dimension, from, count};
            case MatMul(boolean transposed) -> new int[] {transposed ? 1 : 0};
            case Table(int low, IntTensor values) ->
                IntStream.concat(IntStream.of(low, values.size()), IntStream.of(values.toArray()))
                        .toArray();
            case Centre(int size) -> new int[] {size};
            case Normalise(int size, int fraction, int epsilon) -> new int[] {size, fraction, epsilon};
            case Affine(int size) -> new int[] {size};
            case Softmax(int size, IntTensor exponentials, int fraction) ->
                IntStream.concat(
                                IntStream.of(size, fraction, exponentials.size()), IntStream.of(exponentials.toArray()))
                        .toArray();
            case Embedding(int tokens, int columns) -> new int[] {tokens, columns};
        };
    }

    /** Reads what follows a node's code and inputs. */
    static TokenLayer read(int code, ByteBuffer in) {
        return switch (code) {
            case 16 -> new Reshape(new Shape(list(in)));
            case 17 -> new Permute(list(in));
            case 18 -> new Slice(in.getInt(), in.getInt(), in.getInt());
            case MATMUL -> new MatMul(in.getInt() == 1);
            case 20 -> new Table(in.getInt(), tensor(in, in.getInt()));
            case 21 -> new Centre(in.getInt());
            case 22 -> new Normalise(in.getInt(), in.getInt(), in.getInt());
            case 23 -> new Affine(in.getInt());
            case 24 -> {
                int size = in.getInt();
                int fraction = in.getInt();
                yield new Softmax(size, tensor(in, in.getInt()), fraction);
            }
            case 25 -> new Embedding(in.getInt(), in.getInt());
            default -> throw new InvalidNetworkException("the descriptor has a node of the unknown code " + code);
        };
    }

    private static int[] counted(List<Integer> numbers) {
        return IntStream.concat(IntStream.of(numbers.size()), numbers.stream().mapToInt(Integer::intValue))
                .toArray();
    }

    private static List<Integer> list(ByteBuffer in) {
        int count = in.getInt();
        if (count < 1 || count > Shape.MOST_DIMENSIONS) {
            throw new InvalidNetworkException("the descriptor has a list of " + count + " dimensions");
        }
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(in.getInt());
        }
        return numbers;
    }

    private static IntTensor tensor(ByteBuffer in, int count) {
        if (count < 0 || count > in.remaining() / Integer.BYTES) {
            throw new BufferUnderflowException();
        }
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.getInt();
        }
        return IntTensor.copyOf(values);
    }
}
