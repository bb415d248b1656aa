package dev.candor.multijvmtests.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.multijvmtests.harness.Await;
import java.io.IOException;
import java.math.BigInteger;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.JoinSeedNodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who comes between the nodes of a cluster: with a certificate of its authority in the cluster's name, and nobody else. */
@Timeout(600)
final class ForeignNodesIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final int READ_MILLIS = 60_000;

    @TempDir
    private Path folder;

    @Test
    void onlyNodesOfTheClusterComeInAndTheirCertificatesAreReplacedWhileTheyRun() throws Exception {
        try (GuardedNode guarded = new GuardedNode(folder)) {
            guarded.keys("create", "alice");
            guarded.start();
            Address node =
                    AddressFromURIString.parse(guarded.node().awaitReady().pekko());
            Certificates own = guarded.authority();
            Certificates strange = new Certificates("strangers");
            Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
            assertRefused(node, noCertificate(guarded));
            assertRefused(node, strange.peer("candor-node", tomorrow, own));
            assertRefused(node, own.peer("candor-node", Instant.now().minusSeconds(60), own));
            assertRefused(node, own.peer("candor-door", tomorrow, own));

            ActorSystem<Void> member = join(guarded, node);
            try {
                Await.until(LIMIT, "the second node is up", () -> isUp(member));
                BigInteger fresh = own.issue(folder.resolve("cluster"), "candor-node");
                SSLContext peer = own.peer("candor-node", tomorrow, own);
                Await.until(
                        LIMIT,
                        "new connections see the new certificate",
                        () -> serial(node, peer).equals(fresh));
                assertThat(isUp(member)).isTrue();
                assertThat(Cluster.get(member).state().getUnreachable()).isEmpty();
            } finally {
                member.terminate();
                member.getWhenTerminated().toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private static SSLContext noCertificate(GuardedNode guarded) throws IOException {
        return guarded.trust();
    }

    private ActorSystem<Void> join(GuardedNode guarded, Address node) {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.<Void>empty(), "candor", NodeConfigs.load(ConfigFactory.parseString("""
                        candor.node {
                          data-dir = "%1$s/second"
                          network = "strangers"
                          roles = [gateway]
                          cluster.tls { certificate = "%1$s/cluster/tls.crt", key = "%1$s/cluster/tls.key", ca = "%1$s/ca.crt" }
                        }
                        """.formatted(
                                guarded.folder()))));
        Cluster.get(system).manager().tell(new JoinSeedNodes(List.of(node)));
        return system;
    }

    private static boolean isUp(ActorSystem<?> system) {
        return Cluster.get(system).selfMember().status().equals(MemberStatus.up());
    }

    private static SSLSocket connect(Address node, SSLContext with) throws IOException {
        SSLSocket socket = (SSLSocket) with.getSocketFactory()
                .createSocket(node.getHost().orElseThrow(), node.getPort().orElseThrow());
        socket.setSoTimeout(READ_MILLIS);
        return socket;
    }

    private static BigInteger serial(Address node, SSLContext with) throws IOException {
        try (SSLSocket socket = connect(node, with)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    /** With TLS 1.3 a client is done before the server has looked at its certificate: what counts is that the connection ends. */
    private static void assertRefused(Address node, SSLContext with) throws IOException {
        boolean ended;
        try (SSLSocket socket = connect(node, with)) {
            socket.startHandshake();
            ended = socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            ended = false;
        } catch (IOException e) {
            ended = true;
        }
        assertThat(ended).as("the node ends the connection").isTrue();
    }
}
