package dev.candor.cluster.cli;

import dev.candor.actors.wire.MalformedBytesException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.Model.CommandSpec;

/** Runs a command's work and turns what a person can put right into one sentence on standard error and exit code 1. */
final class Reported {
    private Reported() {}

    /** The work of a command. */
    @FunctionalInterface
    interface Work {
        /** Does it and gives the exit code back. */
        int run(PrintWriter out) throws IOException;
    }

    static int run(CommandSpec spec, Work work) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            return work.run(out);
        } catch (IOException | MalformedBytesException | IllegalArgumentException e) {
            spec.commandLine().getErr().println("candor: " + sentence(e));
            return Candor.FAILED;
        } finally {
            out.flush();
            spec.commandLine().getErr().flush();
        }
    }

    /** Java names only the file where there is none. */
    static String sentence(Exception error) {
        return switch (error) {
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case AccessDeniedException denied -> denied.getFile() + " may not be read or written by this user";
            default -> error.getMessage() == null ? error.toString() : error.getMessage();
        };
    }
}
