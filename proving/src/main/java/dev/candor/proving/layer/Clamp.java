package dev.candor.proving.layer;

import dev.candor.proving.lookup.Table;

/**
 * {@code y = clamp(256 h + l)} for h in [-128, 128) and l in [0, 256), as a block g and a class c for each h, and a value y - 256 g for each
 * (c, l). With b and t the blocks of the ends of the clamp, floor(low / 256) and floor(high / 256):
 *
 * <pre>
 * h              g   c   y - 256 g
 * b < h < t      h   0   l
 * h < b          b   1   low mod 256
 * h > t          t   2   high mod 256
 * h = b < t      h   3   max(l, low mod 256)
 * b < h = t      h   4   min(l, high mod 256)
 * h = b = t      h   5   min(max(l, low mod 256), high mod 256)
 * </pre>
 */
record Clamp(int low, int high) {

    static final int BLOCK = 256;
    static final int BLOCKS = 256;

    private static final int CLASSES = 6;

    int block(int h) {
        return Math.clamp(h, low >> 8, high >> 8);
    }

    int group(int h) {
        int bottom = low >> 8;
        int top = high >> 8;
        if (h < bottom) {
            return 1;
        }
        if (h > top) {
            return 2;
        }
        if (h == bottom) {
            return h == top ? 5 : 3;
        }
        return h == top ? 4 : 0;
    }

    private int value(int group, int l) {
        int least = low & (BLOCK - 1);
        int most = high & (BLOCK - 1);
        return switch (group) {
            case 1 -> least;
            case 2 -> most;
            case 3 -> Math.max(l, least);
            case 4 -> Math.min(l, most);
            case 5 -> Math.min(Math.max(l, least), most);
            default -> l;
        };
    }

    /** The table of (h, g, c), from h = -128 on. */
    Table classes(String name) {
        return Table.of(
                name, BLOCKS, row -> row - BLOCKS / 2, row -> block(row - BLOCKS / 2), row -> group(row - BLOCKS / 2));
    }

    /** The table of (c, l, y - 256 g), at {@code 256 c + l}. */
    Table values(String name) {
        return Table.of(
                name, CLASSES * BLOCK, row -> row / BLOCK, row -> row % BLOCK, row -> value(row / BLOCK, row % BLOCK));
    }
}
