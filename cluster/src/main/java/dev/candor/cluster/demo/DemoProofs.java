package dev.candor.cluster.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.client.ConcurrentCalls;
import dev.candor.cluster.client.Exchange;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TorchScriptEmitter;
import dev.candor.proving.quantise.InputCodec;
import dev.candor.proving.quantise.ModelCompiler;
import dev.candor.proving.quantise.QuantiseOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The verification modes, from outside: the perceptron compiled to an integer network and registered, digits sent in each mode, past answers escalated, every proof
 * fetched and verified from its files by {@code candor verify} in a process of its own.
 */
final class DemoProofs {
    /** The name under which the integer network is registered. */
    static final String MODEL = "mnist-mlp-exact";

    private static final int SENT = 64;
    private static final int ESCALATED = 10;
    private static final int PIXELS = 784;
    private static final int CALIBRATED = 200;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final DemoPlan plan;
    private final DemoProgress progress;
    private final NodeClient client;
    private final List<String> failures;
    private final Map<String, ObjectNode> modes = new TreeMap<>();
    private final ProofFiles files;
    private final IntegerNetwork network;

    DemoProofs(DemoPlan plan, DemoProgress progress, NodeClient client, List<String> failures) throws IOException {
        this.plan = plan;
        this.progress = progress;
        this.client = client;
        this.failures = failures;
        this.files = new ProofFiles(client, plan.dataDir().resolve("proofs"));
        this.network = compile();
    }

    /** What came of it, by mode, and how many proof files the standalone verifier accepted. */
    record Result(Map<String, ObjectNode> byMode, int proofsVerified) {}

    Result run() throws IOException, InterruptedException, NodeException {
        progress.step("Sending " + SENT + " digits in each verification mode to the perceptron as an integer network");
        register();
        List<Exchange> vanilla = send("vanilla");
        List<Exchange> proven = send("zkml");
        tee();
        List<Exchange> escalated = vanilla.subList(0, ESCALATED);
        for (int i = 0; i < escalated.size(); i++) {
            escalate(i, escalated.get(i));
        }
        progress.fact(ESCALATED + " past answers escalated: their proofs are made from the input sent again");
        List<String> ids = new ArrayList<>();
        for (Exchange each : proven) {
            ids.add(id(each));
        }
        for (Exchange each : escalated) {
            ids.add(id(each));
        }
        List<JsonNode> shown = awaitAll(ids);
        int verified = files.verify(shown, failures);
        progress.fact(verified + " proof files for " + ids.size()
                + " answers accepted by `candor verify` in another process");
        summarise(shown);
        return new Result(modes, verified);
    }

    private IntegerNetwork compile() throws IOException {
        List<double[]> samples =
                IntStream.range(0, CALIBRATED).mapToObj(this::pixels).toList();
        Path file = plan.models().getFirst().file();
        return ModelCompiler.compile(
                        ByteBuffer.wrap(Files.readAllBytes(file)), Shape.of(PIXELS), samples, QuantiseOptions.DEFAULT)
                .quantised()
                .network();
    }

    private double[] pixels(int digit) {
        ByteBuffer data = plan.digits().image(digit).asBuffer().order(ByteOrder.LITTLE_ENDIAN);
        double[] pixels = new double[PIXELS];
        for (int i = 0; i < PIXELS; i++) {
            pixels[i] = data.getFloat();
        }
        return pixels;
    }

    private void register() throws NodeException, IOException, InterruptedException {
        TorchScriptEmitter.Emitted emitted = TorchScriptEmitter.emit(network);
        Path file = Files.write(plan.dataDir().resolve(MODEL + ".pt"), emitted.file());
        String type = emitted.wideOutput() ? "FP64" : "FP32";
        ObjectNode body = JSON.createObjectNode()
                .put("content_id", client.upload(file).path("content_id").asText());
        body.set(
                "spec",
                JSON.readTree(String.format(
                        Locale.ROOT,
                        "{\"input\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[-1,%d]}],"
                                + "\"output\":[{\"name\":\"logits\",\"datatype\":\"%s\",\"shape\":[-1,10]}],\"max_batch_size\":32}",
                        PIXELS,
                        type)));
        client.call("POST", "/v1/models/" + MODEL + "/versions", body);
        Demo.awaitModel(client, MODEL);
        await(
                "a prover",
                () -> client.get("/v1/models/" + MODEL + "/verification")
                        .at("/modes/zkml/served")
                        .asBoolean());
    }

    private ObjectNode request(int digit, String mode) {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode tensor =
                body.putArray("inputs").addObject().put("name", "image").put("datatype", "FP32");
        tensor.putArray("shape").add(1).add(PIXELS);
        ArrayNode data = tensor.putArray("data");
        Arrays.stream(InputCodec.encode(network.architecture().input(), pixels(digit)))
                .forEach(data::add);
        body.putObject("parameters").put("verification", mode);
        return body;
    }

    private InferCall call(int digit, String mode) {
        return InferCall.ofJson(
                        MODEL, Bytes.wrap(request(digit, mode).toString().getBytes(StandardCharsets.UTF_8)))
                .withKey("demo-" + mode + "-" + digit);
    }

    private List<Exchange> send(String mode) throws InterruptedException, NodeException {
        List<Exchange> answers = ConcurrentCalls.run(
                client,
                IntStream.range(0, SENT).mapToObj(digit -> call(digit, mode)).toList(),
                plan.concurrency(),
                done -> {});
        int right = 0;
        int answered = 0;
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).status() == 200) {
                answered++;
                right += Demo.argmax(NodeClient.parse(answers.get(i).body().toArray()))
                                == plan.digits().label(i)
                        ? 1
                        : 0;
            }
        }
        if (answered != SENT) {
            failures.add((SENT - answered) + " of " + SENT + " requests in the mode " + mode + " were not answered");
        }
        long[] nanos = answers.stream().mapToLong(Exchange::nanos).sorted().toArray();
        modes.put(
                mode,
                JSON.createObjectNode()
                        .put("sent", SENT)
                        .put("answered", answered)
                        .put("right", right)
                        .put("p50_ms", nanos[nanos.length / 2] / 1e6));
        return answers;
    }

    /** There is no device here that attests itself, and the node says so before it does any work. */
    private void tee() throws InterruptedException, NodeException {
        Exchange refused = ConcurrentCalls.run(client, List.of(call(0, "tee")), 1, done -> {})
                .getFirst();
        String sentence =
                NodeClient.parse(refused.body().toArray()).path("error").asText();
        modes.put(
                "tee", JSON.createObjectNode().put("sent", 1).put("answered", 0).put("refused", sentence));
        if (refused.status() != 422) {
            failures.add(
                    "a request in the mode tee got status " + refused.status() + ", it should be refused with 422");
        }
    }

    private static String id(Exchange exchange) throws NodeException {
        return NodeClient.parse(exchange.body().toArray())
                .at("/parameters/candor_request_id")
                .asText();
    }

    private void escalate(int digit, Exchange answered) throws NodeException {
        JsonNode answer = NodeClient.parse(answered.body().toArray());
        ObjectNode body = JSON.createObjectNode()
                .put("model", MODEL)
                .put("salt", answer.at("/parameters/candor_salt").asText());
        body.set("request", request(digit, "vanilla"));
        client.call("POST", "/v1/requests/" + id(answered) + "/verify", body);
    }

    private List<JsonNode> awaitAll(List<String> ids) throws NodeException, InterruptedException {
        Map<String, JsonNode> done = new LinkedHashMap<>();
        await("the proofs", () -> {
            for (String id : ids) {
                if (!done.containsKey(id)) {
                    JsonNode shown = client.get("/v1/requests/" + id);
                    String state = shown.at("/verification/state").asText();
                    if (!List.of("queued", "leased", "proved").contains(state)) {
                        done.put(id, shown);
                    }
                }
            }
            progress.count("proofs", done.size(), ids.size());
            return done.size() == ids.size();
        });
        return List.copyOf(done.values());
    }

    private void summarise(List<JsonNode> shown) {
        int proven = 0;
        int escalated = 0;
        List<Long> waits = new ArrayList<>();
        for (JsonNode each : shown) {
            JsonNode verification = each.path("verification");
            if (!verification.path("state").asText().equals("verified")) {
                failures.add("the answer " + each.path("request_id").asText() + " is "
                        + verification.path("state").asText() + " and not verified: "
                        + verification.path("reason").asText());
            } else if (verification.path("escalated").asBoolean()) {
                escalated++;
            } else {
                proven++;
                waits.add(verification.path("since").asLong()
                        - verification.path("asked_at").asLong());
            }
        }
        waits.sort(null);
        mode("vanilla").put("escalated", escalated);
        mode("zkml").put("verified", proven);
        if (!waits.isEmpty()) {
            mode("zkml").put("proof_p50_ms", waits.get(waits.size() / 2));
            mode("zkml").put("proof_max_ms", waits.getLast());
        }
        modes.forEach((mode, figures) -> progress.fact(String.format(
                Locale.ROOT,
                "%-8s sent %2d, answered %2d%s",
                mode,
                figures.path("sent").asInt(),
                figures.path("answered").asInt(),
                rest(figures))));
    }

    /** The figures of a mode so far. */
    private ObjectNode mode(String word) {
        return modes.computeIfAbsent(word, each -> JSON.createObjectNode());
    }

    private static String rest(ObjectNode figures) {
        StringBuilder rest = new StringBuilder();
        for (String field :
                List.of("right", "p50_ms", "escalated", "verified", "proof_p50_ms", "proof_max_ms", "refused")) {
            if (figures.has(field)) {
                JsonNode value = figures.get(field);
                rest.append(", ")
                        .append(field.replace('_', ' '))
                        .append(' ')
                        .append(
                                value.isDouble()
                                        ? String.format(Locale.ROOT, "%.1f", value.asDouble())
                                        : value.asText());
            }
        }
        return rest.toString();
    }

    private interface Condition {
        boolean holds() throws NodeException;
    }

    private static void await(String what, Condition condition) throws NodeException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                throw new NodeException(what + " did not come within " + LIMIT.toSeconds() + " s", 504, "");
            }
            Thread.sleep(100);
        }
    }
}
