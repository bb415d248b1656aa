package dev.candor.proving.commitment;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The terms of the linear test, written with as few vectors over the data positions as there have to be: coefficients of columns that are
 * multiples of each other are one vector, and each vector either takes part with the combination of all its rows, or is added to the vectors
 * of its rows.
 *
 * @param rows each row of a root at most once
 * @param folded combinations of rows
 */
record TermGroups(List<Row> rows, List<Folded> folded) {

    /**
     * The functional of one row.
     *
     * @param low l coefficients
     */
    record Row(int root, int row, ExtensionVector low) {}

    /**
     * A functional of a combination of rows.
     *
     * @param parts the combination
     * @param low l coefficients
     */
    record Folded(List<Part> parts, ExtensionVector low) {}

    /** Rows of a root with a coefficient each: {@code first + j * stride}. */
    record Part(int root, int first, int stride, ExtensionVector heads) {}

    private record Place(int root, int row) {}

    static TermGroups of(Field field, int dataSize, List<RowTerm> terms) {
        LowBases bases = new LowBases(field);
        List<Map<Place, Extension>> heads = new ArrayList<>();
        for (RowTerm term : terms) {
            LowBases.Multiple multiple = bases.of(term.low());
            if (multiple.base() == heads.size()) {
                heads.add(new LinkedHashMap<>());
            }
            Map<Place, Extension> own = heads.get(multiple.base());
            for (int j = 0; j < term.heads().size(); j++) {
                Extension head = field.mul(multiple.factor(), term.heads().get(j));
                own.merge(new Place(term.root(), term.firstRow() + j * term.stride()), head, field::add);
            }
        }
        Map<Place, Integer> numbers = new LinkedHashMap<>();
        List<int[]> edges = new ArrayList<>();
        for (Map<Place, Extension> own : heads) {
            int[] places = new int[own.size()];
            int next = 0;
            for (Place place : own.keySet()) {
                places[next++] = numbers.merge(place, numbers.size(), (known, _) -> known);
            }
            edges.add(places);
        }
        VertexCover cover = VertexCover.of(edges, numbers.size());
        Map<Place, ExtensionVector> single = new LinkedHashMap<>();
        List<Folded> folded = new ArrayList<>();
        for (int base = 0; base < heads.size(); base++) {
            RowTerm.Low low = bases.get(base);
            List<Map.Entry<Place, Extension>> rest = new ArrayList<>();
            int[] places = edges.get(base);
            int next = 0;
            for (Map.Entry<Place, Extension> cell : heads.get(base).entrySet()) {
                if (cover.right().get(places[next++])) {
                    low.addTo(
                            field,
                            cell.getValue(),
                            single.computeIfAbsent(cell.getKey(), _ -> new ExtensionVector(dataSize)));
                } else {
                    rest.add(cell);
                }
            }
            if (!rest.isEmpty()) {
                folded.add(new Folded(parts(rest), low.whole(dataSize)));
            }
        }
        List<Row> rows = new ArrayList<>();
        single.forEach((place, low) -> rows.add(new Row(place.root, place.row, low)));
        return new TermGroups(rows, folded);
    }

    /** Rows at equal distances as one part. */
    private static List<Part> parts(List<Map.Entry<Place, Extension>> cells) {
        List<Part> parts = new ArrayList<>();
        for (int from = 0; from < cells.size(); ) {
            Place first = cells.get(from).getKey();
            int to = from + 1;
            int stride = to < cells.size() ? cells.get(to).getKey().row - first.row : 1;
            while (to < cells.size()
                    && cells.get(to).getKey().root == first.root
                    && cells.get(to).getKey().row == first.row + (to - from) * stride) {
                to++;
            }
            ExtensionVector heads = new ExtensionVector(to - from);
            for (int i = 0; i < heads.size(); i++) {
                heads.set(i, cells.get(from + i).getValue());
            }
            parts.add(new Part(first.root, first.row, stride, heads));
            from = to;
        }
        return parts;
    }
}
