package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model, named by its content id: {@code text name | 24 prices | 24 next prices | i64 nextFrom | u8 count | count * commitment}.
 *
 * @param name as an operator registered it
 * @param prices in force until {@code nextFrom}
 * @param nextPrices in force from then on
 * @param nextFrom milliseconds since 1970-01-01 UTC
 * @param commitments to the weights, the current epoch's last; at most {@value #MOST_COMMITMENTS}, so that a proof begun before a roll-over still counts
 */
public record ModelEntry(
        String name, PriceList prices, PriceList nextPrices, long nextFrom, List<Commitment> commitments) {
    /** The current epoch and the one before. */
    public static final int MOST_COMMITMENTS = 2;

    /** The most proofs of one epoch. */
    public static final int MOST_PROOFS = 4_096;

    /**
     * The weights' commitment of one epoch: {@code i64 epoch | 32 root | u32 proofs | bytes used}.
     *
     * @param epoch 0 at registration, one more at each roll-over
     * @param root of the commitment
     * @param proofs how many proofs may be opened against it
     * @param used a bit an opening index, lowest bit of the first byte first: no index counts twice
     */
    public record Commitment(long epoch, Digest root, int proofs, Bytes used) {
        /** A commitment that nothing was proven against. */
        public static Commitment fresh(long epoch, Digest root, int proofs) {
            return new Commitment(epoch, root, proofs, Bytes.wrap(new byte[(proofs + 7) / 8]));
        }

        /** Whether {@code index} was opened. */
        public boolean isUsed(int index) {
            return (used.at(index / 8) >>> (index % 8) & 1) == 1;
        }

        /** With {@code index} opened. */
        public Commitment using(int index) {
            byte[] bits = used.toArray();
            bits[index / 8] |= (byte) (1 << (index % 8));
            return new Commitment(epoch, root, proofs, Bytes.wrap(bits));
        }
    }

    /** Copies the list. */
    public ModelEntry {
        commitments = List.copyOf(commitments);
    }

    /** The prices at a time. */
    public PriceList pricesAt(long time) {
        return time < nextFrom ? prices : nextPrices;
    }

    /** The commitment of an epoch that still counts. */
    public Optional<Commitment> commitment(long epoch) {
        return commitments.stream().filter(each -> each.epoch() == epoch).findFirst();
    }

    /** The next epoch. */
    public long nextEpoch() {
        return commitments.isEmpty() ? 0 : commitments.getLast().epoch() + 1;
    }

    /** With one more commitment; the oldest of three goes. */
    public ModelEntry committing(Commitment next) {
        List<Commitment> more = new ArrayList<>(commitments);
        more.add(next);
        return new ModelEntry(
                name,
                prices,
                nextPrices,
                nextFrom,
                more.subList(Math.max(0, more.size() - MOST_COMMITMENTS), more.size()));
    }

    /** With a commitment's opening index used. */
    public ModelEntry using(long epoch, int index) {
        return new ModelEntry(
                name,
                prices,
                nextPrices,
                nextFrom,
                commitments.stream()
                        .map(each -> each.epoch() == epoch ? each.using(index) : each)
                        .toList());
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(128).text(name);
        prices.write(out);
        nextPrices.write(out);
        out.i64(nextFrom).u8(commitments.size());
        commitments.forEach(each ->
                out.i64(each.epoch()).digest(each.root()).u32(each.proofs()).bytes(each.used()));
        return out.toBytes();
    }

    /** Reads {@link #encode}'s form. */
    public static ModelEntry read(CanonicalReader in) {
        String name = in.text("model name");
        PriceList prices = PriceList.read(in);
        PriceList next = PriceList.read(in);
        long nextFrom = in.i64("time of the next prices");
        int count = in.u8("number of commitments");
        if (count > MOST_COMMITMENTS) {
            throw new MalformedBytesException("a model has at most " + MOST_COMMITMENTS + " commitments, not " + count);
        }
        List<Commitment> commitments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Commitment each = new Commitment(
                    in.i64("epoch"), in.digest("root of the commitment"), in.u32("proofs"), in.bytes("used indices"));
            if (each.proofs() < 1 || each.proofs() > MOST_PROOFS || each.used().length() != (each.proofs() + 7) / 8) {
                throw new MalformedBytesException("a commitment for " + each.proofs() + " proofs with "
                        + each.used().length() + " bytes of used indices; 1 to " + MOST_PROOFS + " are allowed");
            }
            commitments.add(each);
        }
        return new ModelEntry(name, prices, next, nextFrom, commitments);
    }
}
