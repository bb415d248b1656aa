package dev.candor.attestation.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Evidence of strangers gets a verdict, whatever its bytes: of all checks, and of a verifier that asks for no signature and no pinned root, so that the
 * parsers behind those are reached too.
 */
final class EvidenceFuzzTest {
    private static final Set<Check> SIGNATURES = Set.of(
            Check.ROOT,
            Check.CHAIN_SIGNATURE,
            Check.CRL_SIGNATURE,
            Check.EVIDENCE_SIGNATURE,
            Check.QE_SIGNATURE,
            Check.COLLATERAL_SIGNATURE);

    private static final List<Forge> VALID = new ArrayList<>();
    private static final List<Octets> ENCODED = new ArrayList<>();

    static {
        Attacks.HARDWARE.forEach((_, maker) -> {
            Forge forge = maker.get();
            VALID.add(forge);
            ENCODED.add(AttestationCodec.encode(forge.attestation()));
        });
    }

    /** The first byte says which forger's evidence was expected. */
    static Stream<byte[]> valid() {
        return Stream.iterate(0, i -> i < ENCODED.size(), i -> i + 1).map(i -> {
            byte[] bytes = ENCODED.get(i).toArray();
            byte[] seed = new byte[1 + bytes.length];
            seed[0] = (byte) (int) i;
            System.arraycopy(bytes, 0, seed, 1, bytes.length);
            return seed;
        });
    }

    @MethodSource("valid")
    @FuzzTest(maxDuration = "10s")
    void evidence(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int expected = (input[0] & 0xff) % VALID.size();
        Forge forge = VALID.get(expected);
        byte[] rest = new byte[input.length - 1];
        System.arraycopy(input, 1, rest, 0, rest.length);
        Octets bytes = Octets.copyOf(rest);

        Verdict verdict = new AttestationVerifier(forge.roots(), Set.of()).verify(bytes, forge.expectation());
        assertThat(verdict instanceof Verdict.Attested).isEqualTo(bytes.equals(ENCODED.get(expected)));
        assertThat(new AttestationVerifier(forge.roots(), SIGNATURES).verify(bytes, forge.expectation()))
                .isNotNull();
    }
}
