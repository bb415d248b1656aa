package dev.candor.persistence.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.Split;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import dev.candor.actors.value.Deadline;
import dev.candor.persistence.fakes.Fakes;
import dev.candor.persistence.model.Catalog;
import dev.candor.persistence.model.Model;
import dev.candor.persistence.model.ModelChanged;
import dev.candor.persistence.partition.LookupReply;
import dev.candor.persistence.partition.Partition;
import dev.candor.persistence.partition.ReceiptReply;
import dev.candor.persistence.partition.Refusals;
import dev.candor.persistence.request.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every message that may leave a node arrives as it was; the time that a deadline leaves is all that changes, and only by the way itself. */
final class MessagesTest {
    private final ActorTestKit kit = ActorTestKit.create(ConfigFactory.parseString(
                    "pekko.actor { provider = cluster, allow-java-serialization = off }, pekko.remote.artery.canonical { hostname = \"127.0.0.1\", port = 0 }")
            .withFallback(ConfigFactory.load()));
    private final Serialization serialization = SerializationExtension.get(kit.system());

    @AfterEach
    void close() {
        kit.shutdownTestKit();
    }

    @Test
    void messagesArriveAsTheyWere() {
        Identity identity = Fakes.identity(3, "key", "body");
        ActorRef<LookupReply> lookups = probe();
        ActorRef<ReceiptReply> receipts = probe();
        ActorRef<Model.Reply> models = probe();
        ModelSpec spec = new ModelSpec(
                List.of(new TensorSpec("x", DataType.FP32, Shape.of(-1, 4))),
                List.of(new TensorSpec("y", DataType.BF16, Shape.of(-1))),
                List.of("a"),
                true,
                BatchingPolicy.DEFAULT);
        TreeMap<ModelVersion, ModelView.Registered> versions = new TreeMap<>();
        versions.put(ModelVersion.FIRST, new ModelView.Registered(Fakes.digest("file"), 7, spec, true));
        TreeMap<String, ModelVersion> aliases = new TreeMap<>();
        aliases.put("latest", ModelVersion.FIRST);
        ModelView view = new ModelView(
                "mnist",
                3,
                versions,
                aliases,
                new TreeMap<>(Map.of(
                        "stable",
                        new Split(new TreeMap<>(Map.of(ModelVersion.FIRST, 90, ModelVersion.parse("1.01"), 10))))));
        Refusal refusal = new Refusal(
                ErrorCode.ANSWER_EXPIRED, "Gone.", Optional.of(Duration.ofMillis(1500)), Optional.of(Fakes.bytes("r")));
        for (CborSerializable message : List.<CborSerializable>of(
                new Partition.Lookup(identity, lookups),
                new Partition.FindReceipt(Fakes.id(3, 4), receipts),
                new Partition.Wake(),
                new LookupReply.New(identity),
                new LookupReply.Done(identity, Fakes.answer(3, 4)),
                new LookupReply.Conflict(identity),
                new LookupReply.Expired(identity, Fakes.bytes("receipt")),
                new LookupReply.Unavailable(identity, refusal),
                new ReceiptReply.Committed(Fakes.id(3, 4), Fakes.bytes("receipt"), 5, Fakes.digest("head"), 6),
                new ReceiptReply.Unknown(Fakes.id(3, 4)),
                new ReceiptReply.Unavailable(Fakes.id(3, 4), Refusals.conflict()),
                new InferenceOutcome.Answered(Fakes.uuid(1), Fakes.answer(3, 4), true, new Timings(1, 2, 3, 4)),
                new InferenceOutcome.Refused(Fakes.uuid(1), refusal),
                new Request.Cancel(Fakes.uuid(1)),
                new Model.Register(Fakes.digest("file"), 9, spec, Optional.of(ModelVersion.FIRST), models),
                new Model.Show(models),
                new Model.SetAlias("stable", ModelVersion.FIRST, models),
                new Model.SplitAlias("stable", Split.only(ModelVersion.FIRST), models),
                new Model.Rollback("stable", models),
                new Model.SetEnabled(ModelVersion.FIRST, true, models),
                new Model.Remove(Optional.empty(), models),
                new Model.Accepted(view, Optional.of(ModelVersion.FIRST)),
                new Model.Rejected(refusal),
                new ModelChanged(view),
                new Catalog.Add("mnist", probe()),
                new Catalog.ListNames(probe()),
                new Catalog.Added("mnist"),
                new Catalog.Rejected(refusal),
                new Catalog.Listing(List.of("a", "b")))) {
            assertThat(there(message)).isEqualTo(message);
            assertThat(there(new ShardingEnvelope<>("3", message))).isEqualTo(new ShardingEnvelope<>("3", message));
        }
    }

    @Test
    void deadlinesTravelAsTheTimeThatRemains() {
        Deadline deadline = Deadline.in(Duration.ofMinutes(10));
        ActorRef<InferenceOutcome> outcomes = probe();
        InferenceJob job = Fakes.job(1, Fakes.identity(3, "key", "body"), deadline, outcomes);
        Request.Submit arrived = (Request.Submit) there(new Request.Submit(job));
        assertThat(arrived.job().deadline().nanoTime()).isGreaterThanOrEqualTo(deadline.nanoTime());
        assertThat(arrived.job().deadline().remaining(System.nanoTime())).isLessThanOrEqualTo(Duration.ofMinutes(10));
        assertThat(withDeadline(arrived.job(), deadline)).isEqualTo(job);
        Partition.Commit commit = (Partition.Commit)
                there(new Partition.Commit(List.of(Fakes.commitment(3, 1, Optional.empty(), deadline, outcomes))));
        assertThat(commit.entries().getFirst().answer()).isEqualTo(Fakes.answer(3, 1));
    }

    private static InferenceJob withDeadline(InferenceJob job, Deadline deadline) {
        return new InferenceJob(
                job.uuid(),
                job.identity(),
                job.caller(),
                job.model(),
                job.inputs(),
                job.outputs(),
                job.items(),
                job.requestDigest(),
                job.salt(),
                job.mode(),
                job.priority(),
                deadline,
                job.queueTimeout(),
                job.replyTo());
    }

    private <T> ActorRef<T> probe() {
        return kit.<T>createTestProbe().getRef();
    }

    private Object there(Object message) {
        var serializer = serialization.findSerializerFor(message);
        byte[] bytes = serialization.serialize(message).get();
        return serialization
                .deserialize(bytes, serializer.identifier(), Serializers.manifestFor(serializer, message))
                .get();
    }
}
