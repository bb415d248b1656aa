package dev.candor.persistence.journal.sqlite;

import dev.candor.actors.value.Bytes;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;

/** Turns objects into rows and back by Pekko's serialization. Thread-safe. */
final class PayloadCodec {
    private final Serialization serialization;

    PayloadCodec(ActorSystem system) {
        serialization = SerializationExtension.get(system);
    }

    /** Throws what the serializer throws. */
    StoredPayload encode(Object value) {
        Serializer serializer = serialization.findSerializerFor(value);
        byte[] bytes = serialization.serialize(value).get();
        return new StoredPayload(
                serializer.identifier(), Serializers.manifestFor(serializer, value), Bytes.wrap(bytes));
    }

    /** Throws what the serializer throws. */
    Object decode(StoredPayload payload) {
        return serialization
                .deserialize(payload.bytes().toArray(), payload.serializer(), payload.manifest())
                .get();
    }
}
