package dev.candor.cluster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContentCodingTest {
    private static final int LIMIT = 4 << 20;

    private static byte[] decode(ContentCoding coding, byte[] body) {
        return coding.decode(body, body.length, LIMIT, 100);
    }

    private static ErrorCode refusal(Runnable decoding) {
        try {
            decoding.run();
        } catch (RefusedException e) {
            return e.refusal().code();
        }
        throw new AssertionError("it was read");
    }

    @Property
    void readsBackWhatItWrites(@ForAll byte[] any, @ForAll ContentCoding coding) {
        assertThat(decode(coding, coding.encode(any))).isEqualTo(any);
    }

    @Property
    void writesTheSameBytesForTheSameBytes(@ForAll byte[] any, @ForAll ContentCoding coding) {
        byte[] first = coding.encode(any);
        assertThat(coding.encode(any.clone())).isEqualTo(first);
    }

    @Property
    void speaksGzipWithTheJdk(@ForAll byte[] any) throws IOException {
        ByteArrayOutputStream jdk = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(jdk)) {
            out.write(any);
        }
        assertThat(decode(ContentCoding.GZIP, jdk.toByteArray())).isEqualTo(any);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(ContentCoding.GZIP.encode(any))).readAllBytes())
                .isEqualTo(any);
    }

    @Property
    void refusesWhateverIsCutOffOrGoesOn(
            @ForAll byte[] any, @ForAll ContentCoding coding, @ForAll @IntRange(min = 1, max = 12) int count) {
        if (coding == ContentCoding.IDENTITY) {
            return;
        }
        byte[] whole = coding.encode(any);
        byte[] cut = Arrays.copyOf(whole, Math.max(0, whole.length - count));
        byte[] longer = Arrays.copyOf(whole, whole.length + count);
        assertThat(refusal(() -> decode(coding, cut))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refusal(() -> decode(coding, longer))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void readsEveryOptionalFieldOfAGzipHead() {
        byte[] plain = {1, 2, 3};
        byte[] simple = ContentCoding.GZIP.encode(plain);
        ByteArrayOutputStream rich = new ByteArrayOutputStream();
        rich.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3});
        rich.writeBytes(new byte[] {3, 0, 9, 9, 9});
        rich.writeBytes(new byte[] {'n', 0, 'c', 'c', 0, 5, 5});
        rich.write(simple, 10, simple.length - 10);
        assertThat(decode(ContentCoding.GZIP, rich.toByteArray())).isEqualTo(plain);
    }

    @Test
    void refusesAWrongChecksum() {
        byte[] body = ContentCoding.GZIP.encode(new byte[] {1, 2, 3});
        body[body.length - 5] ^= 1;
        assertThat(refusal(() -> decode(ContentCoding.GZIP, body))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void boundsTheRatioOfLargeBodiesAndTheSizeOfAll() {
        byte[] small = ContentCoding.GZIP.encode(new byte[1 << 20]);
        byte[] bomb = ContentCoding.GZIP.encode(new byte[3 << 20]);
        byte[] large = ContentCoding.DEFLATE.encode(new byte[LIMIT + 1]);
        assertThat(decode(ContentCoding.GZIP, small)).hasSize(1 << 20);
        assertThatThrownBy(() -> decode(ContentCoding.GZIP, bomb)).hasMessageContaining("100-fold");
        assertThatThrownBy(() -> ContentCoding.DEFLATE.decode(large, large.length, LIMIT, 100_000))
                .hasMessageContaining("over " + LIMIT);
        byte[] exact = ContentCoding.DEFLATE.encode(new byte[LIMIT]);
        assertThat(ContentCoding.DEFLATE.decode(exact, exact.length, LIMIT, 100_000))
                .hasSize(LIMIT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|GZIP",
                "deflate|DEFLATE",
                "deflate, gzip;q=0.5|GZIP",
                "gzip;q=0, deflate|DEFLATE",
                "gzip; q=0.000|IDENTITY",
                "br, zstd|IDENTITY",
                "*|IDENTITY",
                ",,;,|IDENTITY",
                "GZIP|GZIP"
            })
    void choosesWhatTheClientAccepts(String header, ContentCoding coding) {
        assertThat(ContentCoding.ofAnswer(header)).isEqualTo(coding);
        assertThat(ContentCoding.ofAnswer(null)).isEqualTo(ContentCoding.IDENTITY);
    }
}
