package dev.candor.persistence.ledger.validator;

import dev.candor.persistence.ledger.Ledger;
import dev.candor.persistence.ledger.block.Block;
import java.util.List;

/** Is told what a validator does, for metrics. Called by the validator's thread; must not block. Thread-safe. */
public interface ValidatorMeter {
    /** Tells nobody. */
    ValidatorMeter NONE = new ValidatorMeter() {
        @Override
        public void decided(Block block, int round, long nanos) {}

        @Override
        public void roundChanged(long height, int round) {}

        @Override
        public void pending(int transactions, long events) {}

        @Override
        public void dropped(List<Ledger.Dropped> dropped) {}
    };

    /**
     * A block is final.
     *
     * @param round in which it was
     * @param nanos since the block before it, or since there was work for it where that came later
     */
    void decided(Block block, int round, long nanos);

    /** A round of a height began because the one before it brought no block. */
    void roundChanged(long height, int round);

    /**
     * What waits for a block, as of now.
     *
     * @param transactions handed in here
     * @param events of partitions that came here
     */
    void pending(int transactions, long events);

    /** What this validator could not take into the block that it built. */
    void dropped(List<Ledger.Dropped> dropped);
}
