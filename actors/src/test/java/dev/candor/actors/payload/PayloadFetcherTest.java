package dev.candor.actors.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PayloadFetcherTest {
    private static final int CHUNK = PayloadStore.CHUNK;

    private final ActorTestKit kit = ActorTestKit.create("payload", ConfigFactory.load());
    private final AtomicLong clock = new AtomicLong(5);
    private final TestProbe<InferenceJob> lane = kit.createTestProbe();
    private final TestProbe<InferenceOutcome> caller = kit.createTestProbe();
    private final TestProbe<PayloadStore.Command> silent = kit.createTestProbe();
    private final PayloadStore store = new PayloadStore();

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private ActorRef<PayloadFetcher.Command> fetcher(long maxBytes, long maxTotalBytes, int window) {
        return kit.spawn(PayloadFetcher.create(
                new PayloadSettings(0, maxBytes, maxTotalBytes, window, Duration.ofMillis(20)),
                (job, attempts) -> lane.getRef().tell(job),
                clock::get));
    }

    private InferenceJob job(int... lengths) {
        Random random = new Random(lengths.length);
        List<Tensor> inputs = Arrays.stream(lengths)
                .mapToObj(length -> {
                    byte[] bytes = new byte[length];
                    random.nextBytes(bytes);
                    return new Tensor("x" + length, DataType.UINT8, Shape.of(1, length), Bytes.wrap(bytes));
                })
                .toList();
        return new InferenceJob(
                UUID.randomUUID(),
                Optional.empty(),
                Digest.ZERO,
                new ModelRef("m", ModelVersion.FIRST, Digest.ZERO),
                inputs,
                List.of("y"),
                1,
                Digest.ZERO,
                Bytes.wrap(new byte[16]),
                VerificationMode.VANILLA,
                1,
                new Deadline(clock.get() + Duration.ofHours(1).toNanos()),
                Optional.empty(),
                caller.getRef());
    }

    private void assertRefused(ErrorCode code, String words) {
        Refused refused = caller.expectMessageClass(Refused.class);
        assertThat(refused.refusal().code()).isEqualTo(code);
        assertThat(refused.refusal().sentence()).contains(words);
    }

    @Test
    void putsThePiecesOfAllInputsTogether() {
        InferenceJob job = job(CHUNK - 3, 10, 3 * CHUNK, 1);
        ClaimedJob claimed = store.claim(job, kit.spawn(store.server()));
        assertThat(claimed.job().inputs()).isEmpty();
        fetcher(1 << 20, 1 << 21, 2).tell(new PayloadFetcher.Fetch(claimed, 1));
        assertThat(lane.receiveMessage()).isEqualTo(job);
        store.release(job.uuid());
        assertThat(store.size()).isZero();
    }

    @Test
    void asksAgainForWhatDoesNotCome() {
        InferenceJob job = job(10);
        fetcher(100, 100, 2).tell(new PayloadFetcher.Fetch(store.claim(job, silent.getRef()), 0));
        PayloadStore.Read lost = silent.expectMessageClass(PayloadStore.Read.class);
        clock.addAndGet(Duration.ofMillis(20).toNanos());
        PayloadStore.Read retried = silent.expectMessageClass(PayloadStore.Read.class);
        assertThat(retried).isEqualTo(lost);
        retried.replyTo()
                .tell(new PayloadFetcher.Piece(
                        retried.id(), 0, job.inputs().getFirst().data()));
        assertThat(lane.receiveMessage()).isEqualTo(job);
    }

    @Test
    void givesUpAtTheDeadline() {
        fetcher(100, 100, 2).tell(new PayloadFetcher.Fetch(store.claim(job(10), silent.getRef()), 0));
        silent.expectMessageClass(PayloadStore.Read.class);
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertRefused(ErrorCode.DEADLINE_EXCEEDED, "on their way");
    }

    @Test
    void refusesWhatIsTooLargeOrTooMuch() {
        ActorRef<PayloadFetcher.Command> fetcher = fetcher(100, 150, 2);
        fetcher.tell(new PayloadFetcher.Fetch(store.claim(job(101), silent.getRef()), 0));
        assertRefused(ErrorCode.TOO_LARGE, "at most 100");
        fetcher.tell(new PayloadFetcher.Fetch(store.claim(job(80), silent.getRef()), 0));
        silent.expectMessageClass(PayloadStore.Read.class);
        InferenceJob second = job(80);
        fetcher.tell(new PayloadFetcher.Fetch(store.claim(second, silent.getRef()), 0));
        assertRefused(ErrorCode.OVERLOADED, "fetches 80 bytes");
    }

    @Test
    void refusesWhatItsSenderNoLongerHas() {
        ClaimedJob claimed = store.claim(job(10), kit.spawn(store.server()));
        store.release(claimed.job().uuid());
        fetcher(100, 100, 2).tell(new PayloadFetcher.Fetch(claimed, 0));
        assertRefused(ErrorCode.NOT_READY, "no longer has them");
    }

    @Test
    void refusesPiecesThatMakeNoTensor() {
        InferenceJob job = job(10);
        ClaimedJob lying = new ClaimedJob(
                job.withInputs(List.of()),
                List.of(new ClaimedJob.Header("x", DataType.FP32, Shape.of(1, 10), 10)),
                silent.getRef());
        fetcher(100, 100, 2).tell(new PayloadFetcher.Fetch(lying, 0));
        PayloadStore.Read read = silent.expectMessageClass(PayloadStore.Read.class);
        read.replyTo().tell(new PayloadFetcher.Piece(read.id(), 0, Bytes.wrap(new byte[10])));
        assertRefused(ErrorCode.INTERNAL, "damaged");
    }

    @Test
    void stopsWhenCancelled() {
        ActorRef<PayloadFetcher.Command> fetcher = fetcher(100, 100, 2);
        ClaimedJob claimed = store.claim(job(80), silent.getRef());
        fetcher.tell(new PayloadFetcher.Fetch(claimed, 0));
        PayloadStore.Read read = silent.expectMessageClass(PayloadStore.Read.class);
        fetcher.tell(new PayloadFetcher.Cancel(claimed.job().uuid()));
        read.replyTo().tell(new PayloadFetcher.Piece(read.id(), 0, Bytes.wrap(new byte[80])));
        InferenceJob next = job(80);
        fetcher.tell(new PayloadFetcher.Fetch(store.claim(next, kit.spawn(store.server())), 0));
        assertThat(lane.receiveMessage()).as("its bytes were given back").isEqualTo(next);
    }
}
