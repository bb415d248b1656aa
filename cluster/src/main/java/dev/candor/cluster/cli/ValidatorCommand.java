package dev.candor.cluster.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.candor.cluster.node.LedgerBeginning;
import dev.candor.cluster.node.NodeConfigs;
import dev.candor.cluster.validator.GenesisFile;
import dev.candor.cluster.validator.LedgerClient;
import dev.candor.cluster.validator.ManagementDoor;
import dev.candor.cluster.validator.PeerAddress;
import dev.candor.cluster.validator.PeerIdentity;
import dev.candor.cluster.validator.ValidatorConfig;
import dev.candor.cluster.validator.ValidatorProcess;
import dev.candor.cluster.validator.ValidatorSeams;
import dev.candor.persistence.ledger.LedgerGenesis;
import dev.candor.persistence.ledger.wire.Standing;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a validator outside the serving cluster, and what goes with it. */
@Command(
        name = "validator",
        mixinStandardHelpOptions = true,
        description =
                "Runs a validator of the ledger in a process of its own, begins ledgers, hands in operators' transactions.",
        subcommands = {
            ValidatorCommand.Genesis.class,
            ValidatorCommand.Run.class,
            ValidatorCommand.Status.class,
            SubmitCommand.class
        })
final class ValidatorCommand extends CommandGroup {
    @Command(
            name = "genesis",
            mixinStandardHelpOptions = true,
            description = {
                "Begins a ledger: writes the genesis record for the network of a node's settings, whose journal is still empty. Keys are base64, as",
                "`candor keys generate` prints them. Every validator and node of the network gets the file.",
                "Exit code 0: written; 1: a file or a setting is wrong; 2: the command line is wrong."
            })
    static final class Genesis extends ReportedCommand {
        @Mixin
        private NodeConfig options = new NodeConfig();

        @Option(
                names = "--validator",
                required = true,
                paramLabel = "KEY",
                description = "A validator's public key; once for each. Of 3f + 1 of them f may lie.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private List<String> validators;

        @Option(
                names = "--operator",
                required = true,
                paramLabel = "KEY",
                description = "Public key of who brings in money, prices and nodes; once for each.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private List<String> operators;

        @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Override
        int run(PrintWriter out) throws IOException {
            try {
                LedgerGenesis genesis = LedgerBeginning.of(
                        options.resolve(),
                        operators.stream().map(PeerAddress::key).toList(),
                        validators.stream().map(PeerAddress::key).toList(),
                        System.currentTimeMillis());
                GenesisFile.write(file, genesis);
                out.printf(
                        "wrote %s: chain %s, network %s, %d partitions, %d validators of which %d may lie%n",
                        file,
                        genesis.digest(),
                        genesis.genesis().network(),
                        genesis.genesis().partitions(),
                        genesis.validators().size(),
                        genesis.validators().faults());
                return 0;
            } catch (ConfigException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description =
                    "Runs a validator until SIGTERM or SIGINT. `candor.validator` in the settings says with which key, peers and feeds.")
    static final class Run implements Callable<Integer> {
        @Option(names = "--config", required = true, paramLabel = "FILE", description = "Settings in HOCON.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path file;

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            ValidatorProcess process;
            Optional<ManagementDoor> management;
            try {
                Config config = NodeConfigs.load(ConfigFactory.parseFile(
                        file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false)));
                process = ValidatorProcess.start(ValidatorConfig.of(config), ValidatorSeams.NONE);
                management = management(config, process);
            } catch (ConfigException e) {
                throw new IOException(e.getMessage(), e);
            }
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                management.ifPresent(ManagementDoor::close);
                                process.close();
                                stopped.countDown();
                            },
                            "stop-validator"));
            spec.commandLine()
                    .getErr()
                    .println(
                            "candor: validating " + process.validator().ledger().chain() + " after block "
                                    + process.validator().ledger().height() + ", listening on port " + process.port());
            stopped.await();
            return 0;
        }

        private static Optional<ManagementDoor> management(Config config, ValidatorProcess process) throws IOException {
            try {
                return ManagementDoor.open(
                        config, () -> process.validator().halted().isEmpty(), process.figures());
            } catch (IOException | RuntimeException e) {
                process.close();
                throw e;
            }
        }
    }

    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = {
                "Asks validators where they stand. What they say is signed by nobody; `candor ledger export` and `replay` check.",
                "Exit code 0: all answered and none has halted; 1: not so; 2: the command line is wrong."
            })
    static final class Status extends ReportedCommand {
        @Option(
                names = "--key",
                required = true,
                paramLabel = "FILE",
                description = "A key that the validators know: an operator's, a validator's, an observer's.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path key;

        @Option(
                names = "--at",
                required = true,
                paramLabel = "KEY@HOST:PORT",
                description = "A validator; once for each.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private List<String> validators;

        @Override
        int run(PrintWriter out) throws IOException {
            PeerIdentity self = PeerIdentity.load(key);
            boolean well = true;
            for (String each : validators) {
                try (LedgerClient client = LedgerClient.of(self, PeerAddress.parse(each))) {
                    Standing at = client.standing();
                    well &= at.halted().isEmpty();
                    out.printf(
                            "%s: height %d, %s, root %s%s%n",
                            client.peer(),
                            at.height(),
                            Instant.ofEpochMilli(at.time()),
                            at.root(),
                            at.halted().map(why -> "; HALTED: " + why).orElse(""));
                } catch (IOException e) {
                    well = false;
                    out.println(e.getMessage());
                }
            }
            return well ? 0 : Candor.FAILED;
        }
    }
}
