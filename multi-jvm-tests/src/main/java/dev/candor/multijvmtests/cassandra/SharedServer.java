package dev.candor.multijvmtests.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one server of a test run, in a folder under {@code target} that goes with it, and a session to make keyspaces with. */
final class SharedServer implements AutoCloseable {
    private final Path folder;
    private final CassandraServer server;
    private final AtomicInteger keyspaces = new AtomicInteger();

    private @Nullable CqlSession session;
    private int sessionOfStart;

    private SharedServer(Path folder, CassandraServer server) {
        this.folder = folder;
        this.server = server;
    }

    static SharedServer start() {
        try {
            Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "cassandra-");
            return new SharedServer(folder, CassandraServer.start(folder, SyncMode.GROUP));
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for Cassandra's data under target", e);
        }
    }

    CassandraServer server() {
        return server;
    }

    CassandraKeyspace createKeyspace() {
        CassandraKeyspace keyspace = new CassandraKeyspace("test_" + keyspaces.incrementAndGet());
        administer(keyspace::create);
        return keyspace;
    }

    void drop(CassandraKeyspace keyspace) {
        administer(keyspace::drop);
    }

    @Override
    public synchronized void close() throws IOException {
        if (session != null) {
            session.close();
        }
        // Its data are thrown away: no reason to wait for an orderly end.
        server.kill9();
        deleteTree(folder);
    }

    /** A new session after a restart: the old one may take a moment more to notice that the server is back. */
    private synchronized void administer(Consumer<CqlSession> action) {
        CqlSession current = session;
        if (current == null || sessionOfStart != server.starts()) {
            if (current != null) {
                current.close();
            }
            sessionOfStart = server.starts();
            current = server.connect();
            session = current;
        }
        action.accept(current);
    }

    private static void deleteTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
