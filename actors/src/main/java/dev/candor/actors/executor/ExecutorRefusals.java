package dev.candor.actors.executor;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** What executors say when a model cannot run. */
final class ExecutorRefusals {
    private ExecutorRefusals() {}

    static Refusal tooLarge(ModelEntry entry, String device, long budget) {
        return Refusal.of(
                ErrorCode.NOT_READY,
                "model " + entry.model.name() + " " + entry.model.version() + " takes " + entry.memory
                        + " bytes and device " + device + " may hold " + budget
                        + "; raise the device's memory budget or use a smaller model");
    }

    static Refusal down(String device, String why, long restNanos) {
        return Refusal.retryable(
                ErrorCode.NOT_READY, "device " + device + " is down: " + why, Duration.ofNanos(restNanos));
    }

    static Refusal ended(String device) {
        return Refusal.retryable(
                ErrorCode.NOT_READY, "the executor of device " + device + " has ended", Duration.ofSeconds(1));
    }

    /** The same refusal with the time of the next try. */
    static Refusal retriedAfter(Refusal refusal, long nanos) {
        return new Refusal(refusal.code(), refusal.sentence(), Optional.of(Duration.ofNanos(nanos)), refusal.receipt());
    }

    static Refusal notFetched(ModelRef model, Duration limit) {
        return Refusal.of(
                ErrorCode.NOT_READY,
                "the file of model " + model.name() + " " + model.version() + " did not come within "
                        + limit.toSeconds() + " s; see whether the blob store can be reached");
    }

    /** Why a model's file cannot be had. */
    static Refusal noFile(ModelRef model, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RefusedException refused
                ? refused.refusal()
                : Refusal.retryable(
                        ErrorCode.NOT_READY,
                        "the file of model " + model.name() + " " + model.version() + " cannot be had: "
                                + cause.getMessage(),
                        Duration.ofSeconds(5));
    }
}
