package dev.candor.bench.load;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.candor.actors.tensor.DataType;
import dev.candor.bench.model.Example;
import dev.candor.bench.model.Numbers;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.InferTensorContents;
import dev.candor.protocol.inference.ModelInferResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Compares the outputs of a {@code ModelInferResponse} with what they must be; and asks for a receipt if there should be one. */
final class GrpcOutputCheck implements AnswerCheck {
    private final ExpectedOutputs expected;
    private final boolean receipts;

    GrpcOutputCheck(Example example, boolean receipts) {
        this.expected = new ExpectedOutputs(example);
        this.receipts = receipts;
    }

    @Override
    public Optional<String> problem(SampledAnswer answer) {
        try {
            ModelInferResponse response = ModelInferResponse.parseFrom(answer.body());
            if (receipts
                    && response.getParametersOrDefault("candor_receipt", InferParameter.getDefaultInstance())
                            .getStringParam()
                            .isEmpty()) {
                return Optional.of(ExpectedOutputs.NO_RECEIPT);
            }
            boolean raw = response.getRawOutputContentsCount() > 0;
            if (raw && response.getRawOutputContentsCount() != response.getOutputsCount()) {
                return Optional.of(ExpectedOutputs.SHORT);
            }
            Map<String, double[]> outputs = new HashMap<>();
            for (int i = 0; i < response.getOutputsCount(); i++) {
                ModelInferResponse.InferOutputTensor output = response.getOutputs(i);
                Optional<double[]> values =
                        raw ? raw(output.getDatatype(), response, i) : Optional.of(typed(output.getContents()));
                if (values.isEmpty()) {
                    return Optional.of(ExpectedOutputs.SHORT);
                }
                outputs.put(output.getName(), values.get());
            }
            return expected.problem(outputs);
        } catch (InvalidProtocolBufferException e) {
            return Optional.of("an answer that is no ModelInferResponse");
        }
    }

    private static Optional<double[]> raw(String datatype, ModelInferResponse response, int index) {
        return DataType.ofName(datatype)
                .flatMap(type ->
                        Numbers.read(type, response.getRawOutputContents(index).asReadOnlyByteBuffer()));
    }

    /** Only one of the lists is filled. */
    private static double[] typed(InferTensorContents contents) {
        return Stream.of(
                        contents.getFp32ContentsList().stream().mapToDouble(Float::doubleValue),
                        contents.getFp64ContentsList().stream().mapToDouble(Double::doubleValue),
                        contents.getIntContentsList().stream().mapToDouble(Integer::doubleValue),
                        contents.getInt64ContentsList().stream().mapToDouble(Long::doubleValue),
                        contents.getUintContentsList().stream().mapToDouble(Integer::doubleValue),
                        contents.getBoolContentsList().stream().mapToDouble(bool -> bool ? 1 : 0))
                .flatMapToDouble(values -> values)
                .toArray();
    }
}
