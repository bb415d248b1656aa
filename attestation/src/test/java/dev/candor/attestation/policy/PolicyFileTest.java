package dev.candor.attestation.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.wire.Octets;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PolicyFileTest {
    @Test
    void readsAFile() {
        Policy policy = parse("""
                {"version": 1,
                 "allowed": [{"kind": "intel-sgx", "name": "release 7", "measurements": {"MRENCLAVE": "ab"}}],
                 "revoked": [{"kind": "amd-sev-snp", "name": "leaks", "measurements": {"MEASUREMENT": "cd"}}],
                 "revoked_certificates": ["%s"],
                 "intel": {"accept": ["UpToDate", "SWHardeningNeeded"], "least_evaluation": 17},
                 "snp": {"bootloader": 3, "tee": 0, "snp": 20, "microcode": 209, "crl_required": false},
                 "nitro": {"most_age_s": 60}}""".formatted("ee".repeat(32)));

        assertThat(policy)
                .isEqualTo(new Policy(
                        List.of(new MeasurementSet(
                                Kind.INTEL_SGX, "release 7", new TreeMap<>(Map.of("MRENCLAVE", Octets.ofHex("ab"))))),
                        List.of(new MeasurementSet(
                                Kind.AMD_SEV_SNP, "leaks", new TreeMap<>(Map.of("MEASUREMENT", Octets.ofHex("cd"))))),
                        Set.of(Octets.ofHex("ee".repeat(32))),
                        new Policy.Intel(Set.of(TcbStatus.UP_TO_DATE, TcbStatus.SW_HARDENING_NEEDED), 17),
                        new Policy.Snp(new SnpTcb(3, 0, 20, 209), false),
                        Duration.ofSeconds(60),
                        false));
    }

    @Test
    void whatIsNotSaidIsStrict() {
        Policy policy = parse("{\"version\": 1, \"allowed\": []}");

        assertThat(policy.simulated()).isFalse();
        assertThat(policy.intel().accepted()).containsExactly(TcbStatus.UP_TO_DATE);
        assertThat(policy.snp().crlRequired()).isTrue();
        assertThat(policy.nitroAge()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void refusesFilesThatSaySomethingElseThanTheyMean() {
        refuses("the policy has the unknown field 'allow'", "{\"version\": 1, \"allowed\": [], \"allow\": []}");
        refuses("the policy lacks the field 'allowed'", "{\"version\": 1}");
        refuses("the policy's version is not 1", "{\"version\": 2, \"allowed\": []}");
        refuses(
                "the policy cannot be used: no policy may accept the TCB status Revoked",
                "{\"version\": 1, \"allowed\": [], \"intel\": {\"accept\": [\"Revoked\"]}}");
        refuses(
                "the policy cannot be used: the measurements 'r' of kind aws-nitro must name PCR0, PCR1, PCR2",
                "{\"version\": 1, \"allowed\": [{\"kind\": \"aws-nitro\", \"name\": \"r\", \"measurements\": {\"PCR0\": \"00\"}}]}");
        refuses(
                "the policy cannot be used: the measurements 'r' of kind nvidia-gpu must name at least one measured value, "
                        + "M1 to M255",
                "{\"version\": 1, \"allowed\": [{\"kind\": \"nvidia-gpu\", \"name\": \"r\", \"measurements\": "
                        + "{\"DRIVER_VERSION\": \"00\", \"VBIOS_VERSION\": \"00\"}}]}");
        refuses(
                "there is no kind of evidence 'tpm'",
                "{\"version\": 1, \"allowed\": [{\"kind\": \"tpm\", \"name\": \"r\", \"measurements\": {}}]}");
        assertThatThrownBy(() -> parse("{\"version\": 1, \"version\": 1, \"allowed\": []}"))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessageStartingWith("the policy is not JSON: ");
    }

    private static void refuses(String message, String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(InvalidPolicyException.class)
                .hasMessage(message);
    }

    private static Policy parse(String json) {
        return PolicyFile.parse(Octets.copyOf(json.getBytes(StandardCharsets.UTF_8)));
    }
}
