package dev.candor.bench.load;

import java.util.Optional;

/** Tells right answers from wrong ones, so that a server that answers fast and wrongly scores nothing. */
@FunctionalInterface
public interface AnswerCheck {
    /** What is wrong with the answer, empty if nothing is. */
    Optional<String> problem(SampledAnswer answer);
}
