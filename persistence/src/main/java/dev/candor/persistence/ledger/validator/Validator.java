package dev.candor.persistence.ledger.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.Ledger.Built;
import dev.candor.persistence.ledger.Ledger.Dropped;
import dev.candor.persistence.ledger.Ledger.Outcome;
import dev.candor.persistence.ledger.block.Advance;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.block.Segment;
import dev.candor.persistence.ledger.consensus.Consensus;
import dev.candor.persistence.ledger.consensus.ConsensusState;
import dev.candor.persistence.ledger.consensus.Effect;
import dev.candor.persistence.ledger.consensus.Event;
import dev.candor.persistence.ledger.consensus.JournalEntry;
import dev.candor.persistence.ledger.consensus.Message;
import dev.candor.persistence.ledger.state.Due;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.ledger.stats.BlockFigures;
import dev.candor.persistence.ledger.stats.LedgerStats;
import dev.candor.persistence.ledger.tx.Transaction;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import dev.candor.persistence.partition.PartitionEvent;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One validator: carries out what {@link Consensus} decides. A step's votes are synced before anything of that step is said. It survives its journal's failures by
 * beginning again from what is in it; it stops for good, and says why in {@link #halted}, when a certified block is not valid.
 *
 * <p>Everything happens on one thread; the public methods may be called from any.
 */
public final class Validator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Validator.class);
    private static final Duration FETCH_AGAIN = Duration.ofMillis(50);

    private final Parts parts;
    private final ValidatorMeter meter;
    private final ScheduledThreadPoolExecutor thread;
    private final TransactionPool pool = new TransactionPool();
    private final Map<Digest, Valid> valid = new HashMap<>();
    private final Map<Integer, String> stalled = new HashMap<>();

    private volatile LedgerState ledger;
    private volatile Optional<String> halted = Optional.empty();
    private ConsensusState state;
    private Optional<Built> prepared = Optional.empty();
    private @Nullable ScheduledFuture<?> timer;
    private boolean broken;
    private volatile boolean lacksEvents;
    /** When the last block was final, or when there was work again. */
    private long blockSince = System.nanoTime();

    /**
     * What a validator is made of.
     *
     * @param consensus with its own key
     * @param rules the ledger's
     * @param journal its own
     * @param feed of the partitions' events; begun here, where the ledger stands
     * @param peers the others
     * @param settings times
     * @param clock for the time of blocks
     */
    public record Parts(
            Consensus consensus,
            Ledger rules,
            ValidatorJournal journal,
            PartitionFeed feed,
            Peers peers,
            ValidatorSettings settings,
            InstantSource clock) {}

    private record Valid(Outcome.Applied applied, List<Segment> segments) {}

    private Validator(Parts parts, ValidatorMeter meter, LedgerState ledger) {
        this.parts = parts;
        this.meter = meter;
        this.ledger = ledger;
        thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("candor-validator").daemon().factory());
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
        this.state = recovered(ledger);
    }

    /**
     * Recovers from the journal, which holds a genesis, and starts. Blocks while blocks behind the last kept state are applied.
     *
     * @throws dev.candor.persistence.journal.JournalException where the journal is damaged or cannot be read
     */
    public static Validator start(Parts parts) {
        return start(parts, ValidatorMeter.NONE);
    }

    /** The same, and tells {@code meter} what it does. */
    public static Validator start(Parts parts, ValidatorMeter meter) {
        LedgerState ledger = Recovery.of(parts.journal(), parts.rules());
        Recovery.figures(parts.journal(), parts.rules());
        for (int i = 0; i < ledger.partitions().size(); i++) {
            parts.feed().begin(i, ledger.partitions().get(i).sequenceNr());
        }
        Validator validator = new Validator(parts, meter, ledger);
        long interval = parts.settings().interval().toMillis();
        var _ = validator.thread.scheduleWithFixedDelay(validator::tick, interval, interval, TimeUnit.MILLISECONDS);
        return validator;
    }

    private ConsensusState recovered(LedgerState at) {
        return parts.consensus()
                .recover(
                        at.chain(),
                        at.validators(),
                        at.height() + 1,
                        parts.journal().votes());
    }

    /** The state after the last final block. */
    public LedgerState ledger() {
        return ledger;
    }

    /** Whether a final block waits here for events that the feed has not brought: the other validators have them. */
    public boolean lacksEvents() {
        return lacksEvents;
    }

    /** Why this validator stopped for good; empty while it works. */
    public Optional<String> halted() {
        return halted;
    }

    /** The height of the block that made an event of a partition final, if one did. */
    public OptionalLong heightOf(int partition, long sequenceNr) {
        OptionalLong height = parts.journal().heightOf(partition, sequenceNr);
        return height.isPresent() && height.getAsLong() <= ledger.height() ? height : OptionalLong.empty();
    }

    /** A final block. */
    public Optional<FinalBlock> block(long height) {
        return parts.journal().block(height);
    }

    /** What all final blocks come to. Reads the journal. */
    public LedgerStats stats() {
        return parts.journal().figures(LedgerStats::of);
    }

    /**
     * A peer said something; {@code from} is the key that its connection proved.
     *
     * @return completes when the message was dealt with, so that a caller who waits for it bounds what waits here
     */
    public CompletionStage<Void> receive(Bytes from, Message message) {
        CompletableFuture<Void> dealtWith = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                guarded(() -> handle(new Event.Received(from, message)));
                dealtWith.complete(null);
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The validator has stopped", e);
            dealtWith.complete(null);
        }
        return dealtWith;
    }

    /** Asks for a transaction; completes with the height of its block, or fails with a {@link RefusedTransactionException}. */
    public CompletionStage<Long> submit(Transaction.Signed transaction) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        run(() -> pool.add(ledger, transaction).whenComplete((height, failure) -> {
            if (failure == null) {
                answer.complete(height);
            } else {
                answer.completeExceptionally(failure);
            }
        }));
        return answer;
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("The validator's thread did not end within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.journal().close();
    }

    private void run(Runnable work) {
        try {
            thread.execute(() -> guarded(work));
        } catch (RejectedExecutionException e) {
            LOG.debug("The validator has stopped", e);
        }
    }

    private ScheduledFuture<?> later(Duration delay, Runnable work) {
        return thread.schedule(() -> guarded(work), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whatever goes wrong in a step, what was not journalled is forgotten, as in a crash. */
    private void guarded(Runnable work) {
        if (halted.isPresent() || broken) {
            return;
        }
        try {
            work.run();
        } catch (RejectedExecutionException e) {
            LOG.debug("The validator has stopped", e);
        } catch (RuntimeException e) {
            LOG.error(
                    "The validator begins again from its journal in {}",
                    parts.settings().retry(),
                    e);
            broken = true;
            recoverLater();
        }
    }

    private void recoverLater() {
        try {
            var _ = thread.schedule(this::recover, parts.settings().retry().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The validator has stopped", e);
        }
    }

    private void recover() {
        try {
            LedgerState at = Recovery.of(parts.journal(), parts.rules());
            valid.clear();
            prepared = Optional.empty();
            state = recovered(at);
            ledger = at;
            broken = false;
            LOG.info("The validator goes on at height {}", at.height() + 1);
        } catch (RuntimeException e) {
            LOG.error(
                    "The validator's journal does not answer; it is tried again in {}",
                    parts.settings().retry(),
                    e);
            recoverLater();
        }
    }

    private void tick() {
        guarded(() -> {
            meter.pending(pool.size(), waitingEvents());
            if (!state.active() && hasWork()) {
                blockSince = System.nanoTime();
                handle(new Event.WorkArrived());
            }
        });
    }

    private long waitingEvents() {
        long events = 0;
        for (int i = 0; i < ledger.partitions().size(); i++) {
            events += Math.max(
                    0, parts.feed().next(i) - 1 - ledger.partitions().get(i).sequenceNr());
        }
        return events;
    }

    /** Whether a block would hold anything, or something is due. What was built to find out is used when the block is asked for at once. */
    private boolean hasWork() {
        LedgerState at = ledger;
        boolean due = at.due()
                .first()
                .filter(each -> Due.time(each.key()) <= parts.clock().millis())
                .isPresent();
        boolean waits = due || !pool.pending(at).isEmpty();
        for (int i = 0; i < at.partitions().size(); i++) {
            waits |= parts.feed().hasMore(i, at.partitions().get(i).sequenceNr());
        }
        if (!waits) {
            return false;
        }
        Built built = build();
        boolean empty = built.block().body().advances().isEmpty()
                && built.block().body().transactions().isEmpty();
        // What is due passes in the block whose time has come: without it a refund would wait for other traffic.
        boolean passes = due && built.applied().state().due().size() < at.due().size();
        prepared = empty && !passes ? Optional.empty() : Optional.of(built);
        return !empty || passes;
    }

    private Built build() {
        LedgerState at = ledger;
        List<Segment> segments = new ArrayList<>();
        for (int i = 0; i < at.partitions().size(); i++) {
            long last = at.partitions().get(i).sequenceNr();
            List<PartitionEvent> events = parts.feed().behind(i, last, Long.MAX_VALUE);
            if (!events.isEmpty()) {
                segments.add(new Segment(i, last + 1, events));
            }
        }
        Built built = parts.rules().build(at, parts.clock().millis(), pool.pending(at), segments);
        pool.dropped(at, built.dropped());
        meter.dropped(built.dropped());
        for (Dropped dropped : built.dropped()) {
            if (dropped instanceof Dropped.OfPartition(int partition, var refusal)
                    && !refusal.why().equals(stalled.put(partition, refusal.why()))) {
                LOG.warn("Partition {} stands still, the others go on: {}", partition, refusal);
            }
        }
        return built;
    }

    private void handle(Event event) {
        Consensus.Step step = parts.consensus().step(state, event);
        List<JournalEntry> votes = new ArrayList<>();
        for (Effect effect : step.effects()) {
            if (effect instanceof Effect.Journal(JournalEntry entry)) {
                switch (entry) {
                    case JournalEntry.Voted voted -> votes.add(voted);
                    case JournalEntry.Locked locked -> votes.add(locked);
                    case JournalEntry.Final(var block, var certificate) -> {
                        votes.clear();
                        Valid known =
                                Objects.requireNonNull(valid.get(block.hash()), "a block is decided once checked");
                        LedgerState before = ledger;
                        parts.journal()
                                .finish(
                                        new FinalBlock(block, certificate, known.segments()),
                                        store -> BlockFigures.add(
                                                before,
                                                block,
                                                known.segments(),
                                                known.applied().entries(),
                                                known.applied().state(),
                                                store));
                    }
                }
            }
        }
        if (!votes.isEmpty()) {
            parts.journal().append(votes);
        }
        state = step.state();
        step.effects().forEach(this::perform);
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Journal _ -> {}
            case Effect.Send(var to, var message) -> parts.peers().send(to, message);
            case Effect.Serve(var to, var height) ->
                parts.journal()
                        .block(height)
                        .ifPresent(done -> parts.peers()
                                .send(Optional.of(to), new Message.Decided(done.block(), done.certificate())));
            case Effect.Build(var height, var round) -> run(() -> propose(height, round));
            case Effect.Check(var block, var certified) -> run(() -> check(block, certified));
            case Effect.StartTimer(var height, var round, var millis) -> {
                if (timer != null) {
                    timer.cancel(false);
                }
                if (round > 0) {
                    meter.roundChanged(height, round);
                }
                timer = later(Duration.ofMillis(millis), () -> handle(new Event.TimedOut(height, round)));
            }
            case Effect.Decide(var block, var certificate) -> {
                adopt(block);
                long now = System.nanoTime();
                meter.decided(block, certificate.vote().round(), now - blockSince);
                blockSince = now;
            }
            case Effect.Accuse(var evidence) -> {
                LOG.warn(
                        "Validator {} signed two rival votes",
                        ValidatorSet.keyId(evidence.one().key()));
                pool.accuse(evidence);
            }
            case Effect.Halt(var why) -> {
                LOG.error("The validator stops: {}", why);
                halted = Optional.of(why);
            }
        }
    }

    private void propose(long height, int round) {
        if (ledger.height() + 1 != height) {
            return;
        }
        Built built = prepared.orElseGet(this::build);
        prepared = Optional.empty();
        valid.put(built.block().hash(), new Valid(built.applied(), built.segments()));
        handle(new Event.Built(
                height, round, built.block(), built.applied().state().validators()));
    }

    private void check(Block block, boolean certified) {
        LedgerState at = ledger;
        boolean wanted = certified || state.proposed().equals(Optional.of(block.hash()));
        if (at.height() + 1 != block.header().height() || !wanted) {
            return;
        }
        List<Segment> segments = new ArrayList<>();
        for (Advance advance : block.body().advances()) {
            if (advance.partition() < at.partitions().size()) {
                long last = at.partitions().get(advance.partition()).sequenceNr();
                List<PartitionEvent> events = parts.feed().behind(advance.partition(), last, advance.sequenceNr());
                if (events.size() < Math.min(advance.sequenceNr() - last, Segment.MOST_EVENTS)) {
                    if (certified) {
                        lacksEvents = true;
                    }
                    var _ = later(FETCH_AGAIN, () -> check(block, certified));
                    return;
                }
                Segment segment = new Segment(advance.partition(), last + 1, events);
                if (certified
                        && !segment.leadsTo(
                                at.partitions().get(advance.partition()).head(), advance.head())) {
                    // A quorum certified other events than the feed brought: those that the feed's source told others.
                    parts.feed().begin(advance.partition(), last);
                    lacksEvents = true;
                    var _ = later(FETCH_AGAIN, () -> check(block, true));
                    return;
                }
                segments.add(segment);
            }
        }
        Optional<ValidatorSet> next = Optional.empty();
        switch (parts.rules().apply(at, block, segments)) {
            case Outcome.Applied applied -> {
                valid.put(block.hash(), new Valid(applied, segments));
                if (certified
                        || block.header().time()
                                <= parts.clock().millis()
                                        + parts.settings().mostAhead().toMillis()) {
                    next = Optional.of(applied.state().validators());
                }
            }
            case Outcome.Refused(var refusal) -> LOG.warn("A proposed block is refused: {}", refusal);
        }
        handle(new Event.Checked(block.hash(), certified, next));
    }

    private void adopt(Block block) {
        LedgerState after = Objects.requireNonNull(valid.get(block.hash()), "a block is decided once checked")
                .applied()
                .state();
        if (timer != null) {
            timer.cancel(false);
        }
        lacksEvents = false;
        valid.clear();
        prepared = Optional.empty();
        for (Advance advance : block.body().advances()) {
            parts.feed().taken(advance.partition(), advance.sequenceNr());
            stalled.remove(advance.partition());
        }
        ledger = after;
        pool.decided(after, block.body().transactions());
        if (after.height() % parts.settings().snapshotEvery() == 0) {
            parts.journal().snapshot(after);
        }
    }
}
