package dev.candor.cluster.demo;

import dev.candor.actors.receipt.ExchangeJson;
import dev.candor.actors.receipt.ReceiptVerifier;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.receipt.TrustFile;
import dev.candor.actors.receipt.TrustedKey;
import dev.candor.actors.receipt.Verification;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.cluster.client.Exchange;
import dev.candor.cluster.client.InferCall;
import dev.candor.cluster.client.NodeClient;
import dev.candor.cluster.client.NodeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Verifies every receipt of a demo as a stranger would: against a trust file that the operator wrote, the request as it was sent and the answer as it came.
 */
final class DemoReceipts {
    private static final int SAVED_EACH = 20;

    private final DemoPlan plan;
    private final TrustFile trust;

    DemoReceipts(DemoPlan plan, NodeClient client) throws NodeException, IOException {
        this.plan = plan;
        Digest network = Digest.ofHex(client.get("/health").path("network").asText());
        this.trust = TrustFile.EMPTY
                .forNetwork(network)
                .with(TrustedKey.of(
                        SigningKey.load(plan.dataDir().resolve("executor.pem")).publicKey(), TrustedKey.Role.EXECUTOR));
    }

    /** How many receipts pass every check; the others are told in {@code failures}. */
    int verify(Map<DemoModel, List<Exchange>> exchanges, DemoProgress progress, List<String> failures)
            throws IOException {
        ReceiptVerifier verifier = new ReceiptVerifier(trust);
        int verified = 0;
        int all = 0;
        String first = "";
        for (Map.Entry<DemoModel, List<Exchange>> model : exchanges.entrySet()) {
            for (int i = 0; i < model.getValue().size(); i++) {
                String failure =
                        failure(verifier, model.getKey(), i, model.getValue().get(i));
                all++;
                verified += failure.isEmpty() ? 1 : 0;
                first = first.isEmpty() ? failure : first;
                progress.count("receipts", all, exchanges.size() * plan.digits().count());
            }
        }
        progress.fact(verified + " of " + all + " receipts verify");
        if (verified != all) {
            failures.add((all - verified) + " receipts do not verify; the first: " + first);
        }
        save(exchanges);
        return verified;
    }

    private String failure(ReceiptVerifier verifier, DemoModel model, int i, Exchange exchange) {
        try {
            ExchangeJson.Exchange read = ExchangeJson.read(model.name(), "", asJson(model, i), exchange.body());
            Verification verification = verifier.verify(read.receipt(), read.evidence());
            return verification.ok() ? "" : "digit " + i + " of " + model.name() + ": " + verification.failures();
        } catch (MalformedBytesException e) {
            return "digit " + i + " of " + model.name() + ": " + e.getMessage();
        }
    }

    /** The request in the JSON form, whatever form it went in: the receipt covers tensors, not their encoding. */
    private Bytes asJson(DemoModel model, int i) {
        return InferCall.json(model.name(), model.input(plan.digits(), i)).body();
    }

    private void save(Map<DemoModel, List<Exchange>> exchanges) throws IOException {
        if (plan.saveDir().isEmpty()) {
            return;
        }
        Path folder = Files.createDirectories(plan.saveDir().get());
        trust.save(folder.resolve("trust.json"));
        for (Map.Entry<DemoModel, List<Exchange>> model : exchanges.entrySet()) {
            for (int i = 0; i < Math.min(SAVED_EACH, model.getValue().size()); i++) {
                String name = model.getKey().name();
                Files.writeString(
                        folder.resolve(name + "-" + i + ".json"),
                        "{\"model\":\"" + name + "\",\"version\":\"\",\"request\":" + text(asJson(model.getKey(), i))
                                + ",\"response\":"
                                + text(model.getValue().get(i).body()) + "}\n");
            }
        }
    }

    private static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }
}
