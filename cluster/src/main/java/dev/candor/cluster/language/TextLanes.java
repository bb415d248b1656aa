package dev.candor.cluster.language;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.routing.ExecutorReadiness;
import dev.candor.actors.routing.JobSink;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Digest;
import dev.candor.gpuconfig.language.SequenceEnd;
import dev.candor.gpuconfig.language.SequenceEngine;
import dev.candor.gpuconfig.language.SequenceRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Jobs of text models go to this node's engines, all others to its lanes. Found by content id, so that whatever name and version a job was resolved to, what runs is
 * what its receipt names. Thread-safe; nothing here blocks.
 */
public final class TextLanes implements JobSink, ExecutorReadiness {
    private final JobSink lanes;
    private final ExecutorReadiness readiness;
    private final TokenTaps taps = new TokenTaps();
    private final ConcurrentMap<Digest, SequenceEngine> engines = new ConcurrentHashMap<>();
    private final ConcurrentMap<UUID, InferenceJob> jobs = new ConcurrentHashMap<>();

    /**
     * In front of {@code lanes}.
     *
     * @param readiness of models that are not text models
     */
    public TextLanes(JobSink lanes, ExecutorReadiness readiness) {
        this.lanes = lanes;
        this.readiness = readiness;
    }

    TokenTaps taps() {
        return taps;
    }

    void serve(Digest contentId, SequenceEngine engine) {
        engines.put(contentId, engine);
    }

    @Override
    public void submit(InferenceJob job) {
        SequenceEngine engine = engines.get(job.model().contentId());
        if (engine != null) {
            submit(job, engine);
        } else if (isText(job)) {
            refuse(job, elsewhere(job.model()));
        } else {
            lanes.submit(job);
        }
    }

    private void submit(InferenceJob job, SequenceEngine engine) {
        Refusal refusal;
        jobs.put(job.uuid(), job);
        try {
            TextTensors.Asked asked = TextTensors.read(job.inputs());
            Digest digest = job.requestDigest();
            refusal = engine.submit(new SequenceRequest(
                    job.uuid(),
                    asked.prompt(),
                    asked.sampling(),
                    job.deadline().nanoTime(),
                    (index, token) -> taps.heard(digest, index, token)));
        } catch (RefusedException e) {
            refusal = e.refusal();
        }
        if (refusal != null) {
            jobs.remove(job.uuid());
            refuse(job, refusal);
        }
    }

    /** Sequences of one engine ended. */
    void ended(List<SequenceEnd> ends, SequenceReceipts receipts, String device) {
        List<SequenceReceipts.Ended> written = new ArrayList<>();
        for (SequenceEnd end : ends) {
            InferenceJob job = jobs.remove(end.request().id());
            if (job != null) {
                switch (end) {
                    case SequenceEnd.Written each -> written.add(new SequenceReceipts.Ended(job, each));
                    case SequenceEnd.Refused each -> refuse(job, each.refusal());
                }
            }
        }
        if (!written.isEmpty()) {
            receipts.finish(written, device);
        }
    }

    @Override
    public void cancel(UUID uuid, ModelRef model, Optional<Identity> identity) {
        SequenceEngine engine = engines.get(model.contentId());
        if (engine != null) {
            engine.cancel(uuid);
        } else {
            lanes.cancel(uuid, model, identity);
        }
    }

    @Override
    public Optional<Refusal> anyExecutor() {
        return readiness.anyExecutor();
    }

    @Override
    public Optional<Refusal> executorFor(ModelRef model) {
        return engines.containsKey(model.contentId()) ? Optional.empty() : readiness.executorFor(model);
    }

    private static boolean isText(InferenceJob job) {
        return job.inputs().stream()
                .map(input -> input.name())
                .toList()
                .equals(TextTensors.SPEC.inputs().stream().map(TensorSpec::name).toList());
    }

    private static Refusal elsewhere(ModelRef model) {
        return Refusal.of(
                ErrorCode.NOT_READY,
                "this node does not run the text model " + model.name() + " " + model.version()
                        + "; set candor.language.models on every node that takes requests");
    }

    private static void refuse(InferenceJob job, Refusal refusal) {
        job.replyTo().tell(new InferenceOutcome.Refused(job.uuid(), refusal));
    }
}
