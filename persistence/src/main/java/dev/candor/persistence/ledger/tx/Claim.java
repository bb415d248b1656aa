package dev.candor.persistence.ledger.tx;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.ledger.state.ModelEntry;
import dev.candor.persistence.ledger.state.NodeEntry;
import java.util.Optional;

/** What evidence is brought for, with all of the state that a verifier may look at. */
public sealed interface Claim {
    /** The words of a refusal. */
    String described();

    /**
     * That a root commits to a model's weights.
     *
     * @param model content id
     * @param entry the model as it stands; the new commitment begins a line, or follows the last one of a line
     * @param epoch of the new commitment
     * @param root of the new commitment
     * @param proofs how many proofs it allows
     */
    record WeightsCommitted(Digest model, ModelEntry entry, long epoch, Digest root, int proofs) implements Claim {
        @Override
        public String described() {
            return "the commitment of epoch " + epoch + " to model " + model;
        }
    }

    /**
     * That the answer of a receipt is the model's.
     *
     * @param receipt as it was committed
     * @param model its model, if that is registered
     * @param executor who signed it
     */
    record AnswerRight(Receipt receipt, Optional<ModelEntry> model, NodeEntry executor) implements Claim {
        @Override
        public String described() {
            return "the answer " + receipt.leaf().id();
        }
    }

    /**
     * That the answer of a receipt is not the model's.
     *
     * @param receipt as it was committed
     * @param model its model, if that is registered
     */
    record AnswerWrong(Receipt receipt, Optional<ModelEntry> model) implements Claim {
        @Override
        public String described() {
            return "the error in the answer " + receipt.leaf().id();
        }
    }
}
