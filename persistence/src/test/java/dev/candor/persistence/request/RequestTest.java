package dev.candor.persistence.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceOutcome.Answered;
import dev.candor.actors.inference.InferenceOutcome.Refused;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.partition.LookupReply;
import dev.candor.persistence.partition.Partition;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RequestTest {
    private static final Identity IDENTITY = Fakes.identity(1, "key", "body");

    private final ActorTestKit kit = ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.load()));
    private final ManualTime time = ManualTime.get(kit.system());
    private final AtomicLong clock = new AtomicLong();
    private final TestProbe<Partition.Lookup> partition = kit.createTestProbe(Partition.Lookup.class);
    private final TestProbe<InferenceJob> lanes = kit.createTestProbe(InferenceJob.class);
    private final TestProbe<InferenceOutcome> outcomes = kit.createTestProbe();
    private final TestProbe<ActorRef<Request.Command>> shard = kit.createTestProbe();
    private final ActorRef<Request.Command> request = kit.spawn(Request.create(
            new Request.Resources(
                    new RequestSettings(
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(1),
                            Duration.ofSeconds(10),
                            3,
                            100,
                            Duration.ofMillis(100),
                            Duration.ofSeconds(1),
                            3),
                    partition.getRef()::tell,
                    lanes.getRef()::tell,
                    clock::get),
            shard.getRef()::tell));

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void runsOnceForAllWhoWaitAndLeaves() {
        submit(1);
        Partition.Lookup lookup = partition.receiveMessage();
        submit(2);
        lookup.replyTo().tell(new LookupReply.New(IDENTITY));
        InferenceJob job = lanes.receiveMessage();
        job.replyTo().tell(new Answered(job.uuid(), Fakes.answer(1, 1), false, Timings.NONE));
        assertThat(((Answered) outcomes.receiveMessage()).uuid()).isEqualTo(Fakes.uuid(1));
        assertThat(((Answered) outcomes.receiveMessage()).replayed()).isTrue();
        pass(Duration.ofSeconds(9));
        shard.expectNoMessage();
        pass(Duration.ofSeconds(1));
        assertThat(shard.receiveMessage()).isEqualTo(request);
    }

    @Test
    void asksAgainWhenTheExecutorHasDied() {
        submit(1);
        partition.receiveMessage().replyTo().tell(new LookupReply.New(IDENTITY));
        lanes.receiveMessage();
        pass(Duration.ofSeconds(10));
        partition.receiveMessage().replyTo().tell(new LookupReply.New(IDENTITY));
        InferenceJob again = lanes.receiveMessage();
        again.replyTo().tell(new Answered(again.uuid(), Fakes.answer(1, 1), false, Timings.NONE));
        assertThat(outcomes.receiveMessage()).isInstanceOf(Answered.class);
    }

    @Test
    void asksAgainWhenThePartitionIsBeingHandedOver() {
        Refusal handedOver =
                Refusal.retryable(ErrorCode.JOURNAL_UNAVAILABLE, "it is being handed over", Duration.ofSeconds(1));
        submit(1);
        partition.receiveMessage().replyTo().tell(new LookupReply.Unavailable(IDENTITY, handedOver));
        partition.expectNoMessage();
        pass(Duration.ofMillis(100));
        partition.receiveMessage().replyTo().tell(new LookupReply.Unavailable(IDENTITY, handedOver));
        partition.expectNoMessage();
        pass(Duration.ofMillis(199));
        partition.expectNoMessage();
        pass(Duration.ofMillis(1));
        outcomes.expectNoMessage();
        partition.receiveMessage().replyTo().tell(new LookupReply.Done(IDENTITY, Fakes.answer(1, 1)));
        assertThat(((Answered) outcomes.receiveMessage()).uuid()).isEqualTo(Fakes.uuid(1));
    }

    @Test
    void tellsEveryoneWhenItMoves() {
        submit(1);
        request.tell(new Request.Stop());
        assertThat(outcomes.receiveMessage()).isInstanceOf(Refused.class);
    }

    @Test
    void dropsACancelledAttempt() {
        submit(1);
        request.tell(new Request.Cancel(Fakes.uuid(1)));
        assertThat(outcomes.receiveMessage()).isInstanceOf(Refused.class);
        partition.receiveMessage().replyTo().tell(new LookupReply.New(IDENTITY));
        lanes.expectNoMessage();
    }

    private void submit(long number) {
        request.tell(new Request.Submit(
                Fakes.job(number, IDENTITY, new Deadline(Duration.ofMinutes(5).toNanos()), outcomes.getRef())));
    }

    private void pass(Duration duration) {
        clock.addAndGet(duration.toNanos());
        time.timePasses(duration);
    }
}
