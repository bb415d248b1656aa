package dev.candor.proving.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileBudgetTest {

    private static final String BOOT = "boot-1";

    @TempDir
    private Path folder;

    @Test
    void givesOutEachOpeningOnceAcrossRestarts() throws Exception {
        Path file = folder.resolve("openings");
        try (FileBudget budget = FileBudget.create(file, 1, 6, 1, BOOT)) {
            assertThat(budget.next()).isEqualTo(1);
            assertThat(budget.next()).isEqualTo(2);
        }
        try (FileBudget budget = FileBudget.open(file, BOOT)) {
            assertThat(budget.left()).isEqualTo(2);
            assertThat(budget.next()).isEqualTo(3);
            assertThat(budget.next()).isEqualTo(4);
            assertThatThrownBy(budget::next).isInstanceOf(BudgetException.class).hasMessageContaining("used up");
        }
    }

    /** What a process that is killed right after the write leaves behind is what was written: no flush or close is needed. */
    @Test
    void theCountIsInTheFileBeforeTheOpeningIsGivenOut() throws Exception {
        Path file = folder.resolve("openings");
        try (FileBudget budget = FileBudget.create(file, 1, 6, 1, BOOT)) {
            byte[] before = Files.readAllBytes(file);
            long opening = budget.next();
            byte[] after = Files.readAllBytes(file);
            assertThat(after).isNotEqualTo(before);
            assertThat(after[after.length - 17]).isEqualTo((byte) (opening + 1));
        }
    }

    @Test
    void refusesACopyARestoredBackupAndAnotherBoot() throws Exception {
        Path file = folder.resolve("openings");
        FileBudget.create(file, 1, 6, 1, BOOT).close();
        Path copy = Files.copy(file, folder.resolve("copy"));
        assertRefused(copy, BOOT);
        assertRefused(file, "boot-2");
        Path backup = Files.copy(file, folder.resolve("backup"));
        Files.move(backup, file, StandardCopyOption.REPLACE_EXISTING);
        assertRefused(file, BOOT);
    }

    /** The old bytes in the very file, and even its old time: the system's own note of the change remains. */
    @Test
    void refusesOldBytesWrittenIntoTheSameFile() throws Exception {
        Path file = folder.resolve("openings");
        FileBudget budget = FileBudget.create(file, 1, 6, 1, BOOT);
        byte[] old = Files.readAllBytes(file);
        var time = Files.getLastModifiedTime(file);
        budget.next();
        budget.close();
        // As if those bytes were written a minute ago: nobody waits in a test.
        ByteBuffer bytes = ByteBuffer.wrap(old);
        int written = old.length - 4 * Long.BYTES;
        bytes.putLong(written, bytes.getLong(written) - 60_000);
        Files.write(file, old);
        Files.setLastModifiedTime(file, time);
        assertRefused(file, BOOT);
    }

    @Test
    void keepsOpeningsForRollOvers() throws Exception {
        Path file = folder.resolve("openings");
        try (FileBudget budget = FileBudget.create(file, 1, 6, 2, BOOT)) {
            assertThat(budget.left()).isEqualTo(3);
            assertThat(budget.next()).isEqualTo(1);
            assertThat(budget.forRollOver()).isEqualTo(5);
        }
        try (FileBudget budget = FileBudget.openAfterRestart(file, "boot-2")) {
            assertThat(budget.forRollOver()).isEqualTo(4);
            assertThat(budget.left()).isEqualTo(2);
            assertThat(budget.forRollOver()).isEqualTo(3);
            assertThat(budget.next()).isEqualTo(2);
            assertThatThrownBy(budget::next).hasMessageContaining("used up");
            assertThatThrownBy(budget::forRollOver).hasMessageContaining("anew");
        }
    }

    @Test
    void onlyItsOwnerMayReadIt() throws Exception {
        Path file = folder.resolve("openings");
        FileBudget.create(file, 1, 6, 1, BOOT).close();
        assertThat(java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private static void assertRefused(Path file, String boot) {
        assertThatThrownBy(() -> FileBudget.open(file, boot))
                .isInstanceOf(BudgetException.class)
                .hasMessageContaining("this epoch is over");
    }

    @Test
    void refusesASecondProverAndFilesThatAreNone() throws Exception {
        Path file = folder.resolve("openings");
        try (FileBudget budget = FileBudget.create(file, 1, 6, 1, BOOT)) {
            assertThat(budget.left()).isEqualTo(4);
            assertThatThrownBy(() -> FileBudget.open(file, BOOT)).hasMessageContaining("in use");
            assertThatThrownBy(() -> FileBudget.create(file, 1, 6, 1, BOOT)).isInstanceOf(BudgetException.class);
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int length : new int[] {0, 1, bytes.length - 1}) {
            assertNone(java.util.Arrays.copyOf(bytes, length));
        }
        assertNone(java.util.Arrays.copyOf(bytes, bytes.length + 1));
        bytes[0]++;
        assertNone(bytes);
    }

    private void assertNone(byte[] bytes) throws IOException {
        Path other = Files.write(folder.resolve("other"), bytes);
        assertThatThrownBy(() -> FileBudget.open(other, BOOT))
                .isInstanceOf(BudgetException.class)
                .hasMessageContaining("no record");
    }
}
