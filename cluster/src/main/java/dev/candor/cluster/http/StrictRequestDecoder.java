package dev.candor.cluster.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's decoder with the limits of the settings. A request with both a length and chunks is an error, since two parsers on its way could disagree
 * on where it ends.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
    private static final int MAX_CHUNK = 256 << 10;

    private final HttpSettings settings;
    private boolean receiving;

    StrictRequestDecoder(HttpSettings settings) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maxRequestLine())
                .setMaxHeaderSize(settings.maxHeader())
                .setMaxChunkSize(MAX_CHUNK)
                .setInitialBufferSize(512)
                .setUseRfc9112TransferEncoding(true)
                .setStrictLineParsing(true));
        this.settings = settings;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object bytes) throws Exception {
        receiving = true;
        super.channelRead(ctx, bytes);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding are given");
    }

    /** What to say of bytes that could not be decoded. */
    String explain(Throwable cause) {
        return cause instanceof TooLongFrameException
                ? "the request line is over " + settings.maxRequestLine() + " bytes or the headers are over "
                        + settings.maxHeader()
                : "this is not HTTP/1.1 as RFC 9112 has it: " + cause.getMessage();
    }

    /** Whether bytes came since {@link #headDone}, which is then the start of a head. */
    boolean receiving() {
        return receiving;
    }

    void headDone() {
        receiving = false;
    }
}
