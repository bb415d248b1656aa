package dev.candor.actors.inference;

import dev.candor.actors.value.Bytes;
import java.time.Duration;
import java.util.Optional;

/**
 * Why a request was not answered.
 *
 * @param code stable, for programs
 * @param sentence for people: what was wrong and what to change
 * @param retryAfter when a retry may succeed, if that is known
 * @param receipt the receipt of an answer that is past its retention ({@link ErrorCode#ANSWER_EXPIRED}), if any
 */
public record Refusal(ErrorCode code, String sentence, Optional<Duration> retryAfter, Optional<Bytes> receipt) {
    /** A refusal that a retry alone does not cure. */
    public static Refusal of(ErrorCode code, String sentence) {
        return new Refusal(code, sentence, Optional.empty(), Optional.empty());
    }

    /** A refusal that says when to come back. */
    public static Refusal retryable(ErrorCode code, String sentence, Duration after) {
        return new Refusal(code, sentence, Optional.of(after), Optional.empty());
    }
}
