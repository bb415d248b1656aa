package dev.candor.proving.quantise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class SampleFileTest {
    private static final byte[] IDX = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 51, (byte) 255, 1, 2, 3};

    @Test
    void readsBytesAsZeroToOne() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(IDX);
        }
        for (byte[] file : new byte[][] {IDX, packed.toByteArray()}) {
            assertThat(SampleFile.read(file, 3)).hasSize(2);
            assertThat(SampleFile.read(file, 3).getFirst()).containsExactly(0, 51 / 255f, 1);
        }
    }

    @Test
    void readsNumPy() {
        byte[] file = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 2), }", 1.5f, -2, 3, 4);

        assertThat(SampleFile.read(file, 2)).hasSize(2);
        assertThat(SampleFile.read(file, 2).getFirst()).containsExactly(1.5, -2);
    }

    @Test
    void readsLabels() {
        assertThat(SampleFile.readLabels(new byte[] {0, 0, 8, 1, 0, 0, 0, 4, 0, 9, 127, (byte) 200}))
                .containsExactly(0, 9, 127, 200);
    }

    @Test
    void refusesWhatDoesNotFit() {
        refused(IDX, 4, "the samples have the shape [2, 3]; each should hold 4 numbers");
        refused(Arrays.copyOf(IDX, 17), 3, "the samples hold 5 bytes where their header says 6");
        refused(new byte[20], 3, "the samples hold numbers of a type that is not read");
        refused("hello, world".getBytes(StandardCharsets.US_ASCII), 3, "neither in IDX nor in .npy format");
        refused(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 1), }", 1, 2), 1, "in C order");
        refused(new byte[] {0x1f, (byte) 0x8b, 3, 4}, 1, "the samples are not validly compressed");
    }

    @Test
    void everyChangedFileIsReadOrRefused() {
        Random random = new Random(1);
        byte[] npy = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 2), }", 1.5f, -2, 3, 4);
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = (round % 2 == 0 ? IDX : npy).clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(changed, random.nextInt(changed.length + 1));
            for (byte[] file : new byte[][] {changed, cut}) {
                try {
                    SampleFile.read(file, 2);
                } catch (IllegalArgumentException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
    }

    private static void refused(byte[] file, int elements, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SampleFile.read(file, elements))
                .withMessageContaining(sentence);
    }

    private static byte[] npy(String header, float... values) {
        byte[] text = (header + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out =
                ByteBuffer.allocate(10 + text.length + 4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
                .putShort((short) text.length)
                .put(text);
        for (float value : values) {
            out.putFloat(value);
        }
        return out.array();
    }
}
