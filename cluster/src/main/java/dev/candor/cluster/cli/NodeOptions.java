package dev.candor.cluster.cli;

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

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    /** A client of the node. */
    NodeClient client() throws IOException {
        Optional<String> key = apiKeyFile == null
                ? Optional.ofNullable(System.getenv("CANDOR_API_KEY"))
                : Optional.of(Files.readString(apiKeyFile).strip());
        return new NodeClient(url, key);
    }

    /** Whether a program reads the output. */
    boolean json() {
        return json;
    }
}
