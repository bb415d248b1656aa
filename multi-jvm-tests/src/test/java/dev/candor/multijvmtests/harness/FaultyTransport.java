package dev.candor.multijvmtests.harness;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.AddressFromURIString;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.apache.pekko.remote.transport.ThrottlerTransportAdapter;
import scala.concurrent.Await;

/**
 * Named in {@code pekko.extensions}, it lets the conductor cut a node's connections to others, without root: what Artery is told to drop in its test mode is
 * neither sent nor received. Listens on a free loopback port, which it writes to {@value #FILE} in the node's data folder; each line of a connection is a command:
 * {@code cut ADDRESS}, {@code cut-sending ADDRESS}, {@code mend ADDRESS}, {@code members}.
 */
// Artery has no other name for these commands than those of the transport before it.
@SuppressWarnings("deprecation")
public final class FaultyTransport extends AbstractExtensionId<FaultyTransport.Listening> {
    /** Holds the port. */
    public static final String FILE = "faults.port";

    /** What a node needs in its settings. */
    public static final String SETTINGS = """
            pekko.extensions = ["%s"]
            pekko.remote.artery.advanced.test-mode = on
            """.formatted(FaultyTransport.class.getName());

    private static final int LIMIT_MILLIS = 10_000;

    /** That it listens. */
    public static final class Listening implements Extension {}

    @Override
    public Listening createExtension(ExtendedActorSystem system) {
        Path folder = Path.of(system.settings().config().getString("candor.node.data-dir"));
        try {
            ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
            system.registerOnTermination(() -> close(server));
            Thread.ofPlatform().daemon().name("faults").start(() -> serve(system, server));
            Path temporary = folder.resolve(FILE + ".tmp");
            Files.writeString(temporary, Integer.toString(server.getLocalPort()));
            Files.move(temporary, folder.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the node cannot be told of faults", e);
        }
        return new Listening();
    }

    /** The conductor's side: what the node in {@code dataDir} answers to a command. */
    public static String tell(Path dataDir, String command) throws IOException {
        int port = Integer.parseInt(Files.readString(dataDir.resolve(FILE)));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = reader(socket).readLine();
            if (answer == null) {
                throw new IOException("the node in " + dataDir + " did not answer \"" + command + "\"");
            }
            return answer;
        }
    }

    private static void serve(ExtendedActorSystem system, ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                String command = reader(socket).readLine();
                if (command != null) {
                    socket.getOutputStream().write((obey(system, command) + "\n").getBytes(StandardCharsets.UTF_8));
                }
            } catch (IOException e) {
                // The conductor went away in the middle, or the node stops: the next command, if any, comes on another
                // connection.
            }
        }
    }

    private static String obey(ExtendedActorSystem system, String command) {
        String[] words = command.split(" ", 2);
        return switch (words[0]) {
            case "members" -> members(system);
            case "cut" ->
                throttle(
                        system,
                        words[1],
                        ThrottlerTransportAdapter.bothDirection(),
                        ThrottlerTransportAdapter.blackholeThrottleMode());
            case "cut-sending" ->
                throttle(
                        system,
                        words[1],
                        ThrottlerTransportAdapter.sendDirection(),
                        ThrottlerTransportAdapter.blackholeThrottleMode());
            case "mend" ->
                throttle(
                        system,
                        words[1],
                        ThrottlerTransportAdapter.bothDirection(),
                        ThrottlerTransportAdapter.unthrottledThrottleMode());
            default -> "there is no command " + words[0];
        };
    }

    /** How many members are up and seen, and how many there are in all. */
    private static String members(ExtendedActorSystem system) {
        CurrentClusterState state = Cluster.get(system).state();
        int up = 0;
        int all = 0;
        for (Member member : state.getMembers()) {
            all++;
            up += member.status().equals(MemberStatus.up())
                            && !state.getUnreachable().contains(member)
                    ? 1
                    : 0;
        }
        return up + " " + all;
    }

    private static String throttle(
            ExtendedActorSystem system,
            String address,
            ThrottlerTransportAdapter.Direction direction,
            ThrottlerTransportAdapter.ThrottleMode mode) {
        try {
            Await.result(
                    ((RemoteActorRefProvider) system.provider())
                            .transport()
                            .managementCommand(new ThrottlerTransportAdapter.SetThrottle(
                                    AddressFromURIString.parse(address), direction, mode)),
                    scala.concurrent.duration.Duration.fromNanos(
                            Duration.ofMillis(LIMIT_MILLIS).toNanos()));
            return "done";
        } catch (Exception e) {
            return "failed: " + e;
        }
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void close(ServerSocket server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
