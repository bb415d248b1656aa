package dev.candor.cluster.rest;

import dev.candor.actors.value.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A WebSocket client frame by frame, so that tests can say what no well-behaved client says. Every read has a deadline. */
final class RawWebSocket implements AutoCloseable {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final String status;

    /** A frame as it came. */
    record Frame(int opcode, Bytes payload) {
        String text() {
            return new String(payload.toArray(), StandardCharsets.UTF_8);
        }

        /** The code of an end. */
        int code() {
            return ((payload.at(0) & 0xff) << 8) | (payload.at(1) & 0xff);
        }

        /** The reason of an end. */
        String reason() {
            return new String(payload.slice(2, payload.length() - 2).toArray(), StandardCharsets.UTF_8);
        }
    }

    RawWebSocket(InetSocketAddress address, int receiveBuffer, String... headers) throws IOException {
        socket.setReceiveBufferSize(receiveBuffer);
        socket.connect(address);
        socket.setSoTimeout(60_000);
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        StringBuilder head = new StringBuilder();
        for (String line : List.of(
                "GET /rpc/ws HTTP/1.1",
                "Host: test",
                "Connection: keep-alive, Upgrade",
                "Upgrade: WebSocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")) {
            head.append(line).append("\r\n");
        }
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        this.status = line();
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.startsWith("Sec-WebSocket-Accept: ") && !line.endsWith(": s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")) {
                throw new IOException("the wrong answer to the key: " + line);
            }
        }
    }

    String status() {
        return status;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("closed behind \"" + line + "\"");
            }
            if (b != '\r') {
                line.append((char) b);
            }
        }
        return line.toString();
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    RawWebSocket send(String text) throws IOException {
        return send(TEXT, true, text.getBytes(StandardCharsets.UTF_8));
    }

    RawWebSocket send(int opcode, boolean last, byte[] payload) throws IOException {
        write(frame(opcode, last, true, payload));
        return this;
    }

    static byte[] frame(int opcode, boolean last, boolean masked, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write((last ? 0x80 : 0) | opcode);
        int mask = masked ? 0x80 : 0;
        if (payload.length < 126) {
            out.write(mask | payload.length);
        } else if (payload.length < 1 << 16) {
            out.write(mask | 126);
            out.write(payload.length >> 8);
            out.write(payload.length);
        } else {
            out.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >> shift));
            }
        }
        byte[] key = {1, 2, 3, 4};
        if (masked) {
            out.writeBytes(key);
        }
        for (int i = 0; i < payload.length; i++) {
            out.write(masked ? payload[i] ^ key[i % 4] : payload[i]);
        }
        return out.toByteArray();
    }

    /** The next frame; an {@link IOException} where the connection ends instead. */
    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = (int) in.readLong();
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(first & 0xf, Bytes.wrap(payload));
    }

    /** The next text, past pings. */
    String text() throws IOException {
        Frame frame = read();
        while (frame.opcode() == PING) {
            frame = read();
        }
        if (frame.opcode() != TEXT) {
            throw new IOException("opcode " + frame.opcode() + ": " + frame.text());
        }
        return frame.text();
    }

    /** The end that the node sends, past everything before it. */
    Frame end() throws IOException {
        Frame frame = read();
        while (frame.opcode() != CLOSE) {
            frame = read();
        }
        return frame;
    }

    boolean closed() throws IOException {
        return in.read() < 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
