package dev.candor.cluster.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.receipt.Ed25519BatchSigner;
import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.ReceiptLeaf;
import dev.candor.actors.receipt.SigningKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.evidence.SoftwareAttester;
import dev.candor.attestation.verify.AttestationVerifier;
import dev.candor.attestation.verify.Level;
import dev.candor.attestation.wire.Octets;
import dev.candor.cluster.attestation.NodeAttestation.Standing;
import dev.candor.cluster.node.NodeConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeAttestationTest {
    private static final SigningKey KEY = SigningKey.generate(new SecureRandom());
    private static final Octets MEASUREMENT = Octets.copyOf(new byte[32]);

    @TempDir
    Path folder;

    private static NodeAttestation node(NodeAttestation.Attester attester, InstantSource clock) {
        return new NodeAttestation(
                attester,
                new AttestationVerifier()::verify,
                NodeAttestation.ownBuild(MEASUREMENT),
                KEY.publicKey(),
                clock);
    }

    private static NodeAttestation node(NodeAttestation.Attester attester) {
        return node(attester, InstantSource.system());
    }

    private static Attestation honest(Octets key, Octets nonce) {
        return new SoftwareAttester(MEASUREMENT).attest(key, nonce);
    }

    private static Receipt receipt(SigningKey signer) {
        Digest network = Digest.sha256(Bytes.ofHex("01"));
        ReceiptLeaf leaf = new ReceiptLeaf(
                network,
                signer.publicKey().id(),
                new RequestId(0, new UUID(7, 1)),
                network,
                new ModelRef("m", new ModelVersion(1, 0), network),
                network,
                network,
                VerificationMode.TEE,
                VerificationMode.VANILLA,
                ReceiptLeaf.Arithmetic.FLOAT,
                "cpu:0",
                1_790_000_000_000L);
        return Receipt.parse(
                new Ed25519BatchSigner(network, signer).sign(List.of(leaf)).getFirst());
    }

    @Test
    void softwareVouchesAtTheLeastLevelForItsOwnReceiptsAlone() throws Exception {
        NodeAttestation node = node(NodeAttestationTest::honest);
        assertThat(node.obstacle()).isEmpty();
        Receipt own = receipt(KEY);
        NodeAttestation.Made made = node.of(own).orElseThrow();
        assertThat(made.nonce()).isEqualTo(AttestationEvidence.nonce(own.root().orElseThrow()));
        assertThat(made.standing())
                .isInstanceOfSatisfying(
                        Standing.Vouched.class, each -> assertThat(each.level()).isEqualTo(Level.SIMULATED));
        assertThat(AttestationCodec.decode(Octets.copyOf(made.evidence().toArray()))
                        .nonce()
                        .toHex())
                .isEqualTo(made.nonce().toHex());
        assertThat(node.of(receipt(SigningKey.generate(new SecureRandom())))).isEmpty();
    }

    @Test
    void refusesEvidenceOfAnotherKeyNonceOrMeasurementByName() {
        assertThat(node((_, nonce) -> honest(MEASUREMENT, nonce)).obstacle()).hasValueSatisfying(refusal("KEY"));
        assertThat(node((key, _) -> honest(key, MEASUREMENT)).obstacle()).hasValueSatisfying(refusal("NONCE"));
        Octets other = Octets.copyOf(new byte[] {1}).sha256();
        assertThat(node((key, nonce) -> new SoftwareAttester(other).attest(key, nonce))
                        .obstacle())
                .hasValueSatisfying(refusal("MEASUREMENT_ALLOWED"));
    }

    private static java.util.function.Consumer<String> refusal(String check) {
        return why -> assertThat(why).contains("(" + check + ")");
    }

    @Test
    void asksUnderAFreshNonceEachMinute() {
        Set<Octets> nonces = new HashSet<>();
        Instant[] now = {Instant.ofEpochSecond(1_790_000_000)};
        NodeAttestation node = node(
                (key, nonce) -> {
                    nonces.add(nonce);
                    return honest(key, nonce);
                },
                () -> now[0]);
        node.standing();
        assertThat(nonces).hasSize(1);
        now[0] = now[0].plusSeconds(61);
        node.standing();
        node.standing();
        assertThat(nonces).hasSize(2);
    }

    @Test
    void thePolicyOfAFileDecides() throws IOException {
        Path policy = Files.writeString(folder.resolve("policy.json"), "{\"version\": 1, \"allowed\": []}");
        Optional<NodeAttestation> node =
                NodeAttestation.start(new AttestationSettings(true, Optional.of(policy)), KEY.publicKey());
        assertThat(node.orElseThrow().obstacle()).hasValueSatisfying(refusal("SIMULATED"));
        Files.writeString(policy, "{}");
        assertThatThrownBy(() ->
                        NodeAttestation.start(new AttestationSettings(true, Optional.of(policy)), KEY.publicKey()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("candor.attestation.policy");
        assertThat(NodeAttestation.start(new AttestationSettings(false, Optional.empty()), KEY.publicKey()))
                .isEmpty();
    }

    @Test
    void productionRefusesSoftware() {
        assertThat(NodeConfigs.problems(NodeConfigs.load(ConfigFactory.parseString(
                        "candor.node.production = true, candor.attestation.attester = software"))))
                .anyMatch(problem -> problem.contains("candor.attestation.attester is software"));
        assertThatThrownBy(() -> AttestationSettings.of(
                        NodeConfigs.load(ConfigFactory.parseString("candor.attestation.attester = tdx"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none and software");
    }
}
