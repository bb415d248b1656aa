package dev.candor.persistence.ledger.consensus;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.block.Block;
import dev.candor.persistence.ledger.vote.ValidatorSet;
import java.util.Optional;

/** What happens to a validator. */
public sealed interface Event {
    /** There is something for a block: the next one is due. Said again after each block for as long as it is so. */
    record WorkArrived() implements Event {}

    /**
     * A message came.
     *
     * @param from public key of the peer, as its connection proved it
     * @param message as it came
     */
    record Received(Bytes from, Message message) implements Event {}

    /**
     * The answer to {@link Effect.Build}.
     *
     * @param height asked for
     * @param round asked for
     * @param block valid by construction
     * @param next who certifies the block after it
     */
    record Built(long height, int round, Block block, ValidatorSet next) implements Event {}

    /**
     * The answer to {@link Effect.Check}.
     *
     * @param block hash of the block
     * @param certified as it was asked
     * @param next who certifies the block after it; empty where the block is not valid
     */
    record Checked(Digest block, boolean certified, Optional<ValidatorSet> next) implements Event {}

    /**
     * The answer to {@link Effect.StartTimer}.
     *
     * @param height of the timer
     * @param round of the timer
     */
    record TimedOut(long height, int round) implements Event {}
}
