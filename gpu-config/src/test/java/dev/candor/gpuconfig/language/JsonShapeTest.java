package dev.candor.gpuconfig.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class JsonShapeTest {
    private static final String WEATHER = """
            {"type":"object","properties":{"city":{"type":"string","description":"where"},"days":{"type":"integer"},
             "unit":{"enum":["C","F"]},"wind":{"type":"boolean"},"at":{"type":"object","properties":{"x":{"type":"number"}}}},
             "required":["city"],"additionalProperties":false}""";
    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @Test
    void admitsWholeObjectsOnly() {
        JsonShape shape = JsonShape.parse(WEATHER);
        assertThat(shape.admits("{\"city\":\"Rome\",\"days\":-12,\"unit\":\"C\",\"wind\":false,\"at\":{\"x\":0}}"))
                .isTrue();
        assertThat(shape.admits("{\"city\":\"Rome\",\"days\":12,\"unit\":\"K\",\"wind\":false,\"at\":{\"x\":0}}"))
                .isFalse();
        assertThat(shape.admits("{\"city\":\"Rome\",\"days\":012,\"unit\":\"C\",\"wind\":false,\"at\":{\"x\":0}}"))
                .isFalse();
        assertThat(shape.admits("{\"city\":\"Rome\"")).isFalse();
    }

    @Test
    void isEmptyWhereNothingIsAsked() {
        assertThat(JsonShape.parse("{\"type\":\"object\"}").admits("{}")).isTrue();
    }

    @Test
    void refusesByNameWhatItDoesNotKnow() {
        assertThatThrownBy(() -> JsonShape.parse("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"array\"}}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("parameters.a is of type \"array\"");
        assertThatThrownBy(() -> JsonShape.parse("{\"anyOf\":[]}")).hasMessageContaining("keyword \"anyOf\"");
        assertThatThrownBy(() -> JsonShape.parse("{")).hasMessageStartingWith("the schema is no JSON");
    }

    /** Whatever a model prefers, what it may write is JSON of the schema, and ends within the bound. */
    @Property(tries = 300)
    void leadsAnyModelToValidJson(@ForAll long seed) throws Exception {
        JsonShape shape = JsonShape.parse(WEATHER);
        JsonShape.Cursor cursor = shape.cursor();
        Random random = new Random(seed);
        StringBuilder written = new StringBuilder();
        while (!cursor.complete()) {
            List<Integer> allowed =
                    IntStream.range(0, 256).filter(cursor::allows).boxed().toList();
            int each = allowed.get(random.nextInt(allowed.size()));
            cursor.accept(each);
            written.append((char) each);
        }
        JsonNode json = STRICT.readTree(written.toString());
        assertThat(written.length()).isLessThanOrEqualTo(shape.mostBytes());
        assertThat(json.path("city").isTextual()
                        && json.path("days").isInt()
                        && json.path("wind").isBoolean())
                .isTrue();
        assertThat(json.path("unit").asText()).isIn("C", "F");
        assertThat(json.path("at").path("x").isNumber()).isTrue();
    }
}
