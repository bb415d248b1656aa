package dev.candor.cluster.call;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.cluster.webhook.CallbackUrl;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The {@code parameters} of a request to infer that mean the same in every protocol. A front end hands each parameter in as it read it; those that
 * {@link #knows} does not know are the front end's own or, as the protocol wants it, nobody's.
 *
 * <p>Not thread-safe.
 */
public final class CallParameters {
    /** Beyond this a timeout means none: 365 days. */
    private static final long MAX_TIMEOUT_MICROS = 365L * 24 * 3600 * 1_000_000;

    private static final int MAX_KEY = 128;

    private int priority;
    private Optional<Duration> timeout = Optional.empty();
    private VerificationMode mode = VerificationMode.VANILLA;
    private Optional<String> key = Optional.empty();
    private Optional<Duration> verificationDeadline = Optional.empty();
    private boolean privateInput;
    private Optional<String> callback = Optional.empty();
    private boolean retainInput;

    /** A value as the wire had it. */
    public sealed interface Value {
        /** A whole number that fits 64 bits with a sign. */
        record Whole(long value) implements Value {}

        /** A string. */
        record Text(String value) implements Value {}

        /** True or false. */
        record Truth(boolean value) implements Value {}

        /** Anything else: no parameter takes it. */
        record Other() implements Value {}
    }

    /** Whether {@link #take} takes a parameter of this name. */
    public static boolean knows(String name) {
        return switch (name) {
            case "priority",
                    "timeout",
                    "verification",
                    "verification_deadline_ms",
                    "private_input",
                    "retain_input",
                    "callback_url",
                    "idempotency_key",
                    "sequence_id",
                    "sequence_start",
                    "sequence_end" -> true;
            default -> false;
        };
    }

    /**
     * Takes a parameter that {@link #knows} knows; a later one of the same name counts.
     *
     * @throws RefusedException INVALID_REQUEST for a value it cannot have, UNIMPLEMENTED for sequences of requests
     */
    public void take(String name, Value value) {
        switch (name) {
            case "priority" -> priority = (int) whole(name, value, Integer.MAX_VALUE);
            case "timeout" -> timeout = timeout(whole(name, value, Long.MAX_VALUE));
            case "verification" -> mode = mode(text(name, value));
            case "verification_deadline_ms" ->
                verificationDeadline = Optional.of(Duration.ofMillis(whole(name, value, MAX_TIMEOUT_MICROS / 1_000)));
            case "private_input" -> privateInput = truth(name, value);
            case "retain_input" -> retainInput = truth(name, value);
            case "callback_url" ->
                callback = Optional.of(CallbackUrl.parse(text(name, value)).text());
            case "idempotency_key" -> key = Optional.of(wellFormed(text(name, value)));
            case "sequence_id", "sequence_start", "sequence_end" -> refuseSequence(name, value);
            default -> throw new IllegalArgumentException(name);
        }
    }

    /** 0 where none was given. */
    public int priority() {
        return priority;
    }

    /** How long the request may wait in a queue. */
    public Optional<Duration> timeout() {
        return timeout;
    }

    /** How the answer is to be verified. */
    public VerificationMode mode() {
        return mode;
    }

    /** How long after the answer its verification is waited for. */
    public Optional<Duration> verificationDeadline() {
        return verificationDeadline;
    }

    /** Whether a proof shall hide the inputs. */
    public boolean privateInput() {
        return privateInput;
    }

    /** What is told how the verification ends: a URL, well formed. */
    public Optional<String> callback() {
        return callback;
    }

    /** Whether the inputs are kept for a while. */
    public boolean retainInput() {
        return retainInput;
    }

    /**
     * The idempotency key of the parameter, or of the call around the request.
     *
     * @param ofCall the key that came outside of the request, if any
     * @param carrier what it came in, such as {@code header Idempotency-Key}
     * @throws RefusedException where there are two that differ, or the call's is none
     */
    public Optional<String> key(Optional<String> ofCall, String carrier) {
        if (ofCall.isEmpty()) {
            return key;
        }
        if (key.isPresent() && !key.equals(ofCall)) {
            throw invalid("the " + carrier + " and the parameter \"idempotency_key\" differ; send one of them");
        }
        return Optional.of(wellFormed(ofCall.get()));
    }

    /** What to say of a value of the wrong kind. */
    public static RefusedException wanted(String name, String what) {
        return invalid("the parameter \"" + name + "\" must be " + what);
    }

    private static Optional<Duration> timeout(long micros) {
        return micros == 0
                ? Optional.empty()
                : Optional.of(Duration.of(Math.min(micros, MAX_TIMEOUT_MICROS), ChronoUnit.MICROS));
    }

    private static VerificationMode mode(String word) {
        return VerificationMode.ofWord(word)
                .orElseThrow(() -> invalid("the parameter \"verification\" is vanilla, tee or zkml, not \""
                        + word.substring(0, Math.min(40, word.length())) + "\""));
    }

    private static String wellFormed(String key) {
        boolean fits = !key.isEmpty() && key.length() <= MAX_KEY;
        for (int i = 0; fits && i < key.length(); i++) {
            fits = key.charAt(i) >= 0x20 && key.charAt(i) <= 0x7e;
        }
        if (!fits) {
            throw invalid("an idempotency key has 1 to " + MAX_KEY + " printable ASCII characters");
        }
        return key;
    }

    /** Clients send the parameters of sequences with the values that mean none. */
    private static void refuseSequence(String name, Value value) {
        boolean absent = switch (value) {
            case Value.Whole(long number) -> number == 0;
            case Value.Text(String text) -> text.isEmpty();
            case Value.Truth(boolean truth) -> !truth;
            case Value.Other other -> false;
        };
        if (!absent) {
            throw new RefusedException(
                    ErrorCode.UNIMPLEMENTED,
                    "the parameter \"" + name
                            + "\" is not served: models here keep no state between requests; leave it out");
        }
    }

    private static long whole(String name, Value value, long most) {
        if (value instanceof Value.Whole(long number) && number >= 0 && number <= most) {
            return number;
        }
        throw wanted(name, "a whole number from 0 to " + most);
    }

    private static boolean truth(String name, Value value) {
        if (value instanceof Value.Truth(boolean truth)) {
            return truth;
        }
        throw wanted(name, "true or false");
    }

    private static String text(String name, Value value) {
        if (value instanceof Value.Text(String text)) {
            return text;
        }
        throw wanted(name, "a string");
    }

    private static RefusedException invalid(String sentence) {
        return new RefusedException(ErrorCode.INVALID_REQUEST, sentence);
    }
}
