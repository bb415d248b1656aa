package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.value.Bytes;

/**
 * A serialised object as Pekko's serialization made it.
 *
 * @param serializer the serializer's id
 * @param manifest the serializer's name of the type, often empty
 * @param bytes what it wrote
 */
record StoredPayload(int serializer, String manifest, Bytes bytes) {}
