package dev.candor.cluster.grpc;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.call.CallParameters;
import dev.candor.cluster.call.CallParameters.Value;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest;
import java.util.List;
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
        CallParameters parameters = new CallParameters();
        request.getParametersMap().forEach((name, value) -> {
            if (CallParameters.knows(name)) {
                parameters.take(name, value(value));
            }
        });
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
                parameters.priority(),
                parameters.timeout(),
                parameters.mode(),
                parameters.key(metadataKey, "metadata idempotency-key"),
                parameters.verificationDeadline(),
                parameters.privateInput(),
                parameters.callback(),
                parameters.retainInput());
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

    private static Value value(InferParameter parameter) {
        return switch (parameter.getParameterChoiceCase()) {
            case INT64_PARAM -> new Value.Whole(parameter.getInt64Param());
            case UINT64_PARAM ->
                // Above 2^63 it arrives negative.
                parameter.getUint64Param() < 0 ? new Value.Other() : new Value.Whole(parameter.getUint64Param());
            case BOOL_PARAM -> new Value.Truth(parameter.getBoolParam());
            case STRING_PARAM -> new Value.Text(parameter.getStringParam());
            case DOUBLE_PARAM, PARAMETERCHOICE_NOT_SET -> new Value.Other();
        };
    }
}
