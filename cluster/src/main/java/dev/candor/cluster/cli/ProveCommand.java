package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.proving.epoch.EpochFolder;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.quantise.InputCodec;
import dev.candor.proving.quantise.SampleFile;
import dev.candor.proving.randomness.SecureRandomness;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs a committed network on samples and proves what came out. */
@Command(
        name = "prove",
        mixinStandardHelpOptions = true,
        description = {
            "Runs a committed network on samples and proves that it gives their outputs, without showing its weights.",
            "Writes PREFIX.statement, what is claimed, and PREFIX.proof. Takes one opening of the epoch, which is recorded before"
                    + " it is used; it is gone even if the proof fails."
        })
final class ProveCommand implements Callable<Integer> {
    /** The most samples of a batch. */
    static final int MOST_SAMPLES = 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "FOLDER", description = "What `candor model compile` and `candor model commit` wrote.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "Samples in IDX or .npy format, gzipped or not; bytes stand for 0 to 1.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path input;

    @Option(
            names = "--first",
            paramLabel = "N",
            defaultValue = "0",
            description = "The first sample to take, counted from 0. Default: ${DEFAULT-VALUE}.")
    private int first;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "How many samples one proof is of, at most " + MOST_SAMPLES + ". Default: all that follow.")
    @Nullable
    private Integer count;

    @Option(
            names = "--private",
            description = "Show no input: the statement names a commitment to them instead. You see them all the same.")
    private boolean hidden;

    @Option(
            names = "--request",
            paramLabel = "ID",
            description =
                    "What the proof is for, 64 hexadecimal digits a sample, in order; it is part of the statement.")
    private List<String> requests = new ArrayList<>();

    @Option(names = "--out", required = true, paramLabel = "PREFIX", description = "Where the two files go.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path out;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Override
    public Integer call() {
        if (first < 0 || (count != null && (count < 1 || count > MOST_SAMPLES))) {
            throw new ParameterException(
                    spec.commandLine(), "--first is at least 0, and --count from 1 to " + MOST_SAMPLES);
        }
        List<Digest> ids = requests.stream()
                .map(text -> ProofFiles.digest(spec, "--request", text))
                .toList();
        return Reported.run(spec, printer -> {
            if (!EpochFolder.isCommitted(folder)) {
                throw new IOException(folder + " is not committed to yet; run: candor model commit " + folder);
            }
            Architecture architecture = ProofFiles.lineage(folder).model().architecture();
            List<double[]> samples = samples(architecture);
            if (!ids.isEmpty() && ids.size() != samples.size()) {
                throw new IOException(
                        "give --request once for each of the " + samples.size() + " samples, or not at all");
            }
            long[] integers = samples.stream()
                    .flatMapToLong(sample -> Arrays.stream(InputCodec.encode(architecture.input(), sample)))
                    .toArray();
            Made made = ProofFiles.on(folder, () -> {
                progress("opening " + folder);
                try (EpochFolder committed = EpochFolder.open(folder)) {
                    return prove(committed, integers, samples.size(), ids);
                }
            });
            report(made, architecture, printer);
            return 0;
        });
    }

    private record Made(StatementFile claim, long left, long bytes) {}

    private Path statementFile() {
        return out.resolveSibling(out.getFileName() + ProofFiles.STATEMENT);
    }

    private Path proofFile() {
        return out.resolveSibling(out.getFileName() + ProofFiles.PROOF);
    }

    private List<double[]> samples(Architecture architecture) throws IOException {
        List<double[]> all = SampleFile.read(
                ProofFiles.read(input), architecture.input().shape().elements());
        int taken = count != null ? count : all.size() - first;
        if (taken < 1 || (long) first + taken > all.size()) {
            throw new IOException(input + " has " + all.size() + " samples; there are none from " + first + " to "
                    + ((long) first + Math.max(1, taken) - 1));
        }
        if (taken > MOST_SAMPLES) {
            throw new IOException(input + " has " + all.size() + " samples; one proof is of at most " + MOST_SAMPLES
                    + ": give --count");
        }
        return all.subList(first, first + taken);
    }

    private Made prove(EpochFolder committed, long[] integers, int samples, List<Digest> ids)
            throws IOException, dev.candor.proving.budget.BudgetException {
        Path parent = out.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        ExecutionProver prover =
                new ExecutionProver(committed.owner(), samples, hidden, committed.budget(), SecureRandomness::create);
        progress("proving " + samples + (samples == 1 ? " sample" : " samples") + " in epoch "
                + committed.owner().epoch());
        ExecutionProver.Proven proven = prover.prove(integers, ids);
        progress("verifying the proof");
        if (!prover.accepts(proven)) {
            throw new IllegalStateException(
                    "the proof of opening " + proven.claim().opening() + " is not accepted, so it was not written");
        }
        byte[] bytes = ProofFile.encode(proven.proof());
        Files.write(proofFile(), bytes);
        Files.write(statementFile(), proven.claim().encode());
        return new Made(proven.claim(), committed.budget().left(), bytes.length);
    }

    private void progress(String line) {
        if (!json) {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        }
    }

    private void report(Made made, Architecture architecture, PrintWriter printer) {
        StatementFile claim = made.claim();
        if (json) {
            ObjectNode summary = JSON.createObjectNode()
                    .put("model", claim.model().toString())
                    .put("epoch", claim.epoch())
                    .put("opening", claim.opening())
                    .put("samples", claim.samples())
                    .put("private", hidden)
                    .put("left", made.left())
                    .put("proof_bytes", made.bytes());
            if (claim.execution().inputRoot() != null) {
                summary.put("input_root", claim.execution().inputRoot().toString());
            }
            outputs(summary, claim.execution().outputs(), claim.samples());
            summary.put("output_scale", architecture.outputScale());
            summary.putArray("files")
                    .add(statementFile().toString())
                    .add(proofFile().toString());
            printer.println(summary);
            return;
        }
        printer.println("model       " + claim.model());
        printer.println("proven      " + claim.samples() + (claim.samples() == 1 ? " sample" : " samples") + ", "
                + (hidden ? "hidden inputs" : "public inputs") + ", epoch " + claim.epoch() + ", opening "
                + claim.opening());
        printer.println("left        " + made.left() + " proofs before the next roll-over");
        printer.println("wrote       " + statementFile());
        printer.println("wrote       " + proofFile() + ", " + made.bytes() + " bytes");
    }

    /** A list of integers for each sample. */
    static void outputs(ObjectNode summary, Tensor outputs, int samples) {
        ArrayNode list = summary.putArray("outputs");
        int each = outputs.size() / samples;
        for (int b = 0; b < samples; b++) {
            ArrayNode sample = list.addArray();
            for (int i = 0; i < each; i++) {
                sample.add(outputs.at(b * each + i));
            }
        }
    }
}
