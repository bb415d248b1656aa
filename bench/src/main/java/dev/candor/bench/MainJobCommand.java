package dev.candor.bench;

import dev.candor.bench.job.JobSettings;
import dev.candor.bench.job.MainJobReport;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmark of the main job. */
@Command(
        name = "main-job",
        mixinStandardHelpOptions = true,
        description = "Measures nodes, bare HTTP servers, the raw engine and durable writes in one run.")
final class MainJobCommand implements Callable<Integer> {
    @Option(names = "--home", required = true, description = "The repository.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path home;

    @Option(names = "--commit", required = true, description = "What is measured, as the report shall call it.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String commit;

    @Option(names = "--models", required = true, description = "The folder of the shipped models.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path models;

    @Option(names = "--out", required = true, description = "Folder for results, logs and data.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Option(names = "--docs", description = "Where the report goes besides the folder of results.")
    @Nullable
    private Path docs;

    @Option(names = "--cassandra", description = "Measure against Cassandra too.")
    private boolean cassandra;

    @Option(names = "--quick", description = "One short round: for a look, not for a report.")
    private boolean quick;

    @Option(names = "--rounds", description = "How often everything is measured; 5, or 1 with --quick.")
    @Nullable
    private Integer rounds;

    @Option(names = "--resume", description = "Go on with an interrupted run of the same commit and settings.")
    private boolean resume;

    @Option(names = "--node-flags", defaultValue = "", description = "Further flags of the node's JVM.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String nodeFlags;

    @Override
    public Integer call() throws IOException, InterruptedException, NodeException {
        JobSettings settings = new JobSettings(
                home.toAbsolutePath().normalize(),
                out.toAbsolutePath().normalize(),
                models,
                cassandra,
                rounds != null ? rounds : quick ? 1 : 5,
                quick ? Duration.ofSeconds(6) : Duration.ofSeconds(20),
                quick ? Duration.ofMillis(500) : Duration.ofSeconds(1),
                quick ? Duration.ofSeconds(2) : Duration.ofSeconds(5),
                nodeFlags,
                resume,
                Optional.ofNullable(docs));
        return MainJobReport.make(settings, commit, System.err) ? 0 : 1;
    }
}
