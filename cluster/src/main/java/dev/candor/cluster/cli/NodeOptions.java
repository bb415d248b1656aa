package dev.candor.cluster.cli;

import dev.candor.cluster.client.ClientTrust;
import dev.candor.cluster.client.NodeClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which node a command talks to, and as whom. */
final class NodeOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8000",
            description = "The node; ${DEFAULT-VALUE} by default.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private URI url;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "File that holds the API key; the environment variable CANDOR_API_KEY serves as well.")
    @Nullable
    private Path apiKeyFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description =
                    "Certificates (PEM) of whom to believe that it is the node; the environment variable CANDOR_CA serves as well.")
    @Nullable
    private Path ca;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    /** A client of the node. */
    NodeClient client() throws IOException {
        Optional<String> key = apiKeyFile == null
                ? Optional.ofNullable(System.getenv("CANDOR_API_KEY"))
                : Optional.of(Files.readString(apiKeyFile).strip());
        Optional<Path> authority =
                ca == null ? Optional.ofNullable(System.getenv("CANDOR_CA")).map(Path::of) : Optional.of(ca);
        return new NodeClient(
                url, key, authority.isEmpty() ? Optional.empty() : Optional.of(ClientTrust.of(authority.get())));
    }

    /** Whether a program reads the output. */
    boolean json() {
        return json;
    }
}
