package dev.candor.cluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;

final class ActorFiguresTest {
    @Test
    void countsWhatWaitsBeforeActorsOfAKind() throws InterruptedException {
        ActorTestKit kit = ActorTestKit.create();
        CountDownLatch go = new CountDownLatch(1);
        try {
            TestProbe<String> probe = kit.createTestProbe(String.class);
            for (int i = 0; i < 2; i++) {
                ActorRef<String> busy = kit.system()
                        .systemActorOf(
                                Behaviors.receiveMessage(message -> {
                                    probe.ref().tell(message);
                                    go.await();
                                    return Behaviors.same();
                                }),
                                "candor-busy-" + i,
                                Props.empty());
                for (int message = 0; message < 4; message++) {
                    busy.tell("message");
                }
                probe.receiveMessage();
            }
            assertThat(ActorFigures.mailboxes(kit.system())).containsEntry("busy", 6);
            go.countDown();
            for (int message = 0; message < 6; message++) {
                probe.receiveMessage();
            }
            assertThat(ActorFigures.mailboxes(kit.system())).containsEntry("busy", 0);
        } finally {
            go.countDown();
            kit.shutdownTestKit();
        }
    }
}
