package dev.candor.multijvmtests.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RequiresCassandra
final class CassandraServerIT {
    @Test
    void keepsWhatItAcknowledgedWhenItIsKilled(CassandraServer server, CassandraKeyspace keyspace) throws Exception {
        int port = server.nativePort();
        Set<Integer> acknowledged = writeAndKill(server, keyspace, 300);
        assertThat(server.isRunning()).isFalse();

        server.restart();

        assertThat(server.nativePort()).isEqualTo(port);
        assertThat(stored(server, keyspace)).containsAll(acknowledged);
    }

    @Test
    void startsAgainOnItsDataAfterAnOrderlyStop(CassandraServer server, CassandraKeyspace keyspace) {
        try (CqlSession session = server.connect()) {
            session.execute("CREATE TABLE " + keyspace.name() + ".numbers (n int PRIMARY KEY)");
            session.execute("INSERT INTO " + keyspace.name() + ".numbers (n) VALUES (7)");
        }
        server.stop();
        assertThat(server.isRunning()).isFalse();

        server.ensureRunning();

        assertThat(stored(server, keyspace)).containsExactly(7);
    }

    @Test
    void givesEachTestAKeyspaceOfItsOwn(CassandraServer server, CassandraKeyspace keyspace, CassandraKeyspace same) {
        assertThat(same).isEqualTo(keyspace);
        try (CqlSession session = server.connect()) {
            assertThat(session.execute("SELECT keyspace_name FROM system_schema.keyspaces").all().stream()
                            .map(row -> row.getString("keyspace_name"))
                            .filter(name -> name.startsWith("test_")))
                    .containsExactly(keyspace.name());
        }
    }

    @Test
    void refusesASecondServerOnTheSameData(CassandraServer server) {
        assertThatThrownBy(() -> CassandraServer.start(server.dataDir(), SyncMode.GROUP))
                .isInstanceOf(CassandraStartException.class)
                .hasMessageContaining("already running as process " + server.pid());
        assertThat(server.isRunning()).isTrue();
    }

    /** A JVM that is killed runs no shutdown hook. */
    @Test
    void endsWithTheJvmThatStartedIt(@TempDir Path folder) throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartsAndWaits.class.getName(),
                        folder.toString())
                .redirectError(folder.resolve("parent.log").toFile())
                .start();
        try (BufferedReader lines = parent.inputReader(StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            assertThat(line).as(Files.readString(folder.resolve("parent.log"))).matches("\\d+");
            ProcessHandle server = ProcessHandle.of(Long.parseLong(line)).orElseThrow();

            parent.destroyForcibly();

            assertThat(server.onExit().get(60, TimeUnit.SECONDS).isAlive()).isFalse();
        } finally {
            parent.destroyForcibly();
        }
    }

    /** The mutant of the first test: a server that acknowledges before it syncs must be seen to lose. */
    @Test
    void noticesAServerThatAcknowledgesBeforeItSyncs(@TempDir Path folder) throws Exception {
        CassandraKeyspace keyspace = new CassandraKeyspace("mutant");
        try (CassandraServer server = CassandraServer.start(folder, SyncMode.PERIODIC)) {
            try (CqlSession session = server.connect()) {
                keyspace.create(session);
            }
            Set<Integer> acknowledged = writeAndKill(server, keyspace, 3000);
            server.restart();
            assertThat(stored(server, keyspace)).isNotEmpty();
            assertThat(stored(server, keyspace).containsAll(acknowledged)).isFalse();
            server.kill9();
        }
    }

    /** Writes numbers from 0 on, 32 at a time, and kills the server while writes are under way. Returns what was acknowledged. */
    private static Set<Integer> writeAndKill(CassandraServer server, CassandraKeyspace keyspace, int atLeast)
            throws InterruptedException {
        Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
        CountDownLatch enough = new CountDownLatch(atLeast);
        try (CqlSession session = server.connect()) {
            session.execute("CREATE TABLE " + keyspace.name() + ".numbers (n int PRIMARY KEY)");
            PreparedStatement insert = session.prepare("INSERT INTO " + keyspace.name() + ".numbers (n) VALUES (?)");
            Semaphore slots = new Semaphore(32);
            AtomicBoolean dead = new AtomicBoolean();
            Thread writer = Thread.ofVirtual().start(() -> {
                for (int i = 0; !dead.get(); i++) {
                    int number = i;
                    slots.acquireUninterruptibly();
                    session.executeAsync(insert.bind(number)).whenComplete((rows, failure) -> {
                        if (failure == null) {
                            acknowledged.add(number);
                            enough.countDown();
                        } else {
                            dead.set(true);
                        }
                        slots.release();
                    });
                }
            });
            assertThat(enough.await(120, TimeUnit.SECONDS)).isTrue();
            server.kill9();
            writer.join();
            slots.acquireUninterruptibly(32);
        }
        return acknowledged;
    }

    private static Set<Integer> stored(CassandraServer server, CassandraKeyspace keyspace) {
        Set<Integer> numbers = new TreeSet<>();
        try (CqlSession session = server.connect()) {
            session.execute("SELECT n FROM " + keyspace.name() + ".numbers").forEach(row -> numbers.add(row.getInt(0)));
        }
        return numbers;
    }
}
