package dev.candor.cluster.evm;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.security.Secp256k1;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The contract that OpenGradient's SDK calls: how it is called, and what its events say. Stateless. */
final class InferenceContract {
    /** Where the SDK expects it by default. */
    static final Bytes ADDRESS = Bytes.ofHex("8383c9bd7462f12eb996dd02f78234c0421a6fae");

    /** Whose event names the request. */
    static final Bytes PRECOMPILE = Bytes.ofHex("00000000000000000000000000000000000000f4");

    private static final String INPUT = "((string,(int128,int128)[],uint32[])[],(string,string[])[])";
    private static final String OUTPUT =
            "((string,(int128,int128)[],uint32[])[],(string,string[])[],(string,string)[],bool)";
    private static final Bytes RUN =
            topic("run(string,uint8," + INPUT + ")").toBytes().slice(0, 4);
    private static final Digest RESULT = topic("InferenceResult(" + OUTPUT + ")");
    private static final Digest INFERENCE =
            topic("ModelInferenceEvent(string,(uint8,string," + INPUT + ")," + OUTPUT + ")");
    private static final int MOST_MODES = 255;
    private static final int MOST_DIMENSION = Integer.MAX_VALUE;

    private InferenceContract() {}

    /**
     * A decimal number: {@code value} with {@code decimals} digits behind the point.
     *
     * @param value unscaled
     * @param decimals not negative where it means something
     */
    record Decimal(BigInteger value, BigInteger decimals) {}

    /**
     * A tensor of numbers.
     *
     * @param shape as the caller has it
     */
    record Numbers(String name, List<Decimal> values, List<Integer> shape) {}

    /** A tensor of strings, whose shape the contract leaves out. */
    record Strings(String name, List<String> values) {}

    /**
     * A call of {@code run}.
     *
     * @param model as the caller names it
     * @param mode 0 VANILLA, 1 ZKML, 2 TEE, which is not our order
     * @param input as it was encoded
     */
    record Run(String model, int mode, List<Numbers> numbers, List<Strings> strings, Bytes input) {
        /** The mode in our words. */
        VerificationMode verification() {
            return switch (mode) {
                case 0 -> VerificationMode.VANILLA;
                case 1 -> VerificationMode.ZKML;
                case 2 -> VerificationMode.TEE;
                default -> throw invalid("the modes are 0 (VANILLA), 1 (ZKML) and 2 (TEE), this is " + mode);
            };
        }
    }

    /**
     * An event.
     *
     * @param address of the contract that says it
     * @param topic its only one
     * @param data its arguments
     */
    record Event(Bytes address, Digest topic, Bytes data) {}

    /** Reads a call; INVALID_REQUEST for one of something else. */
    static Run read(Bytes to, Bytes data) {
        if (!to.equals(ADDRESS)) {
            throw invalid(
                    "there is no contract at 0x" + to.toHex() + "; the inference contract is 0x" + ADDRESS.toHex());
        }
        if (data.length() < 4 || !data.slice(0, 4).equals(RUN)) {
            throw invalid(
                    "of the inference contract only run(string,uint8,ModelInput) is served; for language models use"
                            + " POST /v1/chat/completions");
        }
        AbiReader in = new AbiReader(data.slice(4, data.length() - 4));
        int base = in.follow(64, 0);
        return new Run(
                in.text(in.follow(0, 0)),
                in.number(32, MOST_MODES),
                in.pointers(in.follow(base, base), at -> numbers(in, at)),
                in.pointers(
                        in.follow(base + 32, base),
                        at -> new Strings(in.text(in.follow(at, at)), in.pointers(in.follow(at + 32, at), in::text))),
                data.slice(4 + base, data.length() - 4 - base));
    }

    private static Numbers numbers(AbiReader in, int at) {
        return new Numbers(
                in.text(in.follow(at, at)),
                in.array(in.follow(at + 32, at), 64, each -> new Decimal(in.signed(each), in.signed(each + 32))),
                in.array(in.follow(at + 64, at), 32, each -> in.number(each, MOST_DIMENSION)));
    }

    /**
     * What a transaction that was answered says.
     *
     * @param request our id of it
     * @param note what is to be said of the answer besides, as JSON
     */
    static List<Event> events(Run run, String request, List<Tensor> outputs, Optional<String> note) {
        AbiWriter.Value output = output(outputs, note);
        AbiWriter.Value asked = AbiWriter.tuple(
                List.of(AbiWriter.number(run.mode()), AbiWriter.text(run.model()), AbiWriter.encoded(run.input())));
        return List.of(
                new Event(PRECOMPILE, INFERENCE, AbiWriter.arguments(List.of(AbiWriter.text(request), asked, output))),
                new Event(ADDRESS, RESULT, AbiWriter.arguments(List.of(output))));
    }

    /** A {@code ModelOutput}; a model ran for it, so it is no result of a simulation. */
    private static AbiWriter.Value output(List<Tensor> outputs, Optional<String> note) {
        return AbiWriter.tuple(List.of(
                AbiWriter.array(outputs.stream()
                        .filter(EvmTensors::isNumeric)
                        .map(InferenceContract::numbers)
                        .toList()),
                AbiWriter.array(outputs.stream()
                        .filter(tensor -> !EvmTensors.isNumeric(tensor))
                        .map(tensor -> AbiWriter.tuple(List.of(
                                AbiWriter.text(tensor.name()),
                                AbiWriter.array(EvmTensors.texts(tensor).stream()
                                        .map(AbiWriter::text)
                                        .toList()))))
                        .toList()),
                AbiWriter.array(note.stream()
                        .map(json -> AbiWriter.tuple(List.of(AbiWriter.text("candor"), AbiWriter.text(json))))
                        .toList()),
                AbiWriter.number(0)));
    }

    private static AbiWriter.Value numbers(Tensor tensor) {
        return AbiWriter.tuple(List.of(
                AbiWriter.text(tensor.name()),
                AbiWriter.array(EvmTensors.numbers(tensor).stream()
                        .map(number -> AbiWriter.tuple(
                                List.of(AbiWriter.number(number.value()), AbiWriter.number(number.decimals()))))
                        .toList()),
                AbiWriter.array(
                        tensor.shape().toList().stream().map(AbiWriter::number).toList())));
    }

    private static Digest topic(String signature) {
        return Secp256k1.keccak(signature.getBytes(StandardCharsets.UTF_8));
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
