package dev.candor.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.model.ModelSpecJson;
import dev.candor.bench.floor.EngineFloor;
import dev.candor.bench.floor.FloorServer;
import dev.candor.bench.floor.NettyFloor;
import dev.candor.bench.floor.PekkoFloor;
import dev.candor.bench.floor.WriteFloor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs one floor in this process and prints a line of JSON. */
@Command(name = "floor", mixinStandardHelpOptions = true, description = "Runs one floor.")
final class FloorCommand {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Command(
            name = "netty",
            mixinStandardHelpOptions = true,
            description = "A bare HTTP server on Netty, until standard input ends; prints its port and process id.")
    int netty() throws IOException {
        return serve(new NettyFloor());
    }

    @Command(
            name = "pekko",
            mixinStandardHelpOptions = true,
            description =
                    "A bare HTTP server on Pekko HTTP, until standard input ends; prints its port and process id.")
    int pekko() throws IOException {
        return serve(new PekkoFloor());
    }

    @Command(name = "write", mixinStandardHelpOptions = true, description = "One durable write after the other.")
    int write(
            @Option(names = "--folder", required = true, description = "On the disk that is meant.") Path folder,
            @Option(names = "--count", defaultValue = "1000", description = "Writes of each kind.") int count)
            throws IOException {
        ObjectNode result = JSON.createObjectNode();
        result.set("fdatasync_4k", JSON.valueToTree(WriteFloor.sync(folder, count)));
        result.set("sqlite_commit", JSON.valueToTree(WriteFloor.sqlite(folder, count)));
        System.out.println(result);
        return 0;
    }

    @Command(name = "engine", mixinStandardHelpOptions = true, description = "The node's own backend without the node.")
    int engine(
            @Option(names = "--model-file", required = true, description = "A TorchScript file of FP32 inputs.")
                    Path file,
            @Option(
                            names = "--spec",
                            required = true,
                            description = "Its specification, as models are registered with.")
                    Path spec,
            @Option(names = "--batches", split = ",", description = "Batch sizes, default 1,8,32.") @Nullable
                    List<Integer> batches,
            @Option(names = "--seconds", defaultValue = "2", description = "For each batch size.") int seconds)
            throws IOException {
        ObjectNode result = JSON.createObjectNode();
        EngineFloor.measure(
                        file,
                        ModelSpecJson.read(Files.readAllBytes(spec)).spec(),
                        batches == null ? EngineFloor.BATCHES : batches,
                        Duration.ofSeconds(seconds))
                .forEach((batch, cost) -> result.set("batch_" + batch, JSON.valueToTree(cost)));
        System.out.println(result);
        return 0;
    }

    private static int serve(FloorServer server) throws IOException {
        try (server;
                InputStream parent = System.in) {
            System.out.println(JSON.createObjectNode()
                    .put("port", server.port())
                    .put("pid", ProcessHandle.current().pid()));
            parent.transferTo(OutputStream.nullOutputStream());
        }
        return 0;
    }
}
