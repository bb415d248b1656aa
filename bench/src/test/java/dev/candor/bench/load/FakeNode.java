package dev.candor.bench.load;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Answers an inference request with its input, or wrongly in a way of choice. */
final class FakeNode implements AutoCloseable {
    enum Conduct {
        RIGHT,
        OTHER_VALUES,
        TOO_FEW,
        NO_RECEIPT,
        NO_JSON,
        LYING_LENGTH,
        ERROR,
        FULL,
        /** As RIGHT, but the first answer waits until {@link #release} is called. */
        STALLS,
        NO_ANSWER
    }

    private final HttpServer server;
    private final Conduct conduct;
    private final CountDownLatch released = new CountDownLatch(1);

    FakeNode(Conduct conduct) throws IOException {
        this.conduct = conduct;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.createContext("/v2/models/noop/infer", this::answer);
        server.start();
    }

    /** Ends the stall. */
    void release() {
        released.countDown();
    }

    InetSocketAddress address() {
        return server.getAddress();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String length = exchange.getRequestHeaders().getFirst("Inference-Header-Content-Length");
            if (conduct == Conduct.NO_ANSWER) {
                return;
            }
            if (conduct == Conduct.STALLS) {
                released.await();
            }
            boolean binary = length != null;
            float[] output = binary ? binary(body, Integer.parseInt(length)) : numbers(body);
            if (conduct == Conduct.TOO_FEW) {
                output = new float[0];
            }
            if (conduct == Conduct.OTHER_VALUES) {
                output[0] += 1;
            }
            byte[] json = json(output, binary).getBytes(StandardCharsets.UTF_8);
            byte[] reply = json;
            if (binary) {
                ByteBuffer both = ByteBuffer.allocate(json.length + 4 * output.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(json);
                for (float value : output) {
                    both.putFloat(value);
                }
                reply = both.array();
                int told = conduct == Conduct.LYING_LENGTH ? 1 << 20 : json.length;
                exchange.getResponseHeaders().set("Inference-Header-Content-Length", Integer.toString(told));
            }
            exchange.getResponseHeaders().set("Server-Timing", "queue;dur=0.25, run;dur=0.5");
            exchange.sendResponseHeaders(
                    conduct == Conduct.ERROR ? 500 : conduct == Conduct.FULL ? 503 : 200, reply.length);
            exchange.getResponseBody().write(reply);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String json(float[] output, boolean binary) {
        if (conduct == Conduct.NO_JSON) {
            return "{";
        }
        String receipt = conduct == Conduct.NO_RECEIPT ? "" : "AQID";
        String data = IntStream.range(0, output.length)
                .mapToObj(i -> Float.toString(output[i]))
                .collect(Collectors.joining(",", "\"data\":[", "]"));
        return "{\"parameters\":{\"candor_receipt\":\"" + receipt
                + "\"},\"outputs\":[{\"name\":\"y\",\"datatype\":\"FP32\","
                + (binary ? "\"parameters\":{\"binary_data_size\":4}" : data) + "}]}";
    }

    private float[] binary(byte[] body, int start) {
        return new float[] {
            ByteBuffer.wrap(body, start, body.length - start)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getFloat()
        };
    }

    private float[] numbers(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        int start = text.indexOf("\"data\":[") + 8;
        return new float[] {Float.parseFloat(text.substring(start, text.indexOf(']', start)))};
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
