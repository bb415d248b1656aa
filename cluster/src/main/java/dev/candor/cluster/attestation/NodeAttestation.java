package dev.candor.cluster.attestation;

import dev.candor.actors.receipt.Receipt;
import dev.candor.actors.receipt.VerifyingKey;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.attestation.evidence.Attestation;
import dev.candor.attestation.evidence.AttestationCodec;
import dev.candor.attestation.evidence.Kind;
import dev.candor.attestation.evidence.SoftwareAttester;
import dev.candor.attestation.policy.InvalidPolicyException;
import dev.candor.attestation.policy.MeasurementSet;
import dev.candor.attestation.policy.Policy;
import dev.candor.attestation.policy.PolicyFile;
import dev.candor.attestation.policy.SnpTcb;
import dev.candor.attestation.policy.TcbStatus;
import dev.candor.attestation.verify.AttestationVerifier;
import dev.candor.attestation.verify.Expectation;
import dev.candor.attestation.verify.Level;
import dev.candor.attestation.verify.Verdict;
import dev.candor.attestation.wire.Octets;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What vouches for the key with which this node signs receipts. Whatever its attester says is judged by the policy before anybody is told: under a fresh nonce, now
 * and then, for whether the mode is served; and under the nonce of a receipt's batch for whoever asks about an answer. Thread-safe; the software attester answers
 * at once.
 */
public final class NodeAttestation {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAttestation.class);
    private static final Duration RENEW = Duration.ofMinutes(1);

    private final Attester attester;
    private final AttestationEvidence.Judge judge;
    private final Policy policy;
    private final Octets key;
    private final Digest keyId;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private volatile Stood stood;

    /** What makes evidence of whatever it runs in. */
    @FunctionalInterface
    interface Attester {
        /** Evidence that binds {@code key} and {@code nonce}, 32 bytes each. */
        Attestation attest(Octets key, Octets nonce);
    }

    /** How much evidence shows, by the policy. */
    public sealed interface Standing {
        /**
         * Something vouches.
         *
         * @param level how much its word is worth
         * @param kind of the evidence
         * @param release the policy's name for what runs
         */
        record Vouched(Level level, Kind kind, String release) implements Standing {}

        /**
         * The evidence does not hold.
         *
         * @param check that failed
         * @param why a sentence
         */
        record Refused(String check, String why) implements Standing {}
    }

    /**
     * Evidence about the batch of an answer.
     *
     * @param evidence canonical bytes of an attestation
     * @param nonce that it binds
     * @param standing what it shows
     */
    public record Made(Bytes evidence, Digest nonce, Standing standing) {}

    private record Stood(Standing standing, Instant since) {}

    NodeAttestation(
            Attester attester, AttestationEvidence.Judge judge, Policy policy, VerifyingKey key, InstantSource clock) {
        this.attester = attester;
        this.judge = judge;
        this.policy = policy;
        this.key = octets(key.raw());
        this.keyId = key.id();
        this.clock = clock;
        this.stood = new Stood(fresh(), clock.instant());
    }

    /**
     * What vouches for {@code key}; empty where nothing does.
     *
     * @throws IOException where the policy cannot be read or is none
     */
    public static Optional<NodeAttestation> start(AttestationSettings settings, VerifyingKey key) throws IOException {
        if (!settings.software()) {
            return Optional.empty();
        }
        Octets measurement = measurement();
        Policy policy = settings.policy().isPresent() ? read(settings.policy().get()) : ownBuild(measurement);
        NodeAttestation node = new NodeAttestation(
                new SoftwareAttester(measurement)::attest,
                new AttestationVerifier()::verify,
                policy,
                key,
                InstantSource.system());
        LOG.warn(
                "The executor's key is vouched for in software, measurement {}: SIMULATED, worth nothing, for development. {}",
                measurement.toHex(),
                node.obstacle().map(why -> "The mode tee is not served: " + why).orElse("The mode tee is served."));
        return Optional.of(node);
    }

    private static Policy read(Path file) throws IOException {
        if (Files.size(file) > PolicyFile.MOST_BYTES) {
            throw new IOException(
                    file + " has " + Files.size(file) + " bytes, a policy has at most " + PolicyFile.MOST_BYTES);
        }
        try {
            return PolicyFile.parse(Octets.copyOf(Files.readAllBytes(file)));
        } catch (InvalidPolicyException e) {
            throw new IOException("candor.attestation.policy, " + file + ": " + e.getMessage(), e);
        }
    }

    /** Believes this very build's software, and no hardware. */
    static Policy ownBuild(Octets measurement) {
        return new Policy(
                List.of(new MeasurementSet(
                        Kind.SIMULATED, "this build", new TreeMap<>(Map.of("MEASUREMENT", measurement)))),
                List.of(),
                Set.of(),
                new Policy.Intel(Set.of(TcbStatus.UP_TO_DATE), 0),
                new Policy.Snp(new SnpTcb(0, 0, 0, 0), true),
                Duration.ofMinutes(5),
                true);
    }

    /** SHA-256 of the jar that this class is in; of its name where it is in no jar. */
    private static Octets measurement() throws IOException {
        try {
            Path place = Path.of(NodeAttestation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            byte[] measured = Files.isRegularFile(place)
                    ? Files.readAllBytes(place)
                    : NodeAttestation.class.getName().getBytes(StandardCharsets.UTF_8);
            return Octets.copyOf(measured).sha256();
        } catch (URISyntaxException e) {
            throw new IOException("the place of this program is no file: " + e.getMessage(), e);
        }
    }

    /** Why answers are not given in the mode tee; empty where they are. */
    public Optional<String> obstacle() {
        return switch (standing()) {
            case Standing.Vouched _ -> Optional.empty();
            case Standing.Refused(String check, String why) ->
                Optional.of("the policy refuses this node's attester (" + check + "): " + why);
        };
    }

    /** How this node's key stands, not older than a minute. */
    public Standing standing() {
        Stood last = stood;
        if (clock.instant().isBefore(last.since().plus(RENEW))) {
            return last.standing();
        }
        Stood next = new Stood(fresh(), clock.instant());
        stood = next;
        return next.standing();
    }

    private Standing fresh() {
        byte[] nonce = new byte[Attestation.NONCE_BYTES];
        random.nextBytes(nonce);
        Octets asked = Octets.copyOf(nonce);
        return judged(AttestationCodec.encode(attester.attest(key, asked)), asked);
    }

    /** Evidence about the batch of a receipt; empty where another node signed it, or its path leads nowhere. */
    public Optional<Made> of(Receipt receipt) {
        if (!receipt.leaf().keyId().equals(keyId)) {
            return Optional.empty();
        }
        return receipt.root().map(root -> {
            Digest nonce = AttestationEvidence.nonce(root);
            Octets asked = octets(nonce.toBytes());
            Octets evidence = AttestationCodec.encode(attester.attest(key, asked));
            return new Made(Bytes.wrap(evidence.toArray()), nonce, judged(evidence, asked));
        });
    }

    private Standing judged(Octets evidence, Octets nonce) {
        return switch (judge.verify(evidence, new Expectation(key, nonce, clock.instant(), policy))) {
            case Verdict.Attested attested ->
                new Standing.Vouched(
                        attested.level(), attested.kind(), attested.release().name());
            case Verdict.Simulated simulated ->
                new Standing.Vouched(Level.SIMULATED, Kind.SIMULATED, simulated.release());
            case Verdict.Refused refused -> new Standing.Refused(refused.check().name(), refused.why());
        };
    }

    private static Octets octets(Bytes bytes) {
        return Octets.copyOf(bytes.toArray());
    }
}
