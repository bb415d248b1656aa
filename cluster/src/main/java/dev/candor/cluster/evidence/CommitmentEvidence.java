package dev.candor.cluster.evidence;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.proof.Proof;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelCommitment;

/**
 * Evidence that a root commits to a model's weights:
 *
 * <pre>
 * registration: u8 1 | weights | u8 0 | bytes proof file
 * roll-over:    u8 1 | weights | u8 1 | 32 earlier root | 32 later root | i64 opening | bytes proof file
 * </pre>
 */
public sealed interface CommitmentEvidence {
    /** The version of the bytes. */
    int VERSION = 1;

    /** The weights, as they were registered. */
    ModelCommitment weights();

    /** What the ledger is to hold as the root. */
    Digest ledgerRoot();

    /** The proof file. */
    Bytes proof();

    /**
     * Of epoch 0.
     *
     * @param weights with the root of epoch 0
     * @param proof file of the registration
     */
    record Registration(ModelCommitment weights, Bytes proof) implements CommitmentEvidence {
        @Override
        public Digest ledgerRoot() {
            return CommittedWeights.ledgerRoot(weights, weights.first());
        }
    }

    /**
     * Of a later epoch.
     *
     * @param weights as registered
     * @param earlier root of the epoch before
     * @param later root of the epoch
     * @param opening of the epoch before, which the proof uses up
     * @param proof file of the roll-over
     */
    record RollOver(
            ModelCommitment weights,
            dev.candor.proving.hash.Digest earlier,
            dev.candor.proving.hash.Digest later,
            long opening,
            Bytes proof)
            implements CommitmentEvidence {
        @Override
        public Digest ledgerRoot() {
            return CommittedWeights.ledgerRoot(weights, later);
        }
    }

    /** The evidence of a registration. */
    static CommitmentEvidence registration(ModelCommitment weights, Proof proof) {
        return new Registration(weights, Bytes.wrap(ProofFile.encode(proof)));
    }

    /** The evidence of a roll-over from {@code earlier}. */
    static CommitmentEvidence rollOver(
            ModelCommitment weights, dev.candor.proving.hash.Digest earlier, Lineage.RollOver step) {
        return new RollOver(weights, earlier, step.root(), step.opening(), Bytes.wrap(ProofFile.encode(step.proof())));
    }

    /** For a transaction. */
    default Evidence evidence() {
        CanonicalWriter out = new CanonicalWriter(proof().length() + 1_024).u8(VERSION);
        CommittedWeights.write(weights(), out);
        switch (this) {
            case Registration _ -> out.u8(0);
            case RollOver step ->
                out.u8(1)
                        .raw(CommittedWeights.bytes(step.earlier()))
                        .raw(CommittedWeights.bytes(step.later()))
                        .i64(step.opening());
        }
        return new Evidence(Evidence.Kind.COMMITMENT, out.bytes(proof()).toBytes());
    }

    /** Reads {@link #evidence}'s bytes; {@link MalformedBytesException} for anything else. */
    static CommitmentEvidence read(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the evidence");
        if (version != VERSION) {
            throw new MalformedBytesException("evidence of version " + version + " is not known, only " + VERSION);
        }
        ModelCommitment weights = CommittedWeights.read(in);
        int kind = in.u8("kind of the commitment");
        CommitmentEvidence evidence = switch (kind) {
            case 0 -> new Registration(weights, in.bytes("proof"));
            case 1 ->
                new RollOver(
                        weights,
                        CommittedWeights.digest(in.raw("earlier root", Digest.SIZE)),
                        CommittedWeights.digest(in.raw("later root", Digest.SIZE)),
                        in.i64("opening"),
                        in.bytes("proof"));
            default -> throw new MalformedBytesException("there is no commitment of kind " + kind);
        };
        in.end("the evidence");
        return evidence;
    }
}
