package dev.candor.cluster.startup;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.ClusterEvent.MemberUp;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.cluster.typed.Subscribe;

/** A program of its own: starts an actor system that joins itself over Artery, loads sharding, and leaves with 0. */
public final class ClusterOfOne {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private ClusterOfOne() {}

    public static void main(String[] arguments) throws InterruptedException {
        var config = ConfigFactory.parseString("""
                pekko.actor.provider = cluster
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.cluster.jmx.enabled = off
                pekko.coordinated-shutdown.exit-jvm = off
                """).withFallback(ConfigFactory.load());
        var up = new CountDownLatch(1);
        var system = ActorSystem.create(untilUp(up), "candor", config);
        ClusterSharding.get(system);
        boolean joined = up.await(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        system.terminate();
        var _ = system.getWhenTerminated().toCompletableFuture().join();
        if (!joined) {
            throw new IllegalStateException("the node did not come up within " + DEADLINE);
        }
        System.out.println("up on " + system.address());
    }

    private static Behavior<MemberUp> untilUp(CountDownLatch up) {
        return Behaviors.setup(context -> {
            var cluster = Cluster.get(context.getSystem());
            cluster.subscriptions().tell(Subscribe.create(context.getSelf(), MemberUp.class));
            cluster.manager().tell(Join.create(cluster.selfMember().address()));
            return Behaviors.receive(MemberUp.class)
                    .onMessage(MemberUp.class, event -> {
                        up.countDown();
                        return Behaviors.same();
                    })
                    .build();
        });
    }
}
