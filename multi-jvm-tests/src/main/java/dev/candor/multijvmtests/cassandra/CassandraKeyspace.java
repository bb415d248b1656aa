package dev.candor.multijvmtests.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import java.time.Duration;

/**
 * A keyspace that one test has for itself, with one replica; dropped after the test.
 *
 * @param name unquoted, unique in the server's life
 */
public record CassandraKeyspace(String name) {
    /** A change of the schema waits for flushes: on a busy disk longer than the driver's usual limit. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    void create(CqlSession session) {
        change(
                session,
                "CREATE KEYSPACE " + name + " WITH replication = {'class': 'NetworkTopologyStrategy', '"
                        + CassandraServer.DATA_CENTRE + "': 1}");
    }

    void drop(CqlSession session) {
        change(session, "DROP KEYSPACE IF EXISTS " + name);
    }

    private static void change(CqlSession session, String statement) {
        session.execute(SimpleStatement.newInstance(statement).setTimeout(PATIENCE));
    }
}
