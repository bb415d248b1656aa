package dev.candor.multijvmtests.harness;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One answer as a client got it. As a line: request number, request id, SHA-256 of the body, receipt as the header has it.
 *
 * @param number of the request in its {@link Workload}
 * @param id the server's request id
 * @param body SHA-256 of the answer's body
 * @param receipt its bytes
 */
public record Acknowledgement(long number, RequestId id, Digest body, Bytes receipt) {
    private static final Pattern SPACE = Pattern.compile(" ");

    /** The line. */
    public String toLine() {
        return number + " " + id + " " + body.toHex() + " " + header();
    }

    /** The receipt as the answer's header has it. */
    public String header() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(receipt.toArray());
    }

    /** Reads a line. */
    public static Acknowledgement ofLine(String line) {
        String[] parts = SPACE.split(line, -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("not the line of an acknowledgement: " + line);
        }
        return new Acknowledgement(
                Long.parseLong(parts[0]),
                RequestId.parse(parts[1]),
                Digest.ofHex(parts[2]),
                Bytes.wrap(Base64.getUrlDecoder().decode(parts[3])));
    }

    /** Every whole line of a history, which may still be growing. */
    public static List<Acknowledgement> read(Path history) throws IOException {
        if (!Files.exists(history)) {
            return List.of();
        }
        String text = Files.readString(history);
        List<Acknowledgement> read = new ArrayList<>();
        int end = text.lastIndexOf('\n');
        if (end >= 0) {
            text.substring(0, end).lines().map(Acknowledgement::ofLine).forEach(read::add);
        }
        return read;
    }
}
