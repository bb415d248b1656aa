package dev.candor.proving.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.constraint.Check;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.ToyField;
import dev.candor.proving.format.LineageFile;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.network.Architecture.Input;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Layer.Add;
import dev.candor.proving.network.Layer.Conv2d;
import dev.candor.proving.network.Layer.Dense;
import dev.candor.proving.network.Layer.Flatten;
import dev.candor.proving.network.Layer.MaxPool2d;
import dev.candor.proving.network.Layer.Relu;
import dev.candor.proving.network.Layer.Requantise;
import dev.candor.proving.network.Layer.SumPool2d;
import dev.candor.proving.network.Networks;
import dev.candor.proving.network.Node;
import dev.candor.proving.network.Range;
import dev.candor.proving.network.Shape;
import dev.candor.proving.network.TokenLayer.Embedding;
import dev.candor.proving.network.Window;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelOwner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verifier in Python, which was written from the protocol's page, has the same verdicts. */
final class SecondVerifierTest {

    private static final CodeParameters SMALL = CodeParameters.forOpenings(128, 2048, 3, 4);
    private static final Range BYTE = new Range(-128, 127);
    private static final Requantise CLAMP = new Requantise(1, 1, -127, 127);
    private static final Requantise RELU = new Requantise(3, 1, 0, 100);

    @TempDir
    private Path folder;

    private static List<IntegerNetwork> networks(Random random) {
        return List.of(
                Networks.random(
                        new Input(Shape.of(20), BYTE, 1),
                        Networks.chain(new Dense(20, 7), RELU, new Dense(7, 3), CLAMP, new Relu()),
                        random),
                Networks.random(new Input(Shape.of(5), BYTE, 1), Networks.chain(new Dense(5, 1)), random),
                Networks.random(
                        new Input(Shape.of(3, 6), BYTE, 1),
                        Networks.chain(new Dense(6, 5), CLAMP, new Dense(5, 2), CLAMP),
                        random),
                Networks.random(
                        new Input(Shape.of(2, 9, 8), BYTE, 1),
                        Networks.chain(
                                new Conv2d(2, 3, Window.square(3, 1, 1)),
                                RELU,
                                new MaxPool2d(Window.square(2, 2)),
                                new Conv2d(3, 2, new Window(2, 3, 2, 1, 1, 0)),
                                CLAMP,
                                new SumPool2d(Window.square(2, 1)),
                                new Flatten(),
                                new Dense(4, 3)),
                        random),
                Networks.random(
                        new Input(Shape.of(6), BYTE, 1),
                        List.of(
                                new Node(new Dense(6, 6), List.of(0)),
                                new Node(CLAMP, List.of(1)),
                                new Node(new Dense(6, 6), List.of(2)),
                                new Node(new Add(1, 0), List.of(1, 3)),
                                new Node(new Requantise(3, 1, -127, 127), List.of(4)),
                                new Node(new Relu(), List.of(5))),
                        random),
                Networks.everyTokenLayer(random, List.of(new Dense(8, 2))));
    }

    @Test
    void acceptsHonestProofsOfEveryLayerAndNoneThatIsChanged() throws IOException, InterruptedException {
        Random random = new Random(1);
        List<Path> cases = new ArrayList<>();
        int samples = 1;
        for (IntegerNetwork network : networks(random)) {
            ModelOwner owner = ModelOwner.commit(Goldilocks.INSTANCE, network, SMALL, SecureRandomness::create);
            ModelOwner.Successor next = owner.rollOver(1);
            Lineage lineage = new Lineage(owner.commitment(), owner.register(), List.of(next.step()));
            // Tokens are public: an embedding of hidden ones has no proof.
            boolean hidden = cases.size() % 2 == 1
                    && network.architecture().nodes().stream().noneMatch(node -> node.layer() instanceof Embedding);
            Executions e = new Executions(next.owner(), samples, Networks.input(network, samples, random), hidden);
            cases.add(write(
                    "honest-" + cases.size(),
                    Cases.model(owner.commitment()),
                    Cases.lineage(lineage),
                    Cases.execution(1, 1, samples, e.execution, ProofFile.encode(e.prove()))));
            samples = samples % 9 + 2;
        }
        List<String> files = cases.stream().map(Path::toString).toList();
        python("verifier-py/verify.py", files);
        python("verifier-py/mutants.py", List.of("24", files.getFirst(), files.getLast()));
    }

    @Test
    void computesTheSameByListsAndByNumpy() throws IOException, InterruptedException {
        python("verifier-py/check_bulk.py", List.of());
    }

    @Test
    void readsTheFilesThatTheProverWrites() throws Exception {
        Random random = new Random(2);
        IntegerNetwork network = networks(random).getFirst();
        ModelOwner owner = ModelOwner.commit(Goldilocks.INSTANCE, network, SMALL, SecureRandomness::create);
        ModelOwner.Successor next = owner.rollOver(1);
        Lineage lineage = new Lineage(owner.commitment(), owner.register(), List.of(next.step()));
        Path lineageFile = Files.write(folder.resolve("lineage.bin"), LineageFile.encode(lineage));
        List<String> arguments = new ArrayList<>(
                List.of("--model", owner.commitment().id().toString(), "--lineage", lineageFile.toString()));
        for (boolean hidden : new boolean[] {false, true}) {
            Executions e = new Executions(next.owner(), 3, Networks.input(network, 3, random), hidden);
            long opening = e.statement.opening();
            Path file = Files.write(
                    folder.resolve(hidden + ".statement"),
                    new StatementFile(owner.commitment().id(), 1, opening, 3, e.execution).encode());
            Files.write(folder.resolve(hidden + ".proof"), ProofFile.encode(e.prove()));
            List<String> one = new ArrayList<>(arguments);
            one.add(file.toString());
            python("verifier-py/verify_files.py", one);
            one.add(file.toString());
            assertThat(exitOf("verifier-py/verify_files.py", one))
                    .as("the same opening twice")
                    .isEqualTo(1);
        }
    }

    @Test
    void eachOfItsChecksStopsAnAttackThatNothingElseStops() throws Exception {
        List<String> arguments = new ArrayList<>();
        for (Check check : EnumSet.complementOf(EnumSet.of(Check.LOOKUP_NONZERO))) {
            arguments.add(attack(check));
        }
        for (RemovedCheckTest.More more : RemovedCheckTest.More.values()) {
            EnumSet<Check> without = EnumSet.complementOf(EnumSet.of(more.check));
            arguments.add(attack(more.check.name(), more.name(), () -> more.accepted(without)));
        }
        for (Rule rule : EnumSet.complementOf(EnumSet.of(Rule.RHO_IN_EXTENSION))) {
            arguments.add(attack(rule));
        }
        python("verifier-py/removed_checks.py", arguments);
    }

    /** Two attacks need luck, which a small field has. */
    @Test
    void soDoesEachOverAToyField() throws Exception {
        ToyField checked = new ToyField(LookupAttacks.TOY_PRIME);
        ToyField ruled = new ToyField(RuleAttacks.TOY_PRIME);
        python("verifier-py/removed_checks.py", toy(checked, attack(Check.LOOKUP_NONZERO)));
        python("verifier-py/removed_checks.py", toy(ruled, attack(Rule.RHO_IN_EXTENSION)));
    }

    private static List<String> toy(ToyField field, String attack) {
        return List.of("--field", Long.toString(field.modulus()), Long.toString(field.generator()), attack);
    }

    private String attack(Check check) throws Exception {
        return attack(
                check.name(),
                check.name(),
                () -> RemovedCheckTest.accepted(check, EnumSet.complementOf(EnumSet.of(check))));
    }

    private String attack(Rule rule) throws Exception {
        return attack(
                rule.name(), rule.name(), () -> RemovedRuleTest.accepted(rule, EnumSet.complementOf(EnumSet.of(rule))));
    }

    /** An attack that gets through, with the file of what it shows. */
    private String attack(String removed, String name, Callable<Boolean> accepted) throws Exception {
        AttackCases.writeTo(Files.createDirectory(folder.resolve(name)));
        try {
            assertThat(accepted.call()).isTrue();
            return removed + "=" + AttackCases.written().getLast();
        } finally {
            AttackCases.writeTo(null);
        }
    }

    private Path write(String name, String... members) throws IOException {
        return Files.writeString(folder.resolve(name + ".json"), Cases.object(List.of(members)));
    }

    private static void python(String script, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", script));
        command.addAll(arguments);
        Process python = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(python.exitValue()).as(output).isZero();
    }

    private static int exitOf(String script, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", script));
        command.addAll(arguments);
        Process python = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(python.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return python.exitValue();
    }
}
