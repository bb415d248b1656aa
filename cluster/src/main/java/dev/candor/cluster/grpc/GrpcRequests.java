package dev.candor.cluster.grpc;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a {@link ModelInferRequest} into what every front end hands on. */
final class GrpcRequests {
    private GrpcRequests() {}

    /**
     * The request.
     *
     * @param metadataKey the idempotency key in the call's metadata, if any; the parameter {@code idempotency_key} says the same
     */
    static InferenceRequest read(ModelInferRequest request, Optional<String> metadataKey) {
        int priority = 0;
        Optional<Duration> timeout = Optional.empty();
        VerificationMode mode = VerificationMode.VANILLA;
        Optional<String> key = metadataKey;
        for (Map.Entry<String, InferParameter> entry :
                request.getParametersMap().entrySet()) {
            String name = entry.getKey();
            switch (name) {
                case "priority" -> priority = Math.toIntExact(number(name, entry.getValue(), Integer.MAX_VALUE));
                case "timeout" -> timeout = timeout(number(name, entry.getValue(), Long.MAX_VALUE / 1000));
                case "verification" -> mode = mode(text(name, entry.getValue()));
                case "idempotency_key" -> key = key(text(name, entry.getValue()), metadataKey);
                case "sequence_id", "sequence_start", "sequence_end" -> refuseSequence(name, entry.getValue());
                default -> {
                    // The protocol lets a server ignore parameters that it does not know.
                }
            }
        }
        for (ModelInferRequest.InferRequestedOutputTensor output : request.getOutputsList()) {
            refuseOutputParameters(output);
        }
        return new InferenceRequest(
                request.getModelName(),
                request.getModelVersion(),
                GrpcTensors.inputs(request),
                request.getOutputsList().stream()
                        .map(ModelInferRequest.InferRequestedOutputTensor::getName)
                        .toList(),
                priority,
                timeout,
                mode,
                key);
    }

    private static Optional<Duration> timeout(long micros) {
        return micros == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(micros * 1000));
    }

    private static VerificationMode mode(String text) {
        return switch (text) {
            case "vanilla" -> VerificationMode.VANILLA;
            case "tee" -> VerificationMode.TEE;
            case "zkml" -> VerificationMode.ZKML;
            default -> throw invalid("parameter verification is \"" + text + "\"; the modes are vanilla, tee and zkml");
        };
    }

    private static Optional<String> key(String key, Optional<String> metadataKey) {
        if (metadataKey.isPresent() && !metadataKey.get().equals(key)) {
            throw invalid("the metadata idempotency-key and the parameter idempotency_key differ; send one of them");
        }
        return Optional.of(key);
    }

    private static void refuseSequence(String name, InferParameter value) {
        boolean unset = value.getInt64Param() == 0
                && !value.getBoolParam()
                && value.getStringParam().isEmpty()
                && value.getUint64Param() == 0;
        if (!unset) {
            throw new RefusedException(
                    ErrorCode.UNIMPLEMENTED,
                    "parameter " + name + ": sequences of requests are not served; send each request by itself");
        }
    }

    private static void refuseOutputParameters(ModelInferRequest.InferRequestedOutputTensor output) {
        for (String name : List.of("shared_memory_region", "classification")) {
            if (output.containsParameters(name)) {
                throw new RefusedException(
                        ErrorCode.UNIMPLEMENTED,
                        "output \"" + output.getName() + "\" asks for " + name
                                + ", which is not served over gRPC; leave the parameter out");
            }
        }
    }

    private static long number(String name, InferParameter value, long most) {
        long number = switch (value.getParameterChoiceCase()) {
            case INT64_PARAM -> value.getInt64Param();
            case UINT64_PARAM -> value.getUint64Param();
            case BOOL_PARAM, STRING_PARAM, DOUBLE_PARAM, PARAMETERCHOICE_NOT_SET ->
                throw invalid("parameter " + name + " must be an integer");
        };
        if (number < 0 || number > most) {
            throw invalid("parameter " + name + " is " + number + "; it must lie between 0 and " + most);
        }
        return number;
    }

    private static String text(String name, InferParameter value) {
        if (value.getParameterChoiceCase() != InferParameter.ParameterChoiceCase.STRING_PARAM) {
            throw invalid("parameter " + name + " must be a string");
        }
        return value.getStringParam();
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
