package dev.candor.proving.transcript;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The messages of a transcript in order, with their kinds and exact sizes. It is computed from public parameters alone, and prover and
 * verifier both run their {@link Transcript} along it: neither can absorb a message late, early, twice or at another size, and what a
 * challenge depends on is read off here. Immutable.
 */
public final class Schedule {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9][a-z0-9./-]{0,63}");

    /**
     * One message.
     *
     * @param kind what it holds
     * @param label its name, lower case, at most 64 characters
     * @param count the number of its bytes, digests, elements, challenges or positions; 1 for a number
     */
    public record Step(Kind kind, String label, long count) {

        public Step {
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(
                        "A transcript label is 1 to 64 of a-z, 0-9, '.', '/', '-', not \"" + label + "\".");
            }
            if (count < 0) {
                throw new IllegalArgumentException("The message \"" + label + "\" has " + count + " items.");
            }
        }
    }

    private final String name;
    private final List<Step> steps;

    private Schedule(String name, List<Step> steps) {
        this.name = name;
        this.steps = steps;
    }

    /** Starts a schedule; {@code name} separates its transcripts from those of every other schedule. */
    public static Builder named(String name) {
        return new Builder(name);
    }

    public String name() {
        return name;
    }

    public List<Step> steps() {
        return steps;
    }

    /** Collects steps in order. */
    public static final class Builder {

        private final String name;
        private final List<Step> steps = new ArrayList<>();

        private Builder(String name) {
            if (!LABEL.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "A schedule's name is 1 to 64 of a-z, 0-9, '.', '/', '-', not \"" + name + "\".");
            }
            this.name = name;
        }

        private Builder step(Kind kind, String label, long count) {
            steps.add(new Step(kind, label, count));
            return this;
        }

        public Builder bytes(String label, long length) {
            return step(Kind.BYTES, label, length);
        }

        public Builder number(String label) {
            return step(Kind.NUMBER, label, 1);
        }

        public Builder digest(String label) {
            return step(Kind.DIGESTS, label, 1);
        }

        public Builder digests(String label, long count) {
            return step(Kind.DIGESTS, label, count);
        }

        public Builder elements(String label, long count) {
            return step(Kind.ELEMENTS, label, count);
        }

        public Builder extensions(String label, long count) {
            return step(Kind.EXTENSIONS, label, count);
        }

        public Builder zeros(String label, long length) {
            return step(Kind.ZEROS, label, length);
        }

        public Builder challengeExtensions(String label, long count) {
            return step(Kind.CHALLENGE_EXTENSIONS, label, count);
        }

        public Builder challengePositions(String label, long count) {
            return step(Kind.CHALLENGE_POSITIONS, label, count);
        }

        public Builder challengeDigest(String label) {
            return step(Kind.CHALLENGE_DIGEST, label, 1);
        }

        public Schedule build() {
            return new Schedule(name, List.copyOf(steps));
        }
    }
}
