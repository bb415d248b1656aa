package dev.candor.cluster.launch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * Where a ready node listens: the file {@value #FILE} in its data folder, there exactly while the node is ready to serve.
 *
 * @param pid the process
 * @param http base of the REST endpoint
 * @param grpcPort port of the gRPC endpoint on the same host
 * @param pekko address of the node in its cluster, for others to join
 */
public record NodeAddress(long pid, URI http, int grpcPort, String pekko) {
    /** The file's name. */
    public static final String FILE = "node.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The address that {@code dataDir} holds, if a node is ready there. */
    public static Optional<NodeAddress> read(Path dataDir) throws IOException {
        Path file = dataDir.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        JsonNode node = JSON.readTree(Files.readAllBytes(file));
        return Optional.of(new NodeAddress(
                node.path("pid").asLong(),
                URI.create(node.path("http").asText()),
                node.path("grpc_port").asInt(),
                node.path("pekko").asText()));
    }

    /** Writes the file; a reader sees all of it or nothing. */
    public void write(Path dataDir) throws IOException {
        ObjectNode node = JSON.createObjectNode()
                .put("pid", pid)
                .put("http", http.toString())
                .put("grpc_port", grpcPort)
                .put("pekko", pekko);
        Path temporary = dataDir.resolve(FILE + ".tmp");
        Files.writeString(temporary, node + "\n");
        Files.move(
                temporary, dataDir.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Removes the file, if it is there. */
    public static void clear(Path dataDir) throws IOException {
        Files.deleteIfExists(dataDir.resolve(FILE));
    }
}
