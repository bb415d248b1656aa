package dev.candor.persistence.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ExactArithmetic;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.Split;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.MalformedBytesException;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.model.Catalog;
import dev.candor.persistence.model.ModelEvent;
import dev.candor.persistence.partition.PartitionEvent.Entry;
import dev.candor.persistence.partition.PartitionEvent.EntryKey;
import dev.candor.persistence.partition.PartitionEvent.Opened;
import dev.candor.persistence.partition.PartitionEvent.ReceiptsCommitted;
import dev.candor.persistence.partition.PartitionState;
import dev.candor.persistence.proof.JobPhase;
import dev.candor.persistence.proof.JobStep;
import dev.candor.persistence.proof.ProofEvent;
import dev.candor.persistence.proof.ProofJob;
import dev.candor.persistence.proof.ProofRef;
import dev.candor.persistence.proof.ProofState;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** {@code golden/events.txt} holds a manifest and its bytes a line. Lines are added, never changed: journals hold these bytes. */
final class EventSerializerTest {
    private static final ModelVersion V1 = ModelVersion.parse("1.07");

    private final EventSerializer serializer = new EventSerializer();

    private static Map<String, Object> samples() {
        Map<String, Object> samples = new LinkedHashMap<>();
        samples.put("partition-opened-v1", new Opened(2, Fakes.digest("head")));
        samples.put(
                "partition-receipts-v1",
                new ReceiptsCommitted(
                        3,
                        Fakes.digest("head"),
                        List.of(
                                new Entry(Bytes.ofHex("c0ffee"), Optional.empty()),
                                new Entry(
                                        Bytes.ofHex("beef"),
                                        Optional.of(new EntryKey(
                                                Fakes.digest("identity"), Fakes.digest("fingerprint")))))));
        samples.put(
                "partition-state-v1",
                new PartitionState(
                        List.of(new PartitionState.Epoch(1, 1), new PartitionState.Epoch(4, 9)),
                        Fakes.digest("head"),
                        Fakes.digest("previous head"),
                        12,
                        345,
                        6,
                        1));
        samples.put(
                "model-registered-v1",
                new ModelEvent.VersionRegistered(
                        V1,
                        Fakes.digest("file"),
                        123_456,
                        new ModelSpec(
                                List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 1, 28, 28))),
                                List.of(
                                        new TensorSpec("y", DataType.FP32, Shape.of(-1, 10)),
                                        new TensorSpec("label", DataType.INT64, Shape.of(-1))),
                                List.of("zéro", "one"),
                                true,
                                new BatchingPolicy(
                                        64,
                                        List.of(8, 16),
                                        Duration.ofNanos(500_000),
                                        3,
                                        2,
                                        BatchingPolicy.TimeoutAction.DELAY,
                                        Duration.ofSeconds(1),
                                        1000,
                                        1L << 33))));
        ModelEvent.VersionRegistered registered = (ModelEvent.VersionRegistered) samples.get("model-registered-v1");
        ModelSpec spec = registered.spec();
        samples.put(
                "model-registered-v2",
                new ModelEvent.VersionRegistered(
                        registered.version(),
                        registered.contentId(),
                        registered.sizeBytes(),
                        new ModelSpec(
                                spec.inputs(),
                                spec.outputs(),
                                spec.labels(),
                                spec.finiteInputs(),
                                spec.batching(),
                                true)));
        samples.put(
                "model-registered-v3",
                new ModelEvent.VersionRegistered(
                        registered.version(),
                        registered.contentId(),
                        registered.sizeBytes(),
                        new ModelSpec(
                                        List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 784))),
                                        List.of(new TensorSpec("y", DataType.FP64, Shape.of(-1, 10))),
                                        List.of(),
                                        false,
                                        spec.batching())
                                .exactly(new ExactArithmetic(-127, 127, 0.0078125, 0.25))));
        samples.put("model-alias-pointed-v1", new ModelEvent.AliasPointed("stable", V1));
        samples.put(
                "model-alias-split-v1",
                new ModelEvent.AliasSplit(
                        "stable", new Split(new TreeMap<>(Map.of(V1, 90, ModelVersion.parse("1.08"), 10)))));
        samples.put("model-alias-rolled-back-v1", new ModelEvent.AliasRolledBack("stable"));
        samples.put("model-enabled-v1", new ModelEvent.VersionEnabled(V1, true));
        samples.put("model-version-removed-v1", new ModelEvent.VersionRemoved(V1));
        samples.put("model-removed-v1", new ModelEvent.ModelRemoved());
        samples.put("catalog-name-added-v1", new Catalog.NameAdded("mnist-mlp"));
        proofs(samples);
        return samples;
    }

    private static void proofs(Map<String, Object> samples) {
        ProofJob job = new ProofJob(
                Fakes.id(3, 5),
                Fakes.digest("receipt"),
                Fakes.digest("caller"),
                new ModelRef("mnist-mlp", V1, Fakes.digest("file")),
                true,
                false,
                2,
                Fakes.digest("exchange"),
                1_763_870_000_000L,
                1_763_873_600_000L);
        ProofRef proof = new ProofRef(
                Fakes.digest("model id"),
                Fakes.digest("statement"),
                Fakes.digest("proof"),
                Fakes.digest("lineage"),
                1,
                7,
                280_615,
                58,
                "candor@127.0.0.1:17355/0");
        ProofEvent asked = new ProofEvent.Asked(job);
        ProofEvent leased = new ProofEvent.Leased(4, proof.prover(), 1_763_870_000_300L, List.of(job.id()));
        ProofEvent proved = new ProofEvent.Proved(4, proof, 1_763_870_000_400L);
        samples.put("proof-asked-v1", asked);
        samples.put("proof-leased-v1", leased);
        samples.put(
                "proof-returned-v1", new ProofEvent.Returned(4, "not heard of", 1_763_870_000_400L, List.of(job.id())));
        samples.put("proof-proved-v1", proved);
        samples.put("proof-verified-v1", new ProofEvent.Verified(4, 1_763_870_000_500L));
        samples.put("proof-ended-v1", new ProofEvent.Ended(List.of(job.id()), JobStep.CANCEL, 1_763_870_000_600L));
        samples.put("proof-forgotten-v1", new ProofEvent.Forgotten(List.of(job.id())));
        samples.put("proof-refuted-v1", new ProofEvent.Refuted(4, proof, "wrong", 1_763_870_000_700L));
        samples.put("proof-left-v1", new ProofEvent.Left(job.id(), "late", 1_763_870_000_700L));
        samples.put("proof-jobs-v1", ProofState.EMPTY.apply(asked).apply(leased).apply(proved));
        ProofEvent calling = new ProofEvent.Asked(new ProofJob(
                Fakes.id(3, 6),
                Fakes.digest("receipt"),
                job.caller(),
                job.model(),
                false,
                false,
                1,
                job.exchange(),
                job.askedAt(),
                job.deadline(),
                Optional.of("https://example.com/hook")));
        ProofEvent expired = new ProofEvent.Ended(List.of(Fakes.id(3, 6)), JobStep.EXPIRE, 1_763_873_600_000L);
        ProofEvent called =
                new ProofEvent.Called(Fakes.id(3, 6), JobPhase.EXPIRED, "it answers 500", 1_763_873_600_100L);
        samples.put("proof-asked-v2", calling);
        samples.put("proof-called-v1", called);
        samples.put(
                "proof-jobs-v2",
                ProofState.EMPTY.apply(asked).apply(calling).apply(expired).apply(called));
    }

    @Test
    void everyFormHasGoldenBytes() throws IOException {
        assertThat(golden().keySet())
                .containsExactlyInAnyOrderElementsOf(EventSerializer.manifests())
                .containsExactlyInAnyOrderElementsOf(samples().keySet());
    }

    @Test
    void writesAndReadsTheGoldenBytes() throws IOException {
        Map<String, Bytes> golden = golden();
        for (Map.Entry<String, Object> sample : samples().entrySet()) {
            String manifest = sample.getKey();
            assertThat(serializer.manifest(sample.getValue())).isEqualTo(manifest);
            assertThat(Bytes.wrap(serializer.toBinary(sample.getValue())).toHex())
                    .as(manifest)
                    .isEqualTo(golden.get(manifest).toHex());
            assertThat(serializer.fromBinary(golden.get(manifest).toArray(), manifest))
                    .as(manifest)
                    .isEqualTo(sample.getValue());
        }
    }

    @Test
    void refusesSplitsInAnotherForm() {
        for (String hex : List.of(
                "0001610200010800050001070005",
                "000161020001070005000107000a",
                "0001610100010700ff",
                "000161020001070000000108000a")) {
            assertThatThrownBy(() -> serializer.fromBinary(Bytes.ofHex(hex).toArray(), "model-alias-split-v1"))
                    .as(hex)
                    .isInstanceOf(MalformedBytesException.class);
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> serializer.fromBinary(new byte[0], "partition-opened-v9"))
                .isInstanceOf(NotSerializableException.class)
                .hasMessageContaining("partition-opened-v9")
                .hasMessageContaining("newer");
        assertThatThrownBy(() -> serializer.manifest("text")).hasMessageContaining("java.lang.String");
    }

    @Property(tries = 300)
    void refusesCutAndLongerBytes(@ForAll @IntRange(min = 0, max = 600) int length) throws IOException {
        for (Map.Entry<String, Bytes> golden : golden().entrySet()) {
            if (golden.getValue().length() != length) {
                byte[] changed = Arrays.copyOf(golden.getValue().toArray(), length);
                assertThatThrownBy(() -> serializer.fromBinary(changed, golden.getKey()))
                        .as(golden.getKey())
                        .isInstanceOf(MalformedBytesException.class);
            }
        }
    }

    @Property(tries = 1000)
    void readsHostileBytesOrSaysSo(@ForAll byte[] noise, @ForAll @IntRange(min = 0, max = 20) int form)
            throws IOException {
        String manifest = List.copyOf(EventSerializer.manifests()).get(form);
        try {
            assertThat(serializer.fromBinary(noise, manifest)).isNotNull();
        } catch (MalformedBytesException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
        }
    }

    private static Map<String, Bytes> golden() throws IOException {
        try (InputStream in = EventSerializerTest.class.getResourceAsStream("/golden/events.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .map(line -> line.split(" ", 2))
                    .collect(Collectors.toMap(
                            parts -> parts[0], parts -> Bytes.ofHex(parts.length > 1 ? parts[1] : "")));
        }
    }

    @Test
    void startsAChainFromNothing() {
        assertThat(PartitionState.EMPTY.head()).isEqualTo(Digest.ZERO);
    }
}
