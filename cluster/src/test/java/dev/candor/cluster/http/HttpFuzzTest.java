package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What comes over a connection before it is known from whom, and the file that says who may come. */
final class HttpFuzzTest {
    private static final HttpSettings SETTINGS = new HttpSettings(
            "127.0.0.1",
            0,
            1,
            16,
            1 << 13,
            1 << 15,
            1 << 20,
            1 << 22,
            200,
            1 << 10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10));

    static Stream<byte[]> connections() {
        return Stream.of(
                        "GET /v2 HTTP/1.1\r\nHost: a\r\n\r\n",
                        "POST /v2/models/m/infer HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET / HTTP/1.1\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n",
                        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")
                .map(text -> text.getBytes(StandardCharsets.US_ASCII));
    }

    @MethodSource("connections")
    @FuzzTest(maxDuration = "10s")
    void connection(byte[] bytes) {
        StrictRequestDecoder decoder = new StrictRequestDecoder(SETTINGS);
        EmbeddedChannel channel = new EmbeddedChannel(decoder);
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        channel.finish();
        long content = 0;
        for (HttpObject part = channel.readInbound(); part != null; part = channel.readInbound()) {
            if (part.decoderResult().isFailure()) {
                assertThat(decoder.explain(part.decoderResult().cause())).isNotBlank();
            } else if (part instanceof HttpRequest request) {
                assertThat(request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                                && request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING))
                        .isFalse();
            }
            if (part instanceof HttpContent body) {
                content += body.content().readableBytes();
            }
            ReferenceCountUtil.release(part);
        }
        assertThat(content).isLessThanOrEqualTo(bytes.length);
    }

    static Stream<byte[]> files() {
        String digest = "ab".repeat(32);
        return Stream.of(
                        "# callers\nalice " + digest + " infer\n",
                        "bob 0x" + "12".repeat(20) + " infer,audit until=2027-01-01T00:00:00Z\n",
                        "ops " + digest + " admin until=2027-01-01T00:00:00Z revoked=2026-01-01T00:00:00Z\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("files")
    @FuzzTest(maxDuration = "10s")
    void callers(byte[] text) {
        try {
            assertThat(CredentialFile.parse(new String(text, StandardCharsets.UTF_8), "file")
                            .entries())
                    .isNotEmpty();
        } catch (IOException e) {
            assertThat(e.getMessage()).startsWith("file");
        }
    }
}
