package dev.candor.multijvmtests.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.internal.core.connection.ConstantReconnectionPolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One real Cassandra node on loopback, run by {@code scripts/cassandra/start} as a child of this JVM. Ports and data stay
 * the same over {@link #kill9()}, {@link #stop()} and {@link #restart()}, so clients reconnect.
 *
 * <p>The child ends with this JVM, however that ends: a shutdown hook kills it, and the script ends it when the pipe that
 * this JVM holds is closed by its death. No other process is ever signalled.
 *
 * <p>Thread-safe; the methods that start or end the server exclude one another.
 */
public final class CassandraServer implements AutoCloseable {
    /** The name that a single node gives its data centre; a driver must be told it. */
    public static final String DATA_CENTRE = "datacenter1";

    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    private final Path dataDir;
    private final SyncMode sync;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile ServerProcess process;
    private final AtomicInteger starts = new AtomicInteger(1);

    private CassandraServer(Path dataDir, SyncMode sync) {
        this.dataDir = dataDir;
        this.sync = sync;
        this.process = ServerProcess.start(dataDir, sync, null);
    }

    /**
     * Starts a server and waits until it answers CQL: 3 to 10 s, more on a busy machine. The first start on a machine
     * also copies the server's jars by Maven (67 MB).
     *
     * @param dataDir the folder for everything it writes, log included ({@code server.log}); made if it is not there
     * @throws CassandraStartException if it does not answer CQL, or a server already runs in the folder
     */
    public static CassandraServer start(Path dataDir, SyncMode sync) {
        return new CassandraServer(dataDir.toAbsolutePath(), sync);
    }

    /** The port on 127.0.0.1 where it answers CQL. */
    public int nativePort() {
        return process.ports().cql();
    }

    /** The folder for everything it writes. */
    public Path dataDir() {
        return dataDir;
    }

    /** The id of its process, or of its last one. */
    public long pid() {
        return process.pid();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** How often it was started: 1 at first. A client that must notice a restart compares. */
    int starts() {
        return starts.get();
    }

    /** Ends it with SIGKILL, as a crash would, and waits until it is gone. No-op if it does not run. */
    public void kill9() {
        exclusively(() -> process.kill(END_LIMIT));
    }

    /** Ends it in order (SIGTERM; about 6 s) and waits until it is gone. No-op if it does not run. */
    public void stop() {
        exclusively(() -> process.stop(END_LIMIT));
    }

    /**
     * Starts it again on the same data and ports, and waits until it answers CQL. A server that runs is stopped first.
     *
     * @throws CassandraStartException if it does not answer CQL
     */
    public void restart() {
        exclusively(() -> {
            process.stop(END_LIMIT);
            process = ServerProcess.start(dataDir, sync, process.ports());
            starts.incrementAndGet();
        });
    }

    /** Starts it again if it does not run, as after a test that killed it. */
    public void ensureRunning() {
        exclusively(() -> {
            if (!isRunning()) {
                restart();
            }
        });
    }

    /**
     * A session of its own, without a keyspace, that waits 10 s for an answer and tries every 500 ms to reconnect; the
     * caller closes it.
     */
    public CqlSession connect() {
        return CqlSession.builder()
                .addContactPoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), nativePort()))
                .withLocalDatacenter(DATA_CENTRE)
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, Duration.ofSeconds(10))
                        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, Duration.ofSeconds(10))
                        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, Duration.ofSeconds(10))
                        .withClass(DefaultDriverOption.RECONNECTION_POLICY_CLASS, ConstantReconnectionPolicy.class)
                        .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(500))
                        // A killed server is what the tests want, not a warning at every attempt.
                        .withBoolean(DefaultDriverOption.CONNECTION_WARN_INIT_ERROR, false)
                        // Closing waits for a quiet period of 2 s otherwise.
                        .withInt(DefaultDriverOption.NETTY_IO_SHUTDOWN_QUIET_PERIOD, 0)
                        .withInt(DefaultDriverOption.NETTY_ADMIN_SHUTDOWN_QUIET_PERIOD, 0)
                        .build())
                .build();
    }

    /** {@link #stop()}. */
    @Override
    public void close() {
        stop();
    }

    private void exclusively(Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }
}
