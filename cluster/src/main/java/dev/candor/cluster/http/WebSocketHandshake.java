package dev.candor.cluster.http;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The server's half of the handshake of RFC 6455, 4.2. Stateless. */
final class WebSocketHandshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int NONCE = 16;

    private WebSocketHandshake() {}

    /**
     * The head of the answer that switches protocols.
     *
     * @throws RefusedException INVALID_REQUEST where the request asks for something else
     */
    static byte[] accept(HttpExchange exchange) {
        if (!exchange.version().equals(HttpVersion.HTTP_1_1)
                || !has(exchange.header(HttpHeaderNames.CONNECTION), "upgrade")
                || !has(exchange.header(HttpHeaderNames.UPGRADE), "websocket")) {
            throw invalid("this address speaks WebSocket: send GET over HTTP/1.1 with Connection: Upgrade and"
                    + " Upgrade: websocket");
        }
        if (!"13".equals(exchange.header(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            throw invalid("Sec-WebSocket-Version must be 13");
        }
        return Utf8Buffer.ascii("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + answer(exchange.header(HttpHeaderNames.SEC_WEBSOCKET_KEY)) + "\r\n\r\n");
    }

    private static String answer(@Nullable String key) {
        try {
            if (key != null && Base64.getDecoder().decode(key).length == NONCE) {
                MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
                return Base64.getEncoder()
                        .encodeToString(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IllegalArgumentException e) {
            throw invalid("Sec-WebSocket-Key is not base64");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every platform has SHA-1", e);
        }
        throw invalid("Sec-WebSocket-Key must be base64 of " + NONCE + " random bytes");
    }

    /** Whether a list of tokens has this one. */
    private static boolean has(@Nullable String list, String token) {
        if (list == null) {
            return false;
        }
        for (String each : list.split(",", 16)) {
            if (each.strip().toLowerCase(Locale.ROOT).equals(token)) {
                return true;
            }
        }
        return false;
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
