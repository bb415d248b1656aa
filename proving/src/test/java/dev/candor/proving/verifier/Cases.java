package dev.candor.proving.verifier;

import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.format.ProofFile;
import dev.candor.proving.hash.Digest;
import dev.candor.proving.network.Descriptor;
import dev.candor.proving.proof.Statement;
import dev.candor.proving.proof.Tensor;
import dev.candor.proving.registration.Lineage;
import dev.candor.proving.registration.ModelCommitment;
import dev.candor.proving.registration.Statements;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Cases as the second verifier reads them: JSON of numbers and hexadecimal strings. */
final class Cases {

    private Cases() {}

    static String hex(byte[] bytes) {
        return '"' + HexFormat.of().formatHex(bytes) + '"';
    }

    private static String hex(Digest digest) {
        return '"' + digest.toString() + '"';
    }

    private static String numbers(Tensor tensor) {
        return Arrays.toString(tensor.toArray());
    }

    static String model(ModelCommitment model) {
        return "\"descriptor\": " + hex(Descriptor.encode(model.architecture())) + ", " + parameters(model.parameters())
                + ", \"model\": " + hex(model.id()) + ", \"first\": " + hex(model.first());
    }

    static String parameters(CodeParameters p) {
        return "\"parameters\": {\"data-size\": " + p.dataSize() + ", \"random-size\": " + p.randomSize()
                + ", \"length\": " + p.length() + ", \"queries\": " + p.queries() + ", \"grinding-bits\": "
                + p.grindingBits() + "}";
    }

    private static String digests(List<Digest> digests) {
        return digests.stream().map(Cases::hex).collect(Collectors.joining(", ", "[", "]"));
    }

    /** One proof by itself. */
    static String single(String circuit, Statement s, byte[] proof) {
        String tensors = s.tensors().stream().map(Cases::numbers).collect(Collectors.joining(", ", "[", "]"));
        return "\"single\": {\"circuit\": \"" + circuit + "\", \"kind\": "
                + s.kind().code() + ", \"digest\": "
                + hex(s.descriptor()) + ", \"model\": " + hex(s.model()) + ", \"roots\": " + digests(s.roots())
                + ", \"epoch\": " + s.epoch() + ", \"opening\": " + s.opening() + ", \"samples\": " + s.samples()
                + ", \"tensors\": " + tensors + ", \"requests\": " + digests(s.requests()) + ", \"proof\": "
                + hex(proof)
                + "}";
    }

    static String lineage(Lineage lineage) {
        String steps = lineage.rollOvers().stream()
                .map(step -> "{\"root\": " + hex(step.root()) + ", \"opening\": " + step.opening() + ", \"proof\": "
                        + hex(ProofFile.encode(step.proof())) + "}")
                .collect(Collectors.joining(", ", "[", "]"));
        return "\"registration\": " + hex(ProofFile.encode(lineage.registration())) + ", \"roll-overs\": " + steps;
    }

    static String execution(long epoch, long opening, int samples, Statements.Execution execution, byte[] proof) {
        Digest input = execution.inputRoot();
        return "\"execution\": {\"epoch\": " + epoch + ", \"opening\": " + opening + ", \"samples\": " + samples
                + ", \"inputs\": " + numbers(execution.inputs()) + ", \"input-root\": "
                + (input == null ? "null" : hex(input)) + ", \"outputs\": " + numbers(execution.outputs())
                + ", \"requests\": " + digests(execution.requests()) + ", \"proof\": " + hex(proof) + "}";
    }

    static String object(List<String> members) {
        return "{" + String.join(", ", members) + "}\n";
    }
}
