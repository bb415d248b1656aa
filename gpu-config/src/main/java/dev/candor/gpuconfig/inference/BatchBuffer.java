package dev.candor.gpuconfig.inference;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside of the heap that holds one input of one batch, kept from batch to batch: libtorch reads it in place. It grows to the
 * largest batch seen, up to a bound, and is freed at once when closed. Confined to the thread of its model.
 */
final class BatchBuffer implements AutoCloseable {
    private static final int ALIGNMENT = 64;

    private final String input;
    private final long bound;
    private Block block = new Block(0);

    /** A buffer for {@code input} of at most {@code bound} bytes. */
    BatchBuffer(String input, long bound) {
        this.input = input;
        this.bound = Math.min(bound, Integer.MAX_VALUE);
    }

    /** The buffer from its start, {@code bytes} long; an {@link IllegalArgumentException} past the bound. */
    ByteBuffer take(long bytes) {
        if (bytes > bound) {
            throw new IllegalArgumentException(
                    "input \"" + input + "\" of this batch takes " + bytes + " bytes, more than " + bound
                            + "; send fewer or smaller items, or raise candor.executor.max-batch-bytes");
        }
        if (bytes > capacity()) {
            Block larger = new Block(Math.min(bound, Math.max(bytes, capacity() * 2)));
            block.arena.close();
            block = larger;
        }
        return block.buffer.clear().limit((int) bytes);
    }

    /** Bytes it takes. */
    long capacity() {
        return block.buffer.capacity();
    }

    @Override
    public void close() {
        block.arena.close();
    }

    /** One allocation. */
    private static final class Block {
        private final Arena arena = Arena.ofShared();
        private final ByteBuffer buffer;

        private Block(long bytes) {
            buffer = arena.allocate(bytes, ALIGNMENT).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
    }
}
