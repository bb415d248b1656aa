package dev.candor.proving.epoch;

import dev.candor.proving.budget.BudgetException;
import dev.candor.proving.budget.OpeningBudget;
import dev.candor.proving.execution.ExecutionProver;
import dev.candor.proving.field.Field;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Networks;
import dev.candor.proving.randomness.Purpose;
import dev.candor.proving.randomness.Randomness;
import dev.candor.proving.randomness.SecureRandomness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A process that proves until it is killed or refused, and says on standard output what it does: {@code ProverProcess FOLDER BUDGET STOP}.
 * It halts, to be killed there, behind the line that begins with STOP.
 */
public final class ProverProcess {

    private final Path folder;
    private final String stop;

    private ProverProcess(Path folder, String stop) {
        this.folder = folder;
        this.stop = stop;
    }

    /** A budget that is told when an opening was used: the mutant counts only then. */
    private interface Counted extends OpeningBudget {
        void used(long opening) throws IOException;
    }

    public static void main(String[] arguments) throws Exception {
        ProverProcess process = new ProverProcess(Path.of(arguments[0]), arguments[2]);
        try (EpochFolder committed = EpochFolder.open(process.folder)) {
            if (process.stop.startsWith("step")) {
                committed.rollOver(step -> process.say("step " + step)).close();
                return;
            }
            process.prove(
                    committed,
                    arguments[1].equals("late") ? new Late(process.folder.resolve("late")) : new Honest(committed));
        }
    }

    private void say(String line) {
        System.out.println(line);
        System.out.flush();
        while (line.startsWith(stop)) {
            // Until the process is killed.
            Thread.onSpinWait();
        }
    }

    private void prove(EpochFolder committed, Counted budget) throws Exception {
        say("left " + budget.left());
        OpeningBudget announced = new OpeningBudget() {
            @Override
            public long next() throws BudgetException {
                long opening = budget.next();
                say("taken " + opening);
                return opening;
            }

            @Override
            public long left() {
                return budget.left();
            }
        };
        ExecutionProver prover = new ExecutionProver(
                committed.owner(), 1, false, announced, () -> new Announced(SecureRandomness.create()));
        while (true) {
            ExecutionProver.Proven proven;
            try {
                proven = prover.prove(Networks.input(committed.owner().network(), 1, new Random(1)), List.of());
            } catch (BudgetException e) {
                say("refused " + e.getMessage());
                return;
            }
            long opening = proven.claim().opening();
            say("proven " + opening);
            Path sent = folder.resolve("sent-" + opening);
            Files.write(
                    sent.resolveSibling(sent.getFileName() + ".statement"),
                    proven.claim().encode());
            Files.write(sent, ProofFile.encode(proven.proof()));
            say("sent " + opening);
            budget.used(opening);
        }
    }

    private record Honest(EpochFolder committed) implements Counted {
        @Override
        public long next() throws BudgetException {
            return committed.budget().next();
        }

        @Override
        public long left() {
            return committed.budget().left();
        }

        @Override
        public void used(long opening) {}
    }

    /** The mutant: the count is written after the use. */
    private record Late(Path file) implements Counted {
        private long count() {
            try {
                return Files.exists(file) ? Long.parseLong(Files.readString(file)) : 1;
            } catch (IOException e) {
                throw new IllegalStateException("The mutant's count cannot be read.", e);
            }
        }

        @Override
        public long next() {
            return count();
        }

        @Override
        public long left() {
            return Long.MAX_VALUE - count();
        }

        @Override
        public void used(long opening) throws IOException {
            Files.writeString(file, Long.toString(opening + 1));
        }
    }

    /** Says a digest of the pads that are drawn. */
    private final class Announced implements Randomness {

        private final Randomness inner;

        Announced(Randomness inner) {
            this.inner = inner;
        }

        @Override
        public void elements(Purpose purpose, Field field, long[] out, int at, int length) {
            inner.elements(purpose, field, out, at, length);
            if (purpose == Purpose.PAD && length > 0) {
                ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES * length);
                bytes.asLongBuffer().put(Arrays.copyOfRange(out, at, at + length));
                say("pads " + Digest.sha256(bytes.array()));
            }
        }

        @Override
        public void bytes(Purpose purpose, byte[] out, int at, int length) {
            inner.bytes(purpose, out, at, length);
        }
    }
}
