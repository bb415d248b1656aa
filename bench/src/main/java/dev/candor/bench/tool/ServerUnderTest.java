package dev.candor.bench.tool;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.bench.measure.Batches;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a running server says of itself, by the Open Inference Protocol over REST. */
final class ServerUnderTest {
    private static final int OK = 200;

    private final NodeClient client;
    private final String name;
    private final String version;

    private ServerUnderTest(NodeClient client, String name, String version) {
        this.client = client;
        this.name = name;
        this.version = version;
    }

    /** Asks the server who it is; throws where nobody answers. */
    static ServerUnderTest at(NodeClient client) throws NodeException {
        JsonNode said = client.get("/v2");
        return new ServerUnderTest(
                client,
                said.path("name").asText("a server without a name"),
                said.path("version").asText(""));
    }

    /** Name and version. */
    String title() {
        return version.isEmpty() ? name : name + " " + version;
    }

    /** Whether its answers carry receipts. */
    boolean signs() {
        return name.equals("candor");
    }

    /** Throws where one of the models cannot be asked. */
    void mustServe(Collection<String> models) throws NodeException, IOException {
        for (String model : models) {
            int status = client.status("/v2/models/" + model + "/ready");
            if (status != OK) {
                throw new IOException(title() + " does not serve the model " + model + " (status " + status + ")"
                        + (signs() ? "; register it with: candor models add " + model + " --file MODEL.pt" : ""));
            }
        }
    }

    /** Counters of the models, without those that the server does not have. */
    Map<String, Batches> batches(Collection<String> models) {
        Map<String, Batches> batches = new TreeMap<>();
        for (String model : models) {
            try {
                batches.put(model, Batches.of(client, model));
            } catch (NodeException e) {
                // The statistics are an extension. The report shows no batch sizes of this server.
            }
        }
        return batches;
    }

    /** Mean rows a batch since {@code earlier}, of models that the server counts. */
    SortedMap<String, Double> meanSince(Map<String, Batches> earlier) {
        SortedMap<String, Double> means = new TreeMap<>();
        batches(earlier.keySet()).forEach((model, now) -> {
            Batches before = earlier.get(model);
            if (before != null && now.executions() > before.executions()) {
                means.put(model, now.meanSince(before));
            }
        });
        return means;
    }
}
