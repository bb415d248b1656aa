package dev.candor.multijvmtests.cassandra;

/** Cassandra could not be started; the message says why, in the words of {@code scripts/cassandra/start}. */
public final class CassandraStartException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CassandraStartException(String message) {
        super(message);
    }

    CassandraStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
