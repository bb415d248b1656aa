package dev.candor.multijvmtests.cassandra;

import dev.candor.persistence.control.ControlStore;
import dev.candor.persistence.journal.ControlStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@RequiresCassandra
final class CassandraControlStoreIT extends ControlStoreContract {
    private static CassandraFixture fixture;

    @BeforeAll
    static void open(CassandraServer server, CassandraKeyspace keyspace) throws Exception {
        fixture = new CassandraFixture(server, keyspace);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Override
    protected ControlStore store() {
        return fixture.stores().control();
    }
}
