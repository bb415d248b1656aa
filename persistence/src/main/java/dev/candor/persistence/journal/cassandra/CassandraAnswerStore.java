package dev.candor.persistence.journal.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import dev.candor.actors.inference.Identity;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.value.RequestId;
import dev.candor.persistence.answers.AnswerSettings;
import dev.candor.persistence.answers.AnswerStore;
import dev.candor.persistence.answers.StoredAnswer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/**
 * Answers in Cassandra: receipts for good, their bytes beside them with a time to live, and the ids under an identity. {@link #stage} writes all of it at
 * LOCAL_QUORUM before the event. Thread-safe.
 */
public final class CassandraAnswerStore implements AnswerStore {
    /** Rows read under one key: each needs another epoch or attempt, so there are a few at most. */
    private static final int MOST_ROWS = 64;

    /** A longer answer is kept in several rows, since Cassandra bounds what one write may hold. */
    private static final int CHUNK = 1 << 20;

    /** Bytes of one request that go to one Cassandra partition. */
    private static final int SLOT_BATCH_BYTES = 128 << 10;

    /** Rows of one request that go to as many Cassandra partitions: it logs a warning beyond ten of them. */
    private static final int IDENTITY_BATCH_ROWS = 10;

    /** Requests of one event in flight; a connection takes 1,024. */
    private static final int REQUESTS_AT_ONCE = 64;

    /** The most seconds that Cassandra takes as a time to live: 20 years. */
    private static final long LONGEST_RETENTION = 630_720_000;

    /** In the order of {@link Prepared}; each has a place for the keyspace. */
    private static final List<String> STATEMENTS = List.of(
            """
            INSERT INTO %s.receipt (partition, slot, uuid, epoch, sequence_nr, receipt, identity, fingerprint)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            """
            INSERT INTO %s.answer_bytes (partition, slot, uuid, epoch, sequence_nr, chunk, length, bytes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?""",
            "INSERT INTO %s.id_by_identity (partition, identity, uuid, epoch, sequence_nr) VALUES (?, ?, ?, ?, ?)",
            """
            SELECT uuid, epoch, sequence_nr, identity, fingerprint, receipt
            FROM %s.receipt WHERE partition = ? AND slot = ? AND uuid = ? LIMIT\s""" + MOST_ROWS,
            """
            SELECT uuid, epoch, sequence_nr, identity, fingerprint, receipt
            FROM %s.receipt WHERE partition = ? AND slot = ? AND uuid = ? AND epoch = ? AND sequence_nr = ?""",
            """
            SELECT length, bytes FROM %s.answer_bytes
            WHERE partition = ? AND slot = ? AND uuid = ? AND epoch = ? AND sequence_nr = ?""",
            "SELECT uuid, epoch, sequence_nr FROM %s.id_by_identity WHERE partition = ? AND identity = ? LIMIT "
                    + MOST_ROWS);

    private final CqlSession session;
    private final AnswerSettings settings;
    private final int timeToLive;
    private final Prepared prepared;

    private record Prepared(
            PreparedStatement insertReceipt,
            PreparedStatement insertBytes,
            PreparedStatement insertIdentity,
            PreparedStatement selectReceipts,
            PreparedStatement selectReceipt,
            PreparedStatement selectBytes,
            PreparedStatement selectIdentity) {
        Prepared(List<PreparedStatement> all) {
            this(all.get(0), all.get(1), all.get(2), all.get(3), all.get(4), all.get(5), all.get(6));
        }
    }

    private CassandraAnswerStore(CqlSession session, AnswerSettings settings, Prepared prepared) {
        this.session = session;
        this.settings = settings;
        this.timeToLive = (int) settings.retention().toSeconds();
        this.prepared = prepared;
    }

    /** Prepares the statements; the tables must be there. */
    static CompletionStage<CassandraAnswerStore> open(CqlSession session, String keyspace, AnswerSettings settings) {
        if (settings.retention().toSeconds() > LONGEST_RETENTION) {
            throw new IllegalArgumentException("candor.answers.retention is "
                    + settings.retention().toDays() + " days, Cassandra allows " + LONGEST_RETENTION / 86_400);
        }
        return CassandraStages.all(STATEMENTS.stream()
                        .map(statement -> CassandraStages.prepare(session, statement.formatted(keyspace)))
                        .toList())
                .thenApply(all -> new CassandraAnswerStore(session, settings, new Prepared(all)));
    }

    @Override
    public CompletionStage<Done> stage(String persistenceId, long sequenceNr, List<StoredAnswer> answers) {
        Map<Slot, Batches> slots = new LinkedHashMap<>();
        Batches identities = new Batches(IDENTITY_BATCH_ROWS, Integer.MAX_VALUE);
        for (StoredAnswer answer : answers) {
            Slot slot = Slot.of(answer.id());
            Batches batches = slots.computeIfAbsent(slot, key -> new Batches(Integer.MAX_VALUE, SLOT_BATCH_BYTES));
            batches.add(receipt(slot, answer), answer.receipt().length());
            answer.answer().ifPresent(bytes -> addChunks(batches, slot, answer, bytes));
            answer.identity().ifPresent(identity -> identities.add(identity(answer, identity), 0));
        }
        List<Batches> all = new ArrayList<>(slots.values());
        all.add(identities);
        return CassandraStages.inTurn(
                        all.stream().flatMap(Batches::stream).toList(),
                        REQUESTS_AT_ONCE,
                        request -> CassandraStages.execute(session, request))
                .thenApply(written -> Done.done());
    }

    private BoundStatement receipt(Slot slot, StoredAnswer answer) {
        BoundStatement insert = prepared.insertReceipt()
                .bind(
                        slot.partition(),
                        slot.number(),
                        answer.id().uuid(),
                        answer.epoch(),
                        answer.sequenceNr(),
                        answer.receipt().asBuffer());
        // What is left unset, unlike a null, leaves no tombstone.
        return answer.identity()
                .map(identity -> insert.setByteBuffer("identity", buffer(identity.id()))
                        .setByteBuffer("fingerprint", buffer(identity.fingerprint())))
                .orElse(insert);
    }

    private void addChunks(Batches batches, Slot slot, StoredAnswer answer, Bytes bytes) {
        int from = 0;
        do {
            Bytes chunk = bytes.slice(from, Math.min(CHUNK, bytes.length() - from));
            batches.add(
                    prepared.insertBytes()
                            .bind(
                                    slot.partition(),
                                    slot.number(),
                                    answer.id().uuid(),
                                    answer.epoch(),
                                    answer.sequenceNr(),
                                    from / CHUNK,
                                    bytes.length(),
                                    chunk.asBuffer(),
                                    timeToLive),
                    chunk.length());
            from += chunk.length();
        } while (from < bytes.length());
    }

    private BoundStatement identity(StoredAnswer answer, Identity identity) {
        return prepared.insertIdentity()
                .bind(
                        identity.partition(),
                        buffer(identity.id()),
                        answer.id().uuid(),
                        answer.epoch(),
                        answer.sequenceNr());
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findByIdentity(int partition, Digest identity) {
        return rows(prepared.selectIdentity().bind(partition, buffer(identity)))
                .thenCompose(rows -> CassandraStages.all(
                        rows.stream().map(row -> findOne(partition, row)).toList()))
                .thenApply(found -> found.stream().flatMap(List::stream).toList());
    }

    private CompletionStage<List<StoredAnswer>> findOne(int partition, Row row) {
        RequestId id = new RequestId(partition, uuid(row));
        Slot slot = Slot.of(id);
        return find(
                id,
                prepared.selectReceipt()
                        .bind(partition, slot.number(), id.uuid(), row.getLong("epoch"), row.getLong("sequence_nr")));
    }

    @Override
    public CompletionStage<List<StoredAnswer>> findById(RequestId id) {
        Slot slot = Slot.of(id);
        return find(id, prepared.selectReceipts().bind(slot.partition(), slot.number(), id.uuid()));
    }

    private CompletionStage<List<StoredAnswer>> find(RequestId id, BoundStatement select) {
        return rows(select)
                .thenCompose(rows -> CassandraStages.all(
                        rows.stream().map(row -> withBytes(id, row)).toList()));
    }

    private CompletionStage<StoredAnswer> withBytes(RequestId id, Row row) {
        Slot slot = Slot.of(id);
        long epoch = row.getLong("epoch");
        long sequenceNr = row.getLong("sequence_nr");
        Optional<Identity> identity = row.isNull("identity")
                ? Optional.empty()
                : Optional.of(new Identity(id.partition(), digest(row, "identity"), digest(row, "fingerprint")));
        return rows(prepared.selectBytes().bind(slot.partition(), slot.number(), id.uuid(), epoch, sequenceNr))
                .thenApply(chunks ->
                        new StoredAnswer(id, identity, epoch, sequenceNr, bytes(row, "receipt"), join(chunks)));
    }

    /** The whole, or nothing: chunks written in different seconds expire in different seconds. */
    private static Optional<Bytes> join(List<Row> chunks) {
        if (chunks.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer whole = ByteBuffer.allocate(chunks.getFirst().getInt("length"));
        for (Row chunk : chunks) {
            ByteBuffer bytes = CassandraStages.present(chunk.getByteBuffer("bytes"), "bytes");
            if (bytes.remaining() > whole.remaining()) {
                return Optional.empty();
            }
            whole.put(bytes);
        }
        return whole.hasRemaining() ? Optional.empty() : Optional.of(Bytes.wrap(whole.array()));
    }

    /** All rows; a page holds as many as are ever asked for, save for the chunks of large answers. */
    private CompletionStage<List<Row>> rows(BoundStatement select) {
        return CassandraStages.execute(session, select).thenCompose(page -> rows(page, new ArrayList<>()));
    }

    private static CompletionStage<List<Row>> rows(AsyncResultSet page, List<Row> rows) {
        page.currentPage().forEach(rows::add);
        return page.hasMorePages()
                ? CassandraStages.explained(page.fetchNextPage()).thenCompose(next -> rows(next, rows))
                : CompletableFuture.completedStage(rows);
    }

    @Override
    public Duration retention() {
        return settings.retention();
    }

    /**
     * Where in Cassandra the rows of a request lie: the answers of one event mostly share it, so that they are written as one mutation.
     *
     * @param number the time in the id, in units of 8,192 ms
     */
    private record Slot(int partition, long number) {
        static Slot of(RequestId id) {
            // The upper 48 bits of a UUIDv7 are milliseconds; of any other they are as good as a hash.
            return new Slot(id.partition(), id.uuid().getMostSignificantBits() >>> (16 + 13));
        }
    }

    private static UUID uuid(Row row) {
        return CassandraStages.present(row.getUuid("uuid"), "uuid");
    }

    private static Bytes bytes(Row row, String column) {
        return Bytes.copyOf(CassandraStages.present(row.getByteBuffer(column), column));
    }

    private static ByteBuffer buffer(Digest digest) {
        return ByteBuffer.wrap(digest.toArray());
    }

    private static Digest digest(Row row, String column) {
        return Digest.read(CassandraStages.present(row.getByteBuffer(column), column));
    }
}
