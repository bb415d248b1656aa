package dev.candor.cluster.evm;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Reads what Solidity's ABI encodes. Offsets may point anywhere within the bytes, also several to one place, so what is read is counted: never more words than there
 * are. Not thread-safe; for one call.
 */
final class AbiReader {
    static final int WORD = 32;

    private final Bytes bytes;
    private int left;

    /** Reads the arguments that {@code bytes} are. */
    AbiReader(Bytes bytes) {
        this.bytes = bytes;
        this.left = bytes.length() / WORD + 1;
    }

    /** A number without sign, at most {@code most}. */
    int number(int at, int most) {
        Bytes word = word(at);
        for (int i = 0; i < WORD - 4; i++) {
            if (word.at(i) != 0) {
                throw malformed("a number is over " + most);
            }
        }
        int value = word.asBuffer().getInt(WORD - 4);
        if (value < 0 || value > most) {
            throw malformed("a number is over " + most);
        }
        return value;
    }

    /** An {@code int128}. */
    BigInteger signed(int at) {
        BigInteger value = new BigInteger(word(at).toArray());
        if (value.bitLength() > 127) {
            throw malformed("an int128 has more than 128 bits");
        }
        return value;
    }

    /** Where something begins, whose offset stands at {@code at} and counts from {@code base}. */
    int follow(int at, int base) {
        long target = (long) base + number(at, bytes.length());
        if (target > bytes.length() - WORD) {
            throw malformed("an offset points behind the end");
        }
        return (int) target;
    }

    /** A string that begins at {@code at}. */
    String text(int at) {
        int length = number(at, bytes.length());
        if (length > bytes.length() - at - WORD) {
            throw malformed("a string ends behind the end");
        }
        count(length / WORD);
        try {
            ByteBuffer utf8 = bytes.slice(at + WORD, length).asBuffer();
            return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw malformed("a string is not UTF-8");
        }
    }

    /** An array that begins at {@code at}, of items of so many bytes. */
    <T> List<T> array(int at, int size, IntFunction<T> item) {
        int length = number(at, bytes.length() / WORD);
        if ((long) length * size > bytes.length() - at - WORD) {
            throw malformed("an array ends behind the end");
        }
        List<T> items = new ArrayList<>(length);
        for (int i = 0; i < length; i++) {
            items.add(item.apply(at + WORD + i * size));
        }
        return items;
    }

    /** An array of items that begin elsewhere. */
    <T> List<T> pointers(int at, IntFunction<T> item) {
        return array(at, WORD, pointer -> item.apply(follow(pointer, at + WORD)));
    }

    private Bytes word(int at) {
        if (at < 0 || at > bytes.length() - WORD) {
            throw malformed("they end too early");
        }
        count(1);
        return bytes.slice(at, WORD);
    }

    private void count(int words) {
        left -= words;
        if (left < 0) {
            throw malformed("their offsets point to the same place again and again");
        }
    }

    private static RefusedException malformed(String why) {
        return new RefusedException(
                ErrorCode.INVALID_REQUEST, "the arguments of the call are not as the contract's ABI has them: " + why);
    }
}
