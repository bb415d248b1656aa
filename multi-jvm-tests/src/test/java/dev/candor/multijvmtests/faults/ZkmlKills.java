package dev.candor.multijvmtests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.cli.Candor;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.multijvmtests.harness.Await;
import dev.candor.multijvmtests.harness.ProofJournal;
import dev.candor.multijvmtests.harness.ProverProcess;
import dev.candor.multijvmtests.harness.TestNode;
import dev.candor.multijvmtests.harness.Workload;
import dev.candor.multijvmtests.mutants.MutantNode;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.epoch.EpochFolder;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.NetworkArchive;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.ReferenceExecution;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests in the mode zkml, two provers in processes of their own of which one is killed every so often, and a node that alters every fiftieth answer: each request is
 * verified once or ends by name, and no altered answer is ever verified. {@code scripts/long/zkml-1000} runs it; it is too long for every build.
 */
final class ZkmlKills {
    private static final int REQUESTS = Integer.getInteger("candor.requests", 40);
    private static final Duration KILL_EVERY = Duration.ofSeconds(Integer.getInteger("candor.kill-seconds", 20));
    private static final Duration BETWEEN = Duration.ofMillis(Integer.getInteger("candor.between-millis", 300));
    private static final long SEED = Long.getLong("candor.seed", 1);
    private static final int PIXELS = 784;
    private static final int ROOT_AT = "candor-proof".length() + 3;
    private static final int ROOT_BYTES = 32;
    private static final String MODEL = "mlp-exact";
    private static final Set<String> ENDED = Set.of("verified", "rejected", "expired");
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final Set<String> altered = new HashSet<>();
    private final List<String> sent = new ArrayList<>();

    @Test
    void eachRequestIsVerifiedOnceOrEndsByName() throws Exception {
        Path blobs = folder.resolve("blobs");
        Path settings = Files.writeString(
                folder.resolve("node.conf"), "candor.blobs.folder = \"" + blobs + "\"\ncandor.proofs.lease = 6s\n");
        TestNode.Launch launch = TestNode.Launch.shipped("--config", settings.toString())
                .as(MutantNode.class.getName(), MutantNode.Mutant.ALTER_ANSWERS.name());
        Path dataDir = folder.resolve("node");
        AtomicInteger kills = new AtomicInteger();
        int files;
        try (TestNode node = TestNode.start(dataDir, launch);
                NodeClient client = node.client()) {
            IntegerNetwork network = register(client);
            String seed = node.awaitReady().pekko();
            List<ProverProcess> provers = List.of(
                    ProverProcess.start(folder.resolve("prover-0"), blobs, seed),
                    ProverProcess.start(folder.resolve("prover-1"), blobs, seed));
            Await.until(
                    TestNode.START_LIMIT,
                    "two provers are there",
                    () -> client.get("/v1/models/" + MODEL + "/verification")
                                    .at("/modes/zkml/provers")
                                    .asInt()
                            == 2);
            try (ScheduledExecutorService killer = Executors.newSingleThreadScheduledExecutor()) {
                ScheduledFuture<?> killing = killer.scheduleAtFixedRate(
                        () -> killOne(provers, kills),
                        KILL_EVERY.toMillis(),
                        KILL_EVERY.toMillis(),
                        TimeUnit.MILLISECONDS);
                for (int i = 0; i < REQUESTS; i++) {
                    send(client, network);
                    LockSupport.parkNanos(BETWEEN.toNanos());
                }
                Await.until(
                        Duration.ofMinutes(10).plusSeconds(5L * REQUESTS),
                        "all requests have ended",
                        () -> haveEnded(client));
                killing.cancel(false);
            }
            files = verifyFiles(client);
            for (ProverProcess prover : provers) {
                prover.end();
            }
        }
        aCopyRefuses(folder.resolve("prover-0").resolve("prover").resolve("0"));
        audit(ProofJournal.read(dataDir), blobs, kills.get(), files);
    }

    /** What a prover's folder says to whoever restores it elsewhere. */
    private void aCopyRefuses(Path original) throws Exception {
        Path copy = folder.resolve("restored");
        try (Stream<Path> files = Files.walk(original)) {
            for (Path file : files.toList()) {
                Path to = copy.resolve(original.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else {
                    Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
        try (Stream<Path> models = Files.list(copy)) {
            for (Path model : models.filter(EpochFolder::isCommitted).toList()) {
                assertThatThrownBy(() -> EpochFolder.open(model))
                        .isInstanceOf(BudgetException.class)
                        .hasMessageContaining("copied, moved or restored");
                System.out.println("a restored copy of " + model.getFileName() + " refuses to prove");
            }
        }
    }

    private static void killOne(List<ProverProcess> provers, AtomicInteger kills) {
        try {
            provers.get(kills.getAndIncrement() % provers.size()).killAndRestart();
        } catch (Exception e) {
            throw new IllegalStateException("a prover was not killed and started again", e);
        }
    }

    private IntegerNetwork register(NodeClient client) throws Exception {
        Path compiled = folder.resolve("mlp");
        assertThat(Candor.commandLine()
                        .execute(
                                "model",
                                "compile",
                                Workload.models().resolve("mnist-mlp.pt").toString(),
                                "--input-shape",
                                Integer.toString(PIXELS),
                                "--samples",
                                Workload.models()
                                        .resolve("digits-test-images.idx3-ubyte.gz")
                                        .toString(),
                                "--out",
                                compiled.toString()))
                .isZero();
        Path file = compiled.resolve("network.pt");
        NetworkArchive.Content content = NetworkArchive.read(file).orElseThrow();
        ObjectNode body = JSON.createObjectNode();
        body.set("content_id", client.upload(file).path("content_id"));
        body.set("spec", JSON.readTree("""
                {"input": [{"name": "image", "datatype": "FP32", "shape": [-1, %d]}],
                 "output": [{"name": "logits", "datatype": "%s", "shape": [-1, 10]}], "max_batch_size": 32}
                """.formatted(PIXELS, content.wideOutput() ? "FP64" : "FP32")));
        client.call("POST", "/v1/models/" + MODEL + "/versions", body);
        TestNode.awaitModel(client, MODEL);
        return content.network();
    }

    private void send(NodeClient client, IntegerNetwork network) throws Exception {
        Range range = network.architecture().input().range();
        long[] input = random.longs(PIXELS, range.low(), range.high() + 1L).toArray();
        ObjectNode body = JSON.createObjectNode();
        ObjectNode tensor =
                body.putArray("inputs").addObject().put("name", "image").put("datatype", "FP32");
        tensor.putArray("shape").add(1).add(PIXELS);
        ArrayNode data = tensor.putArray("data");
        Arrays.stream(input).forEach(data::add);
        body.putObject("parameters").put("verification", "zkml");
        HttpResponse<byte[]> response = client.infer(
                        InferCall.ofJson(MODEL, Bytes.wrap(body.toString().getBytes(StandardCharsets.UTF_8))))
                .get(2, TimeUnit.MINUTES);
        NodeClient.refuseFailure(response);
        JsonNode answer = NodeClient.parse(response.body());
        String id = answer.at("/parameters/candor_request_id").asText();
        sent.add(id);
        long[] right = ReferenceExecution.run(network, 1, input).output();
        for (int i = 0; i < right.length; i++) {
            if (answer.at("/outputs/0/data").get(i).asLong() != right[i]) {
                altered.add(id);
            }
        }
    }

    private boolean haveEnded(NodeClient client) throws Exception {
        for (String id : sent) {
            if (!ENDED.contains(state(client, id))) {
                return false;
            }
        }
        return true;
    }

    private static String state(NodeClient client, String id) throws Exception {
        return client.get("/v1/requests/" + id).at("/verification/state").asText();
    }

    /** Every proof in another process, as any caller does; how many there are. */
    private int verifyFiles(NodeClient client) throws Exception {
        Path proofs = Files.createDirectories(folder.resolve("proofs"));
        Map<String, Set<Path>> byModel = new TreeMap<>();
        for (String id : sent) {
            JsonNode proof = client.get("/v1/requests/" + id).at("/verification/proof");
            if (!state(client, id).equals("verified")) {
                continue;
            }
            String model = proof.path("model").asText();
            Path statement = proofs.resolve(
                    model.substring(0, 8) + "-" + proof.path("epoch") + "-" + proof.path("opening") + ".statement");
            if (byModel.computeIfAbsent(model, _ -> new HashSet<>()).add(statement)) {
                String request = "/v1/requests/" + id;
                Files.write(statement, client.getBytes(request + "/statement"));
                String name = statement.getFileName().toString().replace(".statement", ".proof");
                Files.write(proofs.resolve(name), client.getBytes(request + "/proof"));
                // The lineage of a later epoch has all the earlier ones.
                byte[] lineage = client.getBytes(request + "/lineage");
                Path kept = proofs.resolve(model + ".lineage");
                if (!Files.exists(kept) || Files.size(kept) < lineage.length) {
                    Files.write(kept, lineage);
                }
            }
        }
        int files = 0;
        for (Map.Entry<String, Set<Path>> each : byModel.entrySet()) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules=jdk.incubator.vector",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.candor.cluster.cli.Candor",
                    "verify",
                    "--model",
                    each.getKey(),
                    "--lineage",
                    proofs.resolve(each.getKey() + ".lineage").toString()));
            each.getValue().forEach(file -> command.add(file.toString()));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            files += each.getValue().size();
        }
        return files;
    }

    private void audit(ProofJournal journal, Path blobs, int kills, int files) throws Exception {
        Map<JobPhase, Integer> outcomes = new TreeMap<>();
        for (String id : sent) {
            RequestId request = RequestId.parse(id);
            JobState job = journal.jobs().get(request);
            assertThat(job).as("the job of %s", id).isNotNull();
            outcomes.merge(job.phase(), 1, Integer::sum);
            int verified = journal.verifications().getOrDefault(request, 0);
            if (altered.contains(id)) {
                assertThat(verified)
                        .as("how often the altered answer %s was verified", id)
                        .isZero();
                assertThat(job.phase()).isIn(JobPhase.REJECTED, JobPhase.EXPIRED);
            } else {
                assertThat(verified)
                        .as("how often %s was verified, which is %s: %s", id, job.phase(), job.reason())
                        .isEqualTo(job.phase() == JobPhase.EXPIRED ? 0 : 1);
            }
        }
        assertThat(journal.jobs()).hasSize(sent.size());
        Map<String, ProofRef> openings = new HashMap<>();
        Set<String> roots = new HashSet<>();
        for (ProofRef proof : journal.proofs()) {
            String opening = proof.model() + "/" + proof.epoch() + "/" + proof.opening();
            assertThat(openings.put(opening, proof))
                    .as("another proof of opening %s", opening)
                    .isNull();
            assertThat(roots.add(root(blobs, proof)))
                    .as("a witness root of its own")
                    .isTrue();
        }
        System.out.println(
                "requests " + sent.size() + ", altered " + altered.size() + ", kills " + kills + ", outcomes "
                        + outcomes + ", attempts " + journal.attempts() + ", proofs "
                        + journal.proofs().size() + " with as many openings and witness roots, files accepted " + files
                        + ", seed " + SEED);
    }

    private static String root(Path blobs, ProofRef proof) throws Exception {
        String id = proof.proof().toHex();
        byte[] file = Files.readAllBytes(
                blobs.resolve(id.substring(0, 2)).resolve(id.substring(2, 4)).resolve(id));
        return Bytes.wrap(Arrays.copyOfRange(file, ROOT_AT, ROOT_AT + ROOT_BYTES))
                .toHex();
    }
}
