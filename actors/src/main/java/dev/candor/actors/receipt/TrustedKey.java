package dev.candor.actors.receipt;

import dev.candor.actors.value.Digest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A key that the owner of a trust file trusts.
 *
 * @param key the key
 * @param role what it may sign
 * @param notBefore the first moment at which it may sign, in whole milliseconds; empty for no bound
 * @param notAfter the last moment at which it may sign, in whole milliseconds; empty for no bound
 * @param revokedAt when it was revoked, in whole milliseconds; from then on none of its receipts is believed, whatever time they name
 * @param note for people, up to {@value #MAX_NOTE} characters
 */
public record TrustedKey(
        VerifyingKey key,
        Role role,
        Optional<Instant> notBefore,
        Optional<Instant> notAfter,
        Optional<Instant> revokedAt,
        String note) {
    /** The longest note in characters. */
    public static final int MAX_NOTE = 256;

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    /** What a key may sign. */
    public enum Role {
        /** Receipts. */
        EXECUTOR,
        /** Blocks. */
        VALIDATOR;

        /** The name in a trust file. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The role of this name. */
        public static Optional<Role> ofText(String text) {
            return Arrays.stream(values())
                    .filter(role -> role.text().equals(text))
                    .findFirst();
        }
    }

    /** Refuses a long note, finer times than milliseconds and a time that ends before it begins. */
    public TrustedKey {
        if (note.length() > MAX_NOTE) {
            throw new IllegalArgumentException(
                    "a note has at most " + MAX_NOTE + " characters, this one has " + note.length());
        }
        notBefore.ifPresent(at -> checkTime("not_before", at));
        notAfter.ifPresent(at -> checkTime("not_after", at));
        revokedAt.ifPresent(at -> checkTime("revoked_at", at));
        if (notBefore.isPresent() && notAfter.isPresent() && notAfter.get().isBefore(notBefore.get())) {
            throw new IllegalArgumentException(
                    "not_after " + notAfter.get() + " lies before not_before " + notBefore.get());
        }
    }

    /** A key without bounds in time. */
    public static TrustedKey of(VerifyingKey key, Role role) {
        return new TrustedKey(key, role, Optional.empty(), Optional.empty(), Optional.empty(), "");
    }

    /** The key's id. */
    public Digest id() {
        return key.id();
    }

    /** The same key, revoked. */
    public TrustedKey revoked(Instant at) {
        return new TrustedKey(key, role, notBefore, notAfter, Optional.of(at), note);
    }

    /** Whether {@code at} lies within the bounds, both inclusive. */
    public boolean validAt(Instant at) {
        return notBefore.map(bound -> !at.isBefore(bound)).orElse(true)
                && notAfter.map(bound -> !at.isAfter(bound)).orElse(true);
    }

    private static void checkTime(String field, Instant at) {
        if (!at.truncatedTo(ChronoUnit.MILLIS).equals(at) || at.isBefore(Instant.EPOCH) || at.isAfter(LAST)) {
            throw new IllegalArgumentException(
                    field + " is " + at + "; it lies between 1970 and 9999 and has at most milliseconds");
        }
    }
}
