package dev.candor.bench.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A model without weights or arithmetic: answers the first ten of 784 numbers. What is left is the price of serving. */
public final class NoopModel implements UnaryOperator<float[]> {
    private static final LocalDateTime EARLIEST = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final String CODE = """
            class Noop(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              _is_full_backward_hook : Optional[bool]
              def forward(self: __torch__.Noop,
                x: Tensor) -> Tensor:
                _0 = torch.slice(x, 1, 0, 10)
                return torch.contiguous(_0)
            """;

    /** Protocol 2: an object of class {@code __torch__.Noop} whose state is {training: False, _is_full_backward_hook: None}. */
    private static byte[] pickledState() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x80, 2}); // PROTO 2
        out.writeBytes("c__torch__\nNoop\n".getBytes(StandardCharsets.US_ASCII)); // GLOBAL
        out.writeBytes(new byte[] {')', (byte) 0x81, '}', '('}); // EMPTY_TUPLE NEWOBJ EMPTY_DICT MARK
        unicode(out, "training");
        out.write(0x89); // NEWFALSE
        unicode(out, "_is_full_backward_hook");
        out.write('N'); // NONE
        out.writeBytes(new byte[] {'u', 'b', '.'}); // SETITEMS BUILD STOP
        return out.toByteArray();
    }

    private static void unicode(ByteArrayOutputStream out, String text) {
        out.writeBytes(new byte[] {'X', (byte) text.length(), 0, 0, 0}); // BINUNICODE, little-endian length
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Writes the model as a TorchScript archive, always the same bytes. */
    public static void write(Path file) throws IOException {
        Map<String, byte[]> entries = new TreeMap<>(Map.of(
                "noop/data.pkl", pickledState(),
                "noop/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'},
                "noop/code/__torch__.py", CODE.getBytes(StandardCharsets.US_ASCII),
                "noop/version", "3\n".getBytes(StandardCharsets.US_ASCII),
                "noop/byteorder", "little".getBytes(StandardCharsets.US_ASCII)));
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(entry.getValue());
                ZipEntry stored = new ZipEntry(entry.getKey());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(entry.getValue().length);
                stored.setCrc(crc.getValue());
                stored.setTimeLocal(EARLIEST); // does not depend on the time zone
                zip.putNextEntry(stored);
                zip.write(entry.getValue());
            }
        }
    }

    @Override
    public float[] apply(float[] input) {
        return Arrays.copyOf(input, BenchModel.OUTPUTS);
    }
}
