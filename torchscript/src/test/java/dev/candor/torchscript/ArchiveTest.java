package dev.candor.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;

class ArchiveTest {
    private static final int END = 22;

    @Test
    void readsStoredAndDeflatedEntries() throws IOException {
        for (ArchiveBuilder builder : new ArchiveBuilder[] {small(), small().deflated()}) {
            Archive archive = open(builder.bytes());
            assertThat(archive.entries()).containsKeys("data.pkl", "code/__torch__.py", "version");
            byte[] version = archive.read(archive.require("version"), 10);
            assertThat(version).isEqualTo("3\n".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = small().bytes();
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> open(part));
        }
    }

    @Test
    void refusesBytesAfterTheDirectoryAndBeforeIt() {
        byte[] whole = small().bytes();
        refused(Arrays.copyOf(whole, whole.length + 1)).contains("zip directory");
        byte[] shifted = new byte[whole.length + 4];
        System.arraycopy(whole, 0, shifted, 4, whole.length);
        refused(shifted).contains("damaged");
    }

    @Test
    void refusesAWrongChecksumNamingTheEntry() throws IOException {
        byte[] whole = small().bytes();
        byte[] text = "return x".getBytes(StandardCharsets.US_ASCII);
        whole[find(whole, text, 0)] ^= 1;
        Archive archive = open(whole);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> archive.read(archive.require("code/__torch__.py"), 1000))
                .withMessageContaining("\"code/__torch__.py\"")
                .withMessageContaining("checksum");
    }

    @Test
    void refusesAHeaderThatContradictsTheDirectory() {
        byte[] whole = small().bytes();
        byte[] name = "m/version".getBytes(StandardCharsets.US_ASCII);
        whole[find(whole, name, 0)] = 'n';
        refused(whole).contains("contradicts");
    }

    @Test
    void refusesNamesThatLeadOutOrCollide() {
        refused(small().put("../../etc/passwd", "x").bytes()).contains("leads out");
        refused(small().put("a//b", "x").bytes()).contains("leads out");
        refused(small().put("a\\b", "x").bytes()).contains("leads out");
        refused(small().put("DATA.PKL", "x").bytes()).contains("case alone");
        refused(small().in("").bytes()).contains("one folder");
    }

    @Test
    void refusesEntriesThatShareBytes() {
        byte[] whole = small().put("version", "3\n").bytes();
        // Points the last entry of the directory at the first one's header; both names have to agree, so a copy of the
        // first is made.
        ByteBuffer file = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        int directory = file.getInt(whole.length - 6);
        int first = 46 + Short.toUnsignedInt(file.getShort(directory + 28));
        byte[] twice = new byte[whole.length + first];
        System.arraycopy(whole, 0, twice, 0, directory + first);
        System.arraycopy(whole, directory, twice, directory + first, whole.length - directory);
        ByteBuffer end = ByteBuffer.wrap(twice).order(ByteOrder.LITTLE_ENDIAN);
        int count = Short.toUnsignedInt(file.getShort(whole.length - END + 8)) + 1;
        end.putShort(twice.length - END + 8, (short) count).putShort(twice.length - END + 10, (short) count);
        end.putInt(twice.length - END + 12, file.getInt(whole.length - END + 12) + first);
        refused(twice).contains("shares bytes");
    }

    @Test
    void refusesABombBeforeUnpackingIt() throws IOException {
        byte[] zeros = new byte[1 << 20];
        byte[] whole = small().put("constants.pkl", zeros).deflated().bytes();
        Archive archive = open(whole);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> archive.read(archive.require("constants.pkl"), 1 << 16))
                .withMessageContaining("at most 65536 are read");
    }

    @Test
    void refusesADirectoryThatClaimsMoreThanThereIs() {
        byte[] whole = small().bytes();
        ByteBuffer end = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        end.putShort(whole.length - END + 8, (short) 200).putShort(whole.length - END + 10, (short) 200);
        refused(whole).contains("directory is damaged");
        end.putShort(whole.length - END + 8, (short) 2).putShort(whole.length - END + 10, (short) 2);
        refused(whole).contains("longer than its entries");
    }

    private static ArchiveBuilder small() {
        return ArchiveBuilder.forward("x: Tensor) -> Tensor", "return x");
    }

    private static Archive open(byte[] bytes) throws IOException {
        return Archive.open(ByteSource.of(ByteBuffer.wrap(bytes)), InspectionLimits.DEFAULT);
    }

    private static AbstractStringAssert<?> refused(byte[] bytes) {
        return assertThat(assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> open(bytes))
                .actual()
                .getMessage());
    }

    private static int find(byte[] bytes, byte[] wanted, int from) {
        for (int i = from; i <= bytes.length - wanted.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }
}
