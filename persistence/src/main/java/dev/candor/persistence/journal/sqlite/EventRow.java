package dev.candor.persistence.journal.sqlite;

import java.util.Optional;

/**
 * One event as the table holds it.
 *
 * @param persistenceId its stream
 * @param sequenceNr 1 or more
 * @param writtenAt milliseconds since 1970-01-01 UTC
 * @param writer the incarnation that wrote it
 * @param adapterManifest of an event adapter, often empty
 * @param payload the event
 * @param metadata where the writer gave some
 */
record EventRow(
        String persistenceId,
        long sequenceNr,
        long writtenAt,
        String writer,
        String adapterManifest,
        StoredPayload payload,
        Optional<StoredPayload> metadata) {

    /** About what it takes in the database. */
    long size() {
        return 128L
                + payload.bytes().length()
                + metadata.map(meta -> meta.bytes().length()).orElse(0);
    }
}
