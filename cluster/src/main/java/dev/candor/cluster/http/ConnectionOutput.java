package dev.candor.cluster.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;

/** What a connection sends, and how it ends: so that a client that still sends reads its answer before it sees the end. */
final class ConnectionOutput {
    private static final ByteBuf CONTINUE = Unpooled.unreleasableBuffer(
            Unpooled.directBuffer().writeBytes(Utf8Buffer.ascii("HTTP/1.1 100 Continue\r\n\r\n")));

    private final Channel channel;
    private long dropped;

    ConnectionOutput(Channel channel) {
        this.channel = channel;
    }

    /** Asks for a body that was offered. */
    void sendContinue() {
        channel.writeAndFlush(CONTINUE.duplicate()).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Sends an answer after which the connection stays; it leaves at the next flush. */
    void send(ByteBuf answer) {
        var _ = channel.write(answer, channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /**
     * Sends the last answer.
     *
     * @param clean whether nothing of the client is left unread, so that the connection can close at once
     */
    void sendLast(ByteBuf answer, boolean clean) {
        dropped = 0;
        channel.writeAndFlush(answer).addListener(written -> {
            if (clean || !written.isSuccess()) {
                close();
            } else {
                ((DuplexChannel) channel).shutdownOutput().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            }
        });
    }

    /** Drops what comes behind the last answer, and closes once that is more than {@code limit} bytes. */
    void drop(HttpObject object, long limit) {
        if (object instanceof ByteBufHolder holder) {
            dropped += holder.content().readableBytes();
        }
        ReferenceCountUtil.release(object);
        if (dropped > limit) {
            close();
        }
    }

    /** Closes once everything is written. */
    void closeAfterWrites() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    void close() {
        channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    /** Bytes that wait to be written, less what the socket has taken of them: unchanged where the client takes nothing. */
    long pending() {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        return outbound == null ? 0 : outbound.totalPendingWriteBytes() - outbound.currentProgress();
    }
}
