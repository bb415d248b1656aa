package dev.candor.persistence.export;

import dev.candor.actors.value.RequestId;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.export.ChainVerifier.Link;
import dev.candor.persistence.partition.BrokenChainException;
import dev.candor.persistence.partition.PartitionState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Verifies an export line by line, without its journal: every event follows the one before, and every hash and every verdict that a line states is the one
 * that follows from the events. Memory does not grow with the export. Not thread-safe.
 */
public final class ExportVerifier {
    private final Consumer<ExportLine> verified;
    private final Map<Integer, Chain> chains = new TreeMap<>();
    private long lines;

    /** Hands lines to {@code verified} once it is settled that they say what is so, in their order within a partition. */
    public ExportVerifier(Consumer<ExportLine> verified) {
        this.verified = verified;
    }

    /** One partition's chain, and what its lines claim that is not settled yet. */
    private final class Chain {
        private final ArrayDeque<ExportLine> claims = new ArrayDeque<>();
        private final ChainVerifier verifier = new ChainVerifier(this::settle);

        private void settle(Link link) {
            ExportLine claim = claims.remove();
            if (!claim.link().hash().equals(link.hash())) {
                throw new BrokenChainException("event " + link.sequenceNr() + " has the hash " + link.hash()
                        + ", its line says " + claim.link().hash());
            }
            if (claim.link().counts() != link.counts()) {
                throw new BrokenChainException("event " + link.sequenceNr()
                        + (link.counts()
                                ? " counts, its line says that it is void"
                                : " is void, its line does not say so"));
            }
            verified.accept(claim);
        }
    }

    /**
     * The next line.
     *
     * @throws MalformedBytesException where it is none
     * @throws BrokenChainException where it cannot be the next of its partition, or an earlier one was not what it says
     */
    public void next(String text) {
        lines++;
        ExportLine line;
        try {
            line = ExportLine.parse(text);
        } catch (MalformedBytesException e) {
            throw new MalformedBytesException("line " + lines + ": " + e.getMessage());
        }
        if (line.partition() >= RequestId.MAX_PARTITIONS) {
            throw new MalformedBytesException("line " + lines + ": partition " + line.partition()
                    + "; a network has at most " + RequestId.MAX_PARTITIONS);
        }
        Chain chain = chains.computeIfAbsent(line.partition(), _ -> new Chain());
        chain.claims.add(line);
        try {
            chain.verifier.next(line.link().sequenceNr(), line.link().event());
        } catch (BrokenChainException e) {
            throw new BrokenChainException("line " + lines + ", partition " + line.partition() + ": " + e.getMessage());
        }
    }

    /** No more lines: a summary of each partition that has any. */
    public List<JournalExport.Summary> end() {
        List<JournalExport.Summary> summaries = new ArrayList<>();
        chains.forEach((partition, chain) -> {
            PartitionState state;
            try {
                state = chain.verifier.end();
            } catch (BrokenChainException e) {
                throw new BrokenChainException("partition " + partition + ": " + e.getMessage());
            }
            summaries.add(JournalExport.Summary.of(partition, state));
        });
        return List.copyOf(summaries);
    }
}
