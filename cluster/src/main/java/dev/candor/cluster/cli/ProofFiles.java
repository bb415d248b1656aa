package dev.candor.cluster.cli;

import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.epoch.EpochFolder;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.layer.UnprovableException;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.registration.Lineage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The files of proofs as commands read them: bounded, and with the file's name in every error. */
final class ProofFiles {
    static final String STATEMENT = ".statement";
    static final String PROOF = ".proof";

    private static final int MOST_BYTES = 1 << 29;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private ProofFiles() {}

    /** Work on a committed folder. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException, MalformedFileException, BudgetException;
    }

    /** Runs it; whatever a person can put right becomes an {@link IOException} with a sentence that names the next step. */
    static <T> T on(Path folder, Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (BudgetException e) {
            throw new IOException(e.getMessage() + nextStep(folder, String.valueOf(e.getMessage())), e);
        } catch (MalformedFileException | InvalidNetworkException | UnprovableException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }

    private static String nextStep(Path folder, String sentence) {
        String again = " Run: candor model commit " + folder;
        if (sentence.contains("before this machine started")) {
            return again + " --roll-over --after-restart";
        }
        if (sentence.contains("anew")) {
            return again + " --anew";
        }
        return sentence.contains("Roll the model over") ? again + " --roll-over" : "";
    }

    static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES);
            if (in.read() >= 0) {
                throw new IOException(file + " has over " + MOST_BYTES + " bytes; no file of a proof is that large");
            }
            return bytes;
        }
    }

    /** A lineage file, or the one of a committed folder; it is not verified yet. */
    static Lineage lineage(Path file) throws IOException {
        Path path = Files.isDirectory(file) ? file.resolve(EpochFolder.LINEAGE) : file;
        try {
            return LineageFile.decode(read(path));
        } catch (MalformedFileException | InvalidNetworkException | UnprovableException e) {
            throw new IOException(path + " is no lineage: " + e.getMessage(), e);
        }
    }

    static StatementFile statement(Path file) throws IOException {
        try {
            return StatementFile.decode(read(file));
        } catch (MalformedFileException e) {
            throw new IOException(file + " is no statement: " + e.getMessage(), e);
        }
    }

    /** The proof that belongs to a statement's file. */
    static Path proofOf(Path statement) {
        String name = String.valueOf(statement.getFileName());
        String stem = name.endsWith(STATEMENT) ? name.substring(0, name.length() - STATEMENT.length()) : name;
        return statement.resolveSibling(stem + PROOF);
    }

    /** A digest from the command line. */
    static Digest digest(CommandSpec spec, String option, String text) {
        if (!DIGEST.matcher(text).matches()) {
            throw new ParameterException(
                    spec.commandLine(), option + " is 64 lower-case hexadecimal digits, not \"" + text + "\"");
        }
        return Digest.parse(text);
    }
}
