package dev.candor.cluster.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} header, rendered once a second. Thread-safe. */
final class HttpDate {
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static volatile Line last = new Line(0);

    private HttpDate() {}

    private static final class Line {
        private final long second;
        private final byte[] bytes;

        private Line(long second) {
            this.second = second;
            this.bytes = Utf8Buffer.ascii(FORM.format(Instant.ofEpochSecond(second)));
        }
    }

    /** The line for now, which nobody may change. */
    static byte[] line() {
        long second = System.currentTimeMillis() / 1000;
        Line line = last;
        if (line.second != second) {
            line = new Line(second);
            last = line;
        }
        return line.bytes;
    }
}
