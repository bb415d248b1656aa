package dev.candor.proving.prover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.execution.WarmUp;
import dev.candor.proving.field.Field;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.Networks;
import dev.candor.proving.parallel.Workers;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.randomness.SecureRandomness;
import dev.candor.proving.verifier.Executions;
import java.time.Duration;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proofs by several threads. */
final class WorkersProofTest {

    private static final int SAMPLES = 40;

    private static Executions execution() {
        Random random = new Random(11);
        IntegerNetwork network = Networks.everyLayer(random);
        return new Executions(
                network,
                SAMPLES,
                Networks.input(network, SAMPLES, random),
                CodeParameters.forOpenings(256, 4096, 4, 10));
    }

    private static Proof prove(Executions execution, Supplier<Randomness> sources, Workers workers) {
        return new Prover<>(execution.plan, execution.circuit.circuit(), workers)
                .prove(execution.statement, execution.known, execution.witness, execution.witness::cells, sources);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void verifiesWhatAnyNumberOfThreadsProves(int threads) {
        Executions execution = execution();
        try (Workers workers = Workers.of(threads)) {
            Proof proof = prove(execution, SecureRandomness::create, workers);
            assertThat(execution.verifier().verify(execution.statement, proof)).isNull();
        }
    }

    @Test
    void warmsUpByProofs() {
        try (Workers workers = Workers.of(2)) {
            assertThat(WarmUp.run(workers, Duration.ZERO)).isEqualTo(1);
        }
    }

    @Test
    void noSecretIsDrawnTwiceAcrossWorkersAndAttempts() {
        Drawn drawn = new Drawn(SecureRandomness::create);
        proveTwice(drawn);
        assertThat(drawn.repeated).isEmpty();
        assertThat(drawn.shared).isEmpty();
    }

    /** The mutant: sources that are copies of one another, as after a task was copied to a worker with its randomness. */
    @Test
    void seesCopiedSources() {
        Drawn drawn = new Drawn(() -> new Copied(new Random(3)));
        proveTwice(drawn);
        assertThat(drawn.repeated).isNotEmpty();
    }

    /** The mutant: one source for all tasks. */
    @Test
    void seesASharedSource() {
        Randomness one = SecureRandomness.create();
        Drawn drawn = new Drawn(() -> one);
        Randomness same = drawn.get();
        prove(execution(), () -> same, Workers.ONE);
        assertThat(drawn.shared).contains(Purpose.PAD);
    }

    private static void proveTwice(Drawn drawn) {
        Executions execution = execution();
        try (Workers workers = Workers.of(3)) {
            prove(execution, drawn, workers);
            prove(execution, drawn, workers);
        }
    }

    /** Sources that note whatever comes out of two of them, and which of them serve more than one task. */
    private static final class Drawn implements Supplier<Randomness> {

        private final Supplier<Randomness> inner;
        private final Set<Long> seen = ConcurrentHashMap.newKeySet();
        private final Queue<Purpose> repeated = new ConcurrentLinkedQueue<>();
        private final Queue<Purpose> shared = new ConcurrentLinkedQueue<>();

        Drawn(Supplier<Randomness> inner) {
            this.inner = inner;
        }

        @Override
        public Randomness get() {
            Randomness source = inner.get();
            return new Randomness() {
                private int pads;

                @Override
                public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
                    source.elements(purpose, field, out, at, length);
                    // Pads are two vectors, one for each coordinate.
                    if (purpose == Purpose.PAD && ++pads > 2) {
                        shared.add(purpose);
                    }
                    for (int i = at; i < at + length; i++) {
                        if (!seen.add(out[i])) {
                            repeated.add(purpose);
                        }
                    }
                }

                @Override
                public void bytes(Purpose purpose, byte[] out, int at, int length) {
                    source.bytes(purpose, out, at, length);
                }
            };
        }
    }

    private record Copied(Random random) implements Randomness {
        @Override
        public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
            for (int i = at; i < at + length; i++) {
                out[i] = random.nextLong() >>> 1;
            }
        }

        @Override
        public void bytes(Purpose purpose, byte[] out, int at, int length) {
            for (int i = at; i < at + length; i++) {
                out[i] = (byte) random.nextInt();
            }
        }
    }
}
