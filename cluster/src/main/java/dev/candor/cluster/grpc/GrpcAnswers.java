package dev.candor.cluster.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferResponse;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Base64;

/** Turns answers into responses and refusals into statuses. */
final class GrpcAnswers {
    /** The stable code of a refusal. */
    static final Metadata.Key<String> CODE = ascii("candor-code");

    /** Milliseconds after which a retry may succeed. */
    static final Metadata.Key<String> RETRY_AFTER = ascii("retry-after-ms");

    /** The receipt of an answer that is past its retention, as base64. */
    static final Metadata.Key<String> RECEIPT = ascii("candor-receipt");

    private GrpcAnswers() {}

    /** The response; outputs go raw, as every client reads them. */
    static ModelInferResponse response(String id, Answer answer) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answer.model().name())
                .setModelVersion(answer.model().version().toString())
                .setId(id)
                .putParameters("candor_request_id", text(answer.id().toString()))
                .putParameters("candor_receipt", text(base64(answer.receipt())))
                .putParameters("candor_salt", text(base64(answer.salt())));
        if (Receipt.saysCached(answer.receipt())) {
            response.putParameters(
                    "candor_cached",
                    InferParameter.newBuilder().setBoolParam(true).build());
        }
        for (Tensor output : answer.outputs()) {
            ModelInferResponse.InferOutputTensor.Builder tensor = response.addOutputsBuilder()
                    .setName(output.name())
                    .setDatatype(output.datatype().name());
            for (int axis = 0; axis < output.shape().rank(); axis++) {
                tensor.addShape(output.shape().at(axis));
            }
            response.addRawOutputContents(
                    UnsafeByteOperations.unsafeWrap(output.data().toArray()));
        }
        return response.build();
    }

    /** The status of a refusal, with its code and what else helps a program in the trailers. */
    static StatusRuntimeException status(Refusal refusal) {
        Metadata trailers = new Metadata();
        trailers.put(CODE, refusal.code().name());
        refusal.retryAfter().ifPresent(after -> trailers.put(RETRY_AFTER, Long.toString(after.toMillis())));
        refusal.receipt().ifPresent(receipt -> trailers.put(RECEIPT, base64(receipt)));
        return Status.fromCode(Status.Code.valueOf(refusal.code().grpcStatus()))
                .withDescription(refusal.sentence())
                .asRuntimeException(trailers);
    }

    /** The status of a defect of ours; its cause is in the log, not on the wire. */
    static StatusRuntimeException defect() {
        return status(Refusal.of(ErrorCode.INTERNAL, "the node failed on this request; its log says how"));
    }

    private static String base64(Bytes bytes) {
        return Base64.getEncoder().encodeToString(bytes.toArray());
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static Metadata.Key<String> ascii(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
