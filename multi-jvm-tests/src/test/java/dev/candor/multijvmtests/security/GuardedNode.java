package dev.candor.multijvmtests.security;

import dev.candor.cluster.cli.Candor;
import dev.candor.cluster.client.ClientTrust;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.harness.TestNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A node of the profile {@code production} with certificates and callers of its own. */
final class GuardedNode implements AutoCloseable {
    private final Path folder;
    private final Certificates authority;
    private TestNode node;

    GuardedNode(Path folder) throws Exception {
        this.folder = folder;
        authority = new Certificates("authority");
        authority.authority(folder.resolve("ca.crt"));
        authority.issue(folder.resolve("door"), "localhost");
        authority.issue(folder.resolve("cluster"), "candor-node");
    }

    /** Starts it; the callers must be there. */
    void start() throws IOException {
        Path settings = Files.writeString(folder.resolve("node.conf"), String.format(Locale.ROOT, """
                        candor.node {
                          profile = production
                          network = "strangers"
                          reload = 50 ms
                          auth.keys-file = "%1$s/callers.keys"
                          tls { certificate = "%1$s/door/tls.crt", key = "%1$s/door/tls.key" }
                          cluster.tls { certificate = "%1$s/cluster/tls.crt", key = "%1$s/cluster/tls.key", ca = "%1$s/ca.crt" }
                        }
                        """, folder));
        // It logs as the shipped node does, not as tests do: what its log holds is looked at.
        node = TestNode.start(
                folder.resolve("node"),
                TestNode.Launch.shipped("--config", settings.toString())
                        .under(List.of("env", "JAVA_TOOL_OPTIONS=-Dlogback.configurationFile=logback.xml")));
    }

    TestNode node() {
        return node;
    }

    Certificates authority() {
        return authority;
    }

    Path folder() {
        return folder;
    }

    SSLContext trust() throws IOException {
        return ClientTrust.of(folder.resolve("ca.crt"));
    }

    /** A client with this key. */
    NodeClient client(String key) throws Exception {
        return new NodeClient(
                node.awaitReady().http(), key.isEmpty() ? Optional.empty() : Optional.of(key), Optional.of(trust()));
    }

    /** Runs {@code candor keys api} on the file of callers; what it prints. */
    String keys(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("keys", "api"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--file", folder.resolve("callers.keys").toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Candor.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        if (code != 0) {
            throw new IOException(String.join(" ", all) + ": " + err);
        }
        return out.toString().strip();
    }

    /** Adds a caller whose key ended a minute ago. */
    String expired(String name) throws IOException {
        return keys("create", name, "--until", Instant.now().minusSeconds(60).toString());
    }

    /** Everything that the node wrote to its log. */
    String log() throws IOException {
        return Files.readString(folder.resolve("node").resolve("node.log"));
    }

    @Override
    public void close() {
        if (node != null) {
            node.close();
        }
    }
}
