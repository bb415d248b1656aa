package dev.candor.proving.commitment;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The fewest vertices of a graph with two sides that touch every edge, by a largest matching (König). Immutable.
 *
 * @param left the vertices of the left side in the cover
 * @param right those of the right side
 */
record VertexCover(BitSet left, BitSet right) {

    private static final int NONE = -1;

    /**
     * Finds a cover.
     *
     * @param edges for each vertex of the left side its neighbours
     * @param rights the number of vertices of the right side
     */
    static VertexCover of(List<int[]> edges, int rights) {
        int[] ofLeft = new int[edges.size()];
        int[] ofRight = new int[rights];
        Arrays.fill(ofLeft, NONE);
        Arrays.fill(ofRight, NONE);
        int[] reachedFrom = new int[rights];
        for (int start = 0; start < ofLeft.length; start++) {
            Arrays.fill(reachedFrom, NONE);
            int end = augmentingEnd(edges, ofRight, reachedFrom, List.of(start));
            while (end != NONE) {
                int vertex = reachedFrom[end];
                int next = ofLeft[vertex];
                ofLeft[vertex] = end;
                ofRight[end] = vertex;
                end = next;
            }
        }
        Arrays.fill(reachedFrom, NONE);
        List<Integer> unmatched = java.util.stream.IntStream.range(0, ofLeft.length)
                .filter(vertex -> ofLeft[vertex] == NONE)
                .boxed()
                .toList();
        // The matching is a largest one, so this only marks what is reached.
        augmentingEnd(edges, ofRight, reachedFrom, unmatched);
        BitSet left = new BitSet(ofLeft.length);
        BitSet right = new BitSet(rights);
        left.set(0, ofLeft.length);
        unmatched.forEach(left::clear);
        for (int vertex = 0; vertex < rights; vertex++) {
            if (reachedFrom[vertex] != NONE) {
                right.set(vertex);
                left.clear(ofRight[vertex]);
            }
        }
        return new VertexCover(left, right);
    }

    /** A right vertex without a partner at the end of an alternating path from one of {@code starts}. */
    private static int augmentingEnd(List<int[]> edges, int[] ofRight, int[] reachedFrom, List<Integer> starts) {
        ArrayDeque<Integer> queue = new ArrayDeque<>(starts);
        while (!queue.isEmpty()) {
            int vertex = queue.remove();
            for (int neighbour : edges.get(vertex)) {
                if (reachedFrom[neighbour] != NONE) {
                    continue;
                }
                reachedFrom[neighbour] = vertex;
                if (ofRight[neighbour] == NONE) {
                    return neighbour;
                }
                queue.add(ofRight[neighbour]);
            }
        }
        return NONE;
    }
}
