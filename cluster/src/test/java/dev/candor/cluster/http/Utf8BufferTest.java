package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class Utf8BufferTest {
    private static String text(Utf8Buffer buffer) {
        return new String(buffer.toArray(), StandardCharsets.UTF_8);
    }

    @Property
    void writesStringsThatReadBack(@ForAll String any) throws IOException {
        byte[] json = new Utf8Buffer().jsonString(any).toArray();
        assertThat(new ObjectMapper().readValue(json, String.class)).isEqualTo(any);
    }

    @Property
    void writesLongsAsTheyAreRead(@ForAll long any) {
        assertThat(text(new Utf8Buffer().decimal(any))).isEqualTo(Long.toString(any));
    }

    @Test
    void escapesWhatJsonMustEscapeAndLoneSurrogates() {
        assertThat(text(new Utf8Buffer().jsonString("a\"\\\n\u007fé\ud800x\ud83d\ude00")))
                .isEqualTo("\"a\\\"\\\\\\u000a\\u007fé\\ud800x\ud83d\ude00\"");
    }

    @Test
    void writesMillisecondsToTheMicrosecond() {
        assertThat(text(new Utf8Buffer().milliseconds(0))).isEqualTo("0.000");
        assertThat(text(new Utf8Buffer().milliseconds(1_234_567_890))).isEqualTo("1234.567");
        assertThat(text(new Utf8Buffer().milliseconds(-5))).isEqualTo("0.000");
    }

    @Test
    void refusesWhatCouldEndAHeader() {
        assertThatThrownBy(() -> new Utf8Buffer().printable("a\r\nSet-Cookie: b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesUpALargeArrayOnceCleared() {
        Utf8Buffer buffer = new Utf8Buffer().raw(new byte[1 << 20]);
        assertThat(buffer.length()).isEqualTo(1 << 20);
        assertThat(buffer.clear().length()).isZero();
        assertThat(text(buffer.decimal(7))).isEqualTo("7");
    }
}
