package dev.candor.persistence.answers;

import dev.candor.actors.inference.Identity;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.RequestId;
import java.util.Optional;

/**
 * An answer as the store keeps it, with the place of its receipt in the journal. A row counts only if that place is part of the partition's chain:
 * on a store without transactions across tables a row may be there whose event never came.
 *
 * @param id the request
 * @param identity present when the caller gave a key
 * @param epoch of the owner that wrote it
 * @param sequenceNr of the event that holds the receipt
 * @param receipt canonical bytes; kept as long as the store keeps the row
 * @param answer canonical bytes of the answer; empty once past its retention
 */
public record StoredAnswer(
        RequestId id,
        Optional<Identity> identity,
        long epoch,
        long sequenceNr,
        Bytes receipt,
        Optional<Bytes> answer) {}
