package dev.candor.proving.randomness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.proving.field.ExtensionVector;
import dev.candor.proving.field.Goldilocks;
import dev.candor.proving.field.ToyField;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecureRandomnessTest {

    @Test
    void neverRepeatsWithinASourceOrBetweenTwo() {
        Set<Long> seen = new HashSet<>();
        int size = 50_000;
        for (int source = 0; source < 3; source++) {
            long[] values = new long[size];
            SecureRandomness.create().elements(Purpose.PAD, Goldilocks.INSTANCE, values, 0, size);
            for (long value : values) {
                assertThat(Goldilocks.INSTANCE.isCanonical(value)).isTrue();
                seen.add(value);
            }
        }
        // A chance repetition among 150,000 of 2^64 has probability 10^-9.
        assertThat(seen).hasSize(3 * size);
    }

    @Test
    void isUniformOnASmallField() {
        long[] values = new long[170_000];
        SecureRandomness.create().elements(Purpose.ROW, new ToyField(17), values, 0, values.length);
        long[] counts = new long[17];
        for (long value : values) {
            counts[(int) value]++;
        }
        // 10,000 each, standard deviation 97.
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(10_000 - 10 * 97);
        assertThat(Arrays.stream(counts).max().orElseThrow()).isLessThan(10_000 + 10 * 97);
    }

    @Test
    void fillsExactlyTheRangeAskedFor() {
        SecureRandomness source = SecureRandomness.create();
        byte[] bytes = new byte[100_000];
        source.bytes(Purpose.SALT, bytes, 1, bytes.length - 2);
        assertThat(bytes[0]).isZero();
        assertThat(bytes[bytes.length - 1]).isZero();
        for (int at = 1; at + 16 < bytes.length; at += 16) {
            assertThat(Arrays.copyOfRange(bytes, at, at + 16)).isNotEqualTo(new byte[16]);
        }
        long[] elements = new long[10];
        source.elements(Purpose.PAD, Goldilocks.INSTANCE, elements, 3, 4);
        assertThat(elements).startsWith(0, 0, 0).endsWith(0, 0, 0);
        ExtensionVector extensions = source.extensions(Purpose.PAD, Goldilocks.INSTANCE, 8);
        assertThat(extensions.size()).isEqualTo(8);
        assertThat(extensions.plane(0)).isNotEqualTo(extensions.plane(1));
    }

    @Test
    void showsNothingOfItselfAndCannotBeStored() {
        SecureRandomness source = SecureRandomness.create();
        assertThat(source).hasToString("a source of secret randomness").isNotInstanceOf(Serializable.class);
        assertThat(source).isNotInstanceOf(Cloneable.class);
    }
}
