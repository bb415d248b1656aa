package dev.candor.cluster.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.proving.accounting.Accounting;
import dev.candor.proving.accounting.CodeParameters;
import dev.candor.proving.proof.ProofPlan;
import dev.candor.proving.registration.ModelCommitment;
import java.io.PrintWriter;
import java.util.Locale;

/** What the commands say of parameters and of what proofs with them prove. */
final class ProofSummary {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ProofSummary() {}

    static ObjectNode parameters(ModelCommitment model) {
        CodeParameters p = model.parameters();
        return JSON.createObjectNode()
                .put("field", model.field().name())
                .put("data_size", p.dataSize())
                .put("random_size", p.randomSize())
                .put("length", p.length())
                .put("queries", p.queries())
                .put("grinding_bits", p.grindingBits())
                .put("openings", model.openings());
    }

    static String line(ModelCommitment model) {
        CodeParameters p = model.parameters();
        return "field " + model.field().name() + ", rows of " + p.dataSize() + " values and " + p.randomSize()
                + " random ones in words of " + p.length() + "; a proof opens " + p.queries() + " columns after "
                + p.grindingBits() + " bits of work, an epoch has " + model.openings() + " openings";
    }

    /** The bound of every round, from the exact parameters. */
    static ObjectNode accounting(ProofPlan plan) {
        Accounting accounting = plan.accounting();
        ObjectNode summary = JSON.createObjectNode()
                .put("enough", accounting.isEnough())
                .put("policy_bits", CodeParameters.SECURITY_BITS)
                .put("summary", accounting.summary());
        ArrayNode rounds = summary.putArray("rounds");
        for (Accounting.Round round : accounting.rounds()) {
            if (Double.isFinite(round.provenBits())) {
                rounds.addObject()
                        .put("name", round.name())
                        .put("proven_bits", round.provenBits())
                        .put("work_bits", round.workBits());
            }
        }
        return summary;
    }

    static void print(ProofPlan plan, PrintWriter out) {
        for (Accounting.Round round : plan.accounting().rounds()) {
            if (Double.isInfinite(round.provenBits())) {
                out.println(String.format(Locale.ROOT, "  %-26s        - none drawn", round.name()));
                continue;
            }
            out.println(String.format(
                    Locale.ROOT,
                    "  %-26s %8.2f bits proven%s",
                    round.name(),
                    round.provenBits(),
                    round.workBits() == 0 ? "" : " + " + round.workBits() + " bits work"));
        }
        out.println("  " + plan.accounting().summary());
    }
}
