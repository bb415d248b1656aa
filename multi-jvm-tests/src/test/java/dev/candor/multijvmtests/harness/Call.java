package dev.candor.multijvmtests.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One attempt of a client, whatever came of it. As a line: start, end, node, request number, outcome.
 *
 * @param start when it was sent, in milliseconds since 1970 by the machine's clock
 * @param end when its outcome was known
 * @param node index of the node asked
 * @param number of the request in its {@link Workload}
 * @param outcome {@value #ANSWERED}, the code of a refusal, or {@value #NOTHING} where there was no answer
 */
public record Call(long start, long end, int node, long number, String outcome) {
    /** It was answered with what was asked for. */
    public static final String ANSWERED = "ANSWERED";

    /** No answer came: no connection, or one that ended. */
    public static final String NOTHING = "NOTHING";

    private static final Pattern SPACE = Pattern.compile(" ");

    /** Whether it was answered with what was asked for. */
    public boolean answered() {
        return outcome.equals(ANSWERED);
    }

    /** The line. */
    public String toLine() {
        return start + " " + end + " " + node + " " + number + " " + outcome;
    }

    /** Reads every whole line of a file that may still be growing. */
    public static List<Call> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(Call::ofLine)
                .toList();
    }

    private static Call ofLine(String line) {
        String[] parts = SPACE.split(line, -1);
        if (parts.length != 5) {
            throw new IllegalArgumentException("not the line of a call: " + line);
        }
        return new Call(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Integer.parseInt(parts[2]),
                Long.parseLong(parts[3]),
                parts[4]);
    }
}
