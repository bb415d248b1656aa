package dev.candor.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.answers.StoredAnswer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the partitions rely on in the store of answers; every kind of store runs it. */
public abstract class AnswerStoreContract {
    private final Random random = new Random();
    private JournalDriver driver;
    private String pid;
    private long sequenceNr;

    /** Configured by {@link JournalKind#layer}; the same for all tests of a class. */
    protected abstract ActorSystem system();

    /** The store under test, in the journal of {@link #system()}; it keeps bytes for hours. */
    protected abstract AnswerStore store();

    /** A view of the same rows in which all bytes written by now are, or soon will be, past their retention. */
    protected abstract AnswerStore storePastRetention();

    @BeforeEach
    void newStream() {
        driver = new JournalDriver(system(), "writer");
        pid = "contract|" + UUID.randomUUID();
        sequenceNr = 0;
    }

    @Test
    void findsAnAnswerByItsIdentityAndItsId() throws Exception {
        StoredAnswer answer = answer(newId(3), Optional.of(newIdentity(3)), 1, 1);
        commit(answer);
        assertThat(byIdentity(answer)).containsExactly(answer);
        assertThat(byId(answer.id())).containsExactly(answer);
    }

    @Test
    void findsAnAnswerWithoutIdentityByItsId() throws Exception {
        StoredAnswer answer = answer(newId(0), Optional.empty(), 1, 1);
        commit(answer);
        assertThat(byId(answer.id())).containsExactly(answer);
    }

    @Test
    void findsNothingUnderWhatWasNeverStored() throws Exception {
        assertThat(byId(newId(1))).isEmpty();
        assertThat(await(store().findByIdentity(1, newIdentity(1).id()))).isEmpty();
    }

    @Test
    void keepsPartitionsApart() throws Exception {
        Digest identity = newIdentity(1).id();
        UUID uuid = UUID.randomUUID();
        StoredAnswer one = answer(new RequestId(1, uuid), Optional.of(new Identity(1, identity, newDigest())), 1, 1);
        StoredAnswer two = answer(new RequestId(2, uuid), Optional.of(new Identity(2, identity, newDigest())), 1, 2);
        commit(one);
        commit(two);
        assertThat(byIdentity(one)).containsExactly(one);
        assertThat(byIdentity(two)).containsExactly(two);
        assertThat(byId(one.id())).containsExactly(one);
        assertThat(byId(two.id())).containsExactly(two);
    }

    @Test
    void neverOverwritesARowOfAnotherEpochOrEvent() throws Exception {
        RequestId id = newId(5);
        Identity identity = newIdentity(5);
        StoredAnswer first = answer(id, Optional.of(identity), 1, 1);
        StoredAnswer otherEpoch = answer(id, Optional.of(identity), 2, 1);
        StoredAnswer otherEvent = answer(id, Optional.of(identity), 2, 2);
        StoredAnswer otherAttempt = answer(newId(5), Optional.of(identity), 2, 2);
        commit(first);
        commit(otherEpoch);
        commit(otherEvent, otherAttempt);
        assertThat(byIdentity(first)).containsExactlyInAnyOrder(first, otherEpoch, otherEvent, otherAttempt);
        assertThat(byId(id)).containsExactlyInAnyOrder(first, otherEpoch, otherEvent);
    }

    @Test
    void keepsManyAnswersOfOneEvent() throws Exception {
        StoredAnswer[] answers = new StoredAnswer[300];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = answer(newId(7), i % 2 == 0 ? Optional.of(newIdentity(7)) : Optional.empty(), 4, 1);
        }
        commit(answers);
        for (StoredAnswer answer : answers) {
            assertThat(byId(answer.id())).containsExactly(answer);
        }
    }

    @Test
    void keepsTheBytesOfALargeAnswer() throws Exception {
        byte[] large = new byte[(5 << 20) / 2];
        random.nextBytes(large);
        StoredAnswer answer = new StoredAnswer(
                newId(2), Optional.of(newIdentity(2)), 1, 1, bytes("receipt"), Optional.of(Bytes.wrap(large)));
        commit(answer);
        assertThat(byIdentity(answer)).containsExactly(answer);
    }

    @Test
    void keepsTheReceiptPastTheRetentionOfTheBytes() throws Exception {
        StoredAnswer answer = answer(newId(3), Optional.of(newIdentity(3)), 9, 1);
        StoredAnswer expired = new StoredAnswer(
                answer.id(),
                answer.identity(),
                answer.epoch(),
                answer.sequenceNr(),
                answer.receipt(),
                Optional.empty());
        AnswerStore later = storePastRetention();
        commit(later, answer);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        List<StoredAnswer> found =
                await(later.findByIdentity(3, answer.identity().orElseThrow().id()));
        while (!found.equals(List.of(expired)) && System.nanoTime() < deadline) {
            assertThat(found).as("nothing but the bytes may change").isEqualTo(List.of(answer));
            Thread.onSpinWait();
            found = await(
                    later.findByIdentity(3, answer.identity().orElseThrow().id()));
        }
        assertThat(found).containsExactly(expired);
        assertThat(await(later.findById(answer.id()))).containsExactly(expired);
    }

    /** Stages answers and writes their event. */
    protected final void commit(StoredAnswer... answers) throws Exception {
        commit(store(), answers);
    }

    private void commit(AnswerStore store, StoredAnswer... answers) throws Exception {
        sequenceNr++;
        assertThat(await(store.stage(pid, sequenceNr, List.of(answers)))).isEqualTo(Done.done());
        assertThat(driver.write(pid, sequenceNr, "event")).containsExactly(JournalDriver.Outcome.WRITTEN);
    }

    protected final JournalDriver driver() {
        return driver;
    }

    protected final String pid() {
        return pid;
    }

    protected final List<StoredAnswer> byId(RequestId id) throws Exception {
        return await(store().findById(id));
    }

    protected final List<StoredAnswer> byIdentity(StoredAnswer answer) throws Exception {
        return await(store().findByIdentity(
                        answer.id().partition(), answer.identity().orElseThrow().id()));
    }

    protected final StoredAnswer answer(RequestId id, Optional<Identity> identity, long epoch, long event) {
        return new StoredAnswer(
                id,
                identity,
                epoch,
                event,
                bytes("receipt " + random.nextLong()),
                Optional.of(bytes("answer " + random.nextLong())));
    }

    protected final RequestId newId(int partition) {
        return new RequestId(partition, UUID.randomUUID());
    }

    protected final Identity newIdentity(int partition) {
        return new Identity(partition, newDigest(), newDigest());
    }

    private Digest newDigest() {
        return new Digest(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    protected static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
