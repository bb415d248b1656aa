package dev.candor.persistence.ledger.stats;

import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.value.Digest;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;

/** Keeps figures. A block's changes are kept all or not at all. */
public interface FigureStore {
    /** Adds to a figure, which is 0 where it is not there. */
    void add(Figure figure, long amount);

    /** A receipt waits for its proof or attestation. */
    void open(Digest receipt, VerificationMode mode, long answeredAt);

    /** A receipt waits no longer; when it was answered, where it did wait. */
    OptionalLong close(Digest receipt);

    /** All figures, in no order. */
    void figures(ObjLongConsumer<Figure> each);

    /** All receipts that wait: the mode asked for and when they were answered, in no order. */
    void waiting(BiConsumer<VerificationMode, Long> each);
}
