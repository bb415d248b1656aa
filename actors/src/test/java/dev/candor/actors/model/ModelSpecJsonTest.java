package dev.candor.actors.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.BatchingPolicy.TimeoutAction;
import dev.candor.actors.model.ModelSpecJson.Document;
import dev.candor.actors.tensor.DataType;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecJsonTest {
    private static final String LEAST = """
            {"input": [{"name": "x", "datatype": "FP32", "shape": [-1, 784]}],
             "output": [{"name": "y", "datatype": "FP32", "shape": [-1, 10]}]}""";

    @Test
    void takesTheStandardPolicyWhereNothingIsSaid() {
        Document document = read(LEAST);
        assertThat(document.name()).isEmpty();
        assertThat(document.spec().inputs()).containsExactly(new TensorSpec("x", DataType.FP32, Shape.of(-1, 784)));
        assertThat(document.spec().batching()).isEqualTo(BatchingPolicy.DEFAULT);
        assertThat(document.spec().finiteInputs()).isFalse();
        assertThat(document.spec().labels()).isEmpty();
    }

    @Test
    void readsTritonsNames() {
        Document document = read("""
                {"name": "digits",
                 "input": [{"name": "a", "datatype": "INT64", "shape": [-1]}, {"name": "b", "datatype": "BOOL", "shape": [-1, -1]}],
                 "output": [{"name": "y", "datatype": "BF16", "shape": [-1, 2]}],
                 "labels": ["no", "yes"], "finite_inputs": true, "max_batch_size": 48,
                 "dynamic_batching": {"preferred_batch_size": [16, 8], "max_queue_delay_microseconds": 250, "priority_levels": 3,
                   "default_priority_level": 2, "default_queue_policy": {"timeout_action": "DELAY",
                     "default_timeout_microseconds": 5000, "max_queue_size": 100, "max_queue_bytes": 4096}}}""");
        assertThat(document.name()).contains("digits");
        assertThat(document.spec().labels()).containsExactly("no", "yes");
        assertThat(document.spec().batching())
                .isEqualTo(new BatchingPolicy(
                        48,
                        List.of(8, 16),
                        Duration.ofNanos(250_000),
                        3,
                        2,
                        TimeoutAction.DELAY,
                        Duration.ofMillis(5),
                        100,
                        4096));
    }

    @Test
    void writesTheseBytes() {
        Document document = new Document(Optional.of("m"), read(LEAST).spec());
        assertThat(ModelSpecJson.write(document))
                .hasToString(
                        "{\"name\":\"m\",\"input\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,784]}],"
                                + "\"output\":[{\"name\":\"y\",\"datatype\":\"FP32\",\"shape\":[-1,10]}],\"labels\":[],\"finite_inputs\":false,"
                                + "\"max_batch_size\":32,\"dynamic_batching\":{\"preferred_batch_size\":[],\"max_queue_delay_microseconds\":0,"
                                + "\"priority_levels\":1,\"default_priority_level\":1,\"default_queue_policy\":{\"timeout_action\":\"REJECT\","
                                + "\"default_timeout_microseconds\":0,\"max_queue_size\":4096,\"max_queue_bytes\":268435456}}}");
    }

    @Property(tries = 200)
    void readsWhatItWrites(@ForAll("documents") Document document) {
        String json = ModelSpecJson.write(document).toString();
        assertThat(ModelSpecJson.read(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(document);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | must be an object",
                "{ | no valid JSON",
                "{} x | no valid JSON",
                "{\"input\": 1, \"input\": 2} | no valid JSON",
                "{\"inputs\": []} | \"inputs\" in the specification is unknown",
                "{\"input\": {}} | \"input\" in the specification must be there, and be an array",
                "{\"input\": [], \"output\": []} | at least one input",
                "{\"input\": [{\"name\": \"x\"}]} | \"datatype\" is missing",
                "{\"input\": [{\"name\": \"x\", \"datatype\": \"float\", \"shape\": [1]}]} | \"float\" in \"input\" is unknown",
                "{\"input\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [-2]}]} | a dimension is 0 or more",
                "{\"input\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1.5]}]} | no whole number",
                "{\"input\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"dims\": [1]}]} | \"dims\" in \"input\" is unknown"
            })
    void refusesWithASentenceThatNamesTheField(String json, String told) {
        refused(json, told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"name\": 7 | must be text",
                "\"max_batch_size\": 0 | max_batch_size",
                "\"max_batch_size\": 99999999999 | max_batch_size",
                "\"max_batch_size\": \"32\" | no whole number",
                "\"finite_inputs\": \"yes\" | true or false",
                "\"labels\": [1] | other than text",
                "\"dynamic_batching\": {\"max_queue_delay\": 1} | max_queue_delay",
                "\"dynamic_batching\": {\"max_queue_delay_microseconds\": -1} | max_queue_delay_microseconds",
                "\"dynamic_batching\": {\"preferred_batch_size\": [64]} | preferred_batch_size",
                "\"dynamic_batching\": {\"default_queue_policy\": {\"timeout_action\": \"DROP\"}} | REJECT or DELAY"
            })
    void refusesKnobsThatCannotBeKept(String knob, String told) {
        refused(LEAST.substring(0, LEAST.length() - 1) + ", " + knob + "}", told);
    }

    @Test
    void refusesDocumentsThatAreTooLargeOrTooDeep() {
        refused(" ".repeat((1 << 20) + 1), "at most 1048576");
        refused("[".repeat(100), "no valid JSON");
    }

    @Provide
    Arbitrary<Document> documents() {
        Arbitrary<TensorSpec> tensors = Combinators.combine(
                        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(20),
                        Arbitraries.of(DataType.values()),
                        Arbitraries.longs()
                                .between(-1, 4096)
                                .array(long[].class)
                                .ofMinSize(1)
                                .ofMaxSize(5))
                .as((name, type, shape) -> new TensorSpec(name, type, Shape.of(shape)));
        Arbitrary<List<TensorSpec>> lists =
                tensors.list().ofMinSize(1).ofMaxSize(4).uniqueElements(TensorSpec::name);
        Arbitrary<BatchingPolicy> policies = Combinators.combine(
                        Arbitraries.integers().between(1, 4096),
                        Arbitraries.integers().between(0, 10_000_000),
                        Arbitraries.integers().between(1, 16),
                        Arbitraries.of(TimeoutAction.values()),
                        Arbitraries.longs().between(0, 3_600_000_000L),
                        Arbitraries.integers().between(1, 1 << 20),
                        Arbitraries.longs().between(1, 1L << 40))
                .as((max, delay, levels, action, timeout, items, bytes) -> new BatchingPolicy(
                        max,
                        List.of(max),
                        Duration.ofNanos(delay * 1000L),
                        levels,
                        levels,
                        action,
                        Duration.ofNanos(timeout * 1000),
                        items,
                        bytes));
        return Combinators.combine(
                        Arbitraries.strings().ofMaxLength(20).optional(),
                        lists,
                        lists,
                        Arbitraries.strings().list().ofMaxSize(5),
                        Arbitraries.of(true, false),
                        policies)
                .as((name, inputs, outputs, labels, finite, policy) ->
                        new Document(name, new ModelSpec(inputs, outputs, labels, finite, policy)));
    }

    private static void refused(String json, String told) {
        RefusedException refused = assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> read(json))
                .actual();
        assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.refusal().sentence()).contains(told);
    }

    private static Document read(String json) {
        return ModelSpecJson.read(json.getBytes(StandardCharsets.UTF_8));
    }
}
