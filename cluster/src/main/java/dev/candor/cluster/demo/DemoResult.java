package dev.candor.cluster.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a demo measured.
 *
 * @param accuracy of each model, in the order of registration
 * @param requests answered
 * @param throughputRps answers a second, all models
 * @param p50Millis median time from request to answer at the client
 * @param p99Millis 99th percentile of the same
 * @param meanBatch items a forward call
 * @param receiptsVerified receipts that passed every check
 * @param replayedIdentical answers that were byte-identical after the restart
 * @param replaysAsked how many were asked
 * @param byMode figures of each verification mode
 * @param proofsVerified proof files that the standalone verifier accepted
 * @param failures what did not hold; empty when all did
 */
public record DemoResult(
        Map<String, Double> accuracy,
        int requests,
        double throughputRps,
        double p50Millis,
        double p99Millis,
        double meanBatch,
        int receiptsVerified,
        int replayedIdentical,
        int replaysAsked,
        Map<String, ObjectNode> byMode,
        int proofsVerified,
        List<String> failures) {

    /** Whether everything held. */
    public boolean holds() {
        return failures.isEmpty();
    }

    /** One line of JSON; {@code accuracy} is the lowest of the models. */
    public String toJson() {
        double lowest = accuracy.values().stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(0);
        return String.format(
                Locale.ROOT,
                "{\"accuracy\":%.4f,\"requests\":%d,\"throughput_rps\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"mean_batch\":%.2f,"
                        + "\"receipts_verified\":%d,\"replayed_identical\":%d,\"by_mode\":%s,\"proofs_verified\":%d}",
                lowest,
                requests,
                throughputRps,
                p50Millis,
                p99Millis,
                meanBatch,
                receiptsVerified,
                replayedIdentical,
                new ObjectMapper().valueToTree(byMode),
                proofsVerified);
    }
}
