package dev.candor.proving.network;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The parameters of a network as bytes, which are as secret as the weights. All numbers are big-endian:
 *
 * <pre>
 * "candor-parameters" 0x00       18 bytes
 * u16 version                    1
 * SHA-256 of the descriptor      32 bytes
 * for each node: i8 weight * weights, i32 bias * biases
 * </pre>
 *
 * <p>Decoding takes exactly what encoding writes and nothing behind it.
 */
public final class ParametersCodec {
    private static final byte[] MAGIC = "candor-parameters\0".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = MAGIC.length + Short.BYTES + 32;

    private ParametersCodec() {}

    /** The bytes; {@link InvalidNetworkException} where there are more than an array holds. */
    public static byte[] encode(IntegerNetwork network) {
        long size = HEADER;
        for (Parameters.Entry entry : network.parameters().nodes()) {
            size += entry.weights().size()
                    + (long) Integer.BYTES * entry.biases().size();
        }
        if (size > Integer.MAX_VALUE - 16) {
            throw new InvalidNetworkException("the parameters have " + size + " bytes; at most 2^31 are written");
        }
        ByteBuffer out = ByteBuffer.allocate((int) size);
        out.put(MAGIC).putShort((short) VERSION).put(Descriptor.hash(network.architecture()));
        for (Parameters.Entry entry : network.parameters().nodes()) {
            out.put(entry.weights().toArray());
            for (int i = 0; i < entry.biases().size(); i++) {
                out.putInt(entry.biases().at(i));
            }
        }
        return out.array();
    }

    /** The network of {@code architecture} with these parameters; {@link InvalidNetworkException} for any other bytes. */
    public static IntegerNetwork decode(Architecture architecture, byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            byte[] magic = new byte[MAGIC.length];
            in.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new InvalidNetworkException("these bytes hold no parameters of an integer network");
            }
            int version = in.getShort();
            if (version != VERSION) {
                throw new InvalidNetworkException(
                        "the parameters have version " + version + "; only version " + VERSION + " is known");
            }
            byte[] hash = new byte[32];
            in.get(hash);
            if (!Arrays.equals(hash, Descriptor.hash(architecture))) {
                throw new InvalidNetworkException("the parameters belong to another descriptor");
            }
            List<Parameters.Entry> entries = new ArrayList<>();
            for (Node node : architecture.nodes()) {
                entries.add(entry(node.layer(), in));
            }
            if (in.hasRemaining()) {
                throw new InvalidNetworkException("the parameters are followed by " + in.remaining() + " bytes");
            }
            return new IntegerNetwork(architecture, new Parameters(entries));
        } catch (BufferUnderflowException e) {
            throw new InvalidNetworkException("the parameters end early");
        }
    }

    private static Parameters.Entry entry(Layer layer, ByteBuffer in) {
        if (in.remaining() < layer.weightCount() + (long) Integer.BYTES * layer.biasCount()) {
            throw new BufferUnderflowException();
        }
        byte[] weights = new byte[layer.weightCount()];
        in.get(weights);
        int[] biases = new int[layer.biasCount()];
        for (int i = 0; i < biases.length; i++) {
            biases[i] = in.getInt();
        }
        return new Parameters.Entry(ByteTensor.copyOf(weights), IntTensor.copyOf(biases));
    }
}
