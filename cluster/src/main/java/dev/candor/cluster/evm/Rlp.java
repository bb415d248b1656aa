package dev.candor.cluster.evm;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Ethereum's recursive length prefix, in the one form that each value has. Reading takes time and memory by the length of what is read. */
final class Rlp {
    private static final int SHORT = 55;
    private static final int MAX_ITEMS = 32;

    private Rlp() {}

    /**
     * An item.
     *
     * @param list whether it is a list
     * @param encoded with its prefix
     * @param content without
     */
    record Item(boolean list, Bytes encoded, Bytes content) {
        /** A number of at most {@code most} bytes. */
        BigInteger number(String field, int most) {
            if (list || content.length() > most || (content.length() > 0 && content.at(0) == 0)) {
                throw invalid(field + " must be a number of at most " + most + " bytes, without leading zeros");
            }
            return new BigInteger(1, content.toArray());
        }

        /** Bytes of at most {@code most}. */
        Bytes bytes(String field, int most) {
            if (list || content.length() > most) {
                throw invalid(field + " must be at most " + most + " bytes");
            }
            return content;
        }
    }

    /** The items of a list, which is all that there is. */
    static List<Item> list(Bytes encoded) {
        Item whole = item(encoded, 0);
        if (!whole.list() || whole.encoded().length() != encoded.length()) {
            throw invalid("a transaction is one list in RLP, and nothing behind it");
        }
        List<Item> items = new ArrayList<>();
        int at = 0;
        while (at < whole.content().length()) {
            if (items.size() == MAX_ITEMS) {
                throw invalid("a transaction has at most " + MAX_ITEMS + " fields");
            }
            Item item = item(whole.content(), at);
            items.add(item);
            at += item.encoded().length();
        }
        return items;
    }

    private static Item item(Bytes in, int at) {
        if (at >= in.length()) {
            throw invalid("the RLP ends too early");
        }
        int first = in.at(at) & 0xff;
        if (first < 0x80) {
            return new Item(false, in.slice(at, 1), in.slice(at, 1));
        }
        boolean list = first >= 0xc0;
        int code = first - (list ? 0xc0 : 0x80);
        int head = 1;
        long length = code;
        if (code > SHORT) {
            int bytes = code - SHORT;
            if (bytes > 4 || at + 1 + bytes > in.length() || in.at(at + 1) == 0) {
                throw invalid("a length in the RLP is not what it may be");
            }
            length = 0;
            for (int i = 1; i <= bytes; i++) {
                length = (length << 8) | (in.at(at + i) & 0xff);
            }
            head += bytes;
            if (length <= SHORT) {
                throw invalid("a length in the RLP has a shorter form");
            }
        }
        if (length > in.length() - at - head) {
            throw invalid("the RLP ends too early");
        }
        Bytes content = in.slice(at + head, (int) length);
        if (!list && length == 1 && content.at(0) >= 0) {
            throw invalid("a byte in the RLP has a shorter form");
        }
        return new Item(list, in.slice(at, head + (int) length), content);
    }

    /** A list of items that are encoded already. */
    static byte[] list(List<Bytes> encoded) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        encoded.forEach(each -> content.writeBytes(each.toArray()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        prefix(out, 0xc0, content.size());
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    /** A number, without leading zeros. */
    static Bytes number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (bytes.length - from != 1 || bytes[from] < 0) {
            prefix(out, 0x80, bytes.length - from);
        }
        out.write(bytes, from, bytes.length - from);
        return Bytes.wrap(out.toByteArray());
    }

    private static void prefix(ByteArrayOutputStream out, int base, int length) {
        if (length <= SHORT) {
            out.write(base + length);
            return;
        }
        byte[] bytes = BigInteger.valueOf(length).toByteArray();
        int from = bytes[0] == 0 ? 1 : 0;
        out.write(base + SHORT + bytes.length - from);
        out.write(bytes, from, bytes.length - from);
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
