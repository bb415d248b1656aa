package dev.candor.multijvmtests.mutants;

import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.routing.CommitSink;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Commits other numbers than the model gave, every fiftieth time in the mode zkml. Thread-safe. */
final class AlteredAnswers implements CommitSink {
    private static final int EVERY = 50;
    private static final int FIRST = 7;

    private final CommitSink behind;
    private final AtomicInteger seen = new AtomicInteger();

    AlteredAnswers(CommitSink behind) {
        this.behind = behind;
    }

    @Override
    public int keylessPartition() {
        return behind.keylessPartition();
    }

    @Override
    public void commit(int partition, List<Commitment> entries) {
        behind.commit(partition, entries.stream().map(this::perhaps).toList());
    }

    private Commitment perhaps(Commitment entry) {
        boolean proven = Receipt.parse(entry.answer().receipt()).leaf().requested() == VerificationMode.ZKML;
        return proven && seen.getAndIncrement() % EVERY == FIRST ? altered(entry) : entry;
    }

    /** The first number is another whole one. */
    private static Commitment altered(Commitment entry) {
        Answer answer = entry.answer();
        Tensor right = answer.outputs().getFirst();
        int size = right.datatype().size();
        byte[] changed = right.data().toArray();
        byte[] second = java.util.Arrays.copyOfRange(changed, size, 2 * size);
        boolean same = java.util.Arrays.equals(second, java.util.Arrays.copyOf(changed, size));
        System.arraycopy(same ? new byte[size] : second, 0, changed, 0, size);
        Tensor wrong = new Tensor(right.name(), right.datatype(), right.shape(), Bytes.wrap(changed));
        return new Commitment(
                entry.uuid(),
                entry.identity(),
                new Answer(answer.id(), answer.model(), List.of(wrong), answer.salt(), answer.receipt()),
                entry.timings(),
                entry.deadline(),
                entry.replyTo());
    }
}
