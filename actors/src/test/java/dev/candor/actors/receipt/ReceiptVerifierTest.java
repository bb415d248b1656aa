package dev.candor.actors.receipt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.receipt.ReceiptAttacks.Attack;
import dev.candor.actors.receipt.Verification.Check;
import dev.candor.actors.receipt.Verification.Finding;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReceiptVerifierTest {
    private static final ReceiptVerifier VERIFIER = new ReceiptVerifier(ReceiptFixtures.TRUST);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 100})
    void acceptsEveryReceiptOfABatch(int size) {
        List<Bytes> receipts = ReceiptFixtures.batch(size);
        for (int i = 0; i < size; i++) {
            Verification verification = VERIFIER.verify(receipts.get(i), ReceiptFixtures.evidence(i));
            assertThat(verification.failures()).isEmpty();
            assertThat(verification.ok()).isTrue();
            assertThat(verification.findings().values()).allMatch(Finding.Passed.class::isInstance);
            assertThat(verification.receipt().orElseThrow().leaf()).isEqualTo(ReceiptFixtures.leaf(i));
        }
    }

    static List<Attack> attacks() {
        return ReceiptAttacks.all();
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void refuses(Attack attack) {
        Verification verification = new ReceiptVerifier(attack.trust()).verify(attack.receipt(), attack.evidence());
        assertThat(verification.ok()).isFalse();
        assertThat(verification.failed()).contains(attack.refusedBy());
        assertThat(verification.failures()).contains(attack.refusedBy().text() + ": ");
    }

    @ParameterizedTest
    @EnumSource
    void theAttacksGetThroughEveryMutant(VerifierMutant mutant) {
        assertThat(ReceiptAttacks.all().stream()
                        .filter(attack -> mutant.verify(attack).ok())
                        .map(Attack::name))
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyMutantAcceptsTheHonestReceipt(VerifierMutant mutant) {
        Attack none = new Attack(
                "none",
                ReceiptFixtures.TRUST,
                ReceiptAttacks.HONEST,
                ReceiptAttacks.EVIDENCE,
                Optional.empty(),
                Check.BYTES);
        assertThat(mutant.verify(none).ok()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x80, 0xff})
    void refusesEveryChangedByte(int change) {
        for (int at = 0; at < ReceiptAttacks.HONEST.length(); at++) {
            byte[] bytes = ReceiptAttacks.HONEST.toArray();
            bytes[at] ^= (byte) change;
            assertThat(VERIFIER.verify(Bytes.wrap(bytes), Evidence.NONE).ok())
                    .as("byte " + at)
                    .isFalse();
        }
    }

    @Test
    void refusesEveryByteLeftOutOrDoubled() {
        String hex = ReceiptAttacks.HONEST.toHex();
        for (int at = 0; at < hex.length(); at += 2) {
            Bytes without = Bytes.ofHex(hex.substring(0, at) + hex.substring(at + 2));
            Bytes doubled = Bytes.ofHex(hex.substring(0, at + 2) + hex.substring(at));
            assertThat(VERIFIER.verify(without, Evidence.NONE).ok())
                    .as("without " + at)
                    .isFalse();
            assertThat(VERIFIER.verify(doubled, Evidence.NONE).ok())
                    .as("doubled " + at)
                    .isFalse();
        }
    }

    @Test
    void refusesEverySwapWithinABatch() {
        List<Bytes> receipts = ReceiptFixtures.batch(7);
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                assertThat(VERIFIER.verify(receipts.get(i), ReceiptFixtures.evidence(j))
                                .ok())
                        .isEqualTo(i == j);
            }
        }
    }

    @Test
    void namesWhatItCouldNotCheck() {
        Verification alone = new ReceiptVerifier(new TrustFile(Optional.empty(), ReceiptFixtures.TRUST.keys()))
                .verify(ReceiptAttacks.HONEST, Evidence.NONE);
        assertThat(alone.ok()).isTrue();
        assertThat(alone.findings().entrySet().stream()
                        .filter(entry -> entry.getValue() instanceof Finding.Skipped)
                        .map(Map.Entry::getKey))
                .containsExactly(Check.NETWORK, Check.MODE, Check.REQUEST, Check.ANSWER, Check.MODEL);
    }

    @Test
    void isNotOkWhereNothingFailedButNothingWasChecked() {
        Verification nothing = VERIFIER.verify(Bytes.EMPTY, Evidence.NONE);
        assertThat(nothing.ok()).isFalse();
        assertThat(nothing.failed()).containsExactly(Check.VERSION, Check.BYTES);
        assertThat(nothing.finding(Check.SIGNATURE)).isInstanceOf(Finding.Skipped.class);
    }

    @Test
    void theVerdictDoesNotDependOnTheClock() {
        assertThat(VERIFIER.verify(ReceiptAttacks.HONEST, ReceiptAttacks.EVIDENCE))
                .isEqualTo(VERIFIER.verify(ReceiptAttacks.HONEST, ReceiptAttacks.EVIDENCE));
    }

    @Test
    void signerRefusesLeavesThatAreNotItsOwn() {
        Ed25519BatchSigner signer = new Ed25519BatchSigner(ReceiptFixtures.OTHER_NETWORK, ReceiptFixtures.EXECUTOR);
        assertThatThrownBy(() -> signer.sign(ReceiptFixtures.leaves(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names network");
        Ed25519BatchSigner other = new Ed25519BatchSigner(ReceiptFixtures.NETWORK, ReceiptFixtures.OTHER_EXECUTOR);
        assertThatThrownBy(() -> other.sign(ReceiptFixtures.leaves(1))).hasMessageContaining("names network");
        assertThatThrownBy(() -> other.sign(List.of())).hasMessageContaining("at least one leaf");
        assertThat(other.keyId())
                .isEqualTo(
                        Digest.sha256(ReceiptFixtures.OTHER_EXECUTOR.publicKey().raw()));
        assertThat(other.network()).isEqualTo(ReceiptFixtures.NETWORK);
    }
}
