package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.answers.StoredAnswer;
import dev.candor.persistence.journal.JournalDriver;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A process that writes events and answers of several streams without end, and says of each when it was acknowledged. */
public final class KilledWriter {
    static final int STREAMS = 4;

    private KilledWriter() {}

    public static void main(String[] args) throws Exception {
        SqliteFixture fixture = new SqliteFixture(Path.of(args[0]));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        for (int stream = 0; stream < STREAMS; stream++) {
            int number = stream;
            Thread.ofPlatform().start(() -> write(fixture, number, out));
        }
    }

    private static void write(SqliteFixture fixture, int stream, PrintStream out) {
        JournalDriver driver = new JournalDriver(fixture.system(), "killed");
        for (long sequenceNr = 1; ; sequenceNr++) {
            fixture.stores().answers().stage(pid(stream), sequenceNr, List.of(answer(stream, sequenceNr)));
            if (!driver.write(pid(stream), sequenceNr, "event " + sequenceNr)
                    .equals(List.of(JournalDriver.Outcome.WRITTEN))) {
                throw new IllegalStateException("event " + sequenceNr + " was not written");
            }
            out.println(stream + " " + sequenceNr);
        }
    }

    static String pid(int stream) {
        return "killed|" + stream;
    }

    /** The answer that goes with an event. */
    static StoredAnswer answer(int stream, long sequenceNr) {
        Bytes text = Bytes.wrap((stream + "/" + sequenceNr).getBytes(StandardCharsets.US_ASCII));
        Digest digest = Digest.sha256(text);
        return new StoredAnswer(
                new RequestId(stream, new UUID(digest.a(), digest.b())),
                Optional.of(new Identity(stream, digest, digest)),
                1,
                sequenceNr,
                text,
                Optional.of(text));
    }
}
