package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.proving.constraint.BranchPlan;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.layer.NetworkCircuit;
import dev.candor.proving.layer.UnprovableException;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.Plans;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Explains proofs. */
@Command(
        name = "proof",
        mixinStandardHelpOptions = true,
        description = "Explains proofs.",
        subcommands = {ProofCommand.Inspect.class})
final class ProofCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description = {
                "Prints what proofs about a model prove: the bound of every round, computed exactly from its parameters, and"
                        + " where the bytes of a proof go. It verifies nothing: that is `candor verify`.",
                "Exit code 1 where any round is below 100 bits: such parameters are refused, even if all equations hold."
            })
    static final class Inspect implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(
                arity = "0..1",
                paramLabel = "STATEMENT",
                description = "A file NAME.statement; its proof is NAME.proof beside it, unless --proof names it.")
        @Nullable
        private Path statement;

        @Option(names = "--lineage", required = true, paramLabel = "FILE", description = "The model's lineage.bin.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path lineageFile;

        @Option(names = "--proof", paramLabel = "FILE", description = "The proof of the statement.")
        @Nullable
        private Path proof;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Override
        public Integer call() {
            if (proof != null && statement == null) {
                throw new ParameterException(spec.commandLine(), "--proof goes with a statement");
            }
            return Reported.run(spec, out -> {
                try {
                    return inspect(out);
                } catch (UnprovableException | InvalidNetworkException e) {
                    throw new IOException(lineageFile + ": " + e.getMessage(), e);
                }
            });
        }

        private int inspect(PrintWriter out) throws IOException {
            Lineage lineage = ProofFiles.lineage(lineageFile);
            ModelCommitment model = lineage.model();
            Map<String, ProofPlan> plans = new LinkedHashMap<>();
            plans.put("registration", Plans.registration(model));
            plans.put("roll-over", Plans.rollOver(model));
            ObjectNode summary = JSON.createObjectNode()
                    .put("model", model.id().toString())
                    .put("epochs", lineage.rollOvers().size() + 1);
            summary.set("parameters", ProofSummary.parameters(model));
            StatementFile claim = null;
            Map<String, Long> bytes = Map.of();
            if (statement != null) {
                claim = ProofFiles.statement(statement);
                ProofPlan plan = plan(model, claim, statement);
                plans.put("execution", plan);
                bytes = bytes(plan, proof != null ? proof : ProofFiles.proofOf(statement));
            }
            boolean enough =
                    plans.values().stream().allMatch(plan -> plan.accounting().isEnough());
            if (json) {
                summary.put("enough", enough);
                plans.forEach((name, plan) -> summary.set(name, ProofSummary.accounting(plan)));
                render(summary, claim, bytes);
                out.println(summary);
            } else {
                print(model, plans, claim, bytes, out);
            }
            if (!enough) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "candor: these parameters prove less than 100 bits and are refused; commit to the model anew");
            }
            return enough ? 0 : Candor.FAILED;
        }

        private static ProofPlan plan(ModelCommitment model, StatementFile claim, Path file) throws IOException {
            Architecture architecture = model.architecture();
            if (!claim.model().equals(model.id())) {
                throw new IOException(file + " is a claim about another model, " + claim.model());
            }
            long outputs = (long) claim.samples()
                    * architecture.shape(architecture.output()).elements();
            if (claim.execution().outputs().size() != outputs) {
                throw new IOException(file + " does not have the outputs of its " + claim.samples() + " samples");
            }
            boolean hidden = claim.execution().inputRoot() != null;
            NetworkCircuit circuit = new NetworkCircuit(architecture, claim.samples(), hidden);
            return new ProofPlan(model.field(), model.parameters(), circuit.circuit());
        }

        private static Map<String, Long> bytes(ProofPlan plan, Path file) throws IOException {
            byte[] content = ProofFiles.read(file);
            Proof read;
            try {
                read = ProofFile.decode(plan, content);
            } catch (MalformedFileException e) {
                throw new IOException(file + " is no proof of that statement: " + e.getMessage(), e);
            }
            long messages =
                    plan.branches().stream().mapToLong(BranchPlan::messages).sum();
            long columns = read.columns().stream()
                    .mapToLong(opened -> (long) Long.BYTES * opened.columns().length)
                    .sum();
            long salts = read.columns().stream()
                    .mapToLong(opened -> opened.salts().length)
                    .sum();
            long paths = read.columns().stream()
                    .mapToLong(opened -> 4 + 32L * opened.path().size())
                    .sum();
            Map<String, Long> parts = new LinkedHashMap<>();
            parts.put("columns", columns);
            parts.put("salts and paths", salts + paths);
            parts.put(
                    "answers of the two tests",
                    16L * (read.proximity().size() + read.linear().size()));
            parts.put("messages of " + plan.branches().size() + " branches", 16 * messages);
            parts.put("product openings", 16L * plan.openings());
            parts.put("all", (long) content.length);
            return parts;
        }

        private static void render(ObjectNode summary, @Nullable StatementFile claim, Map<String, Long> bytes) {
            if (claim == null) {
                return;
            }
            summary.put("epoch", claim.epoch()).put("opening", claim.opening()).put("samples", claim.samples());
            ArrayNode parts = summary.putArray("bytes");
            bytes.forEach((name, size) -> parts.addObject().put("part", name).put("bytes", size));
        }

        private static void print(
                ModelCommitment model,
                Map<String, ProofPlan> plans,
                @Nullable StatementFile claim,
                Map<String, Long> bytes,
                PrintWriter out) {
            out.println("model       " + model.id());
            out.println("parameters  " + ProofSummary.line(model));
            plans.forEach((name, plan) -> {
                out.println(name + ": " + plan.rows() + " rows under its roots, " + plan.equations() + " equations");
                ProofSummary.print(plan, out);
            });
            if (claim != null) {
                out.println("statement   " + claim.samples() + (claim.samples() == 1 ? " sample" : " samples")
                        + ", epoch " + claim.epoch() + ", opening " + claim.opening());
            }
            bytes.forEach(
                    (name, size) -> out.println(String.format(java.util.Locale.ROOT, "  %-26s %9d bytes", name, size)));
        }
    }
}
