package dev.candor.gpuconfig.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class TextStreamTest {
    private static final Tokenizer BYTES = new Tokenizer(List.of(), List.of("<|end|>"));

    @Test
    void holdsBackWhatAStopTextMayBeginWith() {
        TextStream stream = new TextStream(BYTES, List.of("STOP"));
        assertThat(push(stream, "go ST")).isEqualTo("go ");
        assertThat(push(stream, "AY")).isEqualTo("STAY");
        assertThat(push(stream, "STOPnot this")).isEmpty();
        assertThat(stream.stopped()).isTrue();
        assertThat(stream.end()).isEmpty();
    }

    @Test
    void holdsBackCharactersThatAreCutOff() {
        TextStream stream = new TextStream(BYTES, List.of());
        byte[] smile = "\ud83d\ude42".getBytes(StandardCharsets.UTF_8);
        assertThat(stream.push(smile[0] & 0xff) + stream.push(smile[1] & 0xff) + stream.push(smile[2] & 0xff))
                .isEmpty();
        assertThat(stream.push(smile[3] & 0xff)).isEqualTo("\ud83d\ude42");
    }

    @Test
    void givesTheRestAtTheEnd() {
        TextStream stream = new TextStream(BYTES, List.of("ab"));
        assertThat(push(stream, "xa")).isEqualTo("x");
        assertThat(stream.end()).isEqualTo("a");
    }

    /** Against the plain definition: the text before the first place where a stop text is complete. */
    @Property(tries = 500)
    void endsBeforeTheFirstStopText(
            @ForAll @StringLength(max = 30) @CharRange(from = 'a', to = 'c') String text,
            @ForAll @Size(min = 1, max = 3)
                    List<@StringLength(min = 1, max = 3) @CharRange(from = 'a', to = 'c') String> stops) {
        TextStream stream = new TextStream(BYTES, stops);
        String written = push(stream, text) + stream.end();
        String expected = text;
        for (int end = 1; end <= text.length(); end++) {
            String soFar = text.substring(0, end);
            int first = stops.stream()
                    .mapToInt(soFar::indexOf)
                    .filter(at -> at >= 0)
                    .min()
                    .orElse(-1);
            if (first >= 0) {
                expected = text.substring(0, first);
                break;
            }
        }
        assertThat(written).isEqualTo(expected);
        assertThat(stream.stopped()).isEqualTo(stops.stream().anyMatch(text::contains));
    }

    private static String push(TextStream stream, String text) {
        StringBuilder out = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            out.append(stream.push(each & 0xff));
        }
        return out.toString();
    }
}
