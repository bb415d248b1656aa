package dev.candor.actors.receipt;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link ReceiptVerifier} found: a finding for every check, in the order of {@link Check}.
 *
 * @param receipt the receipt, if its bytes could be read
 * @param findings one for each check
 */
public record Verification(Optional<Receipt> receipt, Map<Check, Finding> findings) {
    /** The checks; {@code docs/receipt.md} says what each is. */
    public enum Check {
        VERSION,
        BYTES,
        NETWORK,
        KEY_KNOWN,
        KEY_ROLE,
        KEY_TIME,
        KEY_REVOKED,
        PATH,
        SIGNATURE,
        MODE,
        REQUEST,
        ANSWER,
        MODEL;

        /** The name in reports, such as {@code key-known}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The outcome of one check. */
    public sealed interface Finding {
        /** What was found, in a sentence or a value. */
        String detail();

        /** The check holds. */
        record Passed(String detail) implements Finding {}

        /** The check does not hold. */
        record Failed(String detail) implements Finding {}

        /** Nothing was there to check. */
        record Skipped(String detail) implements Finding {}

        /** {@code passed}, {@code FAILED} or {@code skipped}. */
        default String status() {
            return switch (this) {
                case Passed passed -> "passed";
                case Failed failed -> "FAILED";
                case Skipped skipped -> "skipped";
            };
        }
    }

    /** These need nothing but receipt and trust file, so nothing excuses them. */
    private static final Set<Check> ALWAYS = EnumSet.of(
            Check.VERSION,
            Check.BYTES,
            Check.KEY_KNOWN,
            Check.KEY_ROLE,
            Check.KEY_TIME,
            Check.KEY_REVOKED,
            Check.PATH,
            Check.SIGNATURE);

    /** Keeps an immutable copy; a check without a finding is an {@link IllegalArgumentException}. */
    public Verification {
        if (findings.size() != Check.values().length) {
            throw new IllegalArgumentException("every check needs a finding");
        }
        findings = Collections.unmodifiableMap(new EnumMap<>(findings));
    }

    /** Whether no check failed and all of those passed that receipt and trust file suffice for. */
    public boolean ok() {
        return findings.values().stream().noneMatch(Finding.Failed.class::isInstance)
                && ALWAYS.stream().allMatch(check -> findings.get(check) instanceof Finding.Passed);
    }

    /** The checks that failed. */
    public List<Check> failed() {
        return findings.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Finding.Failed)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What failed in one line, such as {@code answer: the outputs are not ...}; empty if nothing did. */
    public String failures() {
        return String.join(
                "; ",
                failed().stream()
                        .map(check -> check.text() + ": " + finding(check).detail())
                        .toList());
    }

    /** The finding of one check. */
    public Finding finding(Check check) {
        Finding finding = findings.get(check);
        if (finding == null) {
            throw new IllegalStateException("every check has a finding");
        }
        return finding;
    }
}
