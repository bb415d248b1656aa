package dev.candor.cluster.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command whose failures are reported by {@link Reported}. */
abstract class ReportedCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public final Integer call() {
        return Reported.run(spec, this::run);
    }

    /** Does the work and gives the exit code back. */
    abstract int run(PrintWriter out) throws IOException;

    /** A line for people who wait, beside the output. */
    final void progress(String line) {
        spec.commandLine().getErr().println(line);
    }
}
