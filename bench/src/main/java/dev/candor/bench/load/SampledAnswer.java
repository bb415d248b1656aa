package dev.candor.bench.load;

import java.nio.ByteBuffer;

/**
 * An answer that was picked for a look.
 *
 * @param jsonLength what an HTTP answer says of its JSON part ({@code Inference-Header-Content-Length}), -1 if it says nothing
 * @param body all bytes, from position 0 to the limit; over gRPC the serialised response
 */
public record SampledAnswer(int jsonLength, ByteBuffer body) {}
