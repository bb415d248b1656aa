package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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

    private record Answer(Bytes key, LedgerStats figures) {}

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
        Map<LedgerStats, Set<Bytes>> said = new HashMap<>();
        Optional<Throwable> failure = Optional.empty();
        int answers = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<Answer> asked = new ExecutorCompletionService<>(threads);
            List<LedgerClient> clients = validators.clients().stream()
                    .filter(each -> committee.indexOf(each.peer().key()) >= 0)
                    .toList();
            clients.forEach(each -> {
                var _ = asked.submit(() -> new Answer(each.peer().key(), each.stats()));
            });
            for (int i = 0; i < clients.size(); i++) {
                try {
                    Answer answer = asked.take().get();
                    answers++;
                    Set<Bytes> alike = said.computeIfAbsent(answer.figures(), _ -> new LinkedHashSet<>());
                    alike.add(answer.key());
                    if (alike.size() >= needed) {
                        threads.shutdownNow();
                        Stated stated = new Stated(answer.figures(), new ArrayList<>(alike), needed);
                        return new Asked(Optional.of(stated), answers, needed, failure);
                    }
                } catch (ExecutionException e) {
                    failure = Optional.ofNullable(e.getCause());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while validators were asked for the public figures", e);
        }
        int most = said.values().stream().mapToInt(Set::size).max().orElse(0);
        return new Asked(Optional.empty(), answers, most, failure);
    }
}
