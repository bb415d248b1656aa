package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.quantise.InputCodec;
import dev.candor.proving.quantise.SampleFile;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.verifier.ClaimVerifier;
import dev.candor.proving.verifier.RefusedException;
import dev.candor.proving.verifier.VerifiedLineage;
import dev.candor.proving.verifier.Verifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies proofs of executions. Neither a root nor a descriptor is taken from a proof or from its statement. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Verifies that a model gives the outputs of a statement, and that the proof is linked to the model's id.",
            "The id is what you know the model by: take it from whoever you trust about it, not from whoever sends the proof.",
            "Exit code 0: every proof is valid and linked to that id; 1: one is not; 2: the command line is wrong."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SHOWN_SAMPLES = 2;
    private static final int SHOWN_NUMBERS = 16;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "STATEMENT",
            description = "Files NAME.statement; the proof of each is NAME.proof beside it, unless --proof names it.")
    private List<Path> statements = new ArrayList<>();

    @Option(
            names = "--model",
            required = true,
            paramLabel = "ID",
            description = "The id of the model, 64 hexadecimal digits.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String model;

    @Option(
            names = "--lineage",
            required = true,
            paramLabel = "FILE",
            description =
                    "The lineage.bin of the model: it links the root of each epoch to the id, and is verified first.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path lineageFile;

    @Option(names = "--proof", paramLabel = "FILE", description = "The proof of the only statement.")
    @Nullable
    private Path proof;

    @Option(
            names = "--descriptor",
            paramLabel = "FILE",
            description = "A descriptor.bin: demand as well that the model's network is this one.")
    @Nullable
    private Path descriptor;

    @Option(
            names = "--input",
            paramLabel = "FILE",
            description = "Samples in IDX or .npy format: demand as well that the statement's public inputs are these.")
    @Nullable
    private Path input;

    @Option(
            names = "--first",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "With --input: the sample of the file that the first statement begins with. Default: ${DEFAULT-VALUE}.")
    private int first;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    /** One verdict; the problem is empty where the proof is valid. */
    private record Result(Path file, @Nullable StatementFile claim, String check, String problem) {
        boolean valid() {
            return problem.isEmpty();
        }
    }

    @Override
    public Integer call() {
        Digest expected = ProofFiles.digest(spec, "--model", model);
        if (proof != null && statements.size() != 1) {
            throw new ParameterException(spec.commandLine(), "--proof goes with one statement");
        }
        return Reported.run(spec, out -> {
            VerifiedLineage lineage;
            try {
                lineage = lineage(expected);
            } catch (RefusedException e) {
                if (json) {
                    out.println(JSON.createObjectNode()
                            .put("ok", false)
                            .put("check", "LINEAGE")
                            .put("error", e.getMessage()));
                }
                throw new IOException("unlinked: " + e.getMessage(), e);
            }
            List<Result> results = verify(lineage);
            boolean ok = results.stream().allMatch(Result::valid);
            if (json) {
                out.println(render(results, lineage, ok));
            } else {
                print(results, lineage, out);
            }
            return ok ? 0 : Candor.FAILED;
        });
    }

    private VerifiedLineage lineage(Digest expected) throws IOException, RefusedException {
        Lineage lineage = ProofFiles.lineage(lineageFile);
        if (descriptor != null
                && !Digest.sha256(ProofFiles.read(descriptor))
                        .equals(lineage.model().descriptor())) {
            throw new IOException(descriptor + " is not the descriptor of the model " + model);
        }
        progress("verifying the lineage: the registration and "
                + lineage.rollOvers().size() + (lineage.rollOvers().size() == 1 ? " roll-over" : " roll-overs"));
        return VerifiedLineage.of(lineage, expected);
    }

    private List<Result> verify(VerifiedLineage lineage) throws IOException {
        Set<List<Long>> seen = new HashSet<>();
        ClaimVerifier verifier = new ClaimVerifier(lineage, (epoch, opening) -> seen.add(List.of(epoch, opening)));
        Architecture architecture = lineage.model().architecture();
        List<double[]> samples = input == null
                ? List.of()
                : SampleFile.read(
                        ProofFiles.read(input), architecture.input().shape().elements());
        List<Result> results = new ArrayList<>();
        int next = first;
        for (Path file : statements) {
            progress("verifying " + file);
            Result result = verify(verifier, file);
            StatementFile claim = result.claim();
            if (result.valid() && claim != null && input != null) {
                if (!sameInputs(claim, architecture, samples, next)) {
                    result = new Result(
                            file,
                            claim,
                            "INPUT",
                            claim.execution().inputRoot() != null
                                    ? "Its inputs are hidden, so they cannot be compared with " + input + "."
                                    : "Its inputs are not the samples " + next + " to " + (next + claim.samples() - 1)
                                            + " of " + input + ".");
                }
                next += claim.samples();
            }
            results.add(result);
        }
        return results;
    }

    /** What cannot be read does not verify: the others are still looked at. */
    private Result verify(ClaimVerifier verifier, Path file) {
        StatementFile claim = null;
        try {
            claim = ProofFiles.statement(file);
            byte[] bytes = ProofFiles.read(proof != null ? proof : ProofFiles.proofOf(file));
            Verifier.Refusal refusal = verifier.verify(claim, bytes);
            if (refusal == null) {
                return new Result(file, claim, "", "");
            }
            return new Result(
                    file,
                    claim,
                    refusal.check() == null ? "MALFORMED" : refusal.check().name(),
                    refusal.sentence());
        } catch (IOException e) {
            return new Result(file, claim, "MALFORMED", Reported.sentence(e));
        }
    }

    private static boolean sameInputs(
            StatementFile claim, Architecture architecture, List<double[]> samples, int from) {
        if (claim.execution().inputRoot() != null || from < 0 || from + (long) claim.samples() > samples.size()) {
            return false;
        }
        long[] expected = samples.subList(from, from + claim.samples()).stream()
                .flatMapToLong(sample -> Arrays.stream(InputCodec.encode(architecture.input(), sample)))
                .toArray();
        return Tensor.copyOf(expected).equals(claim.execution().inputs());
    }

    private void progress(String line) {
        if (!json) {
            spec.commandLine().getErr().println(line);
            spec.commandLine().getErr().flush();
        }
    }

    private static void print(List<Result> results, VerifiedLineage lineage, PrintWriter out) {
        out.println("model " + lineage.model().id() + ": registered, "
                + (lineage.epochs() == 1 ? "no roll-over" : "rolled over " + (lineage.epochs() - 1) + " times"));
        for (Result result : results) {
            StatementFile claim = result.claim();
            if (!result.valid() || claim == null) {
                out.println(result.file() + ": REFUSED (" + result.check() + ") " + result.problem());
                continue;
            }
            out.println(result.file() + ": valid, linked by the lineage; " + claim.samples()
                    + (claim.samples() == 1 ? " sample" : " samples") + ", "
                    + (claim.execution().inputRoot() == null ? "public inputs" : "hidden inputs") + ", epoch "
                    + claim.epoch() + ", opening " + claim.opening());
            outputs(claim, lineage.model().architecture().outputScale(), out);
        }
    }

    /** The first outputs as real numbers; JSON has all of them, as the integers that are proven. */
    private static void outputs(StatementFile claim, double scale, PrintWriter out) {
        int each = claim.execution().outputs().size() / claim.samples();
        int shown = Math.min(each, SHOWN_NUMBERS);
        for (int b = 0; b < Math.min(claim.samples(), SHOWN_SAMPLES); b++) {
            StringBuilder line = new StringBuilder("  output ").append(b).append(':');
            for (int i = 0; i < shown; i++) {
                line.append(String.format(
                        Locale.ROOT, " %.4g", claim.execution().outputs().at(b * each + i) * scale));
            }
            out.println(line.append(shown < each ? " ..." : ""));
        }
        if (claim.samples() > SHOWN_SAMPLES) {
            out.println("  and " + (claim.samples() - SHOWN_SAMPLES) + " more; --json prints all");
        }
    }

    private static ObjectNode render(List<Result> results, VerifiedLineage lineage, boolean ok) {
        ObjectNode root = JSON.createObjectNode()
                .put("ok", ok)
                .put("model", lineage.model().id().toString())
                .put("linked_by", "lineage")
                .put("epochs", lineage.epochs());
        ArrayNode list = root.putArray("proofs");
        for (Result result : results) {
            ObjectNode each =
                    list.addObject().put("file", result.file().toString()).put("valid", result.valid());
            StatementFile claim = result.claim();
            if (!result.valid() || claim == null) {
                each.put("check", result.check()).put("error", result.problem());
                continue;
            }
            each.put("epoch", claim.epoch())
                    .put("opening", claim.opening())
                    .put("samples", claim.samples())
                    .put("private", claim.execution().inputRoot() != null);
            ArrayNode requests = each.putArray("requests");
            claim.execution().requests().forEach(request -> requests.add(request.toString()));
            ProveCommand.outputs(each, claim.execution().outputs(), claim.samples());
            each.put("output_scale", lineage.model().architecture().outputScale());
        }
        return root;
    }
}
