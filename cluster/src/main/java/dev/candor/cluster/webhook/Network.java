package dev.candor.cluster.webhook;

import dev.candor.actors.value.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The addresses that share their first bits with another.
 *
 * @param address 4 or 16 bytes
 * @param bits that count
 */
record Network(Bytes address, int bits) {
    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}.
     *
     * @throws IllegalArgumentException with what is wrong
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        String base = slash < 0 ? "" : text.substring(0, slash);
        boolean literal = base.indexOf(':') >= 0 || base.matches("[0-9]+(\\.[0-9]+){3}");
        try {
            int bits = literal ? Integer.parseInt(text.substring(slash + 1)) : -1;
            byte[] address = literal ? InetAddress.getByName(base).getAddress() : new byte[0];
            if (bits >= 0 && bits <= 8 * address.length) {
                return new Network(Bytes.wrap(address), bits);
            }
        } catch (NumberFormatException | UnknownHostException e) {
            throw new IllegalArgumentException(wrong(text), e);
        }
        throw new IllegalArgumentException(wrong(text));
    }

    private static String wrong(String text) {
        return "\"" + text + "\" is no network; write it as 10.0.0.0/8 or fd00::/8";
    }

    boolean contains(InetAddress other) {
        byte[] mine = address.toArray();
        byte[] its = other.getAddress();
        if (mine.length != its.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >>> (bit & 7);
            if (((mine[bit >>> 3] ^ its[bit >>> 3]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
