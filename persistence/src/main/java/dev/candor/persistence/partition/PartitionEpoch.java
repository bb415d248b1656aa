package dev.candor.persistence.partition;

import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.partition.Partition.Commit;
import dev.candor.persistence.partition.Partition.FindReceipt;
import dev.candor.persistence.partition.Partition.Lookup;
import dev.candor.persistence.partition.Partition.Question;
import dev.candor.persistence.partition.PartitionDecider.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * One epoch of one owner, from its {@code Opened} to its end: serves questions, stores answers, has the log written, one write at a time. Confined to its
 * partition's actor. Nothing is written and nothing is answered unless the lease is valid then; each method that finds otherwise, or that cannot go on,
 * says why the epoch is to end.
 */
final class PartitionEpoch {
    private final int partition;
    private final PartitionResources resources;
    private final LeaseKeeper lease;
    private final ActorRef<PartitionLog.Command> log;
    private final ActorRef<PartitionLog.Written> logReplies;
    private final LeaseKeeper.Waiting waiting;
    private final EarlyCommands refusals;
    private final PartitionDecider decider;
    private PartitionState state;
    /** The entries of the write under way; while the log was not told, their event is certainly not in the journal. */
    private List<Commitment> writing = List.of();

    private boolean logTold;
    private long writeSince;
    private int receiptSearches;

    PartitionEpoch(
            int partition,
            PartitionResources resources,
            Partition.Parts parts,
            LeaseKeeper lease,
            ActorRef<PartitionLog.Command> log,
            ActorRef<PartitionLog.Written> logReplies,
            LeaseKeeper.Waiting waiting,
            EarlyCommands refusals,
            PartitionState state) {
        this.partition = partition;
        this.resources = resources;
        this.lease = lease;
        this.log = log;
        this.logReplies = logReplies;
        this.waiting = waiting;
        this.refusals = refusals;
        this.state = state;
        this.decider = new PartitionDecider(
                partition, resources.settings(), resources.answers().retention(), parts.sameBody());
    }

    /** Whether nothing waits and nothing is under way. */
    boolean idle() {
        return decider.idle() && writing.isEmpty();
    }

    Optional<String> serve(Question question) {
        if (!lease.valid()) {
            refusals.refuse(question, Refusals.unavailable());
            return leaseRanOut();
        }
        switch (question) {
            case Lookup lookup -> run(decider.lookup(lookup, now()));
            case Commit commit -> {
                commit.entries().forEach(entry -> run(decider.commit(entry, now())));
                return write();
            }
            case FindReceipt ask -> find(ask);
        }
        return Optional.empty();
    }

    Optional<String> found(Came.Found found) {
        if (!lease.valid()) {
            return leaseRanOut();
        }
        run(decider.found(found.identity(), counting(found.rows()), now()));
        return write();
    }

    Optional<String> findFailed(Came.FindFailed failed) {
        run(decider.findFailed(failed.identity(), Refusals.unavailable()));
        return write();
    }

    void receiptFound(Came.ReceiptFound found) {
        receiptSearches--;
        FindReceipt ask = found.ask();
        if (!lease.valid()) {
            refusals.refuse(ask, Refusals.unavailable());
            return;
        }
        ask.replyTo()
                .tell(counting(found.rows()).stream()
                        .findFirst()
                        .<ReceiptReply>map(row -> new ReceiptReply.Committed(
                                ask.id(), row.receipt(), row.sequenceNr(), state.head(), state.sequenceNr()))
                        .orElseGet(() -> new ReceiptReply.Unknown(ask.id())));
    }

    void receiptFailed(Came.ReceiptFailed failed) {
        receiptSearches--;
        refusals.refuse(failed.ask(), Refusals.unavailable());
    }

    /** The answers are stored: their event may be written. */
    Optional<String> staged() {
        if (!lease.valid()) {
            // Their rows name this epoch and the next event. Under this epoch no other write may take that place.
            return leaseRanOut();
        }
        List<PartitionEvent.Entry> entries = writing.stream()
                .map(entry -> new PartitionEvent.Entry(
                        entry.answer().receipt(), entry.identity().map(PartitionEvent.EntryKey::of)))
                .toList();
        logTold = true;
        log.tell(new PartitionLog.Append(entries, logReplies));
        return Optional.empty();
    }

    /** The event is in the journal, synced. */
    Optional<String> written(PartitionState after) {
        if (!lease.valid()) {
            return leaseRanOut();
        }
        state = after;
        resources.meter().written(partition, writing.size(), now() - writeSince);
        writing = List.of();
        logTold = false;
        run(decider.written(now()));
        return write();
    }

    /** Answers everything that waits: nothing more comes of this epoch. */
    void end() {
        run(decider.fail(logTold ? Refusals.unknown() : Refusals.unavailable(), Refusals.unavailable()));
        writing = List.of();
        resources.meter().queued(partition, 0);
    }

    private Optional<String> write() {
        Optional<String> end = nextWrite();
        resources.meter().queued(partition, decider.waiting());
        return end;
    }

    private Optional<String> nextWrite() {
        if (!writing.isEmpty()) {
            return Optional.empty();
        }
        List<Effect> dropped = new ArrayList<>();
        writing = decider.nextWrite(now(), dropped);
        run(dropped);
        if (writing.isEmpty()) {
            return Optional.empty();
        }
        if (!lease.valid()) {
            return leaseRanOut();
        }
        writeSince = now();
        long place = state.sequenceNr() + 1;
        CompletableFuture<Done> staged = resources
                .answers()
                .stage(
                        Partition.persistenceId(partition),
                        place,
                        writing.stream().map(entry -> row(entry, place)).toList())
                .toCompletableFuture();
        if (staged.state() == Future.State.SUCCESS) {
            return staged();
        }
        waiting.pipe(staged, _ -> new Came.Staged(), Came.StageFailed::new);
        return Optional.empty();
    }

    private StoredAnswer row(Commitment entry, long place) {
        return new StoredAnswer(
                entry.answer().id(),
                entry.identity(),
                lease.epoch(),
                place,
                entry.answer().receipt(),
                Optional.of(AnswerCodec.encode(entry.answer())));
    }

    private void find(FindReceipt ask) {
        if (receiptSearches >= resources.settings().maxLookups()) {
            refusals.refuse(ask, Refusals.unavailable());
            return;
        }
        receiptSearches++;
        waiting.pipe(
                resources.answers().findById(ask.id()),
                rows -> new Came.ReceiptFound(ask, rows),
                cause -> new Came.ReceiptFailed(ask, cause));
    }

    private List<StoredAnswer> counting(List<StoredAnswer> rows) {
        return rows.stream()
                .filter(row -> state.counts(row.epoch(), row.sequenceNr()))
                .toList();
    }

    private void run(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Tell tell -> {
                    if (tell.outcome() instanceof Refused refused) {
                        resources.meter().refused(partition, refused.refusal().code());
                    }
                    tell.commitment().replyTo().tell(tell.outcome());
                }
                case Effect.Reply reply -> reply.lookup().replyTo().tell(reply.reply());
                case Effect.Find find -> {
                    Digest identity = find.identity().id();
                    waiting.pipe(
                            resources.answers().findByIdentity(partition, identity),
                            rows -> new Came.Found(identity, rows),
                            cause -> new Came.FindFailed(identity, cause));
                }
            }
        }
    }

    private static Optional<String> leaseRanOut() {
        return Optional.of("its lease ran out");
    }

    private long now() {
        return resources.nanoTime().getAsLong();
    }
}
