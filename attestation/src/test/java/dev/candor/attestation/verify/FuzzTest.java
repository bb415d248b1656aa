package dev.candor.attestation.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.wire.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes come: a verdict, never an exception, and never that of valid evidence unless nothing changed. */
final class FuzzTest {
    private static final Map<String, Forge> VALID = new TreeMap<>();
    private static final Map<String, Octets> ENCODED = new TreeMap<>();

    static {
        Attacks.HARDWARE.forEach((name, maker) -> {
            Forge forge = maker.get();
            VALID.put(name, forge);
            ENCODED.put(name, AttestationCodec.encode(forge.attestation()));
        });
    }

    /** What is done to the bytes at a place. */
    enum Change {
        FLIP,
        ZERO,
        CUT,
        REPEAT,
        INSERT
    }

    /** One change. */
    record Step(Change change, int at, int value) {}

    @Property(tries = 1500)
    void changedEvidenceIsRefused(@ForAll("kinds") String kind, @ForAll("steps") List<Step> steps) {
        Octets original = ENCODED.get(kind);
        byte[] bytes = original.toArray();
        for (Step step : steps) {
            bytes = apply(step, bytes);
        }
        Forge forge = VALID.get(kind);
        Verdict verdict =
                new AttestationVerifier(forge.roots(), Set.of()).verify(Octets.copyOf(bytes), forge.expectation());

        if (original.equals(Octets.copyOf(bytes))) {
            assertThat(verdict).isInstanceOf(Verdict.Attested.class);
        } else {
            assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        }
    }

    @Property(tries = 500)
    void arbitraryBytesAreRefused(@ForAll byte[] bytes) {
        Forge forge = VALID.get("nitro");

        assertThat(new AttestationVerifier().verify(Octets.copyOf(bytes), forge.expectation()))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        verdict -> assertThat(verdict.check()).isEqualTo(Check.WELL_FORMED));
    }

    @Provide
    Arbitrary<String> kinds() {
        return Arbitraries.of(new ArrayList<>(ENCODED.keySet()));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return net.jqwik.api.Combinators.combine(
                        Arbitraries.of(Change.class),
                        Arbitraries.integers().between(0, 1 << 20),
                        Arbitraries.integers().between(1, 255))
                .as(Step::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3);
    }

    private static byte[] apply(Step step, byte[] bytes) {
        if (bytes.length == 0) {
            return bytes;
        }
        int at = step.at % bytes.length;
        int count = Math.min(step.value, bytes.length - at);
        return switch (step.change) {
            case FLIP -> {
                bytes[at] = (byte) (bytes[at] ^ step.value);
                yield bytes;
            }
            case ZERO -> {
                Arrays.fill(bytes, at, at + count, (byte) 0);
                yield bytes;
            }
            case CUT -> join(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + count, bytes.length));
            case REPEAT -> join(Arrays.copyOf(bytes, at + count), Arrays.copyOfRange(bytes, at, bytes.length));
            case INSERT ->
                join(
                        Bytes.padded(Octets.copyOf(Arrays.copyOf(bytes, at)), at + count)
                                .toArray(),
                        Arrays.copyOfRange(bytes, at, bytes.length));
        };
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
