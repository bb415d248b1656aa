package dev.candor.cluster.opengradient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The key of a node for answers, made when the first is to be signed. Thread-safe; does not block. */
public final class AnswerSigning {
    private final Path file;
    private final Executor blocking;
    private final InstantSource clock;
    private @Nullable CompletableFuture<SignedAnswers> made;

    /**
     * Signs under the key in {@code file}.
     *
     * @param blocking reads it, and makes it where there is none
     */
    public AnswerSigning(Path file, Executor blocking, InstantSource clock) {
        this.file = file;
        this.blocking = blocking;
        this.clock = clock;
    }

    /** Signs answers; fails where the file cannot be had, and is tried again then. */
    public synchronized CompletionStage<SignedAnswers> answers() {
        CompletableFuture<SignedAnswers> known = made;
        if (known == null || known.isCompletedExceptionally()) {
            known = CompletableFuture.supplyAsync(this::load, blocking);
            made = known;
        }
        return known.copy();
    }

    private SignedAnswers load() {
        try {
            return new SignedAnswers(AnswerKey.loadOrCreate(file), clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
