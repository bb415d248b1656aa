package dev.candor.proving.proof;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.commitment.RowTests;
import dev.candor.proving.field.Extension;
import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.transcript.Schedule;
import dev.candor.proving.transcript.Transcript;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The main transcript of a proof, step by step; each step may be taken once, in order. Not thread-safe. */
public final class ProofTranscript {

    /** The version of the protocol. */
    public static final String PROTOCOL = "candor-proof-v1";

    private final ProofPlan plan;
    private final Transcript transcript;

    /** Starts the transcript of a statement. */
    public ProofTranscript(ProofPlan plan, Statement statement) {
        this.plan = plan;
        this.transcript = new Transcript(plan.field(), schedule(plan, statement));
        CodeParameters p = plan.parameters();
        transcript.absorbBytes("field", fieldName(plan));
        transcript.absorbNumber("data-size", p.dataSize());
        transcript.absorbNumber("random-size", p.randomSize());
        transcript.absorbNumber("length", p.length());
        transcript.absorbNumber("queries", p.queries());
        transcript.absorbNumber("grinding-bits", p.grindingBits());
        transcript.absorbNumber("kind", statement.kind().code());
        transcript.absorbDigest("descriptor", statement.descriptor());
        transcript.absorbNumber("samples", statement.samples());
        transcript.absorbDigest("model", statement.model());
        transcript.absorbDigests("known-roots", statement.roots());
        transcript.absorbNumber("epoch", statement.epoch());
        transcript.absorbNumber("opening", statement.opening());
        for (Tensor tensor : statement.tensors()) {
            long[] residues = new long[tensor.size()];
            for (int i = 0; i < residues.length; i++) {
                residues[i] = plan.field().fromSigned(tensor.at(i));
            }
            transcript.absorbElements("tensor", residues, 0, residues.length);
        }
        transcript.absorbDigests("requests", statement.requests());
    }

    private static byte[] fieldName(ProofPlan plan) {
        return plan.field().name().getBytes(StandardCharsets.US_ASCII);
    }

    private static Schedule schedule(ProofPlan plan, Statement statement) {
        CodeParameters p = plan.parameters();
        Schedule.Builder steps = Schedule.named(PROTOCOL)
                .bytes("field", fieldName(plan).length)
                .number("data-size")
                .number("random-size")
                .number("length")
                .number("queries")
                .number("grinding-bits")
                .number("kind")
                .digest("descriptor")
                .number("samples")
                .digest("model")
                .digests("known-roots", statement.roots().size())
                .number("epoch")
                .number("opening");
        for (Tensor tensor : statement.tensors()) {
            steps.elements("tensor", tensor.size());
        }
        return steps.digests("requests", statement.requests().size())
                .digest("root")
                .zeros("work", statement.work())
                .challengeDigest("sigma")
                .digests("branches", plan.branches().size())
                .challengeExtensions("gamma", 1)
                .extensions("openings", plan.openings())
                .challengeExtensions("alpha", 1)
                .challengeExtensions("rho", RowTests.proximityCoefficients(plan.rows()))
                .extensions("proximity", p.dimension())
                .extensions("linear", p.linearDimension())
                .challengeDigest("work-seed")
                .number("nonce")
                .challengePositions("columns", p.queries())
                .build();
    }

    /** Absorbs root 0 and gives sigma, from which the branches start. */
    public Digest commit(Digest root, long work) {
        transcript.absorbDigest("root", root);
        transcript.absorbZeros("work", work);
        return transcript.challengeDigest("sigma");
    }

    /** Absorbs the digests of the branches and gives gamma. */
    public Extension gamma(List<Digest> branches) {
        transcript.absorbDigests("branches", branches);
        return transcript.challengeExtension("gamma");
    }

    /** Absorbs the product openings and gives alpha. */
    public Extension alpha(ExtensionVector openings) {
        transcript.absorbExtensions("openings", openings);
        return transcript.challengeExtension("alpha");
    }

    /** The coefficients of the proximity test, one for each row. */
    public ExtensionVector rho() {
        return transcript.challengeExtensions("rho", RowTests.proximityCoefficients(plan.rows()));
    }

    /** Absorbs the answers of the two tests and gives what the work is for. */
    public Digest work(ExtensionVector proximity, ExtensionVector linear) {
        transcript.absorbExtensions("proximity", proximity);
        transcript.absorbExtensions("linear", linear);
        return transcript.challengeDigest("work-seed");
    }

    /** Absorbs the nonce and gives the columns to open, in ascending order. */
    public int[] columns(long nonce) {
        transcript.absorbNumber("nonce", nonce);
        CodeParameters p = plan.parameters();
        int[] positions = transcript.challengePositions("columns", p.length(), p.queries());
        Arrays.sort(positions);
        return positions;
    }
}
