package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.receipt.Evidence;
import dev.candor.actors.receipt.ExchangeJson;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptExplainer;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.ReceiptVerifier;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.Verification;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies and explains receipts; it asks no cluster and believes no key but the trust file's. */
@Command(
        name = "receipt",
        mixinStandardHelpOptions = true,
        description = "Verifies and explains receipts.",
        subcommands = {ReceiptCommand.Verify.class, ReceiptCommand.Explain.class})
final class ReceiptCommand extends CommandGroup {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Holds receipts, and the requests and answers they belong to, against a trust file and says what failed.",
                "Exit code 0: every check passed; 1: one failed; 2: the command line is wrong."
            })
    static final class Verify implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Option(
                names = "--trust",
                required = true,
                paramLabel = "FILE",
                description = "The keys to believe. No key is ever taken from a receipt.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path trust;

        @Parameters(
                arity = "0..*",
                paramLabel = "EXCHANGE",
                description =
                        "Files with model, version, request and response, as `candor infer --save` and the demo write them.")
        private List<Path> exchanges = new ArrayList<>();

        @Option(names = "--request", paramLabel = "FILE", description = "Body of the request, in JSON.")
        @Nullable
        private Path request;

        @Option(names = "--response", paramLabel = "FILE", description = "Body of the answer, in JSON.")
        @Nullable
        private Path response;

        @Option(
                names = "--model",
                paramLabel = "NAME",
                description = "With --request: the model asked; the answer's by default.")
        @Nullable
        private String model;

        @Option(
                names = "--model-version",
                paramLabel = "VERSION",
                description = "With --request: the version or alias asked; none by default.")
        private String modelVersion = "";

        @Option(
                names = "--receipt",
                paramLabel = "RECEIPT",
                description = "A receipt alone: a file, or base64. Request and answer are then not checked.")
        @Nullable
        private String receipt;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        private record Result(String name, Optional<Verification> verification, String problem) {
            boolean ok() {
                return verification.map(Verification::ok).orElse(false);
            }
        }

        @FunctionalInterface
        private interface Source {
            ExchangeJson.Exchange read() throws IOException;
        }

        @Override
        public Integer call() {
            int ways = (exchanges.isEmpty() ? 0 : 1)
                    + (request == null && response == null ? 0 : 1)
                    + (receipt == null ? 0 : 1);
            if (ways != 1 || (request == null) != (response == null)) {
                throw new ParameterException(
                        spec.commandLine(), "give exchanges, or --request and --response, or --receipt");
            }
            if (request == null && (model != null || !modelVersion.isEmpty())) {
                throw new ParameterException(spec.commandLine(), "--model and --model-version go with --request");
            }
            return Reported.run(spec, out -> {
                List<Result> results = verify(new ReceiptVerifier(TrustFile.load(trust)));
                if (json) {
                    out.println(render(results));
                } else {
                    results.forEach(result -> print(result, out));
                    if (results.size() > 1) {
                        out.println(verified(results) + " of " + results.size() + " receipts verified");
                    }
                }
                return verified(results) == results.size() ? 0 : 1;
            });
        }

        private List<Result> verify(ReceiptVerifier verifier) {
            List<Result> results = new ArrayList<>();
            if (receipt != null) {
                String alone = receipt;
                results.add(result(
                        "receipt",
                        () -> new ExchangeJson.Exchange(ReceiptArgument.read(alone), Evidence.NONE),
                        verifier));
            }
            if (request != null && response != null) {
                Path asked = request;
                Path answered = response;
                results.add(result(answered.toString(), () -> bodies(asked, answered), verifier));
            }
            for (Path exchange : exchanges) {
                results.add(result(
                        exchange.toString(), () -> ExchangeJson.read(ReceiptArgument.bytes(exchange)), verifier));
            }
            return results;
        }

        private ExchangeJson.Exchange bodies(Path asked, Path answered) throws IOException {
            Bytes body = ReceiptArgument.bytes(answered);
            return ExchangeJson.read(
                    model == null ? ExchangeJson.modelOf(body) : model,
                    modelVersion,
                    ReceiptArgument.bytes(asked),
                    body);
        }

        /** What cannot be read does not verify: the others are still looked at. */
        private static Result result(String name, Source source, ReceiptVerifier verifier) {
            try {
                ExchangeJson.Exchange exchange = source.read();
                return new Result(name, Optional.of(verifier.verify(exchange.receipt(), exchange.evidence())), "");
            } catch (IOException | MalformedBytesException | IllegalArgumentException e) {
                return new Result(name, Optional.empty(), Reported.sentence(e));
            }
        }

        private static long verified(List<Result> results) {
            return results.stream().filter(Result::ok).count();
        }

        private static void print(Result result, PrintWriter out) {
            if (result.verification().isEmpty()) {
                out.println(result.name() + ": FAILED");
                out.println("  " + result.problem());
                return;
            }
            Verification verification = result.verification().get();
            out.println(result.name() + ": " + (verification.ok() ? "verified" : "FAILED"));
            verification.receipt().map(Receipt::leaf).ifPresent(leaf -> out.println("  says: " + summary(leaf)));
            verification
                    .findings()
                    .forEach((check, finding) ->
                            out.printf("  %-8s%-12s%s%n", finding.status(), check.text(), finding.detail()));
        }

        private static String summary(ReceiptLeaf leaf) {
            return leaf.model().name() + " " + leaf.model().version() + " answered request " + leaf.id() + " at "
                    + Instant.ofEpochMilli(leaf.answeredAt()) + " on " + leaf.device();
        }

        private static ObjectNode render(List<Result> results) {
            ObjectNode root = JSON.createObjectNode()
                    .put("ok", verified(results) == results.size())
                    .put("verified", verified(results))
                    .put("total", results.size());
            ArrayNode list = root.putArray("receipts");
            for (Result result : results) {
                ObjectNode each = list.addObject().put("name", result.name()).put("ok", result.ok());
                if (!result.problem().isEmpty()) {
                    each.put("error", result.problem());
                }
                ArrayNode checks = each.putArray("checks");
                result.verification().ifPresent(verification -> {
                    verification
                            .findings()
                            .forEach((check, finding) -> checks.addObject()
                                    .put("check", check.text())
                                    .put("status", finding.status().toLowerCase(Locale.ROOT))
                                    .put("detail", finding.detail()));
                    verification.receipt().ifPresent(read -> each.set("receipt", ReceiptExplainer.json(read)));
                });
            }
            return root;
        }
    }

    @Command(
            name = "explain",
            mixinStandardHelpOptions = true,
            description = "Prints every field of a receipt and what it means. It verifies nothing.")
    static final class Explain implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Parameters(
                paramLabel = "RECEIPT",
                description = "A file (an exchange, an answer's body, base64 or the bytes themselves), or base64.")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String receipt;

        @Option(names = "--json", description = "Print JSON, for programs.")
        private boolean json;

        @Override
        public Integer call() {
            return Reported.run(spec, out -> {
                Receipt read = Receipt.parse(ReceiptArgument.read(receipt));
                if (json) {
                    out.println(ReceiptExplainer.json(read));
                } else {
                    out.print(ReceiptExplainer.text(read));
                }
                return 0;
            });
        }
    }
}
