package dev.candor.attestation.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.attestation.evidence.AttestationCodec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Evidence under roots of our own: what is right passes, what breaks one rule is refused by that rule's name, and by nothing else. */
final class AttacksTest {
    private static final List<Attack> ATTACKS = Attacks.all();

    static Stream<String> hardware() {
        return Attacks.HARDWARE.keySet().stream();
    }

    static Stream<Attack> attacks() {
        return ATTACKS.stream();
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void acceptsValidEvidence(String name) {
        Forge forge = Attacks.HARDWARE.get(name).get();

        assertThat(forge.verdict(Set.of())).isInstanceOfSatisfying(Verdict.Attested.class, verdict -> {
            assertThat(verdict.kind()).isEqualTo(forge.kind);
            assertThat(verdict.key()).isEqualTo(Forge.KEY);
            assertThat(verdict.release().name()).isEqualTo("release 1");
            assertThat(verdict.measured()).containsAllEntriesOf(forge.allowed);
        });
        assertThat(new AttestationVerifier(forge.roots(), Set.of())
                        .verify(AttestationCodec.encode(forge.attestation()), forge.expectation()))
                .isInstanceOf(Verdict.Attested.class);
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void refusesByNameAndByNothingElse(Attack attack) {
        Forge forge = attack.forge().get();

        assertThat(forge.verdict(Set.of())).isInstanceOfSatisfying(Verdict.Refused.class, verdict -> {
            assertThat(verdict.check()).as(verdict.why()).isEqualTo(attack.check());
            assertThat(verdict.why()).isNotBlank();
        });
        assertThat(forge.verdict(attack.without()))
                .as("without the check the attack succeeds, so nothing else stands in its way")
                .isNotInstanceOf(Verdict.Refused.class);
    }

    @Test
    void everyCheckHasAnAttack() {
        Set<Check> attacked = ATTACKS.stream().map(Attack::check).collect(Collectors.toSet());

        // Bytes that cannot be read cannot be accepted either: the fuzz tests are for these.
        assertThat(attacked).containsAll(EnumSet.complementOf(EnumSet.of(Check.WELL_FORMED)));
        assertThat(Arrays.asList(Check.values())).hasSize(attacked.size() + 1);
    }

    @ParameterizedTest
    @MethodSource("hardware")
    void theVendorsVerifierRefusesRootsOfOurOwn(String name) {
        Forge forge = Attacks.HARDWARE.get(name).get();

        assertThat(new AttestationVerifier().verify(forge.attestation(), forge.expectation()))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        verdict -> assertThat(verdict.check()).isEqualTo(Check.ROOT));
    }

    @Test
    void softwaresWordIsOfAnotherTypeAndBelowEveryHardware() {
        Forge forge = new SimulatedForge();

        assertThat(forge.verdict(Set.of())).isEqualTo(new Verdict.Simulated(Forge.KEY, "release 1"));
        assertThat(new AttestationVerifier().verify(forge.attestation(), forge.expectation()))
                .isEqualTo(new Verdict.Simulated(Forge.KEY, "release 1"));
        assertThat(Level.SIMULATED).isLessThan(Level.DEVICE).isLessThan(Level.TEE);
        for (String name : Attacks.HARDWARE.keySet()) {
            assertThat(Level.of(Attacks.HARDWARE.get(name).get().kind)).isGreaterThan(Level.SIMULATED);
        }
    }
}
