package dev.candor.multijvmtests.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;

/**
 * A keyspace that one test has for itself, with one replica; dropped after the test.
 *
 * @param name unquoted, unique in the server's life
 */
public record CassandraKeyspace(String name) {
    void create(CqlSession session) {
        session.execute("CREATE KEYSPACE " + name + " WITH replication = {'class': 'NetworkTopologyStrategy', '"
                + CassandraServer.DATA_CENTRE + "': 1}");
    }

    void drop(CqlSession session) {
        session.execute("DROP KEYSPACE IF EXISTS " + name);
    }
}
