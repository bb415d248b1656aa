package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whatever bytes come as frames, what is heard are whole messages in UTF-8, within the bound; anything else ends the connection and nothing else. */
final class WebSocketFuzzTest {
    @FuzzTest(maxDuration = "15s")
    void frames(byte[] bytes) {
        List<byte[]> heard = new ArrayList<>();
        List<String> ends = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel();
        WebSocketConnection.install(
                channel,
                Duration.ofMinutes(1),
                peer -> new WebSocketListener() {
                    @Override
                    public void message(byte[] utf8) {
                        heard.add(utf8);
                        peer.send(utf8);
                    }

                    @Override
                    public void closed() {
                        ends.add("closed");
                    }
                },
                () -> {});
        int half = bytes.length / 2;
        channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, half));
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, half, bytes.length - half));
        }
        var _ = channel.close();
        channel.runPendingTasks();
        assertThatCode(channel::checkException).doesNotThrowAnyException();
        assertThat(ends).hasSize(1);
        for (byte[] message : heard) {
            assertThat(message.length).isLessThanOrEqualTo(WebSocketConnection.MAX_MESSAGE);
            assertThatCode(() -> StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message)))
                    .doesNotThrowAnyException();
        }
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            ReferenceCountUtil.release(out);
        }
    }
}
