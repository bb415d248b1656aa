package dev.candor.bench.floor;

import dev.candor.bench.load.AnswerCheck;
import dev.candor.bench.load.HttpCall;
import dev.candor.bench.load.PreparedCall;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** The work of a bare HTTP server: 3.2 KB in, and the last 40 bytes of them out. As much as a digit and its ten logits, with no work between. */
public final class Echo {
    /** Bytes of a request's body: 784 floats and a short header of JSON. */
    static final int IN = 3_296;

    /** Bytes of an answer's body: ten floats. */
    static final int OUT = 40;

    private Echo() {}

    /** Requests that differ, each with a check of its answer. */
    public static List<PreparedCall> calls(int count) {
        Random random = new Random(1);
        return Stream.<PreparedCall>generate(() -> {
                    byte[] body = new byte[IN];
                    random.nextBytes(body);
                    return HttpCall.post(
                            "/echo",
                            Map.of("Content-Type", "application/octet-stream"),
                            ByteBuffer.wrap(body),
                            endsWith(Arrays.copyOfRange(body, IN - OUT, IN)));
                })
                .limit(count)
                .toList();
    }

    private static AnswerCheck endsWith(byte[] end) {
        ByteBuffer expected = ByteBuffer.wrap(end);
        return answer -> answer.body().equals(expected) ? Optional.empty() : Optional.of("another echo");
    }
}
