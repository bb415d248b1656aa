package dev.candor.multijvmtests.cassandra;

import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.journal.AnswerStoreContract;
import org.apache.pekko.actor.ActorSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

@RequiresCassandra
final class CassandraAnswerStoreIT extends AnswerStoreContract {
    private static CassandraFixture fixture;
    private static CassandraFixture shortLived;

    @BeforeAll
    static void open(CassandraServer server, CassandraKeyspace keyspace) throws Exception {
        fixture = new CassandraFixture(server, keyspace);
        shortLived = new CassandraFixture(server, keyspace, "candor.answers.retention = 1s");
    }

    @AfterAll
    static void close() {
        shortLived.close();
        fixture.close();
    }

    @Override
    protected ActorSystem system() {
        return fixture.system();
    }

    @Override
    protected AnswerStore store() {
        return fixture.stores().answers();
    }

    @Override
    protected AnswerStore storePastRetention() {
        return shortLived.stores().answers();
    }
}
