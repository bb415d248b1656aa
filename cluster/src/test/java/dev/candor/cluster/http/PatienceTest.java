package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.cluster.http.Patience.Verdict;
import dev.candor.cluster.http.Patience.Wait;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Timeouts under a clock that the test turns. */
final class PatienceTest {
    private static final long SECOND = 1_000_000_000L;

    private Patience patience;

    @BeforeEach
    void create() {
        patience = new Patience(new HttpSettings(
                "127.0.0.1",
                0,
                1,
                1,
                1024,
                1024,
                1024,
                1024,
                1,
                1,
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1)));
        assertThat(judge(0, Wait.REQUEST)).isEqualTo(Verdict.FINE);
    }

    private Verdict judge(long second, Wait wait) {
        return patience.judge(second * SECOND, wait, 0);
    }

    @Test
    void closesAnIdleConnection() {
        assertThat(judge(75, Wait.REQUEST)).isEqualTo(Verdict.FINE);
        assertThat(judge(76, Wait.REQUEST)).isEqualTo(Verdict.CLOSE);
    }

    @Test
    void startsOverWithEveryMark() {
        patience.progress();
        assertThat(judge(70, Wait.REQUEST)).isEqualTo(Verdict.FINE);
        assertThat(judge(140, Wait.REQUEST)).isEqualTo(Verdict.FINE);
        assertThat(judge(146, Wait.REQUEST)).isEqualTo(Verdict.CLOSE);
    }

    @Test
    void hasLessPatienceWithAHeadThatDoesNotEnd() {
        assertThat(judge(10, Wait.HEAD)).isEqualTo(Verdict.FINE);
        assertThat(judge(11, Wait.HEAD)).isEqualTo(Verdict.CLOSE);
    }

    @Test
    void boundsABodyAsAWholeEvenWhereItTrickles() {
        patience.begin();
        for (long second = 0; second <= 60; second++) {
            patience.progress();
            assertThat(judge(second, Wait.BODY)).isEqualTo(Verdict.FINE);
        }
        patience.progress();
        assertThat(judge(61, Wait.BODY)).isEqualTo(Verdict.BODY_LATE);
    }

    @Test
    void letsAStreamTakeItsTimeAsLongAsItMoves() {
        for (long second = 0; second <= 1000; second += 70) {
            patience.progress();
            assertThat(judge(second, Wait.STREAM)).isEqualTo(Verdict.FINE);
        }
        assertThat(judge(1100, Wait.STREAM)).isEqualTo(Verdict.BODY_LATE);
    }

    @Test
    void waitsForTheServiceAsLongAsItTakes() {
        assertThat(judge(100_000, Wait.ANSWER)).isEqualTo(Verdict.FINE);
    }

    @Test
    void closesAClientThatTakesNothingOfItsAnswer() {
        assertThat(patience.judge(SECOND, Wait.ANSWER, 1000)).isEqualTo(Verdict.FINE);
        assertThat(patience.judge(70 * SECOND, Wait.ANSWER, 900)).isEqualTo(Verdict.FINE);
        assertThat(patience.judge(145 * SECOND, Wait.ANSWER, 900)).isEqualTo(Verdict.FINE);
        assertThat(patience.judge(146 * SECOND, Wait.ANSWER, 900)).isEqualTo(Verdict.CLOSE);
    }

    @Test
    void lingersShortly() {
        patience.begin();
        assertThat(judge(1, Wait.END)).isEqualTo(Verdict.FINE);
        patience.progress();
        assertThat(judge(3, Wait.END)).isEqualTo(Verdict.FINE);
        patience.progress();
        assertThat(judge(6, Wait.END)).isEqualTo(Verdict.CLOSE);
    }
}
