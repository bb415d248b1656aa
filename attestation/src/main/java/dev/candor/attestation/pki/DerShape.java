package dev.candor.attestation.pki;

import dev.candor.attestation.wire.MalformedEvidenceException;
import dev.candor.attestation.wire.Octets;

/**
 * Walks DER before a library reads it: definite lengths in their shortest form, one-byte tags, nothing nested deeper than {@value #DEEPEST}, no byte before
 * or behind. So one value has one form, and a library's recursion ends.
 */
final class DerShape {
    private static final int DEEPEST = 20;
    private static final int CONSTRUCTED = 0x20;

    private final Octets bytes;
    private final String what;

    private DerShape(Octets bytes, String what) {
        this.bytes = bytes;
        this.what = what;
    }

    /** Refuses what is not one DER value. */
    static void check(Octets bytes, String what) {
        DerShape shape = new DerShape(bytes, what);
        if (shape.value(0, bytes.length(), 0) != bytes.length()) {
            throw shape.malformed("has bytes behind its end");
        }
    }

    /** Checks the value at {@code from}, which ends at {@code to} at the latest; returns where it ends. */
    private int value(int from, int to, int depth) {
        if (depth > DEEPEST) {
            throw malformed("nests deeper than " + DEEPEST);
        }
        if (to - from < 2) {
            throw malformed("ends within a tag");
        }
        int tag = bytes.at(from);
        if ((tag & 0x1f) == 0x1f) {
            throw malformed("has a tag of several bytes");
        }
        int first = bytes.at(from + 1);
        int start = from + 2;
        int length = first;
        if (first >= 0x80) {
            int count = first & 0x7f;
            if (count < 1 || count > 3 || to - start < count) {
                throw malformed("has a length that is indefinite, too large or cut off");
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = length << 8 | bytes.at(start + i);
            }
            start += count;
            if (length < 0x80 || length >> (8 * (count - 1)) == 0) {
                throw malformed("has a length that is not in its shortest form");
            }
        }
        if (length > to - start) {
            throw malformed("has a value that passes its end");
        }
        int end = start + length;
        if ((tag & CONSTRUCTED) != 0) {
            for (int next = start; next < end; ) {
                next = value(next, end, depth + 1);
            }
        }
        return end;
    }

    private MalformedEvidenceException malformed(String how) {
        return new MalformedEvidenceException(what + " is not DER: it " + how);
    }
}
