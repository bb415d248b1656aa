package dev.candor.persistence.partition;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.export.ChainVerifier;
import dev.candor.persistence.fakes.FakeAnswers;
import dev.candor.persistence.fakes.FakeControl;
import dev.candor.persistence.fakes.FakeDisk;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.seal.Seal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/** Partitions with everything around them: a disk, stores, and a time that passes when it is told to. */
final class Stage implements AutoCloseable {
    static final int PARTITION = 0;
    /** Nothing is sealed. */
    static final Supplier<CompletionStage<Seal>> UNSEALED = () -> CompletableFuture.completedStage(Seal.NONE);

    static final Duration PATIENCE = Duration.ofSeconds(30);

    final FakeDisk disk;
    final FakeAnswers answers = new FakeAnswers();
    final FakeControl control = new FakeControl();
    final LocalPartitions local = new LocalPartitions();
    final ActorTestKit kit;
    final TestProbe<InferenceOutcome> outcomes;
    final TestProbe<LookupReply> lookups;
    final TestProbe<ReceiptReply> receipts;
    /** The receipts whose callers were told that they are committed. */
    final Set<Bytes> acknowledged = new HashSet<>();

    private final String diskName = UUID.randomUUID().toString();
    private final List<ActorTestKit> kits = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong(1L << 40);

    Stage() {
        disk = FakeDisk.named(diskName);
        kit = anotherNode();
        outcomes = kit.createTestProbe(InferenceOutcome.class);
        lookups = kit.createTestProbe(LookupReply.class);
        receipts = kit.createTestProbe(ReceiptReply.class);
    }

    /** An actor system with a journal of its own on the same disk; time passes there as well. */
    ActorTestKit anotherNode() {
        ActorTestKit node = ActorTestKit.create(
                ManualTime.config().withFallback(Fakes.onDisk(diskName)).withFallback(ConfigFactory.load()));
        kits.add(node);
        return node;
    }

    PartitionResources resources(String owner, LongSupplier nanoTime) {
        return new PartitionResources(
                TestSettings.SMALL, answers, control, local, owner, nanoTime, PartitionMeter.NONE);
    }

    long now() {
        return clock.get();
    }

    /** A partition of {@code owner} that is not waited for. */
    ActorRef<Partition.Command> start(String owner) {
        return kit.spawn(Partition.create(PARTITION, resources(owner, this::now)));
    }

    ActorRef<Partition.Command> start(PartitionResources resources, Behavior<PartitionLog.Command> log) {
        return kit.spawn(Partition.create(
                PARTITION, resources, new Partition.Parts(log, dev.candor.actors.value.Digest::equals)));
    }

    /** A partition of {@code owner} that serves. */
    ActorRef<Partition.Command> ready(String owner) {
        ActorRef<Partition.Command> partition = start(owner);
        await("the partition of " + owner + " is ready", () -> local.isReady(PARTITION));
        return partition;
    }

    Commitment commitment(long number, Optional<Identity> identity) {
        return Fakes.commitment(
                PARTITION,
                number,
                identity,
                new Deadline(now() + Duration.ofHours(1).toNanos()),
                outcomes.getRef());
    }

    void commit(ActorRef<Partition.Command> partition, Commitment... entries) {
        partition.tell(new Partition.Commit(List.of(entries)));
    }

    /** The next outcome; what it acknowledges is noted. */
    InferenceOutcome outcome() {
        InferenceOutcome outcome = outcomes.receiveMessage(PATIENCE);
        if (outcome instanceof InferenceOutcome.Answered answered) {
            acknowledged.add(answered.answer().receipt());
        }
        return outcome;
    }

    /** Whether somebody was answered, now that time had its chance. */
    boolean hasOutcome() {
        passInSteps(Duration.ofSeconds(1));
        try {
            outcomes.expectNoMessage();
            return false;
        } catch (AssertionError answered) {
            return true;
        }
    }

    LookupReply lookup(ActorRef<Partition.Command> partition, Identity identity) {
        partition.tell(new Partition.Lookup(identity, lookups.getRef()));
        return lookups.receiveMessage(PATIENCE);
    }

    /** Lets time pass until something is so. */
    void await(String what, BooleanSupplier condition) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - giveUp)
                    .as("it should come true that " + what)
                    .isNegative();
            pass(Duration.ofMillis(500));
        }
    }

    /** Lets time pass, in steps that leave the actors room to work. */
    void passInSteps(Duration duration) {
        for (long left = duration.toMillis(); left > 0; left -= 500) {
            pass(Duration.ofMillis(Math.min(500, left)));
        }
    }

    private void pass(Duration duration) {
        clock.addAndGet(duration.toNanos());
        kits.forEach(node -> ManualTime.get(node.system()).timePasses(duration));
    }

    /** What counts on the disk, verified link by link. */
    Set<Bytes> receiptsThatCount() {
        Set<Bytes> counting = new HashSet<>();
        ChainVerifier verifier = new ChainVerifier(link -> {
            if (link.counts() && link.event() instanceof ReceiptsCommitted committed) {
                committed.entries().forEach(entry -> counting.add(entry.receipt()));
            }
        });
        disk.events(Partition.persistenceId(PARTITION))
                .forEach(row -> verifier.next(row.sequenceNr(), PartitionCodec.decode(row.bytes())));
        verifier.end();
        return counting;
    }

    /** The property that all of this is for. */
    boolean everythingAcknowledgedCounts() {
        return receiptsThatCount().containsAll(acknowledged);
    }

    @Override
    public void close() {
        disk.release();
        kits.forEach(ActorTestKit::shutdownTestKit);
    }
}
