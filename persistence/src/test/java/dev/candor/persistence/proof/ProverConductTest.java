package dev.candor.persistence.proof;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who gets no work, and for how long. */
final class ProverConductTest {
    private final ProverConduct conduct = new ProverConduct();

    @Test
    void whoBringsGarbageIsExcludedByNameForAWhile() {
        conduct.took(1, "liar");
        conduct.took(2, "honest");
        assertThat(conduct.garbage(1, "it is garbage", 1_000))
                .contains("liar gets no work for 600 s: its proof was refused: it is garbage");
        conduct.ended(2, true);
        assertThat(conduct.excludes("liar", 1_000 + 599_999)).isTrue();
        assertThat(conduct.excludes("liar", 1_000 + 600_000)).isFalse();
        assertThat(conduct.excludes("honest", 1_000)).isFalse();
        assertThat(conduct.garbage(1, "again", 2_000))
                .as("an attempt ends once")
                .isEmpty();
    }

    @Test
    void whoIsSilentThriceInARowIsExcludedByName() {
        for (int lease = 1; lease <= 2; lease++) {
            conduct.took(lease, "never");
            assertThat(conduct.silent(lease, 1_000)).isEmpty();
            assertThat(conduct.excludes("never", 1_000)).isFalse();
        }
        conduct.took(3, "never");
        assertThat(conduct.silent(3, 1_000))
                .contains("never gets no work for 60 s: it was silent about its work 3 times in a row");
        assertThat(conduct.excludes("never", 60_999)).isTrue();
        assertThat(conduct.excludes("never", 61_000)).isFalse();
    }

    /** A prover that is killed now and then and proves between is no bad one. */
    @Test
    void aProofThatVerifiesClearsAProver() {
        for (int round = 0; round < 5; round++) {
            conduct.took(10 * round, "killed");
            conduct.took(10 * round + 1, "killed");
            assertThat(conduct.silent(10 * round, 1_000)).isEmpty();
            conduct.ended(10 * round + 1, true);
        }
        assertThat(conduct.excludes("killed", 1_000)).isFalse();
    }

    @Test
    void whatIsNotKnownIsHeldAgainstNobody() {
        assertThat(conduct.garbage(7, "it is garbage", 0)).isEmpty();
        assertThat(conduct.silent(7, 0)).isEmpty();
        conduct.took(8, "gives up");
        conduct.ended(8, false);
        assertThat(conduct.silent(8, 0)).isEmpty();
    }
}
