package dev.candor.multijvmtests.cassandra;

import static dev.candor.persistence.journal.JournalDriver.Outcome.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.candor.persistence.journal.JournalContract;
import dev.candor.persistence.journal.JournalDriver;
import dev.candor.persistence.journal.JournalStores;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract that the embedded journal runs too, against Pekko's plugin with our settings. */
@RequiresCassandra
final class CassandraJournalIT extends JournalContract {
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
    protected ActorSystem system() {
        return fixture.system();
    }

    @Override
    protected JournalStores stores() {
        return fixture.stores();
    }

    /** Unlike the embedded journal it takes both; recovery must see both to tell which one is void. */
    @Test
    void showsBothEventsOfTwoWritersUnderOneSequenceNumber() {
        driver().write(pid(), 1, "a");
        JournalDriver other = new JournalDriver(system(), "another writer");
        assertThat(other.write(pid(), 2, "theirs")).containsExactly(WRITTEN);
        assertThat(driver().write(pid(), 2, "ours")).containsExactly(WRITTEN);
        assertThat(driver().write(pid(), 3, "c")).containsExactly(WRITTEN);
        assertThat(payloads(driver().replay(pid()))).containsExactly("a", "theirs", "ours", "c");
        assertThat(current(1, Long.MAX_VALUE))
                .extracting(EventEnvelope::event)
                .containsExactly("a", "theirs", "ours", "c");
    }

    @Test
    void isNeverExclusive() {
        assertThat(stores().embeddedExclusive()).isFalse();
    }
}
