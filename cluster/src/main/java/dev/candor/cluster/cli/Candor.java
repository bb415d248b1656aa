package dev.candor.cluster.cli;

import dev.candor.actors.inference.RefusedException;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The one main(). Exit codes: 0 all went well, 1 something did not hold or was refused, 2 the command line is wrong, 3 a defect.
 */
@Command(
        name = "candor",
        mixinStandardHelpOptions = true,
        versionProvider = BuildVersion.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "An inference cluster that shows its work.",
        footer = "%n`./candor bench` loads a server and reports what it did; the launcher builds it on first use.",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ModelsCommand.class,
            ModelCommand.class,
            ProveCommand.class,
            VerifyCommand.class,
            ProofCommand.class,
            InferCommand.class,
            CheckCommand.class,
            ReceiptCommand.class,
            KeysCommand.class,
            JournalCommand.class,
            LedgerCommand.class,
            ValidatorCommand.class,
            ConfigCommand.class,
            GpuCommand.class
        })
public final class Candor implements Runnable {
    /** Something did not hold or was refused. */
    static final int FAILED = 1;

    /** A defect. */
    static final int DEFECT = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The parser with every command, for tests as well. */
    public static CommandLine commandLine() {
        return new CommandLine(new Candor())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((error, command, parsed) -> {
                    command.getErr().println("candor: " + sentence(error));
                    if (known(error)) {
                        return FAILED;
                    }
                    error.printStackTrace(command.getErr());
                    return DEFECT;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name a command: demo, serve, models, model, prove, verify, proof, infer, check, receipt, keys, journal, ledger, validator, config or gpu");
    }

    private static boolean known(Throwable error) {
        return error instanceof NodeException || error instanceof RefusedException || error instanceof IOException;
    }

    private static String sentence(Throwable error) {
        String message = error.getMessage();
        return message == null ? error.toString() : message;
    }
}
