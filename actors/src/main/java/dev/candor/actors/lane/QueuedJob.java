package dev.candor.actors.lane;

import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;

/** A job in a lane. Touched by one party at a time: the lane, then the batch that took it. */
final class QueuedJob {
    private final InferenceJob job;
    private int attempt;

    QueuedJob(InferenceJob job, int attempt) {
        this.job = job;
        this.attempt = attempt;
    }

    InferenceJob job() {
        return job;
    }

    /** How many devices were given this job before. */
    int attempt() {
        return attempt;
    }

    void lostADevice() {
        attempt++;
    }

    void refuse(Refusal refusal) {
        job.replyTo().tell(new InferenceOutcome.Refused(job.uuid(), refusal));
    }
}
