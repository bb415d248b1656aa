package dev.candor.cluster.validator;

import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.feed.FeedIntake;
import dev.candor.persistence.ledger.wire.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings events from one source into a validator's feed, on a thread of its own. A source that brings what does not hold is left alone for a while. */
final class FeedPuller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FeedPuller.class);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
    private static final Duration AFTER_LIE = Duration.ofSeconds(10);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final LedgerClient source;
    private final FeedIntake intake;
    private final BooleanSupplier wanted;
    private final Thread thread;
    private volatile boolean closed;
    private boolean failing;

    /**
     * Starts to pull.
     *
     * @param wanted whether this source is to be asked now
     */
    FeedPuller(LedgerClient source, FeedIntake intake, BooleanSupplier wanted) {
        this.source = source;
        this.intake = intake;
        this.wanted = wanted;
        thread = Thread.ofVirtual().name("candor-feed").start(this::pull);
    }

    private void pull() {
        while (!closed) {
            try {
                Thread.sleep(wanted.getAsBoolean() ? once() : PAUSE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** One question; how long to pause after it. */
    private Duration once() {
        List<Position> positions = intake.wanted();
        if (positions.isEmpty()) {
            return PAUSE;
        }
        try {
            List<Segment> brought = source.events(positions);
            failing = false;
            for (Segment each : brought) {
                Optional<String> wrong = intake.take(each);
                if (wrong.isPresent()) {
                    LOG.warn("The feed of {} is left alone for {}: {}", source.peer(), AFTER_LIE, wrong.get());
                    return AFTER_LIE;
                }
            }
            return PAUSE;
        } catch (IOException e) {
            if (!failing && !closed) {
                LOG.warn("No events from {}: {}", source.peer(), e.getMessage());
            }
            failing = true;
            return AFTER_FAILURE;
        } catch (RuntimeException e) {
            // The validator emptied its feed meanwhile, for one: the next question begins where it stands then.
            LOG.info("What {} brought could not be taken in", source.peer(), e);
            return AFTER_FAILURE;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        source.close();
        try {
            if (!thread.join(END_LIMIT)) {
                LOG.warn("The feed of {} did not end within {}", source.peer(), END_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
