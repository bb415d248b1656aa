package dev.candor.cluster.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.cluster.attestation.NodeAttestation;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofFigures;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Requests, proof jobs and modes in JSON; times are milliseconds since 1970-01-01 UTC. */
final class ProofJson {
    private static final double MIDDLE = 0.5;
    private static final double RARE = 0.99;

    private ProofJson() {}

    static ObjectNode request(
            Bytes receipt,
            ReceiptLeaf leaf,
            Optional<JobState> job,
            SettlementJson settlements,
            Optional<ObjectNode> attestation) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("request_id", leaf.id().toString())
                .put("state", "answered")
                .put("model", leaf.model().name())
                .put("version", leaf.model().version().toString())
                .put("arithmetic", leaf.arithmetic().name().toLowerCase(Locale.ROOT))
                .put("mode", leaf.requested().word())
                .put("achieved", leaf.achieved().word())
                .put("answered_at", leaf.answeredAt())
                .put("receipt", Base64.getEncoder().encodeToString(receipt.toArray()));
        json.set("verification", job.map(ProofJson::job).orElseGet(() -> none(leaf, attestation)));
        attestation.ifPresent(each -> json.set("attestation", each));
        settlements.of(leaf, Digest.sha256(receipt)).ifPresent(settlement -> json.set("settlement", settlement));
        return json;
    }

    /** An answer in the mode zkml without a job: its node died between the two, or the job ended too long ago to be shown. */
    private static ObjectNode none(ReceiptLeaf leaf, Optional<ObjectNode> attestation) {
        String without = leaf.requested() == VerificationMode.ZKML ? "unknown" : "none";
        return JsonNodeFactory.instance
                .objectNode()
                .put(
                        "state",
                        attestation.map(each -> each.path("state").asText()).orElse(without));
    }

    /** A request by its job alone, as those are told who follow it. */
    static ObjectNode status(JobState state) {
        ProofJob job = state.job();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("request_id", job.id().toString())
                .put("model", job.model().name())
                .put("version", job.model().version().toString());
        json.set("verification", job(state));
        return json;
    }

    private static ObjectNode job(JobState state) {
        ProofJob job = state.job();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("state", state.phase().word())
                .put("since", state.since())
                .put("asked_at", job.askedAt())
                .put("deadline", job.deadline())
                .put("attempts", state.attempts())
                .put("escalated", job.escalated())
                .put("private_input", job.hidden());
        if (!state.reason().isEmpty()) {
            json.put("reason", state.reason());
        }
        job.callback().ifPresent(url -> callback(json.putObject("callback").put("url", url), state));
        state.proof()
                .ifPresent(proof -> proof(json.putObject("proof"), proof)
                        .put("sample", state.sample())
                        .put("samples", job.rows()));
        return json;
    }

    private static void callback(ObjectNode json, JobState state) {
        if (state.told().isPresent() && state.untold().isEmpty()) {
            json.put("told", state.told().get().word());
        } else if (state.told().isPresent()) {
            json.put("not_told", state.told().get().word()).put("reason", state.untold());
        }
    }

    private static ObjectNode proof(ObjectNode json, ProofRef proof) {
        return json.put("model", proof.model().toHex())
                .put("epoch", proof.epoch())
                .put("opening", proof.opening())
                .put("bytes", proof.bytes())
                .put("proving_ms", proof.millis())
                .put("prover", proof.prover());
    }

    static JsonNode modes(
            ModelRef model,
            ModelSpec spec,
            ProofModes modes,
            ProofFigures figures,
            SettlementJson settlements,
            Optional<NodeAttestation> attestation,
            AddedLatency added) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("model", model.name())
                .put("version", model.version().toString())
                .put("content_id", model.contentId().toHex())
                .put("arithmetic", spec.exact().isPresent() ? "exact" : "float");
        ObjectNode all = json.putObject("modes");
        for (VerificationMode mode : List.of(VerificationMode.VANILLA, VerificationMode.TEE, VerificationMode.ZKML)) {
            ObjectNode one = all.putObject(mode.word());
            Optional<String> obstacle = modes.obstacle(mode, model, spec);
            one.put("served", obstacle.isEmpty());
            obstacle.ifPresent(why -> one.put("reason", why));
            settlements.price(one, model, mode);
            if (mode == VerificationMode.TEE) {
                attestation.ifPresent(node -> AttestationJson.standing(one, node.standing()));
            }
            if (mode == VerificationMode.ZKML && spec.exact().isPresent()) {
                zkml(one, modes, figures);
                added.micros(MIDDLE).ifPresent(micros -> one.put("added_latency_p50_us", micros));
                added.micros(RARE).ifPresent(micros -> one.put("added_latency_p99_us", micros));
            } else if (obstacle.isEmpty()) {
                one.put("added_latency_p50_us", 0).put("added_latency_p99_us", 0);
            }
        }
        return json;
    }

    private static void zkml(ObjectNode json, ProofModes modes, ProofFigures figures) {
        json.put("provers", modes.provers())
                .put("waiting", figures.waiting())
                .put("verified", figures.verified())
                .put("ended_without_proof", figures.ended());
        List<ProofRef> proofs = figures.proofs();
        if (proofs.isEmpty()) {
            return;
        }
        long[] millis = proofs.stream().mapToLong(ProofRef::millis).sorted().toArray();
        long[] bytes = proofs.stream().mapToLong(ProofRef::bytes).sorted().toArray();
        long middle = at(millis, MIDDLE);
        json.put("proofs_measured", millis.length)
                .put("proving_p50_ms", middle)
                .put("proving_p99_ms", at(millis, RARE))
                .put("proof_p50_bytes", at(bytes, MIDDLE))
                .put("proof_p99_bytes", at(bytes, RARE))
                .put("forecast_ms", middle * (figures.waiting() + 1) / Math.max(1, modes.provers()));
        ArrayNode commitments = json.putArray("commitments");
        proofs.stream().map(proof -> proof.model().toHex()).distinct().forEach(commitments::add);
    }

    private static long at(long[] sorted, double share) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }
}
