package dev.candor.cluster.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the model of a transaction run, and writes down how that ended. Thread-safe; does not block. */
final class EvmInference {
    private static final Logger LOG = LoggerFactory.getLogger(EvmInference.class);
    private static final long BASE_GAS = 100_000;
    private static final long GAS_A_BYTE = 16;

    private final EvmServices services;
    private final EvmTransactions transactions;

    EvmInference(EvmServices services, EvmTransactions transactions) {
        this.services = services;
        this.transactions = transactions;
    }

    /**
     * A call that fits its model.
     *
     * @param inputs as the model takes them
     */
    record Fitted(InferenceContract.Run run, String model, String version, List<Tensor> inputs) {}

    /** The gas of a call: by its bytes, which is what a limit has to be above. What an answer costs is the ledger's business. */
    static long gas(Bytes data) {
        return BASE_GAS + GAS_A_BYTE * data.length();
    }

    /** Holds a call against its model; a refusal where it does not fit. */
    Fitted fit(InferenceContract.Run run) {
        Named named = named(run.model());
        ModelView view = services.catalog().find(named.name()).orElseThrow(() -> unknown(run.model()));
        ModelSpec spec = view.resolve(named.version())
                .map(version -> view.versions().get(version))
                .map(ModelView.Registered::spec)
                .orElseThrow(() -> unknown(run.model()));
        EvmTensors.requireForms(spec);
        return new Fitted(run, named.name(), named.version(), EvmTensors.inputs(run, spec));
    }

    private record Named(String name, String version) {}

    /** A model is named as {@code NAME}, {@code NAME@VERSION}, or by the SHA-256 of its file. */
    private Named named(String model) {
        if (model.length() == 2 * Digest.SIZE && services.catalog().find(model).isEmpty()) {
            return byContent(services.catalog(), model).orElseThrow(() -> unknown(model));
        }
        int at = model.lastIndexOf('@');
        return at < 0 ? new Named(model, "") : new Named(model.substring(0, at), model.substring(at + 1));
    }

    private static Optional<Named> byContent(ModelCatalog catalog, String hex) {
        for (ModelView view : catalog.all()) {
            for (Map.Entry<ModelVersion, ModelView.Registered> each :
                    view.versions().entrySet()) {
                if (each.getValue().contentId().toHex().equals(hex)) {
                    return Optional.of(new Named(view.name(), each.getKey().toString()));
                }
            }
        }
        return Optional.empty();
    }

    private static RefusedException unknown(String model) {
        return new RefusedException(
                ErrorCode.MODEL_NOT_FOUND,
                "there is no model \"" + model.substring(0, Math.min(128, model.length()))
                        + "\" on this node; name it as NAME, NAME@VERSION or by the SHA-256 of its file");
    }

    /** Fails where the model cannot serve the mode that the call asks for. */
    CompletionStage<Fitted> requireMode(Fitted fitted) {
        VerificationMode mode = fitted.run().verification();
        if (mode == VerificationMode.VANILLA) {
            return CompletableFuture.completedStage(fitted);
        }
        return services.modes().apply(fitted.model(), fitted.version()).thenApply(json -> {
            JsonNode served = json.at("/modes/" + mode.word());
            if (served.path("served").isBoolean() && !served.path("served").booleanValue()) {
                throw new RefusedException(
                        ErrorCode.MODE_UNAVAILABLE,
                        "the mode " + mode + " is not served: "
                                + served.path("reason").asText());
            }
            return fitted;
        });
    }

    /** Runs a transaction. Under its hash as a key, so that whatever happens it is answered once. */
    void run(EvmTransaction transaction, Fitted fitted, Caller caller) {
        if (!transactions.begin(transaction)) {
            return;
        }
        InferenceRequest request = new InferenceRequest(
                fitted.model(),
                fitted.version(),
                fitted.inputs(),
                List.of(),
                0,
                Optional.empty(),
                fitted.run().verification(),
                Optional.of("evm-" + transaction.hash().toHex()));
        try {
            var _ = services.inference().infer(request, caller, outcome -> ended(transaction, fitted, caller, outcome));
        } catch (RefusedException e) {
            failed(transaction, e.refusal().code() + ": " + e.refusal().sentence());
        } catch (RuntimeException e) {
            LOG.error("transaction {} fails", transaction.hash(), e);
            failed(transaction, "INTERNAL: a defect of the node; its log has the details");
        }
    }

    private void ended(EvmTransaction transaction, Fitted fitted, Caller caller, InferenceOutcome outcome) {
        switch (outcome) {
            case InferenceOutcome.Refused refused ->
                failed(
                        transaction,
                        refused.refusal().code() + ": " + refused.refusal().sentence());
            case InferenceOutcome.Answered answered -> {
                Answer answer = answered.answer();
                note(fitted, answer, caller).whenComplete((note, failure) -> {
                    if (failure != null) {
                        LOG.error("what is to be said of transaction {} cannot be had", transaction.hash(), failure);
                        failed(transaction, "INTERNAL: a defect of the node; its log has the details");
                    } else {
                        succeeded(transaction, fitted, answer, note);
                    }
                });
            }
        }
    }

    private void succeeded(EvmTransaction transaction, Fitted fitted, Answer answer, Optional<String> note) {
        try {
            transactions.end(
                    transaction,
                    Digest.sha256(answer.receipt()),
                    true,
                    gas(transaction.data()),
                    InferenceContract.events(fitted.run(), answer.id().toString(), answer.outputs(), note),
                    "");
        } catch (RefusedException e) {
            failed(transaction, e.refusal().code() + ": " + e.refusal().sentence());
        }
    }

    /** Where a mode other than the default was asked for, the event says what became of it: a software key is named as what it is. */
    private CompletionStage<Optional<String>> note(Fitted fitted, Answer answer, Caller caller) {
        if (fitted.run().verification() == VerificationMode.VANILLA) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return services.status().apply(answer.id(), caller).thenApply(status -> {
            ObjectNode note = JsonNodeFactory.instance
                    .objectNode()
                    .put("request_id", answer.id().toString())
                    .put("mode", fitted.run().verification().word())
                    .put("achieved", status.path("achieved").asText());
            note.set("verification", status.path("verification").path("state"));
            if (status.has("attestation")) {
                note.set("attestation", status.path("attestation"));
            }
            return Optional.of(note.toString());
        });
    }

    private void failed(EvmTransaction transaction, String reason) {
        transactions.end(transaction, transaction.hash(), false, gas(transaction.data()), List.of(), reason);
    }
}
