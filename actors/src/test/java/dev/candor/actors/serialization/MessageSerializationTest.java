package dev.candor.actors.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.candor.actors.executor.Residency;
import dev.candor.actors.host.ExecutorHost;
import dev.candor.actors.host.HostStatus;
import dev.candor.actors.inference.Answer;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.inference.InferenceJob;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.Timings;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.payload.ClaimedJob;
import dev.candor.actors.payload.PayloadFetcher;
import dev.candor.actors.payload.PayloadStore;
import dev.candor.actors.routing.Commitment;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that crosses between nodes comes back as it went, through the serializer that nodes use. */
final class MessageSerializationTest {
    private static final Config CONFIG = ConfigFactory.parseString("""
                    pekko.actor.serialization-bindings {
                      "dev.candor.actors.inference.CborSerializable" = jackson-cbor
                    }
                    pekko.serialization.jackson.jackson-cbor.jackson-modules = [
                      "org.apache.pekko.serialization.jackson.PekkoJacksonModule"
                      "org.apache.pekko.serialization.jackson.PekkoTypedJacksonModule"
                      "com.fasterxml.jackson.module.paramnames.ParameterNamesModule"
                      "com.fasterxml.jackson.datatype.jdk8.Jdk8Module"
                      "com.fasterxml.jackson.datatype.jsr310.JavaTimeModule"
                      "dev.candor.actors.serialization.CandorJacksonModule"
                    ]
                    """).withFallback(ConfigFactory.load());

    private static final ModelRef MODEL =
            new ModelRef("mnist-mlp", new ModelVersion(2, 7), Digest.ofHex("ab".repeat(32)));
    private static final Tensor TENSOR =
            new Tensor("x", DataType.FP32, Shape.of(1, 2), Bytes.ofHex("0000803f00000040"));

    private final ActorTestKit kit = ActorTestKit.create("serialization", CONFIG);
    private final ActorRef<InferenceOutcome> replyTo =
            kit.<InferenceOutcome>createTestProbe().getRef();
    private final UUID uuid = UUID.fromString("0193f0c2-0000-7abc-8def-0123456789ab");

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    @SuppressWarnings("unchecked")
    private <T> T roundTrip(T message) {
        Serialization serialization = SerializationExtension.get(Adapter.toClassic(kit.system()));
        byte[] bytes = serialization.serialize(message).get();
        int id = serialization.findSerializerFor(message).identifier();
        String manifest = Serializers.manifestFor(serialization.findSerializerFor(message), message);
        assertThat(serialization.findSerializerFor(message).getClass().getSimpleName())
                .isEqualTo("JacksonCborSerializer");
        return (T) serialization.deserialize(bytes, id, manifest).get();
    }

    private <T> void assertSame(T message) {
        assertThat(roundTrip(message)).isEqualTo(message);
    }

    private InferenceJob job() {
        return new InferenceJob(
                uuid,
                Optional.of(new Identity(3, Digest.ofHex("01".repeat(32)), Digest.ofHex("02".repeat(32)))),
                Digest.ofHex("03".repeat(32)),
                MODEL,
                List.of(TENSOR),
                List.of("y"),
                1,
                Digest.ofHex("04".repeat(32)),
                Bytes.wrap(new byte[16]),
                VerificationMode.VANILLA,
                1,
                Deadline.in(Duration.ofSeconds(30)),
                Optional.of(Duration.ofNanos(1_500_000)),
                replyTo);
    }

    private static void assertSameButForTheDeadline(InferenceJob read, InferenceJob written) {
        assertThat(read).usingRecursiveComparison().ignoringFields("deadline").isEqualTo(written);
        assertThat(Duration.ofNanos(
                        Math.abs(read.deadline().nanoTime() - written.deadline().nanoTime())))
                .as("the time that remained")
                .isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void carriesJobs() {
        InferenceJob job = job();
        assertSameButForTheDeadline(roundTrip(job), job);
        assertSameButForTheDeadline(roundTrip(new ExecutorHost.Submit(job, 2)).job(), job);
        InferenceJob keyless = new InferenceJob(
                uuid,
                Optional.empty(),
                job.caller(),
                MODEL,
                List.of(),
                job.outputs(),
                1,
                job.requestDigest(),
                job.salt(),
                job.mode(),
                1,
                job.deadline(),
                Optional.empty(),
                replyTo);
        assertSameButForTheDeadline(roundTrip(keyless), keyless);
    }

    @Test
    void carriesOutcomes() {
        Answer answer = new Answer(
                new RequestId(7, uuid), MODEL, List.of(TENSOR), Bytes.ofHex("00ff"), Bytes.wrap(new byte[300]));
        assertSame(new InferenceOutcome.Answered(uuid, answer, true, new Timings(1, 2, 3, 4)));
        assertSame(new InferenceOutcome.Refused(
                uuid,
                new Refusal(
                        ErrorCode.ANSWER_EXPIRED,
                        "it is past its retention",
                        Optional.of(Duration.ofMillis(1_500)),
                        Optional.of(Bytes.ofHex("0102")))));
        assertSame(new InferenceOutcome.Refused(uuid, Refusal.of(ErrorCode.INTERNAL, "ein Fehler – ü")));
    }

    @Test
    void carriesCommitments() {
        Answer answer = new Answer(new RequestId(255, uuid), MODEL, List.of(TENSOR), Bytes.EMPTY, Bytes.ofHex("01"));
        Commitment commitment = new Commitment(
                uuid, Optional.empty(), answer, Timings.NONE, Deadline.in(Duration.ofSeconds(5)), replyTo);
        assertThat(roundTrip(commitment))
                .usingRecursiveComparison()
                .ignoringFields("deadline")
                .isEqualTo(commitment);
    }

    @Test
    void carriesWhatHostsSayAndHear() {
        ActorRef<ExecutorHost.Command> host =
                kit.<ExecutorHost.Command>createTestProbe().getRef();
        assertSame(new HostStatus(
                host,
                9,
                2,
                1,
                0,
                "device cpu:1 is not up: it is starting",
                List.of(
                        new HostStatus.ModelStatus(MODEL, Residency.READY, 1, 5, 77, 32, 4096, Optional.empty()),
                        new HostStatus.ModelStatus(
                                MODEL,
                                Residency.FAILED,
                                0,
                                0,
                                0,
                                32,
                                4096,
                                Optional.of(Refusal.of(ErrorCode.INVALID_MODEL, "no model"))))));
        assertSame(new ExecutorHost.Cancel(uuid, MODEL));
        assertSame(new ExecutorHost.Warm(MODEL, 3));
        assertSame(new ExecutorHost.Cool(MODEL));
        assertSame(new ExecutorHost.Subscribe(kit.<HostStatus>createTestProbe().getRef()));
    }

    @Test
    void carriesPayloads() {
        ActorRef<PayloadStore.Command> store =
                kit.<PayloadStore.Command>createTestProbe().getRef();
        InferenceJob bare = job().withInputs(List.of());
        ClaimedJob claimed =
                new ClaimedJob(bare, List.of(new ClaimedJob.Header("x", DataType.FP32, Shape.of(1, 2), 8)), store);
        ExecutorHost.SubmitClaimed read = roundTrip(new ExecutorHost.SubmitClaimed(claimed, 1));
        assertThat(read.job().inputs()).isEqualTo(claimed.inputs());
        assertThat(read.job().store()).isEqualTo(store);
        assertSameButForTheDeadline(read.job().job(), bare);
        ActorRef<PayloadFetcher.Command> fetcher =
                kit.<PayloadFetcher.Command>createTestProbe().getRef();
        assertSame(new PayloadStore.Read(uuid, 49_152, fetcher));
        assertSame(new PayloadFetcher.Piece(uuid, 49_152, Bytes.wrap(new byte[48 * 1024])));
        assertSame(new PayloadFetcher.Gone(uuid));
    }

    @Test
    void writesValuesInTheirGoldenForm() throws Exception {
        ObjectMapper json =
                JsonMapper.builder().addModule(new CandorJacksonModule()).build();
        assertThat(json.writeValueAsString(Bytes.ofHex("010203"))).isEqualTo("\"AQID\"");
        assertThat(json.writeValueAsString(new ModelVersion(2, 7))).isEqualTo("\"2.07\"");
        assertThat(json.writeValueAsString(Shape.of(-1, 784))).isEqualTo("\"//////////8AAAAAAAADEA==\"");
        assertThat(json.readValue("\"//////////8AAAAAAAADEA==\"", Shape.class)).isEqualTo(Shape.of(-1, 784));
    }

    @Test
    void refusesValuesThatAreNone() {
        ObjectMapper json =
                JsonMapper.builder().addModule(new CandorJacksonModule()).build();
        assertThatThrownBy(() -> json.readValue("\"AQID\"", Digest.class)).isInstanceOf(JsonMappingException.class);
        assertThatThrownBy(() -> json.readValue("\"AQID\"", Shape.class)).isInstanceOf(JsonMappingException.class);
        assertThatThrownBy(() -> json.readValue("\"latest\"", ModelVersion.class))
                .isInstanceOf(JsonMappingException.class);
    }
}
