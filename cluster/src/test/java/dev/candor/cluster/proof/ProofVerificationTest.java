package dev.candor.cluster.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.blob.FolderBlobStore;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.TorchScriptEmitter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a prover brings is judged from its files alone, and everything that is not a proof of what was answered is refused. */
final class ProofVerificationTest {
    private static final IntegerNetwork NETWORK = TinyNetwork.of(2);
    private static final ProverSettings SETTINGS =
            new ProverSettings(1, 8, 4, 10, 1, Duration.ofSeconds(1), Duration.ofMinutes(1), false);
    private static final Random RANDOM = new Random(3);

    @TempDir
    static Path folder;

    private static FolderBlobStore blobs;
    private static BlobFiles files;
    private static ExactModels models;
    private static ProverBench bench;
    private static ModelRef model;
    private static int numbers;

    @BeforeAll
    static void open() throws IOException {
        blobs = new FolderBlobStore(folder.resolve("blobs"), InstantSource.system());
        files = new BlobFiles(blobs);
        models = new ExactModels(blobs);
        model = registered(NETWORK);
        bench = bench(folder.resolve("prover"));
    }

    @AfterAll
    static void close() {
        bench.close();
    }

    private static ProverBench bench(Path place) {
        return new ProverBench("prover", place, SETTINGS, models, blobs);
    }

    private static ModelRef registered(IntegerNetwork network) throws IOException {
        Digest content = files.put(TorchScriptEmitter.emit(network).file());
        return new ModelRef("tiny", new ModelVersion(1, 0), content);
    }

    private static Digest digest(String text) {
        return Digest.sha256(Bytes.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A job for an answer of the network, plus {@code error}. */
    private static ProofJob job(ModelRef of, long error) throws IOException {
        int number = numbers++;
        long[] input = RANDOM.longs(TinyNetwork.INPUTS, -127, 128).toArray();
        long[] output = ReferenceExecution.run(NETWORK, 1, input).output();
        output[0] += error;
        Tensor x = WholeTensors.tensor(new TensorSpec("x", DataType.FP32, Shape.of(-1, TinyNetwork.INPUTS)), 1, input);
        Tensor y =
                WholeTensors.tensor(new TensorSpec("y", DataType.FP32, Shape.of(-1, TinyNetwork.OUTPUTS)), 1, output);
        KeptExchange exchange =
                new KeptExchange(Bytes.wrap(new byte[16]), "tiny", "", VerificationMode.ZKML, List.of(), x, y);
        return new ProofJob(
                new RequestId(0, new UUID(7, number)),
                digest("receipt " + number),
                digest("caller"),
                of,
                false,
                false,
                1,
                files.put(exchange.encode()),
                0,
                1_000_000);
    }

    private static List<JobState> states(List<ProofJob> jobs, ProofRef proof) {
        List<JobState> states = new ArrayList<>();
        for (ProofJob job : jobs) {
            states.add(new JobState(job, JobPhase.PROVED, 1, 1, states.size(), Optional.of(proof), "", 0));
        }
        return states;
    }

    private static ProofVerification judge() {
        return new ProofVerification(models, blobs, Runnable::run);
    }

    private static String judged(List<ProofJob> jobs, ProofRef proof) {
        return judge().check(states(jobs, proof), proof).toCompletableFuture().join();
    }

    private static ProofRef made(ProverBench by, List<ProofJob> jobs) {
        ProverBench.Outcome outcome = by.prove(jobs);
        assertThat(outcome).isInstanceOf(ProverBench.Outcome.Made.class);
        return ((ProverBench.Outcome.Made) outcome).proof();
    }

    private static ProofRef with(ProofRef proof, Digest statement, Digest file, Digest lineage, Digest id) {
        return new ProofRef(
                id,
                statement,
                file,
                lineage,
                proof.epoch(),
                proof.opening(),
                proof.bytes(),
                proof.millis(),
                proof.prover());
    }

    @Test
    void acceptsWhatWasAnswered() throws IOException {
        List<ProofJob> jobs = List.of(job(model, 0), job(model, 0));
        assertThat(judged(jobs, made(bench, jobs))).isEmpty();
    }

    @Test
    void refusesGarbageByName() throws IOException {
        List<ProofJob> jobs = List.of(job(model, 0));
        ProofRef proof = made(bench, jobs);
        byte[] noise = new byte[proof.bytes()];
        RANDOM.nextBytes(noise);
        assertThat(judged(jobs, with(proof, proof.statement(), files.put(noise), proof.lineage(), proof.model())))
                .isNotEmpty();
        byte[] turned = files.read(proof.proof());
        turned[turned.length / 2] ^= 1;
        assertThat(judged(jobs, with(proof, proof.statement(), files.put(turned), proof.lineage(), proof.model())))
                .isNotEmpty();
        assertThat(judged(jobs, with(proof, files.put(noise), proof.proof(), proof.lineage(), proof.model())))
                .isNotEmpty();
        assertThat(judged(jobs, with(proof, proof.statement(), proof.proof(), files.put(noise), proof.model())))
                .isNotEmpty();
    }

    @Test
    void refusesAProofOfAnotherRequest() throws IOException {
        List<ProofJob> jobs = List.of(job(model, 0));
        ProofRef proof = made(bench, jobs);
        assertThat(judged(List.of(job(model, 0)), proof)).contains("lists another request");
        assertThat(judged(List.of(jobs.getFirst(), job(model, 0)), proof)).contains("does not list");
    }

    @Test
    void refusesAnotherModelAndAnotherId() throws IOException {
        List<ProofJob> jobs = List.of(job(model, 0));
        ProofRef proof = made(bench, jobs);
        assertThat(judged(jobs, with(proof, proof.statement(), proof.proof(), proof.lineage(), digest("id"))))
                .contains("lineage is that of the model");
    }

    @Test
    void mayLookAtTheSameProofTwice() throws IOException {
        List<ProofJob> jobs = List.of(job(model, 0));
        ProofRef proof = made(bench, jobs);
        ProofVerification judge = judge();
        assertThat(judge.check(states(jobs, proof), proof).toCompletableFuture().join())
                .isEmpty();
        assertThat(judge.check(states(jobs, proof), proof).toCompletableFuture().join())
                .as("the same proof, looked at twice")
                .isEmpty();
    }

    @Test
    void doesNotProveAnAlteredAnswerAndSpendsNothingOnIt() throws IOException {
        List<ProofJob> jobs = List.of(job(model, 0), job(model, 1));
        assertThat(bench.prove(jobs)).isInstanceOf(ProverBench.Outcome.Contradiction.class);
        ProofRef none = new ProofRef(digest("id"), digest("s"), digest("p"), digest("l"), 0, 1, 1, 1, "prover");
        assertThat(judge().contradicted(states(jobs, none))
                        .toCompletableFuture()
                        .join())
                .containsExactly(jobs.get(1).id());
    }

    @Test
    void everyAttemptTakesAnotherOpening() throws IOException {
        List<ProofJob> jobs = List.of(job(model, 0));
        ProofRef one = made(bench, jobs);
        ProofRef other = made(bench, jobs);
        assertThat(List.of(one.model(), one.epoch(), one.opening()))
                .isNotEqualTo(List.of(other.model(), other.epoch(), other.opening()));
        assertThat(one.proof()).isNotEqualTo(other.proof());
    }

    @Test
    void aCopiedFolderIsNotProvenFrom() throws IOException {
        Path original = folder.resolve("original");
        List<ProofJob> jobs = List.of(job(model, 0));
        ProofRef before;
        try (ProverBench first = bench(original)) {
            before = made(first, jobs);
        }
        Path copy = folder.resolve("copy");
        try (Stream<Path> paths = Files.walk(original)) {
            for (Path each : paths.toList()) {
                Files.copy(each, copy.resolve(original.relativize(each).toString()));
            }
        }
        try (ProverBench second = bench(copy)) {
            ProofRef after = made(second, jobs);
            assertThat(after.model()).as("a commitment of its own").isNotEqualTo(before.model());
            assertThat(judged(jobs, after)).isEmpty();
        }
        try (ProverBench again = bench(original)) {
            assertThat(made(again, jobs).model()).as("the same commitment").isEqualTo(before.model());
        }
    }
}
