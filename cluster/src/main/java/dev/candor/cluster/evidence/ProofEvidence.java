package dev.candor.cluster.evidence;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.ledger.tx.Evidence;
import dev.candor.proving.format.MalformedFileException;
import dev.candor.proving.format.StatementFile;
import dev.candor.proving.registration.ModelCommitment;

/**
 * Evidence of the kind PROOF: what the model gives for a receipt's request, proven, and the receipt's digests opened, so that request and answer can be held against it.
 *
 * <pre>
 * u8 1 | weights | 32 root of the epoch | disclosed answer | bytes statement file | bytes proof file
 * </pre>
 *
 * <p>The statement's list of requests names, for each sample, the receipt by SHA-256 of its bytes, as the ledger does.
 *
 * @param weights as registered
 * @param root of the statement's epoch
 * @param disclosed the receipt's request and answer
 * @param statement of the proof; its inputs are public
 * @param proof file
 */
public record ProofEvidence(
        ModelCommitment weights,
        dev.candor.proving.hash.Digest root,
        DisclosedAnswer disclosed,
        StatementFile statement,
        Bytes proof) {
    private static final int VERSION = 1;

    /** How a statement names a receipt. */
    public static dev.candor.proving.hash.Digest requestId(Bytes receipt) {
        return CommittedWeights.digest(Digest.sha256(receipt).toBytes());
    }

    /** For a transaction. */
    public Evidence evidence() {
        CanonicalWriter out = new CanonicalWriter(proof.length() + 4_096).u8(VERSION);
        CommittedWeights.write(weights, out);
        out.raw(CommittedWeights.bytes(root));
        disclosed.write(out);
        return new Evidence(
                Evidence.Kind.PROOF,
                out.bytes(Bytes.wrap(statement.encode())).bytes(proof).toBytes());
    }

    /** Reads {@link #evidence}'s bytes; {@link MalformedBytesException} for anything else. */
    static ProofEvidence read(Bytes bytes) {
        CanonicalReader in = new CanonicalReader(bytes);
        int version = in.u8("version of the evidence");
        if (version != VERSION) {
            throw new MalformedBytesException("evidence of version " + version + " is not known, only " + VERSION);
        }
        ModelCommitment weights = CommittedWeights.read(in);
        dev.candor.proving.hash.Digest root = CommittedWeights.digest(in.raw("root", Digest.SIZE));
        DisclosedAnswer disclosed = DisclosedAnswer.read(in);
        Bytes statement = in.bytes("statement");
        Bytes proof = in.bytes("proof");
        in.end("the evidence");
        try {
            return new ProofEvidence(weights, root, disclosed, StatementFile.decode(statement.toArray()), proof);
        } catch (MalformedFileException e) {
            throw new MalformedBytesException("the statement is malformed: " + e.getMessage());
        }
    }
}
