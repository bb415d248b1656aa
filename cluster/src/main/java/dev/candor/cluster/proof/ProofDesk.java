package dev.candor.cluster.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.Pseudonyms;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.receipt.Digests;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.cluster.attestation.NodeAttestation;
import dev.candor.cluster.rest.ReceiptLookup;
import dev.candor.cluster.rest.VerificationDesk;
import dev.candor.cluster.webhook.CallbackUrl;
import dev.candor.persistence.blob.BlobStore;
import dev.candor.persistence.ledger.state.LedgerState;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobState;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.ProofReply;
import dev.candor.proving.network.IntegerNetwork;
import dev.candor.proving.network.InvalidNetworkException;
import dev.candor.proving.network.ReferenceExecution;
import dev.candor.sharding.Proofs;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Answers questions about requests and their proofs out of receipts and proof jobs. Thread-safe; does not block. */
public final class ProofDesk implements VerificationDesk {
    private final ReceiptLookup receipts;
    private final Proofs proofs;
    private final Pseudonyms pseudonyms;
    private final ModelCatalog catalog;
    private final ExactModels models;
    private final ProofModes modes;
    private final BlobFiles files;
    private final Executor blocking;
    private final Duration deadline;
    private final LongSupplier wallMillis;
    private final SettlementJson settlements;
    private final Optional<NodeAttestation> attestation;
    private final ProofFollower follower;
    private final JobCallbacks callbacks;
    private final RetainedInputs retained;
    private final AddedLatency added;

    /**
     * A desk.
     *
     * @param blocking for work that blocks
     * @param deadline of proofs, for callers that name none
     * @param ledger its state after the last final block, where there is one
     * @param attestation of this node's executor, if anything vouches for it
     * @param callbacks calls whom callers name
     * @param retained requests that were kept
     * @param added by the mode zkml to the time of answers
     * @param wallMillis milliseconds since 1970-01-01 UTC
     */
    ProofDesk(
            ReceiptLookup receipts,
            Proofs proofs,
            Pseudonyms pseudonyms,
            ModelCatalog catalog,
            ExactModels models,
            ProofModes modes,
            BlobStore blobs,
            Executor blocking,
            Duration deadline,
            Optional<Supplier<LedgerState>> ledger,
            Optional<NodeAttestation> attestation,
            JobCallbacks callbacks,
            RetainedInputs retained,
            AddedLatency added,
            LongSupplier wallMillis) {
        this.retained = retained;
        this.added = added;
        this.callbacks = callbacks;
        this.follower = new ProofFollower(proofs, ledger.isPresent());
        this.receipts = receipts;
        this.proofs = proofs;
        this.pseudonyms = pseudonyms;
        this.catalog = catalog;
        this.models = models;
        this.modes = modes;
        this.files = new BlobFiles(blobs);
        this.blocking = blocking;
        this.deadline = deadline;
        this.wallMillis = wallMillis;
        this.attestation = attestation;
        this.settlements = new SettlementJson(ledger, wallMillis);
    }

    /** A receipt that its reader may see. */
    private record Seen(Bytes receipt, ReceiptLeaf leaf) {}

    private static RefusedException nothing(RequestId id) {
        return new RefusedException(ErrorCode.NOT_FOUND, "there is no request " + id + " of yours");
    }

    private CompletionStage<Seen> seen(RequestId id, Caller caller) {
        return receipts.find(id).thenApply(found -> {
            Bytes receipt = found.orElseThrow(() -> nothing(id));
            ReceiptLeaf leaf = Receipt.parse(receipt).leaf();
            boolean own = leaf.caller().equals(pseudonyms.caller(caller.name()));
            if (!own && !caller.seesAll()) {
                throw nothing(id);
            }
            return new Seen(receipt, leaf);
        });
    }

    private CompletionStage<Optional<JobState>> job(ReceiptLeaf leaf) {
        return proofs.show(leaf.caller(), leaf.model(), leaf.id()).thenApply(ProofDesk::job);
    }

    private static Optional<JobState> job(ProofReply reply) {
        return switch (reply) {
            case ProofReply.Known(JobState state) -> Optional.of(state);
            case ProofReply.Unknown unknown -> Optional.empty();
            case ProofReply.Refused(Refusal refusal) -> throw new RefusedException(refusal);
        };
    }

    @Override
    public CompletionStage<JsonNode> show(RequestId id, Caller caller) {
        return seen(id, caller)
                .thenCompose(seen -> job(seen.leaf()).thenApplyAsync(job -> keptUntil(json(seen, job), id), blocking));
    }

    @Override
    public CompletionStage<Bytes> attestation(RequestId id, Caller caller) {
        return seen(id, caller)
                .thenApply(seen -> made(seen)
                        .map(NodeAttestation.Made::evidence)
                        .orElseThrow(() -> new RefusedException(
                                ErrorCode.NOT_FOUND,
                                seen.leaf().requested() == VerificationMode.TEE
                                        ? "the key that signed " + id
                                                + " is not this node's, which vouches for none other"
                                        : "no attestation of " + id + " was asked for")));
    }

    private Optional<NodeAttestation.Made> made(Seen seen) {
        return seen.leaf().requested() == VerificationMode.TEE
                ? attestation.flatMap(node -> node.of(Receipt.parse(seen.receipt())))
                : Optional.empty();
    }

    private JsonNode keptUntil(ObjectNode json, RequestId id) {
        try {
            retained.until(id).ifPresent(until -> json.put("input_kept_until", until));
        } catch (IOException e) {
            throw new CompletionException(
                    new RefusedException(ErrorCode.NOT_READY, "the kept input cannot be had: " + e.getMessage()));
        }
        return json;
    }

    /** A request as it stands. */
    private ObjectNode json(Seen seen, Optional<JobState> job) {
        Optional<ObjectNode> attested = seen.leaf().requested() == VerificationMode.TEE
                ? Optional.of(AttestationJson.of(made(seen)))
                : Optional.empty();
        return ProofJson.request(seen.receipt(), seen.leaf(), job, settlements, attested);
    }

    @Override
    public CompletionStage<Bytes> file(RequestId id, Caller caller, Part part) {
        return seen(id, caller)
                .thenCompose(seen -> job(seen.leaf()))
                .thenApplyAsync(
                        job -> {
                            ProofRef proof = job.filter(ProofDesk::isVerified)
                                    .flatMap(JobState::proof)
                                    .orElseThrow(() -> new RefusedException(
                                            ErrorCode.NOT_FOUND,
                                            job.map(state -> "the proof of " + id + " is not there: it is "
                                                            + state.phase().word())
                                                    .orElse("no proof of " + id + " was asked for")));
                            return read(
                                    switch (part) {
                                        case STATEMENT -> proof.statement();
                                        case PROOF -> proof.proof();
                                        case LINEAGE -> proof.lineage();
                                    });
                        },
                        blocking);
    }

    private static boolean isVerified(JobState state) {
        return state.phase() == JobPhase.VERIFIED || state.phase() == JobPhase.SETTLED;
    }

    private Bytes read(Digest id) {
        try {
            return Bytes.wrap(files.read(id));
        } catch (IOException e) {
            throw new CompletionException(
                    new RefusedException(ErrorCode.NOT_READY, "the proof's file cannot be had: " + e.getMessage()));
        }
    }

    @Override
    public CompletionStage<Follow> follow(RequestId id, Caller caller) {
        return seen(id, caller).thenApply(seen -> follower.ofRequest(seen.leaf()));
    }

    @Override
    public Follow followAll(Caller caller) {
        return follower.ofCaller(pseudonyms.caller(caller.name()));
    }

    @Override
    public CompletionStage<JsonNode> tryCallback(CallbackUrl url, Caller caller) {
        return callbacks.test(url, caller.name());
    }

    @Override
    public CompletionStage<JsonNode> cancel(RequestId id, Caller caller) {
        return seen(id, caller)
                .thenCompose(seen -> proofs.cancel(
                                seen.leaf().caller(), seen.leaf().model(), id)
                        .thenApply(reply -> {
                            JobState state = job(reply)
                                    .orElseThrow(() -> new RefusedException(
                                            ErrorCode.NOT_FOUND, "no proof of " + id + " was asked for"));
                            return json(seen, Optional.of(state));
                        }));
    }

    @Override
    public CompletionStage<JsonNode> escalate(RequestId id, Caller caller, Escalation escalation) {
        return seen(id, caller)
                .thenApplyAsync(seen -> job(seen, escalation), blocking)
                .thenCompose(job -> proofs.ask(job))
                .thenApply(ProofDesk::job)
                .thenCombine(seen(id, caller), (job, seen) -> json(seen, job));
    }

    /** The job of a past answer, once what the caller sends again was held against its receipt. */
    private ProofJob job(Seen seen, Escalation escalation) {
        ReceiptLeaf leaf = seen.leaf();
        escalation.callback().ifPresent(callbacks::require);
        ModelSpec spec = spec(leaf.model());
        modes.obstacle(VerificationMode.ZKML, leaf.model(), spec).ifPresent(why -> {
            throw new RefusedException(
                    ErrorCode.MODE_UNAVAILABLE, "the answer " + leaf.id() + " cannot be proven: " + why);
        });
        Sent sent = escalation.sent().orElseGet(() -> kept(leaf));
        InferenceRequest asked = asked(leaf, sent.asked());
        if (!Digests.salted(sent.salt(), Digests.request(asked)).equals(leaf.requestDigest())) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "this is not the request of the receipt " + leaf.id()
                            + "; send inputs, outputs, model and version as then, with the answer's candor_salt");
        }
        int rows = (int) asked.inputs().getFirst().shape().at(0);
        Tensor answer = answer(leaf.model(), spec, asked.inputs().getFirst(), rows);
        if (!Digests.salted(sent.salt(), Digests.answer(List.of(answer))).equals(leaf.answerDigest())) {
            throw new RefusedException(
                    ErrorCode.CONFLICT,
                    "the answer " + leaf.id()
                            + " is not what the model gives for this input, so there is no proof of it;"
                            + " its receipt shows who signed it");
        }
        KeptExchange exchange = new KeptExchange(
                sent.salt(),
                asked.model(),
                asked.version(),
                asked.mode(),
                asked.outputs(),
                asked.inputs().getFirst(),
                answer);
        long now = wallMillis.getAsLong();
        return new ProofJob(
                leaf.id(),
                Digest.sha256(seen.receipt()),
                leaf.caller(),
                leaf.model(),
                escalation.privateInput(),
                true,
                rows,
                put(exchange),
                now,
                now + escalation.deadline().orElse(deadline).toMillis(),
                escalation.callback());
    }

    /** What its caller had kept of a request. */
    private Sent kept(ReceiptLeaf leaf) {
        KeptExchange kept;
        try {
            kept = retained.find(leaf.id())
                    .orElseThrow(() -> new RefusedException(
                            ErrorCode.CONFLICT,
                            "the input of " + leaf.id()
                                    + " was not kept (retain_input), or its time is over; send \"request\""
                                    + " and \"salt\""));
        } catch (IOException e) {
            throw new RefusedException(ErrorCode.NOT_READY, "the kept input cannot be had: " + e.getMessage());
        }
        return new Sent(
                new InferenceRequest(
                        kept.model(),
                        kept.version(),
                        List.of(kept.input()),
                        kept.outputs(),
                        0,
                        Optional.empty(),
                        kept.mode(),
                        Optional.empty()),
                kept.salt());
    }

    private static InferenceRequest asked(ReceiptLeaf leaf, InferenceRequest sent) {
        String model = sent.model().isEmpty() ? leaf.model().name() : sent.model();
        if (sent.inputs().size() != 1) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST, "an exact model has one input; send the one of the request");
        }
        return new InferenceRequest(
                model,
                sent.version(),
                sent.inputs(),
                sent.outputs(),
                0,
                Optional.empty(),
                leaf.requested(),
                Optional.empty());
    }

    private ModelSpec spec(ModelRef model) {
        return catalog.find(model.name())
                .map(view -> view.versions().get(model.version()))
                .filter(version -> version.contentId().equals(model.contentId()))
                .map(ModelView.Registered::spec)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "version " + model.version() + " of model \"" + model.name()
                                + "\", which gave the answer, is no longer registered"));
    }

    private Tensor answer(ModelRef model, ModelSpec spec, Tensor input, int rows) {
        try {
            IntegerNetwork network = models.network(model.contentId());
            long[] integers = WholeTensors.integers(input).orElse(new long[0]);
            return WholeTensors.tensor(
                    spec.outputs().getFirst(),
                    rows,
                    ReferenceExecution.run(network, rows, integers).output());
        } catch (InvalidNetworkException e) {
            throw new RefusedException(ErrorCode.INVALID_TENSOR, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new RefusedException(ErrorCode.NOT_READY, "the model's file cannot be had: " + e.getMessage());
        }
    }

    private Digest put(KeptExchange exchange) {
        try {
            return files.put(exchange.encode());
        } catch (IOException e) {
            throw new RefusedException(ErrorCode.NOT_READY, "the input cannot be kept: " + e.getMessage());
        }
    }

    @Override
    public CompletionStage<JsonNode> ofModel(String model, String version) {
        ModelView view = catalog.find(model)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND, "there is no model \"" + model + "\" on this node"));
        ModelRef ref = view.resolve(version)
                .filter(each -> view.versions().containsKey(each))
                .map(view::ref)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "model \"" + model + "\" has no version or alias \"" + version + "\""));
        ModelSpec spec = spec(ref);
        return (spec.exact().isPresent()
                        ? proofs.figures(ref.contentId())
                        : CompletableFuture.completedStage(dev.candor.persistence.proof.ProofFigures.NONE))
                .thenApply(figures -> ProofJson.modes(ref, spec, modes, figures, settlements, attestation, added));
    }
}
