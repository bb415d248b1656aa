package dev.candor.proving.proof;

import dev.candor.proving.hash.Digest;
import java.util.List;

/**
 * What a proof is of.
 *
 * @param kind which circuit
 * @param descriptor the hash of the network's descriptor
 * @param model the model's id
 * @param roots the known roots, as root 1 and on: for an execution that of the model
 * @param epoch of the first known root
 * @param opening the index of this use of it: shown, absorbed, and never used twice
 * @param samples the size of the batch; 0 where there is none
 * @param tensors the public tensors, in the order of their numbers: for an execution the inputs and the outputs; integers
 * @param requests an id for each sample, in order, or none at all
 * @param work the zero bytes that the transcript absorbs: multiply-accumulates and look-ups of one sample
 */
public record Statement(
        Kind kind,
        Digest descriptor,
        Digest model,
        List<Digest> roots,
        long epoch,
        long opening,
        int samples,
        List<Tensor> tensors,
        List<Digest> requests,
        long work) {

    /** Which circuit a proof is of. */
    public enum Kind {
        EXECUTION(1),
        REGISTRATION(2),
        ROLL_OVER(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** The number that the transcript absorbs. */
        public int code() {
            return code;
        }
    }

    public Statement {
        roots = List.copyOf(roots);
        tensors = List.copyOf(tensors);
        requests = List.copyOf(requests);
        if (epoch < 0 || opening < 0 || samples < 0 || work < 0) {
            throw new IllegalArgumentException("A statement's epoch, opening, batch and work are not negative.");
        }
    }
}
