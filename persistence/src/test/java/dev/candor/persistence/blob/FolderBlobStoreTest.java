package dev.candor.persistence.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class FolderBlobStoreTest extends BlobStoreContract {
    @Override
    protected BlobStore open(Path folder) throws IOException {
        return new FolderBlobStore(folder, InstantSource.system());
    }

    @Test
    void spreadsBlobsOverTwoLevelsOfFolders() throws IOException {
        open(folder()).put(new ByteArrayInputStream("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII)), 3);
        assertThat(folder().resolve("ba/78/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
                .hasContent("abc");
    }

    @Test
    void deletesWhatACrashLeftAndKeepsWhatIsBeingWritten() throws IOException {
        Instant now = Instant.now();
        Path incoming = Files.createDirectories(folder().resolve("incoming"));
        Path old = Files.writeString(incoming.resolve("old"), "half of a bl");
        Path fresh = Files.writeString(incoming.resolve("fresh"), "half of a bl");
        Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofMinutes(61))));
        Files.setLastModifiedTime(fresh, FileTime.from(now.minus(Duration.ofMinutes(59))));
        assertThat(new FolderBlobStore(folder(), InstantSource.fixed(now))).isNotNull();
        assertThat(old).doesNotExist();
        assertThat(fresh).exists();
    }
}
