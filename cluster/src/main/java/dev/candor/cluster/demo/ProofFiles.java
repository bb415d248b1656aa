package dev.candor.cluster.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fetches proofs as any caller can, each once, and has {@code candor verify} judge them in a process of its own. */
final class ProofFiles {
    private final NodeClient client;
    private final Path folder;

    ProofFiles(NodeClient client, Path folder) {
        this.client = client;
        this.folder = folder;
    }

    /** The proofs of these requests; how many of them the standalone verifier accepted. */
    int verify(List<JsonNode> shown, List<String> failures) throws IOException, NodeException, InterruptedException {
        Files.createDirectories(folder);
        Map<String, List<Path>> statements = new LinkedHashMap<>();
        Map<String, String> lineageOf = new LinkedHashMap<>();
        for (JsonNode each : shown) {
            JsonNode proof = each.at("/verification/proof");
            if (proof.isMissingNode()) {
                continue;
            }
            String model = proof.path("model").asText();
            String name = model.substring(0, 8) + "-" + proof.path("epoch").asLong() + "-"
                    + proof.path("opening").asLong();
            Path statement = folder.resolve(name + ".statement");
            if (!Files.exists(statement)) {
                String request = "/v1/requests/" + each.path("request_id").asText();
                Files.write(statement, client.getBytes(request + "/statement"));
                Files.write(folder.resolve(name + ".proof"), client.getBytes(request + "/proof"));
                // The lineage of a later epoch has all the earlier ones.
                byte[] lineage = client.getBytes(request + "/lineage");
                Path file = folder.resolve(model + ".lineage");
                if (!Files.exists(file) || Files.size(file) < lineage.length) {
                    Files.write(file, lineage);
                }
                lineageOf.put(model, file.toString());
                statements.computeIfAbsent(model, id -> new ArrayList<>()).add(statement);
            }
        }
        int verified = 0;
        for (Map.Entry<String, List<Path>> each : statements.entrySet()) {
            List<String> arguments = new ArrayList<>(
                    List.of("verify", "--model", each.getKey(), "--lineage", lineageOf.get(each.getKey())));
            each.getValue().forEach(file -> arguments.add(file.toString()));
            if (run(arguments, failures)) {
                verified += each.getValue().size();
            }
        }
        return verified;
    }

    private boolean run(List<String> arguments, List<String> failures) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.candor.cluster.cli.Candor"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean accepted = process.waitFor() == 0;
        if (!accepted) {
            failures.add("`candor verify` does not accept the proofs: " + said.strip());
        }
        return accepted;
    }
}
