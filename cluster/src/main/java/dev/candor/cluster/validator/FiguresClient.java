package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Asks all validators at once for the public figures, and gives those that more of them state alike than may lie. Nothing of it is signed; who wants to know
 * without trusting any validator recomputes the figures from an export. Calls block. Thread-safe.
 */
public final class FiguresClient {
    /** Blocks come while they are asked: validators that had not yet the same height the first time have it soon. */
    private static final int TRIES = 4;

    private final FinalityClient validators;

    /** Asks those whom {@code validators} asks. */
    public FiguresClient(FinalityClient validators) {
        this.validators = validators;
    }

    /**
     * Figures, and whose word they are.
     *
     * @param figures of all blocks that are final for these validators
     * @param by raw keys of validators that stated them, each once; others may have too
     * @param needed so many hold one at least that does not lie, as long as no more lie than the ledger withstands
     */
    public record Stated(LedgerStats figures, List<Bytes> by, int needed) {
        /** Copies the list. */
        public Stated {
            by = List.copyOf(by);
        }
    }

    /** What came of asking once. */
    private record Asked(Optional<Stated> stated, int answers, int alike, Optional<Throwable> failure) {}

    /**
     * The figures.
     *
     * @throws IOException where too few validators state the same
     */
    public Stated stats() throws IOException {
        Asked last = ask(validators.committee());
        for (int i = 1; i < TRIES && last.stated().isEmpty(); i++) {
            validators.follow();
            last = ask(validators.committee());
        }
        if (last.stated().isPresent()) {
            return last.stated().get();
        }
        ValidatorSet committee = validators.committee();
        String why = committee.faults() + 1 + " of " + committee.size()
                + " validators are to state the same figures; " + last.answers() + " answered, at most "
                + last.alike() + " of them alike";
        throw last.failure()
                .map(failure -> new IOException(why + "; " + failure.getMessage(), failure))
                .orElseGet(() -> new IOException(why));
    }

    private Asked ask(ValidatorSet committee) throws IOException {
        int needed = committee.faults() + 1;
        Map<LedgerStats, List<Bytes>> said = new HashMap<>();
        Optional<Throwable> failure = Poll.of(validators.members(), LedgerClient::stats, (key, figures) -> {
            List<Bytes> alike = said.computeIfAbsent(figures, _ -> new ArrayList<>());
            alike.add(key);
            return alike.size() >= needed;
        });
        return new Asked(
                said.entrySet().stream()
                        .filter(each -> each.getValue().size() >= needed)
                        .findFirst()
                        .map(each -> new Stated(each.getKey(), each.getValue(), needed)),
                said.values().stream().mapToInt(List::size).sum(),
                said.values().stream().mapToInt(List::size).max().orElse(0),
                failure);
    }
}
