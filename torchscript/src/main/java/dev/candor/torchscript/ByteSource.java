package dev.candor.torchscript;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Bytes at positions: a file, or an upload that is in memory. */
interface ByteSource {
    /** How many bytes there are. */
    long size();

    /** Fills {@code target} from {@code position} on; an {@link EOFException} where the source ends before. */
    void read(long position, ByteBuffer target) throws IOException;

    /** The bytes of an open file, whose size is taken now. */
    static ByteSource of(FileChannel channel) throws IOException {
        long size = channel.size();
        return new ByteSource() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public void read(long position, ByteBuffer target) throws IOException {
                long at = position;
                while (target.hasRemaining()) {
                    int count = channel.read(target, at);
                    if (count < 0) {
                        throw new EOFException("the file became shorter while it was read");
                    }
                    at += count;
                }
            }
        };
    }

    /** What remains of {@code bytes}, which nobody may write to while it is read. */
    static ByteSource of(ByteBuffer bytes) {
        ByteBuffer window = bytes.slice();
        return new ByteSource() {
            @Override
            public long size() {
                return window.limit();
            }

            @Override
            public void read(long position, ByteBuffer target) throws IOException {
                int count = target.remaining();
                if (position > window.limit() - count) {
                    throw new EOFException("the bytes end before " + (position + count));
                }
                target.put(window.slice((int) position, count));
            }
        };
    }
}
