package dev.candor.bench.load;

import java.nio.ByteBuffer;

/**
 * The body of an answer that was picked for a look.
 *
 * @param jsonLength what the answer says of its JSON part ({@code Inference-Header-Content-Length}), -1 if it says nothing
 * @param body all bytes, from position 0 to the limit
 */
public record SampledAnswer(int jsonLength, ByteBuffer body) {}
