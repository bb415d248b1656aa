package dev.candor.persistence.ledger.stats;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Digest;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;

/** Figures in memory, for a replay. Not thread-safe. */
public final class MemoryFigures implements FigureStore {
    private final Map<Figure, Long> figures = new HashMap<>();
    private final Map<Digest, Waiting> waiting = new HashMap<>();

    private record Waiting(VerificationMode mode, long answeredAt) {}

    /** None yet. */
    public MemoryFigures() {}

    @Override
    public void add(Figure figure, long amount) {
        figures.merge(figure, amount, Math::addExact);
    }

    @Override
    public void open(Digest receipt, VerificationMode mode, long answeredAt) {
        waiting.put(receipt, new Waiting(mode, answeredAt));
    }

    @Override
    public OptionalLong close(Digest receipt) {
        Waiting known = waiting.remove(receipt);
        return known == null ? OptionalLong.empty() : OptionalLong.of(known.answeredAt());
    }

    @Override
    public void figures(ObjLongConsumer<Figure> each) {
        figures.forEach(each::accept);
    }

    @Override
    public void waiting(BiConsumer<VerificationMode, Long> each) {
        waiting.values().forEach(one -> each.accept(one.mode(), one.answeredAt()));
    }
}
