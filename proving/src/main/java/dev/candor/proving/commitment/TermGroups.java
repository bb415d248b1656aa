package dev.candor.proving.commitment;

import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The terms of the linear test, written with as few vectors over the data positions as their rows or their number allow: where at least as
 * many terms as rows share the same rows, each row gets one vector.
 *
 * @param rows each row of a root at most once
 * @param folded terms of more rows
 */
record TermGroups(List<Row> rows, List<RowTerm> folded) {

    /**
     * The functional of one row.
     *
     * @param low at least l coefficients
     */
    record Row(int root, int row, ExtensionVector low) {}

    private record Rows(int root, int first, int stride, int count) {}

    private record Place(int root, int row) {}

    static TermGroups of(Field field, int dataSize, List<RowTerm> terms) {
        Map<Rows, List<RowTerm>> byRows = new LinkedHashMap<>();
        for (RowTerm term : terms) {
            Rows rows = new Rows(
                    term.root(), term.firstRow(), term.stride(), term.heads().size());
            byRows.computeIfAbsent(rows, _ -> new ArrayList<>()).add(term);
        }
        Map<Place, ExtensionVector> single = new LinkedHashMap<>();
        List<RowTerm> folded = new ArrayList<>();
        byRows.forEach((rows, shared) -> {
            if (rows.count > shared.size()) {
                folded.addAll(shared);
                return;
            }
            for (RowTerm term : shared) {
                for (int j = 0; j < rows.count; j++) {
                    Place place = new Place(rows.root, rows.first + j * rows.stride);
                    Extension head = term.heads().get(j);
                    ExtensionVector low = single.computeIfAbsent(place, _ -> new ExtensionVector(dataSize));
                    addTo(field, low, head, term);
                }
            }
        });
        List<Row> rows = new ArrayList<>();
        single.forEach((place, low) -> rows.add(new Row(place.root, place.row, low)));
        return new TermGroups(rows, folded);
    }

    private static void addTo(Field field, ExtensionVector sum, Extension head, RowTerm term) {
        int count = term.low().size();
        if (!head.equals(Extension.ONE)) {
            field.kernels().addScaled(head, term.low(), 0, sum, term.column(), count);
            return;
        }
        for (int c = 0; c < Extension.DEGREE; c++) {
            long[] plane = sum.plane(c);
            field.kernels().add(plane, term.column(), term.low().plane(c), 0, plane, term.column(), count);
        }
    }
}
