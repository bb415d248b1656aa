package dev.candor.persistence.partition;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.value.Bytes;
import java.time.Duration;
import java.util.Optional;

/** The refusals of partitions, in one place so that one cause always reads the same. */
public final class Refusals {
    private static final Duration SOON = Duration.ofSeconds(1);

    private Refusals() {}

    /** 409. */
    public static Refusal conflict() {
        return Refusal.of(
                ErrorCode.IDEMPOTENCY_CONFLICT,
                "This idempotency key was used with another body; use a new key for a new request.");
    }

    /** 410 with the receipt. */
    public static Refusal expired(Bytes receipt) {
        return new Refusal(
                ErrorCode.ANSWER_EXPIRED,
                "The answer under this idempotency key is past its retention; its receipt remains.",
                Optional.empty(),
                Optional.of(receipt));
    }

    /** The deadline passed before the write. */
    static Refusal late() {
        return Refusal.of(ErrorCode.DEADLINE_EXCEEDED, "The deadline passed before the answer could be committed.");
    }

    /** Not in the journal. */
    static Refusal unavailable() {
        return Refusal.retryable(
                ErrorCode.JOURNAL_UNAVAILABLE, "The journal cannot be written now; nothing was committed.", SOON);
    }

    /** Perhaps in the journal. */
    static Refusal unknown() {
        return Refusal.retryable(
                ErrorCode.COMMIT_UNKNOWN,
                "The answer may or may not be in the journal; a retry under the same idempotency key tells.",
                SOON);
    }

    /** The partition is on its way to another node. */
    static Refusal moving() {
        return Refusal.retryable(ErrorCode.NOT_READY, "The partition is moving to another node; retry.", SOON);
    }
}
