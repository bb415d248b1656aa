package dev.candor.proving.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.proving.field.Goldilocks;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountingTest {

    private static BigInteger factorial(int n) {
        BigInteger product = BigInteger.ONE;
        for (int i = 2; i <= n; i++) {
            product = product.multiply(BigInteger.valueOf(i));
        }
        return product;
    }

    private static BigInteger choose(int n, int k) {
        return k > n ? BigInteger.ZERO : factorial(n).divide(factorial(k)).divide(factorial(n - k));
    }

    @Test
    void countsDrawsByBinomials() {
        for (int all = 1; all <= 12; all++) {
            for (int marked = 0; marked <= all; marked++) {
                for (int draws = 0; draws <= all; draws++) {
                    assertThat(ErrorBound.allDrawsMarked(marked, all, draws))
                            .isEqualTo(ErrorBound.of(choose(marked, draws), choose(all, draws)));
                }
            }
        }
        assertThatThrownBy(() -> ErrorBound.allDrawsMarked(5, 4, 1)).hasMessageContaining("no sense");
    }

    @Test
    void givesBitsRoundedDown() {
        BigInteger one = BigInteger.ONE;
        assertThat(ErrorBound.of(one, one).bits()).isZero();
        assertThat(ErrorBound.of(one, one.shiftLeft(100)).bits()).isEqualTo(100);
        assertThat(ErrorBound.of(one, one.shiftLeft(100).subtract(one)).bits()).isEqualTo(100 - 1.0 / 16);
        // log2(3) = 1.58496...; 1.5625 is 25 sixteenths.
        assertThat(ErrorBound.of(one, BigInteger.valueOf(3)).bits()).isEqualTo(1.5625);
        assertThat(ErrorBound.of(BigInteger.valueOf(3), one).bits()).isEqualTo(-1.625);
        assertThat(ErrorBound.ZERO.bits()).isInfinite();
        assertThat(ErrorBound.of(one, one.shiftLeft(100)).isAtMostTwoToMinus(100))
                .isTrue();
        assertThat(ErrorBound.of(one.add(one.shiftLeft(200)), one.shiftLeft(300))
                        .isAtMostTwoToMinus(100))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1024, 8192, 122", "2048, 16384, 110", "4096, 16384, 139", "8192, 32768, 131"})
    void findsTheFewestColumnsForEightOpenings(int dataSize, int length, int queries) {
        CodeParameters found = CodeParameters.forOpenings(dataSize, length, 8, 16);
        assertThat(found.queries()).isEqualTo(queries);
        assertThat(found.randomSize()).isEqualTo(8 * queries);
        assertThat(found.isEnough()).isTrue();
        CodeParameters fewer = new CodeParameters(dataSize, found.randomSize(), length, queries - 1, 16);
        assertThat(fewer.isEnough()).isFalse();
    }

    @Test
    void theLeastRandomCoefficientsAreFound() {
        CodeParameters found = CodeParameters.forOpenings(64, 1024, 2, 10);
        for (int t = 0; t < found.randomSize(); t++) {
            assertThat(2 * CodeParameters.withFewestQueries(64, t, 1024, 10).queries())
                    .isGreaterThan(t);
        }
    }

    @Test
    void boundsBothTestsExactly() {
        CodeParameters code = new CodeParameters(8, 6, 64, 5, 0);
        assertThat(code.proximityQueries()).isEqualTo(ErrorBound.of(choose(39, 5), choose(64, 5)));
        assertThat(code.linearQueries()).isEqualTo(ErrorBound.of(choose(21, 5), choose(64, 5)));
        assertThat(code.queryError()).isEqualTo(ErrorBound.of(choose(39, 5).add(choose(21, 5)), choose(64, 5)));
    }

    @Test
    void refusesSizesWithoutABound() {
        assertThatThrownBy(() -> new CodeParameters(8, 24, 64, 5, 0)).hasMessageContaining("half its word");
        assertThatThrownBy(() -> new CodeParameters(16, 1, 32, 5, 0)).hasMessageContaining("half its word");
        assertThatThrownBy(() -> new CodeParameters(7, 1, 64, 5, 0)).hasMessageContaining("powers of two");
        assertThatThrownBy(() -> new CodeParameters(8, 1, 64, 65, 0)).hasMessageContaining("distinct columns");
        assertThatThrownBy(() -> new CodeParameters(8, 1, 64, 5, 25)).hasMessageContaining("grinding");
        assertThatThrownBy(() -> CodeParameters.forOpenings(1024, 4096, 64, 10)).hasMessageContaining("half its word");
    }

    @Test
    void allColumnsLeaveNoError() {
        CodeParameters small = CodeParameters.withFewestQueries(2, 1, 8, 0);
        assertThat(small.queries()).isEqualTo(6);
        assertThat(small.queryError()).isEqualTo(ErrorBound.ZERO);
    }

    @Test
    void theWeakestRoundDecides() {
        CodeParameters code = CodeParameters.forOpenings(1024, 8192, 8, 10);
        Accounting.Builder rounds = new Accounting.Builder(Goldilocks.MODULUS)
                .extensionRound("proximity", 8192)
                .extensionRound("sum-check", 3)
                .queries("columns", code);
        assertThat(rounds.build().isEnough()).isTrue();
        assertThat(rounds.build().weakest().name()).isEqualTo("columns");
        assertThat(rounds.build().summary()).contains("bits proven + 10 bits work");
        rounds.extensionRound("look-ups", 1L << 28);
        assertThat(rounds.build().isEnough()).isFalse();
        assertThat(rounds.build().weakest().name()).isEqualTo("look-ups");
        assertThat(rounds.build().weakest().provenBits()).isEqualTo(100 - 1.0 / 16);
        Accounting ground = new Accounting.Builder(Goldilocks.MODULUS)
                .extensionRound("look-ups", 1L << 28, 1)
                .build();
        assertThat(ground.isEnough()).isTrue();
    }
}
