package dev.candor.cluster.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.candor.cluster.node.JournalTables;
import dev.candor.persistence.journal.JournalException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Keyspace and tables of a journal in Cassandra: for the job that makes them, and for nodes that must not start before. */
abstract class JournalTablesCommand implements Callable<Integer> {
    @Option(names = "--config", required = true, paramLabel = "FILE", description = "A node's settings in HOCON.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long to try; ${DEFAULT-VALUE} by default.")
    private int seconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    abstract String run(Config operator, Duration limit) throws IOException;

    @Override
    public final Integer call() {
        return Reported.run(spec, out -> {
            try {
                out.println(run(
                        ConfigFactory.parseFile(
                                file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)),
                        Duration.ofSeconds(seconds)));
                return 0;
            } catch (ConfigException | JournalException.Refused e) {
                throw new IOException(e.getMessage(), e);
            }
        });
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Makes keyspace and tables in Cassandra where they are missing, and waits for Cassandra meanwhile. One process at a time.",
                "Exit code 0: they are there; 1: they could not be made; 2: the command line is wrong."
            })
    static final class Create extends JournalTablesCommand {
        @Override
        String run(Config operator, Duration limit) throws IOException {
            JournalTables.create(operator, limit);
            return "the journal's tables are there";
        }
    }

    @Command(
            name = "await",
            mixinStandardHelpOptions = true,
            description = {
                "Waits until keyspace and tables are in Cassandra.",
                "Exit code 0: they are; 1: they are not within the time; 2: the command line is wrong."
            })
    static final class Await extends JournalTablesCommand {
        @Override
        String run(Config operator, Duration limit) throws IOException {
            JournalTables.await(operator, limit);
            return "the journal's tables are there";
        }
    }
}
