package dev.candor.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.network.Architecture;
import dev.candor.proving.network.ByteTensor;
import dev.candor.proving.network.IntTensor;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.NetworkFolder;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Parameters;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.proving.network.Shape;
import dev.candor.proving.quantise.InputCodec;
import dev.candor.proving.quantise.SampleFile;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Committing, proving and verifying, from files to files. */
final class ProofCommandsTest {
    private static final Path MODELS = Path.of("../models");
    private static final Path IMAGES = MODELS.resolve("digits-test-images.idx3-ubyte.gz");
    private static final String ELSEWHERE = "ab".repeat(32);

    @TempDir
    Path folder;

    private static Terminal run(Object... arguments) {
        return Terminal.run(new Candor(), arguments);
    }

    private static JsonNode json(Object... arguments) {
        Terminal done = run(arguments);
        assertThat(done.err()).isEmpty();
        assertThat(done.code()).isZero();
        return done.json();
    }

    /** A network of two inputs and one output. */
    private static IntegerNetwork small() {
        Architecture architecture = new Architecture(
                new Architecture.Input(Shape.of(2), new Range(-9, 9), 0.5),
                0.25,
                List.of(
                        new Node(new Dense(2, 2), List.of(0)),
                        new Node(new Requantise(1, 1, 0, 127), List.of(1)),
                        new Node(new Dense(2, 1), List.of(2))));
        Parameters.Entry first =
                new Parameters.Entry(ByteTensor.copyOf(new byte[] {3, -4, 5, 6}), IntTensor.copyOf(new int[] {1, 2}));
        Parameters.Entry last =
                new Parameters.Entry(ByteTensor.copyOf(new byte[] {7, -8}), IntTensor.copyOf(new int[] {9}));
        return new IntegerNetwork(architecture, new Parameters(List.of(first, Parameters.Entry.NONE, last)));
    }

    private Path compiled(String name) throws IOException {
        Path model = folder.resolve(name);
        NetworkFolder.write(model, small());
        return model;
    }

    /** Three samples of two numbers, in IDX format. */
    private Path samples() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 8 + 6 * Double.BYTES);
        bytes.putInt(0x00000e02).putInt(3).putInt(2);
        for (double number : new double[] {1, -2, 0.5, 0, 3.5, 4}) {
            bytes.putDouble(number);
        }
        return Files.write(folder.resolve("samples.idx"), bytes.array());
    }

    private String commit(Path model, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("model", "commit", model, "--openings", 4, "--json"));
        arguments.addAll(Arrays.asList(more));
        return json(arguments.toArray()).path("model").asText();
    }

    private static Path lineage(Path model) {
        return model.resolve("lineage.bin");
    }

    @Test
    void goesTheWholeWayInFilesForThePerceptron() throws Exception {
        Path model = folder.resolve("mlp");
        json(
                "model",
                "compile",
                MODELS.resolve("mnist-mlp.pt"),
                "--input-shape",
                784,
                "--samples",
                IMAGES,
                "--out",
                model,
                "--json");
        JsonNode committed = json("model", "commit", model, "--openings", 5, "--json");
        String id = committed.path("model").asText();
        assertThat(committed.path("left").asInt()).isEqualTo(2);
        assertThat(committed.path("files")).hasSize(3);

        Path out = folder.resolve("proofs/first");
        JsonNode proven = json("prove", model, "--input", IMAGES, "--count", 32, "--out", out, "--json");
        assertThat(proven.path("left").asInt()).isEqualTo(1);
        IntegerNetwork network = NetworkFolder.read(model);
        long[] input = SampleFile.read(Files.readAllBytes(IMAGES), 784).subList(0, 32).stream()
                .flatMapToLong(image ->
                        Arrays.stream(InputCodec.encode(network.architecture().input(), image)))
                .toArray();
        long[] expected = ReferenceExecution.run(network, 32, input).output();
        assertThat(integers(proven.path("outputs"))).isEqualTo(expected);

        Path hidden = folder.resolve("proofs/hidden");
        json("prove", model, "--input", IMAGES, "--first", 40, "--count", 3, "--private", "--out", hidden, "--json");
        Path old = Files.copy(lineage(model), folder.resolve("old-lineage.bin"));
        JsonNode rolled = json("model", "commit", model, "--roll-over", "--json");
        assertThat(rolled.path("model").asText()).isEqualTo(id);
        assertThat(rolled.path("epoch").asInt()).isEqualTo(1);
        Path later = folder.resolve("proofs/later");
        json(
                "prove",
                model,
                "--input",
                IMAGES,
                "--first",
                9,
                "--count",
                1,
                "--request",
                ELSEWHERE,
                "--out",
                later,
                "--json");

        JsonNode verdicts = json(
                "verify",
                "--model",
                id,
                "--lineage",
                lineage(model),
                out + ".statement",
                hidden + ".statement",
                later + ".statement",
                "--json");
        assertThat(verdicts.path("ok").asBoolean()).isTrue();
        assertThat(verdicts.path("linked_by").asText()).isEqualTo("lineage");
        assertThat(verdicts.path("epochs").asInt()).isEqualTo(2);
        assertThat(integers(verdicts.path("proofs").get(0).path("outputs"))).isEqualTo(expected);
        assertThat(verdicts.path("proofs").get(1).path("private").asBoolean()).isTrue();
        assertThat(verdicts.path("proofs").get(2).path("requests").get(0).asText())
                .isEqualTo(ELSEWHERE);

        Terminal inputs = run(
                "verify",
                "--model",
                id,
                "--lineage",
                lineage(model),
                out + ".statement",
                "--input",
                IMAGES,
                "--descriptor",
                model.resolve("descriptor.bin"));
        assertThat(inputs.code()).isZero();
        assertThat(inputs.out())
                .contains("valid, linked by the lineage; 32 samples, public inputs, epoch 0, opening 1");
        assertThat(run(
                                "verify",
                                "--model",
                                id,
                                "--lineage",
                                lineage(model),
                                out + ".statement",
                                "--input",
                                IMAGES,
                                "--first",
                                1)
                        .out())
                .contains("REFUSED (INPUT) Its inputs are not the samples 1 to 32");
        assertThat(run("verify", "--model", id, "--lineage", old, later + ".statement")
                        .out())
                .contains("REFUSED (LINEAGE) Epoch 1 is not linked to the model");

        JsonNode inspected = json("proof", "inspect", "--lineage", lineage(model), out + ".statement", "--json");
        assertThat(inspected.path("enough").asBoolean()).isTrue();
        assertThat(inspected.path("execution").path("summary").asText()).contains("bits proven + 10 bits work");
        assertThat(inspected.path("bytes").get(5).path("bytes").asLong())
                .isEqualTo(Files.size(Path.of(out + ".proof")));
    }

    private static long[] integers(JsonNode lists) {
        List<Long> all = new ArrayList<>();
        lists.forEach(list -> list.forEach(number -> all.add(number.asLong())));
        return all.stream().mapToLong(Long::longValue).toArray();
    }

    @Test
    void refusesPastTheBudgetAndGoesOnAfterARollOver() throws Exception {
        Path model = compiled("small");
        String id = commit(model);
        Path samples = samples();
        json("prove", model, "--input", samples, "--out", folder.resolve("a"), "--json");
        Terminal refused = run("prove", model, "--input", samples, "--out", folder.resolve("b"));
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("All openings of this epoch are used up")
                .contains("candor model commit " + model + " --roll-over");
        assertThat(folder.resolve("b.proof")).doesNotExist();

        Terminal rolled = run("model", "commit", model, "--roll-over");
        assertThat(rolled.code()).isZero();
        assertThat(rolled.err()).contains("committing to the parameters again, as epoch 1", "verifying the lineage");
        assertThat(rolled.out()).contains("model       " + id, "left        1 proofs");
        Terminal proven = run("prove", model, "--input", samples, "--out", folder.resolve("b"));
        assertThat(proven.code()).isZero();
        assertThat(proven.err()).contains("proving 3 samples in epoch 1", "verifying the proof");
        assertThat(run("verify", "--model", id, "--lineage", lineage(model), folder.resolve("b.statement"))
                        .code())
                .isZero();
    }

    @Test
    void refusesWhatIsNotLinkedToTheModelOrNotProven() throws Exception {
        Path model = compiled("small");
        String id = commit(model);
        Path other = compiled("other");
        String otherId = commit(other);
        assertThat(otherId).isNotEqualTo(id);
        Path samples = samples();
        json("prove", model, "--input", samples, "--out", folder.resolve("a"), "--json");
        json("prove", other, "--input", samples, "--out", folder.resolve("b"), "--json");

        assertRefused("unlinked: The lineage is that of the model " + id, otherId, lineage(model), "a");
        assertRefused("REFUSED (LINEAGE) It is a claim about the model " + otherId, id, lineage(model), "b");
        JsonNode unlinked = run(
                        "verify",
                        "--model",
                        otherId,
                        "--lineage",
                        lineage(model),
                        folder.resolve("a.statement"),
                        "--json")
                .json();
        assertThat(unlinked.path("ok").asBoolean()).isFalse();
        assertThat(unlinked.path("check").asText()).isEqualTo("LINEAGE");

        Files.copy(folder.resolve("b.proof"), folder.resolve("swapped.proof"));
        Files.copy(folder.resolve("a.statement"), folder.resolve("swapped.statement"));
        assertRefused("REFUSED (", id, lineage(model), "swapped");

        byte[] statement = Files.readAllBytes(folder.resolve("a.statement"));
        // Behind the magic, the version, the id, epoch, opening and samples: the kind, a count, six inputs, a count,
        // the first output.
        int output = 17 + 2 + 32 + 8 + 8 + 4 + 1 + 4 + 6 * 8 + 4 + 7;
        statement[output]++;
        Files.write(folder.resolve("lie.statement"), statement);
        Files.copy(folder.resolve("a.proof"), folder.resolve("lie.proof"));
        assertRefused("REFUSED (", id, lineage(model), "lie");

        Files.write(folder.resolve("cut.statement"), Arrays.copyOf(statement, 60));
        assertRefused("REFUSED (MALFORMED)", id, lineage(model), "cut");
        Files.write(folder.resolve("alone.statement"), statement);
        assertRefused("there is no file", id, lineage(model), "alone");
        assertRefused("is no lineage", id, folder.resolve("a.proof"), "a");

        assertThat(run(
                                "verify",
                                "--model",
                                id,
                                "--lineage",
                                lineage(model),
                                "--descriptor",
                                samples,
                                folder.resolve("a.statement"))
                        .err())
                .contains("is not the descriptor");
    }

    private void assertRefused(String sentence, String id, Path lineage, String name) {
        Terminal refused = run("verify", "--model", id, "--lineage", lineage, folder.resolve(name + ".statement"));
        assertThat(refused.out() + refused.err()).contains(sentence);
        assertThat(refused.code()).isEqualTo(1);
    }

    @Test
    void refusesParametersBelowAHundredBitsByPolicy() throws Exception {
        CodeParameters few = new CodeParameters(64, 200, 2048, 20, 4);
        ModelOwner owner = ModelOwner.commit(Goldilocks.INSTANCE, small(), few, SecureRandomness::create);
        Path weak = Files.write(
                folder.resolve("weak.bin"),
                LineageFile.encode(new Lineage(owner.commitment(), owner.register(), List.of())));
        Terminal inspected = run("proof", "inspect", "--lineage", weak);
        assertThat(inspected.code()).isEqualTo(1);
        assertThat(inspected.out()).contains("bits proven + 4 bits work (weakest round: columns)");
        assertThat(inspected.err()).contains("less than 100 bits and are refused");
        assertThat(run("proof", "inspect", "--lineage", weak, "--json")
                        .json()
                        .path("enough")
                        .asBoolean())
                .isFalse();
        Terminal verified = run("verify", "--model", owner.commitment().id(), "--lineage", weak, weak);
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.err()).contains("do not reach 100 bits");
    }

    @Test
    void saysWhatToDoNext() throws Exception {
        Path model = compiled("small");
        Path samples = samples();
        assertThat(run("prove", model, "--input", samples, "--out", folder.resolve("a"))
                        .err())
                .contains("is not committed to yet; run: candor model commit");
        assertThat(run("model", "commit", model, "--roll-over").err()).contains("is not committed to yet");
        String id = commit(model);
        assertThat(run("model", "commit", model).err())
                .contains("committed to already, as the model " + id)
                .contains("--roll-over", "--anew");
        assertThat(commit(model, "--anew")).isNotEqualTo(id);
        assertThat(run("prove", model, "--input", samples, "--first", 2, "--count", 2, "--out", folder.resolve("a"))
                        .err())
                .contains("has 3 samples; there are none from 2 to 3");
        assertThat(run("prove", model, "--input", samples, "--request", ELSEWHERE, "--out", folder.resolve("a"))
                        .err())
                .contains("once for each of the 3 samples");

        Path copy = Files.createDirectory(folder.resolve("copy"));
        try (var files = Files.newDirectoryStream(model)) {
            for (Path file : files) {
                Files.copy(file, copy.resolve(file.getFileName()), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Terminal copied = run("prove", copy, "--input", samples, "--out", folder.resolve("a"));
        assertThat(copied.code()).isEqualTo(1);
        assertThat(copied.err())
                .contains("was copied, moved or restored")
                .contains("candor model commit " + copy + " --anew");
        assertThat(folder.resolve("a.proof")).doesNotExist();
    }

    @Test
    void refusesAWrongCommandLine() {
        assertThat(run("prove", "x", "--input", "y").code()).isEqualTo(2);
        assertThat(run("prove", "x", "--input", "y", "--out", "z", "--count", 0).code())
                .isEqualTo(2);
        assertThat(run("verify", "--model", "12", "--lineage", "x", "y").err()).contains("64 lower-case hexadecimal");
        assertThat(run("proof").code()).isEqualTo(2);
        assertThat(run("model", "commit", "x", "--openings", 3).err()).contains("from 4 to 1024");
        assertThat(run("model", "commit", "x", "--after-restart").code()).isEqualTo(2);
        assertThat(run("model", "commit", folder.resolve("none")).err()).contains("there is no file");
        assertThat(run("prove", "--help").out()).contains("PREFIX.statement");
    }
}
