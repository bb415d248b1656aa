package dev.candor.persistence.fakes;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.typed.ActorRef;

/** Small values for tests; equal arguments give equal values. */
public final class Fakes {
    private Fakes() {}

    /** Bytes of a text. */
    public static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A digest of a text. */
    public static Digest digest(String text) {
        return Digest.sha256(bytes(text));
    }

    /** The identity of a key and a body. */
    public static Identity identity(int partition, String key, String body) {
        return new Identity(partition, digest("identity " + key), digest("fingerprint " + body));
    }

    /** A request id. */
    public static RequestId id(int partition, long number) {
        return new RequestId(partition, uuid(number));
    }

    /** A UUID. */
    public static UUID uuid(long number) {
        return new UUID(0x0193_0000_0000_7000L, 0x8000_0000_0000_0000L | number);
    }

    /** An answer with its receipt. */
    public static Answer answer(int partition, long number) {
        Tensor output = new Tensor("y", DataType.INT64, Shape.of(1, 1), Bytes.ofHex(String.format("%016x", number)));
        return new Answer(
                id(partition, number),
                new ModelRef("m", ModelVersion.FIRST, digest("model")),
                List.of(output),
                bytes("0123456789abcdef"),
                bytes("receipt " + number));
    }

    /** An answer on its way into the journal. */
    public static Commitment commitment(
            int partition,
            long number,
            Optional<Identity> identity,
            Deadline deadline,
            ActorRef<InferenceOutcome> replyTo) {
        return new Commitment(uuid(number), identity, answer(partition, number), Timings.NONE, deadline, replyTo);
    }

    /** A job with a key. */
    public static InferenceJob job(
            long number, Identity identity, Deadline deadline, ActorRef<InferenceOutcome> replyTo) {
        return new InferenceJob(
                uuid(number),
                Optional.of(identity),
                digest("caller"),
                new ModelRef("m", ModelVersion.FIRST, digest("model")),
                List.of(new Tensor("x", DataType.INT64, Shape.of(1, 1), Bytes.ofHex("0000000000000001"))),
                List.of("y"),
                1,
                identity.fingerprint(),
                bytes("0123456789abcdef"),
                VerificationMode.VANILLA,
                1,
                deadline,
                Optional.empty(),
                replyTo);
    }

    /** Journal and snapshots on the disk of this name. */
    public static Config onDisk(String disk) {
        return ConfigFactory.parseString("""
                pekko.persistence {
                  journal.plugin = "fake.journal"
                  snapshot-store.plugin = "fake.snapshots"
                }
                fake.journal {
                  class = "dev.candor.persistence.fakes.FakeJournal"
                  plugin-dispatcher = "pekko.actor.default-dispatcher"
                  replay-filter.mode = off
                  circuit-breaker.call-timeout = 10m
                  disk = "%1$s"
                }
                fake.snapshots {
                  class = "dev.candor.persistence.fakes.FakeSnapshots"
                  plugin-dispatcher = "pekko.actor.default-dispatcher"
                  disk = "%1$s"
                }
                """.formatted(disk));
    }
}
