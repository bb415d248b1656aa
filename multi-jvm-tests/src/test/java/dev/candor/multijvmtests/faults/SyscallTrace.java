package dev.candor.multijvmtests.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code strace -f -y -xx} wrote, as calls with the lines where they began and ended: the order of lines is the order in which the kernel saw them.
 *
 * @param calls in the order of their beginnings
 */
record SyscallTrace(List<Call> calls) {
    private static final Pattern BEGIN = Pattern.compile("^(\\d+) +[\\d.]+ (\\w+)\\((.*)$");
    private static final Pattern RESUMED = Pattern.compile("^(\\d+) +[\\d.]+ <\\.\\.\\. (\\w+) resumed>(.*)$");
    private static final Pattern ESCAPE = Pattern.compile("\\\\x([0-9a-f]{2})");
    private static final String UNFINISHED = "<unfinished ...>";

    /**
     * One call.
     *
     * @param name such as {@code pwrite64}
     * @param text arguments and result; bytes of strings as ISO 8859-1
     * @param began line number
     * @param ended line number; the largest there is while the call had not returned
     */
    record Call(String name, String text, int began, int ended) {
        private Call ended(String more, int line) {
            return new Call(name, text + more, began, line);
        }
    }

    /** Reads a trace. */
    static SyscallTrace read(Path file) throws IOException {
        List<Call> calls = new ArrayList<>();
        Map<String, Integer> unfinished = new HashMap<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        for (int line = 0; line < lines.size(); line++) {
            Matcher resumed = RESUMED.matcher(lines.get(line));
            if (resumed.matches()) {
                Integer begun = unfinished.remove(resumed.group(1) + resumed.group(2));
                if (begun != null) {
                    calls.set(begun, calls.get(begun).ended(decode(resumed.group(3)), line));
                }
                continue;
            }
            Matcher begin = BEGIN.matcher(lines.get(line));
            if (!begin.matches()) {
                continue;
            }
            String text = begin.group(3);
            if (text.endsWith(UNFINISHED)) {
                unfinished.put(begin.group(1) + begin.group(2), calls.size());
                calls.add(new Call(
                        begin.group(2),
                        decode(text.substring(0, text.length() - UNFINISHED.length())),
                        line,
                        Integer.MAX_VALUE));
            } else {
                calls.add(new Call(begin.group(2), decode(text), line, line));
            }
        }
        return new SyscallTrace(calls);
    }

    /** Whether {@code call} wrote to the log of the embedded database. */
    static boolean writesLog(Call call) {
        return call.name().startsWith("pwrite") && descriptor(call).contains("journal.db-wal");
    }

    /** Whether {@code call} waited until that log was on the disk, and it was. */
    static boolean syncsLog(Call call) {
        return (call.name().equals("fsync") || call.name().equals("fdatasync"))
                && descriptor(call).contains("journal.db-wal")
                && call.text().endsWith("= 0");
    }

    /** Whether {@code call} wrote to a socket. */
    static boolean sends(Call call) {
        return descriptor(call).contains("TCP") || descriptor(call).contains("socket:");
    }

    /** The file or socket of the call's first argument. */
    private static String descriptor(Call call) {
        int from = call.text().indexOf('<');
        int to = call.text().indexOf('>', from);
        return from < 0 || to < 0 ? "" : call.text().substring(from, to);
    }

    private static String decode(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(
                        match -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(match.group(1), 16))));
    }
}
