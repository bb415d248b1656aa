package dev.candor.torchscript;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes TorchScript archives part by part, sound ones and others. */
public final class ArchiveBuilder {
    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private String folder = "m/";
    private boolean deflate;

    private ArchiveBuilder() {}

    /** An archive of one module, {@code __torch__.M} without weights, whose forward method has this signature and body. */
    public static ArchiveBuilder forward(String signature, String... body) {
        StringBuilder code = new StringBuilder("""
                class M(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.M,
                """);
        code.append("    ").append(signature).append(":\n");
        for (String line : body) {
            code.append("    ").append(line).append('\n');
        }
        return code(code.toString());
    }

    /** An archive with this code, and an object of {@code __torch__.M} with the one field {@code training}. */
    public static ArchiveBuilder code(String code) {
        return new ArchiveBuilder()
                .put("data.pkl", Pickle.of(Pickle.object("__torch__", "M", "training", Pickle.truth(false))))
                .put("code/__torch__.py", code.getBytes(StandardCharsets.ISO_8859_1))
                .put("constants.pkl", Pickle.of(Pickle.tuple()))
                .put("version", "3\n".getBytes(StandardCharsets.ISO_8859_1))
                .put("byteorder", "little".getBytes(StandardCharsets.ISO_8859_1));
    }

    /** An archive whose module has one field {@code w : Tensor} and returns {@code x + w}. */
    public static ArchiveBuilder withTensor(byte[] tensor, byte[] storage) {
        return code("""
                        class M(Module):
                          __parameters__ = ["w", ]
                          __buffers__ = []
                          w : Tensor
                          def forward(self: __torch__.M,
                            x: Tensor) -> Tensor:
                            w = self.w
                            return torch.add(x, w)
                        """)
                .put("data.pkl", Pickle.of(Pickle.object("__torch__", "M", "w", tensor)))
                .put("data/0", storage);
    }

    /** Adds or replaces an entry. */
    public ArchiveBuilder put(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    /** Adds or replaces an entry of text. */
    public ArchiveBuilder put(String name, String content) {
        return put(name, content.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Leaves an entry out. */
    public ArchiveBuilder without(String name) {
        entries.remove(name);
        return this;
    }

    /** Compresses every entry. */
    public ArchiveBuilder deflated() {
        deflate = true;
        return this;
    }

    /** Puts the entries into another folder, or into none. */
    public ArchiveBuilder in(String otherFolder) {
        folder = otherFolder;
        return this;
    }

    /** The archive. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(folder + each.getKey());
                entry.setTime(315532800000L);
                if (!deflate) {
                    CRC32 crc = new CRC32();
                    crc.update(each.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(each.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The archive as a file in {@code directory}. */
    public Path write(Path directory) {
        try {
            return Files.write(directory.resolve("m.pt"), bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
