package dev.candor.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.candor.bench.floor.Echo;
import dev.candor.bench.load.Encoding;
import dev.candor.bench.load.InferCalls;
import dev.candor.bench.load.LoadDriver;
import dev.candor.bench.load.LoadPlan;
import dev.candor.bench.load.LoadResult;
import dev.candor.bench.load.PreparedCall;
import dev.candor.bench.model.BenchModel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One run of the load driver against a server that is there already. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description = "Loads a running server in a closed loop and prints the result as a line of JSON.")
final class LoadCommand implements Callable<Integer> {
    private static final int CALLS = 64;

    @Option(names = "--url", required = true, description = "The server, such as http://127.0.0.1:8000.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private URI url;

    @Option(
            names = "--model",
            defaultValue = "noop",
            description = "noop, mnist-mlp, or echo for the bare servers; default ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String model;

    @Option(names = "--models", description = "The folder of the shipped models.")
    @Nullable
    private Path models;

    @Option(names = "--encoding", defaultValue = "binary", description = "binary or json.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Encoding encoding;

    @Option(names = "--connections", defaultValue = "32", description = "Default ${DEFAULT-VALUE}.")
    private int connections;

    @Option(names = "--warm-up", defaultValue = "2", description = "Seconds, default ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(names = "--seconds", defaultValue = "10", description = "The window, default ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--requests", description = "End the window after so many.")
    private long requests = Long.MAX_VALUE;

    @Option(names = "--sample-every", defaultValue = "17", description = "Judge one answer in so many.")
    private int sampleEvery;

    @Option(names = "--pid", description = "NAME=PID of a process whose processor time is taken; may be repeated.")
    private Map<String, Long> pids = new TreeMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = new LoadPlan(
                new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort()),
                calls(),
                connections,
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(seconds),
                requests,
                sampleEvery,
                pids);
        try (LoadDriver driver = new LoadDriver()) {
            LoadResult result = driver.run(plan);
            System.out.println(new ObjectMapper().writeValueAsString(result));
            return result.counts() ? 0 : 1;
        }
    }

    private List<PreparedCall> calls() throws IOException {
        if (model.equals("echo")) {
            return Echo.calls(CALLS);
        }
        if (models == null) {
            throw new IOException(
                    "name the folder of the shipped models with --models, to know what " + model + " must answer");
        }
        return InferCalls.of(BenchModel.shipped(models, model, CALLS), encoding);
    }
}
