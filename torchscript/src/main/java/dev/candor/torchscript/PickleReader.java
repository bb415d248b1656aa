package dev.candor.torchscript;

import dev.candor.torchscript.PickleValue.Bool;
import dev.candor.torchscript.PickleValue.ClassRef;
import dev.candor.torchscript.PickleValue.DictValue;
import dev.candor.torchscript.PickleValue.Growing;
import dev.candor.torchscript.PickleValue.Int;
import dev.candor.torchscript.PickleValue.ListValue;
import dev.candor.torchscript.PickleValue.None;
import dev.candor.torchscript.PickleValue.Real;
import dev.candor.torchscript.PickleValue.Text;
import dev.candor.torchscript.PickleValue.Tuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the few pickle instructions that PyTorch's own pickler emits (protocol 2), on values that cannot do anything. Every other
 * instruction is a refusal. Where Python and libtorch read a pickle differently (a mark below the top of the stack, an unset memo, a
 * function that is a number), it is refused too.
 */
final class PickleReader {
    /** Levels of nested values: libtorch frees them recursively. */
    static final int MOST_DEPTH = 128;

    private final String entry;
    private final ByteBuffer in;
    private final PickleGlobals globals;
    private final int mostValues;
    private final List<List<PickleValue>> frames = new ArrayList<>();
    private final Map<Integer, PickleValue> memo = new HashMap<>();
    private int values;

    private PickleReader(String entry, byte[] pickle, PickleGlobals globals, int mostValues) {
        this.entry = entry;
        this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
        this.globals = globals;
        this.mostValues = mostValues;
        frames.add(new ArrayList<>());
    }

    /** The one value that the pickle makes. */
    static PickleValue read(String entry, byte[] pickle, PickleGlobals globals, int mostValues) {
        return new PickleReader(entry, pickle, globals, mostValues).run();
    }

    private PickleValue run() {
        if (u8() != 0x80 || u8() != 2) {
            throw refuse("is no pickle of protocol 2");
        }
        while (true) {
            int code = u8();
            if (code == '.') {
                PickleValue result = pop();
                if (frames.size() != 1 || !top().isEmpty() || in.hasRemaining()) {
                    throw refuse("holds more than one value");
                }
                return result;
            }
            step(code);
        }
    }

    private void step(int code) {
        switch (code) {
            case '(' -> {
                counted();
                frames.add(new ArrayList<>(4));
            }
            case 'N' -> push(None.NONE);
            case 0x88 -> push(new Bool(true));
            case 0x89 -> push(new Bool(false));
            case 'K' -> push(new Int(u8()));
            case 'M' -> push(new Int(need(2).getShort() & 0xffff));
            case 'J' -> push(new Int(need(4).getInt()));
            case 0x8a -> push(longInt());
            case 'G' -> push(new Real(Double.longBitsToDouble(Long.reverseBytes(need(8).getLong()))));
            case 'X' -> push(new Text(text()));
            case ')' -> push(Tuple.EMPTY);
            case 't' -> push(tuple(popFrame()));
            case 0x85 -> push(tuple(pops(1)));
            case 0x86 -> push(tuple(pops(2)));
            case 0x87 -> push(tuple(pops(3)));
            case ']' -> push(new ListValue());
            case 'a' -> append(pops(1));
            case 'e' -> append(popFrame());
            case '}' -> push(new DictValue());
            case 's' -> setItems(pops(2));
            case 'u' -> setItems(popFrame());
            case 'c' -> push(globals.resolve(line(), line()));
            case 0x81 -> newObject();
            case 'b' -> {
                PickleValue state = pop();
                push(globals.build(pop(), state));
            }
            case 'R' -> {
                PickleValue argument = pop();
                push(globals.call(pop(), argument));
            }
            case 'Q' -> push(globals.persistent(pop()));
            case 'q' -> memo.put(u8(), peek());
            case 'r' -> memo.put(memoIndex(), peek());
            case 'h' -> push(remembered(u8()));
            case 'j' -> push(remembered(memoIndex()));
            default ->
                throw refuse(String.format(
                        "has the pickle instruction 0x%02x, which no TorchScript file needs; save the model with torch.jit.save",
                        code));
        }
    }

    private void newObject() {
        if (!pop().equals(Tuple.EMPTY) || !(peek() instanceof ClassRef)) {
            throw refuse("makes an object of something that is no class of the model");
        }
    }

    private Int longInt() {
        if (u8() != 8) {
            throw refuse("has a number that does not fit 64 bits");
        }
        return new Int(need(8).getLong());
    }

    private void append(List<PickleValue> items) {
        if (!(peek() instanceof ListValue list) || list.closed()) {
            throw refuse("appends to something that is no growing list");
        }
        for (PickleValue item : items) {
            if (item == list) {
                throw refuse("has a list that contains itself");
            }
            list.items().add(part(item));
            list.contains(item);
        }
        bounded(list);
    }

    private void setItems(List<PickleValue> items) {
        if (!(peek() instanceof DictValue dict) || dict.closed() || items.size() % 2 != 0) {
            throw refuse("sets items of something that is no growing dictionary");
        }
        for (int i = 0; i < items.size(); i += 2) {
            PickleValue key = items.get(i);
            PickleValue value = items.get(i + 1);
            if (value == dict) {
                throw refuse("has a dictionary that contains itself");
            }
            if (!(key instanceof Text || key instanceof Int || key instanceof Real || key instanceof Bool)) {
                throw refuse("has a dictionary key that is neither text nor a number");
            }
            dict.entries().put(key, part(value));
            dict.contains(value);
        }
        bounded(dict);
    }

    private Tuple tuple(List<PickleValue> items) {
        int depth = 1;
        for (PickleValue item : items) {
            depth = Math.max(depth, part(item).depth() + 1);
        }
        return new Tuple(List.copyOf(items), depth);
    }

    private static PickleValue part(PickleValue value) {
        if (value instanceof Growing growing) {
            growing.close();
        }
        return value;
    }

    private PickleValue remembered(int index) {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw refuse("refers to a value that it did not store");
        }
        return value;
    }

    /** libtorch keeps the memo in an array as long as the largest index, so indices may not run ahead of the pickle. */
    private int memoIndex() {
        int index = need(4).getInt();
        if (index < 0 || index > in.limit()) {
            throw refuse("numbers its values beyond its own length");
        }
        return index;
    }

    private List<PickleValue> top() {
        return frames.getLast();
    }

    private void push(PickleValue value) {
        counted();
        top().add(bounded(value));
    }

    private void counted() {
        if (++values > mostValues) {
            throw refuse("holds more than " + mostValues + " values");
        }
    }

    private PickleValue bounded(PickleValue value) {
        if (value.depth() > MOST_DEPTH) {
            throw refuse("nests values deeper than " + MOST_DEPTH);
        }
        return value;
    }

    private PickleValue peek() {
        if (top().isEmpty()) {
            throw refuse("takes a value that is not there");
        }
        return top().getLast();
    }

    private PickleValue pop() {
        PickleValue value = peek();
        top().removeLast();
        return value;
    }

    private List<PickleValue> pops(int count) {
        List<PickleValue> stack = top();
        if (stack.size() < count) {
            throw refuse("takes a value that is not there");
        }
        List<PickleValue> last = stack.subList(stack.size() - count, stack.size());
        List<PickleValue> taken = List.copyOf(last);
        last.clear();
        return taken;
    }

    private List<PickleValue> popFrame() {
        if (frames.size() < 2) {
            throw refuse("closes a mark that is not there");
        }
        return frames.removeLast();
    }

    private int u8() {
        return need(1).get() & 0xff;
    }

    private String text() {
        int length = need(4).getInt();
        if (length < 0 || length > in.remaining()) {
            throw refuse("ends in the middle of a value");
        }
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw refuse("has text that is not UTF-8");
        }
    }

    /** A name up to a line feed: letters, digits, underscores and dots. */
    private String line() {
        StringBuilder line = new StringBuilder();
        for (int c = u8(); c != '\n'; c = u8()) {
            boolean sound =
                    c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!sound || line.length() > 512) {
                throw refuse("names a global that is no qualified name");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private ByteBuffer need(int count) {
        if (in.remaining() < count) {
            throw refuse("ends in the middle of a value");
        }
        return in;
    }

    private InvalidModelException refuse(String sentence) {
        return InvalidModelException.in(entry, sentence);
    }
}
