package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A model, named by its content id: {@code text name | 24 prices | 24 next prices | i64 nextFrom | u8 count | count * commitment}. Each prover commits to the weights
 * by itself, so there may be several lines of commitments, each registered once and then rolled over. Where the first line's root does not follow from what is
 * there, or there are more lines, the count is 255 and {@code u16 lines | lines * 32 first root | u8 count | count * (u16 line | commitment)} follows.
 *
 * @param name as an operator registered it
 * @param prices in force until {@code nextFrom}
 * @param nextPrices in force from then on
 * @param nextFrom milliseconds since 1970-01-01 UTC
 * @param commitments to the weights that count, in the order in which they were certified; of a line at most {@value #MOST_COMMITMENTS}, so that a proof begun
 *     before a roll-over still counts
 * @param lines the first root of every line that ever was, so that none begins again with its openings unused; zero where an earlier version forgot it
 */
public record ModelEntry(
        String name,
        PriceList prices,
        PriceList nextPrices,
        long nextFrom,
        List<Commitment> commitments,
        List<Digest> lines) {
    /** Of a line the current epoch and the one before. */
    public static final int MOST_COMMITMENTS = 2;

    /** Lines that count; one more, and the line that was certified longest ago gives way. */
    public static final int MOST_LINES = 8;

    /** Lines that there ever are of a model. */
    public static final int LINES_EVER = 256;

    private static final int SEVERAL_LINES = 255;

    /** The most proofs of one epoch. */
    public static final int MOST_PROOFS = 4_096;

    /**
     * The weights' commitment of one epoch: {@code i64 epoch | 32 root | u32 proofs | bytes used}.
     *
     * @param line 0 for the first of the model's, in the order of registration
     * @param epoch 0 at registration, one more at each roll-over
     * @param root of the commitment
     * @param proofs how many proofs may be opened against it
     * @param used a bit an opening index, lowest bit of the first byte first: no index counts twice
     */
    public record Commitment(int line, long epoch, Digest root, int proofs, Bytes used) {
        /** A commitment of the first line that nothing was proven against. */
        public static Commitment fresh(long epoch, Digest root, int proofs) {
            return fresh(0, epoch, root, proofs);
        }

        /** A commitment that nothing was proven against. */
        public static Commitment fresh(int line, long epoch, Digest root, int proofs) {
            return new Commitment(line, epoch, root, proofs, Bytes.wrap(new byte[(proofs + 7) / 8]));
        }

        /** Whether {@code index} was opened. */
        public boolean isUsed(int index) {
            return (used.at(index / 8) >>> (index % 8) & 1) == 1;
        }

        /** With {@code index} opened. */
        public Commitment using(int index) {
            byte[] bits = used.toArray();
            bits[index / 8] |= (byte) (1 << (index % 8));
            return new Commitment(line, epoch, root, proofs, Bytes.wrap(bits));
        }
    }

    /** Copies the lists. */
    public ModelEntry {
        commitments = List.copyOf(commitments);
        lines = List.copyOf(lines);
    }

    /** A model with one line of commitments at most. */
    public ModelEntry(
            String name, PriceList prices, PriceList nextPrices, long nextFrom, List<Commitment> commitments) {
        this(name, prices, nextPrices, nextFrom, commitments, onlyLine(commitments));
    }

    private static List<Digest> onlyLine(List<Commitment> commitments) {
        if (commitments.isEmpty()) {
            return List.of();
        }
        Commitment first = commitments.getFirst();
        return List.of(first.epoch() == 0 ? first.root() : Digest.ZERO);
    }

    /** With other prices. */
    public ModelEntry priced(PriceList now, PriceList next, long from) {
        return new ModelEntry(name, now, next, from, commitments, lines);
    }

    /** The prices at a time. */
    public PriceList pricesAt(long time) {
        return time < nextFrom ? prices : nextPrices;
    }

    /** The commitment with a root that still counts. */
    public Optional<Commitment> commitment(Digest root) {
        return commitments.stream().filter(each -> each.root().equals(root)).findFirst();
    }

    /** Whether some commitment that still counts is of an epoch. */
    public boolean hasEpoch(long epoch) {
        return commitments.stream().anyMatch(each -> each.epoch() == epoch);
    }

    /** Whether no later commitment of its line is there. */
    public boolean isCurrent(Commitment commitment) {
        return commitments.stream()
                .noneMatch(each -> each.line() == commitment.line() && each.epoch() > commitment.epoch());
    }

    /** Whether a root stands for a commitment that counts, or once began a line. */
    public boolean knows(Digest root) {
        return commitment(root).isPresent() || lines.contains(root);
    }

    /** With one more commitment, of a line that is there or of the next; the oldest of three of its line goes, and the line certified longest ago of too many. */
    public ModelEntry committing(Commitment next) {
        List<Digest> known = new ArrayList<>(lines);
        if (next.line() == lines.size()) {
            known.add(next.root());
        }
        List<Commitment> more = new ArrayList<>(commitments);
        more.add(next);
        List<Commitment> own =
                more.stream().filter(each -> each.line() == next.line()).toList();
        if (own.size() > MOST_COMMITMENTS) {
            more.remove(own.getFirst());
        }
        if (more.stream().mapToInt(Commitment::line).distinct().count() > MOST_LINES) {
            int oldest = more.stream()
                    .map(Commitment::line)
                    .min(Comparator.comparingInt(line -> lastOf(line, more)))
                    .orElseThrow();
            more.removeIf(each -> each.line() == oldest);
        }
        return new ModelEntry(name, prices, nextPrices, nextFrom, more, known);
    }

    private static int lastOf(int line, List<Commitment> commitments) {
        int last = -1;
        for (int i = 0; i < commitments.size(); i++) {
            last = commitments.get(i).line() == line ? i : last;
        }
        return last;
    }

    /** With an opening index of the commitment with this root used. */
    public ModelEntry using(Digest root, int index) {
        return new ModelEntry(
                name,
                prices,
                nextPrices,
                nextFrom,
                commitments.stream()
                        .map(each -> each.root().equals(root) ? each.using(index) : each)
                        .toList(),
                lines);
    }

    /** The canonical bytes. */
    public Bytes encode() {
        CanonicalWriter out = new CanonicalWriter(128).text(name);
        prices.write(out);
        nextPrices.write(out);
        out.i64(nextFrom);
        boolean several = !lines.equals(onlyLine(commitments));
        if (several) {
            out.u8(SEVERAL_LINES).u16(lines.size());
            lines.forEach(out::digest);
        }
        out.u8(commitments.size());
        for (Commitment each : commitments) {
            if (several) {
                out.u16(each.line());
            }
            out.i64(each.epoch()).digest(each.root()).u32(each.proofs()).bytes(each.used());
        }
        return out.toBytes();
    }

    /** Reads {@link #encode}'s form. */
    public static ModelEntry read(CanonicalReader in) {
        String name = in.text("model name");
        PriceList prices = PriceList.read(in);
        PriceList next = PriceList.read(in);
        long nextFrom = in.i64("time of the next prices");
        int count = in.u8("number of commitments");
        boolean several = count == SEVERAL_LINES;
        List<Digest> lines = new ArrayList<>();
        if (several) {
            int ever = in.u16("number of lines");
            if (ever > LINES_EVER) {
                throw new MalformedBytesException("a model has at most " + LINES_EVER + " lines, not " + ever);
            }
            for (int i = 0; i < ever; i++) {
                lines.add(in.digest("first root of a line"));
            }
            count = in.u8("number of commitments");
        }
        int most = several ? MOST_LINES * MOST_COMMITMENTS : MOST_COMMITMENTS;
        if (count > most) {
            throw new MalformedBytesException("a model has at most " + most + " commitments, not " + count);
        }
        List<Commitment> commitments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int line = several ? in.u16("line of the commitment") : 0;
            Commitment each = new Commitment(
                    line,
                    in.i64("epoch"),
                    in.digest("root of the commitment"),
                    in.u32("proofs"),
                    in.bytes("used indices"));
            if (each.proofs() < 1 || each.proofs() > MOST_PROOFS || each.used().length() != (each.proofs() + 7) / 8) {
                throw new MalformedBytesException("a commitment for " + each.proofs() + " proofs with "
                        + each.used().length() + " bytes of used indices; 1 to " + MOST_PROOFS + " are allowed");
            }
            commitments.add(each);
        }
        ModelEntry only = new ModelEntry(name, prices, next, nextFrom, commitments);
        if (!several) {
            return only;
        }
        if (lines.equals(only.lines()) || commitments.stream().anyMatch(each -> each.line() >= lines.size())) {
            throw new MalformedBytesException("the lines of commitments are not in their only form");
        }
        return new ModelEntry(name, prices, next, nextFrom, commitments, lines);
    }
}
