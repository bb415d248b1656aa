package dev.candor.bench.measure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server says of the batches of one model since its start, by the protocol's statistics extension.
 *
 * @param inferences rows
 * @param executions batches
 * @param sizes batches by their rows, as far as the server says
 */
public record Batches(long inferences, long executions, Map<Integer, Long> sizes) {
    /** Asks a server; it may refuse, since not every server has the extension. */
    public static Batches of(NodeClient client, String model) throws NodeException {
        JsonNode statistics =
                client.get("/v2/models/" + model + "/stats").path("model_stats").path(0);
        Map<Integer, Long> sizes = new TreeMap<>();
        statistics
                .path("batch_stats")
                .forEach(size -> sizes.put(
                        size.path("batch_size").asInt(),
                        size.path("compute_infer").path("count").asLong()));
        return new Batches(
                statistics.path("inference_count").asLong(),
                statistics.path("execution_count").asLong(),
                sizes);
    }

    /** Rows a batch since {@code earlier}, 0 where there was none. */
    public double meanSince(Batches earlier) {
        long more = executions - earlier.executions;
        return more == 0 ? 0 : (double) (inferences - earlier.inferences) / more;
    }
}
