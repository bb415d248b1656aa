package dev.candor.gpuconfig.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.candor.actors.tensor.Shape;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxFileTest {
    @Test
    void readsTheShippedDigits() throws IOException {
        IdxFile images = IdxFile.read(Path.of("../models/digits-test-images.idx3-ubyte.gz"));
        IdxFile labels = IdxFile.read(Path.of("../models/digits-test-labels.idx1-ubyte.gz"));
        assertThat(images.shape()).isEqualTo(Shape.of(2000, 28, 28));
        assertThat(labels.count()).isEqualTo(2000);
        for (int i = 0; i < labels.count(); i++) {
            assertThat(labels.label(i)).isBetween(0, 9);
        }
        assertThat(images.scaled(1998, 2).length()).isEqualTo(2 * 784 * 4);
    }

    @Test
    void scalesBytesToTheRangeOfTheModels() throws IOException {
        IdxFile file = read("00000802" + "00000002" + "00000002" + "00ff0180");
        assertThat(file.item(1)).isEqualTo(Bytes.ofHex("0180"));
        assertThat(file.scaled(0, 1)).isEqualTo(Bytes.ofHex("000000000000803f"));
    }

    @ParameterizedTest
    @CsvSource({
        "00000d01 00000001 00, magic number",
        "00000800, magic number",
        "00000805 00000001, magic number",
        "00000801 00000002 00, as many bytes",
        "00000801 00000001 0000, as many bytes",
        "00000802 ffffffff ffffffff, holds more than",
        "00000801 0000, ends within",
        "000008, ends within"
    })
    void refusesWhatIsNoIdxFile(String hex, String told) {
        assertThatExceptionOfType(MalformedBytesException.class)
                .isThrownBy(() -> read(hex.replace(" ", "")))
                .withMessageContaining(told);
    }

    private static IdxFile read(String hex) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(HexFormat.of().parseHex(hex));
        }
        return IdxFile.read(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
