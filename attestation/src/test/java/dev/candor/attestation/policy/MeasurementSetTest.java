package dev.candor.attestation.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MeasurementSetTest {
    @Test
    void theDigestStaysAsItIs() {
        MeasurementSet set = new MeasurementSet(
                Kind.INTEL_SGX,
                "release 1",
                new TreeMap<>(Map.of("MRENCLAVE", Octets.ofHex("ab".repeat(32)), "ISVSVN", Octets.ofHex("0001"))));

        // By another program.
        assertThat(set.digest().toHex()).isEqualTo("1b29df27b30bf07f739d1123d0531e5874b0b3c30e575ecc89bcb9ee8c2e364d");
        assertThat(new MeasurementSet(Kind.INTEL_SGX, "another name", set.values()).digest())
                .isEqualTo(set.digest());
    }
}
