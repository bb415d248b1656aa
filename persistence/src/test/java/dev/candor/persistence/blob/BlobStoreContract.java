package dev.candor.persistence.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.persistence.blob.BlobStore.Blob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the models' files rely on; every kind of store runs it. */
public abstract class BlobStoreContract {
    /** SHA-256("abc"), FIPS 180-2 appendix B.1. */
    private static final Digest ABC = Digest.ofHex("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    @TempDir
    Path folder;

    @TempDir
    Path targets;

    private BlobStore store;

    /** A store that keeps its blobs in {@code folder}. */
    protected abstract BlobStore open(Path folder) throws IOException;

    @BeforeEach
    void open() throws IOException {
        store = open(folder);
    }

    @Test
    void namesABlobByTheDigestOfItsBytes() throws IOException {
        assertThat(put("abc")).isEqualTo(new Blob(ABC, 3));
        assertThat(store.size(ABC)).contains(3L);
        assertThat(fetched(ABC)).asString(StandardCharsets.UTF_8).isEqualTo("abc");
    }

    @Test
    void keepsABlobOfManyBuffers() throws IOException {
        byte[] bytes = new byte[3_000_001];
        new Random(1).nextBytes(bytes);
        Blob blob = store.put(new ByteArrayInputStream(bytes), bytes.length);
        assertThat(blob).isEqualTo(new Blob(Digest.sha256(Bytes.wrap(bytes)), bytes.length));
        assertThat(fetched(blob.id())).isEqualTo(bytes);
    }

    @Test
    void keepsAnEmptyBlob() throws IOException {
        Blob blob = put("");
        assertThat(store.size(blob.id())).contains(0L);
        assertThat(fetched(blob.id())).isEmpty();
    }

    @Test
    void isStillThereWhenOpenedAgain() throws IOException {
        put("abc");
        assertThat(open(folder).size(ABC)).contains(3L);
    }

    @Test
    void takesTheSameBlobTwice() throws IOException {
        assertThat(put("abc")).isEqualTo(put("abc"));
        assertThat(store.size(ABC)).contains(3L);
    }

    @Test
    void takesTheSameBlobFromManyAtOnce() throws Exception {
        byte[] bytes = new byte[500_000];
        new Random(2).nextBytes(bytes);
        List<Callable<Blob>> puts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            puts.add(() -> open(folder).put(new ByteArrayInputStream(bytes), bytes.length));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Blob> put : threads.invokeAll(puts)) {
                assertThat(fetched(put.get().id())).isEqualTo(bytes);
            }
        }
        assertThat(files()).hasSize(1);
    }

    @Test
    void refusesMoreThanTheLimitAndLeavesNothingBehind() throws IOException {
        assertThatThrownBy(() -> store.put(stream("abcd"), 3))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().code()).isEqualTo(ErrorCode.TOO_LARGE));
        assertThat(files()).isEmpty();
        assertThat(store.put(stream("abc"), 3).size()).as("exactly the limit").isEqualTo(3);
    }

    @Test
    void leavesNothingBehindWhenTheStreamBreaks() throws IOException {
        InputStream broken = new SequenceInputStream(stream("the first half"), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the connection went away");
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return read();
            }
        });
        assertThatThrownBy(() -> store.put(broken, 1 << 20)).isInstanceOf(IOException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void hasNoSizeOfABlobThatIsNotThere() throws IOException {
        assertThat(store.size(ABC)).isEmpty();
    }

    @Test
    void failsToFetchABlobThatIsNotThere() {
        assertThatThrownBy(() -> fetched(ABC)).isInstanceOf(IOException.class).hasMessageContaining("not in the store");
    }

    @Test
    void replacesTheTarget() throws IOException {
        put("abc");
        Path target = Files.writeString(targets.resolve("model.pt"), "something older and longer");
        store.fetch(ABC, target);
        assertThat(target).hasContent("abc");
    }

    @Test
    void doesNotHandOutDamagedBytes() throws IOException {
        put("abc");
        Files.writeString(files().getFirst(), "abd");
        Path target = Files.writeString(targets.resolve("model.pt"), "older");
        assertThatThrownBy(() -> store.fetch(ABC, target))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
        assertThat(targets).isEmptyDirectory();
    }

    @Test
    void replacesABlobThatWasCutShort() throws IOException {
        put("abc");
        Files.writeString(files().getFirst(), "ab");
        put("abc");
        assertThat(fetched(ABC)).asString(StandardCharsets.UTF_8).isEqualTo("abc");
    }

    private Blob put(String text) throws IOException {
        return store.put(stream(text), 1 << 20);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] fetched(Digest id) throws IOException {
        Path target = Files.createTempFile(targets, "fetched", ".pt");
        store.fetch(id, target);
        return Files.readAllBytes(target);
    }

    /** All files under the store's folder. */
    protected final List<Path> files() throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    protected final Path folder() {
        return folder;
    }
}
