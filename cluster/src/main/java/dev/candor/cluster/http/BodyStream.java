package dev.candor.cluster.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A body as a blocking stream: the connection writes, one other thread reads. Past {@value #HIGH} waiting bytes the connection stops reading its
 * socket until the reader has caught up. A connection that breaks, or stays silent too long, is an {@link IOException} for the reader.
 */
public final class BodyStream extends InputStream {
    static final int HIGH = 1 << 20;
    private static final int LOW = HIGH / 4;
    /** What a chunk costs beside its bytes. */
    private static final int OVERHEAD = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();
    private byte[] current = new byte[0];
    private int at;
    private int waiting;
    private boolean paused;
    private boolean ended;
    private boolean closed;
    private @Nullable IOException failure;
    private Runnable resume = () -> {};

    /** Sets what is called (on the reader's thread) when a paused connection may read on. */
    void onResume(Runnable action) {
        lock.lock();
        try {
            resume = action;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a copy of what is readable; false asks the connection to pause until it is resumed. */
    boolean offer(ByteBuf content) {
        byte[] chunk = new byte[content.readableBytes()];
        content.readBytes(chunk);
        lock.lock();
        try {
            if (closed || chunk.length == 0) {
                return true;
            }
            chunks.add(chunk);
            waiting += chunk.length + OVERHEAD;
            paused = waiting > HIGH;
            changed.signalAll();
            return !paused;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The body broke off: the reader gets {@code cause} behind what has arrived. */
    void fail(IOException cause) {
        lock.lock();
        try {
            if (!ended) {
                failure = cause;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        if (at == current.length && !next()) {
            return -1;
        }
        int copied = Math.min(count, current.length - at);
        System.arraycopy(current, at, target, offset, copied);
        at += copied;
        return copied;
    }

    private boolean next() throws IOException {
        Runnable wake = null;
        lock.lock();
        try {
            while (chunks.isEmpty()) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                if (ended || closed) {
                    return false;
                }
                changed.await();
            }
            current = chunks.remove();
            at = 0;
            waiting -= current.length + OVERHEAD;
            if (paused && waiting <= LOW) {
                paused = false;
                wake = resume;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while a body arrives").initCause(e);
        } finally {
            lock.unlock();
        }
        if (wake != null) {
            wake.run();
        }
        return true;
    }

    /** What still arrives is dropped. */
    @Override
    public void close() {
        Runnable wake = () -> {};
        lock.lock();
        try {
            closed = true;
            chunks.clear();
            waiting = 0;
            if (paused) {
                paused = false;
                wake = resume;
            }
        } finally {
            lock.unlock();
        }
        wake.run();
    }
}
