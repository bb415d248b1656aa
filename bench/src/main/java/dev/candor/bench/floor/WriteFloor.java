package dev.candor.bench.floor;

import dev.candor.bench.measure.ProcessCpu;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.HdrHistogram.Histogram;

/** What one durable write costs on this disk, one after the other. */
public final class WriteFloor {
    private static final int PAGE = 4_096;
    private static final int EVENT = 1_024;

    private WriteFloor() {}

    /**
     * A kind of write. Times are in microseconds.
     *
     * @param p50 wall clock, half of the writes took less
     * @param p99 wall clock
     * @param cpu processor time of one write
     */
    public record Cost(double p50, double p99, double cpu) {}

    /** Appends 4 KiB and syncs the data ({@code fdatasync}), {@code count} times, in a file below {@code folder} that is removed. */
    public static Cost sync(Path folder, int count) throws IOException {
        Path file = Files.createTempFile(folder, "sync", ".floor");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer page = ByteBuffer.allocateDirect(PAGE);
            return measured(count, () -> {
                channel.write(page.clear());
                channel.force(false);
            });
        } finally {
            Files.delete(file);
        }
    }

    /** Inserts a row of 1 KiB in a transaction of its own (SQLite, WAL, {@code synchronous=FULL}), {@code count} times. */
    public static Cost sqlite(Path folder, int count) throws IOException {
        Path own = Files.createTempDirectory(folder, "sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + own.resolve("floor.db"))) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode=WAL");
                statement.execute("PRAGMA synchronous=FULL");
                statement.execute("CREATE TABLE event(number INTEGER PRIMARY KEY, bytes BLOB NOT NULL)");
            }
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO event(bytes) VALUES (?)")) {
                insert.setBytes(1, new byte[EVENT]);
                return measured(count, insert::executeUpdate);
            }
        } catch (SQLException e) {
            throw new IOException("SQLite refused: " + e.getMessage(), e);
        } finally {
            try (var files = Files.list(own)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(own);
        }
    }

    private interface Step {
        void run() throws IOException, SQLException;
    }

    private static Cost measured(int count, Step step) throws IOException {
        Histogram wall = new Histogram(3);
        try {
            for (int i = 0; i < count / 4; i++) {
                step.run();
            }
            long cpu = ProcessCpu.ownMicros();
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                step.run();
                wall.recordValue(System.nanoTime() - start);
            }
            return new Cost(
                    wall.getValueAtPercentile(50) / 1e3,
                    wall.getValueAtPercentile(99) / 1e3,
                    (double) (ProcessCpu.ownMicros() - cpu) / count);
        } catch (SQLException e) {
            throw new IOException("SQLite refused: " + e.getMessage(), e);
        }
    }
}
