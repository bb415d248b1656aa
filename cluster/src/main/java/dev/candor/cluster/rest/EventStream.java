package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.HttpStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Status in the form of server-sent events. Thread-safe. */
final class EventStream implements VerificationDesk.Status {
    /** So long a reader whose stream broke off waits before it comes again. */
    private static final String RETRY = "retry: 5000\n\n";

    private static final Duration BEAT = Duration.ofSeconds(15);

    /** A reader is held for so long, then has to come again, and to show again who it is. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private final HttpStream stream;

    EventStream(HttpStream stream) {
        this.stream = stream;
        stream.send(bytes(RETRY));
        stream.beat(bytes(": still here\n\n"), BEAT, LONGEST);
    }

    @Override
    public void changed(String id, JsonNode data) {
        // JSON has no line ends of its own here, so one line of data holds it.
        String json = new String(Json.bytes(data), StandardCharsets.UTF_8);
        stream.send(bytes("id: " + id + "\nevent: verification\ndata: " + json + "\n\n"));
    }

    @Override
    public void end() {
        stream.send(bytes("event: end\ndata: {}\n\n"));
        stream.end();
    }

    private static Bytes bytes(String text) {
        return Bytes.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
