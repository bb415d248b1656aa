package dev.candor.persistence.journal.cassandra;

import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Puts statements into unlogged batches of a bounded size: one request to one coordinator instead of many. */
final class Batches {
    private final int mostStatements;
    private final int mostBytes;
    private final List<List<BatchableStatement<?>>> batches = new ArrayList<>();
    private int bytes;

    Batches(int mostStatements, int mostBytes) {
        this.mostStatements = mostStatements;
        this.mostBytes = mostBytes;
    }

    /** Adds a statement of about {@code size} bytes; one that is larger than a batch may be goes alone. */
    void add(BatchableStatement<?> statement, int size) {
        if (batches.isEmpty() || batches.getLast().size() == mostStatements || size > mostBytes - bytes) {
            batches.add(new ArrayList<>());
            bytes = 0;
        }
        batches.getLast().add(statement);
        bytes += size;
    }

    /** The batches, in the order of their statements. */
    Stream<BatchStatement> stream() {
        return batches.stream()
                .map(statements -> BatchStatement.newInstance(BatchType.UNLOGGED, statements)
                        .setExecutionProfileName(CassandraStages.PROFILE)
                        .setIdempotent(true));
    }
}
