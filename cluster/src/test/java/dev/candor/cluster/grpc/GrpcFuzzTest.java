package dev.candor.cluster.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.tensor.Tensor;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A message over gRPC is a request that keeps its promises, or is refused by a sentence. */
final class GrpcFuzzTest {
    static Stream<byte[]> messages() {
        return Stream.of(
                        GrpcFixture.echo(1, 2, 3, 4),
                        GrpcFixture.echo(1, 2)
                                .setModelVersion("1.00")
                                .putParameters("priority", GrpcFixture.whole(3))
                                .putParameters("verification", GrpcFixture.text("ZKML"))
                                .putParameters(
                                        "timeout",
                                        InferParameter.newBuilder()
                                                .setUint64Param(5_000)
                                                .build())
                                .addOutputs(ModelInferRequest.InferRequestedOutputTensor.newBuilder()
                                        .setName("y")))
                .map(message -> message.build().toByteArray());
    }

    @MethodSource("messages")
    @FuzzTest(maxDuration = "10s")
    void requests(byte[] input) {
        try {
            InferenceRequest request = GrpcRequests.read(ModelInferRequest.parseFrom(input), Optional.empty());
            long bytes = 0;
            for (Tensor tensor : request.inputs()) {
                bytes += tensor.data().length();
            }
            // The widest growth: a varint of one byte becomes eight, a text of no bytes becomes its length of four.
            assertThat(bytes).isLessThanOrEqualTo(8L * input.length);
        } catch (InvalidProtocolBufferException e) {
            assertThat(e).hasMessageMatching("(?s).{10,}");
        } catch (RefusedException refused) {
            assertThat(refused.refusal().sentence()).isNotBlank();
        }
    }
}
