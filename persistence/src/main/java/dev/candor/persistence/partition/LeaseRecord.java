package dev.candor.persistence.partition;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;

/**
 * The record of a lease in the control store, version 1: {@code u8 1 | text owner | i64 epoch | i64 renewals}.
 *
 * @param owner the process that holds it, or empty when it was released
 * @param epoch of the last holder
 * @param renewals how often that holder renewed it: every write changes the record
 */
record LeaseRecord(String owner, long epoch, long renewals) {
    private static final int VERSION = 1;

    static String key(int partition) {
        return "lease/partition-" + partition;
    }

    Bytes encode() {
        return new CanonicalWriter(32 + owner.length())
                .u8(VERSION)
                .text(owner)
                .i64(epoch)
                .i64(renewals)
                .toBytes();
    }

    static LeaseRecord decode(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the lease");
        if (version != VERSION) {
            throw new MalformedBytesException("a lease has version 1, this one has " + version);
        }
        LeaseRecord lease = new LeaseRecord(in.text("owner"), in.i64("epoch"), in.i64("renewals"));
        in.end("the lease");
        return lease;
    }
}
