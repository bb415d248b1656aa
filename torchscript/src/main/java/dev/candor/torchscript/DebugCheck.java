package dev.candor.torchscript;

import dev.candor.torchscript.PickleValue.Int;
import dev.candor.torchscript.PickleValue.ListValue;
import dev.candor.torchscript.PickleValue.None;
import dev.candor.torchscript.PickleValue.Text;
import dev.candor.torchscript.PickleValue.Tuple;
import java.util.List;

/**
 * Checks the form of a {@code .debug_pkl}, from which libtorch takes the place in the source for its error messages. Its reader indexes
 * tuples and text without checking, so ranges outside of the text they point into are refused.
 */
final class DebugCheck {
    private static final Text WITH_TABLE = new Text("FORMAT_WITH_STRING_TABLE");

    private final String entry;
    private final List<PickleValue> table;

    private DebugCheck(String entry, List<PickleValue> table) {
        this.entry = entry;
        this.table = table;
    }

    /** Checks what the pickle {@code entry} holds, in the form with a table of strings or in the older one without. */
    static void check(String entry, PickleValue value) {
        List<PickleValue> top = items(entry, value);
        if (!top.isEmpty() && top.getFirst().equals(WITH_TABLE)) {
            if (top.size() != 3) {
                throw malformed(entry);
            }
            List<PickleValue> table = items(entry, top.get(1));
            if (!table.stream().allMatch(Text.class::isInstance)) {
                throw malformed(entry);
            }
            new DebugCheck(entry, table).rows(items(entry, top.get(2)));
        } else {
            new DebugCheck(entry, List.of()).rows(top);
        }
    }

    private void rows(List<PickleValue> rows) {
        for (PickleValue row : rows) {
            List<PickleValue> parts = items(entry, row);
            boolean table = !this.table.isEmpty();
            if (parts.size() != 3 && (table || parts.size() != 2)) {
                throw malformed(entry);
            }
            number(parts.getFirst(), Long.MAX_VALUE);
            // With a table: (position, range, tag). Without: (position, tag, range), or before that (position, range).
            range(items(entry, parts.get(table || parts.size() == 2 ? 1 : 2)));
        }
    }

    private void range(List<PickleValue> range) {
        if (range.size() != 3) {
            throw malformed(entry);
        }
        List<PickleValue> source = items(entry, range.getFirst());
        if (source.size() != 3) {
            throw malformed(entry);
        }
        long length = textLength(source.getFirst());
        boolean named = source.get(1) == None.NONE
                || (table.isEmpty()
                        ? source.get(1) instanceof Text
                        : source.get(1) instanceof Int(long name) && name >= 0 && name < table.size());
        if (!named) {
            throw malformed(entry);
        }
        number(source.get(2), Integer.MAX_VALUE);
        // PyTorch itself writes the range [0, 1) of code without text.
        long end = number(range.get(2), length + 1);
        number(range.get(1), end);
    }

    private long textLength(PickleValue text) {
        if (table.isEmpty()) {
            if (!(text instanceof Text(String value))) {
                throw malformed(entry);
            }
            return bytes(value);
        }
        if (!(text instanceof ListValue list) || !"List[int]".equals(list.tag())) {
            throw malformed(entry);
        }
        long length = 0;
        for (PickleValue piece : list.items()) {
            length += bytes(((Text) table.get((int) number(piece, table.size() - 1L))).value());
        }
        return length;
    }

    /** The length in UTF-8: libtorch counts bytes. */
    private static long bytes(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // A pair of surrogates takes four bytes, two for each of them.
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }

    private long number(PickleValue value, long most) {
        if (!(value instanceof Int(long number)) || number < 0 || number > most) {
            throw malformed(entry);
        }
        return number;
    }

    private static List<PickleValue> items(String entry, PickleValue value) {
        if (!(value instanceof Tuple(List<PickleValue> items, int _))) {
            throw malformed(entry);
        }
        return items;
    }

    private static InvalidModelException malformed(String entry) {
        return InvalidModelException.in(
                entry, "is not of the form in which PyTorch keeps positions of code; save the model again");
    }
}
