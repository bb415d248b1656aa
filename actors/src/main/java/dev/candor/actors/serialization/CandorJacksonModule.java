package dev.candor.actors.serialization;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.tensor.Shape;
import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Deadline;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Function;

/**
 * How the values of the protocol travel between nodes: bytes, digests and shapes as binary, versions as text, and a deadline as the time that remains,
 * since no two nodes share a monotonic clock.
 */
public final class CandorJacksonModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    /** Named in the configuration of the CBOR serializer. */
    public CandorJacksonModule() {
        super("candor");
        binary(Bytes.class, Bytes::toArray, Bytes::wrap);
        binary(Digest.class, Digest::toArray, Digest::of);
        binary(Shape.class, CandorJacksonModule::shape, CandorJacksonModule::shape);
        addSerializer(
                Deadline.class,
                new Writer<>(
                        Deadline.class,
                        (deadline, out) -> out.writeNumber(
                                deadline.remaining(System.nanoTime()).toNanos())));
        addDeserializer(
                Deadline.class, new Reader<>(Deadline.class, in -> Deadline.in(Duration.ofNanos(in.getLongValue()))));
        addSerializer(
                ModelVersion.class,
                new Writer<>(ModelVersion.class, (version, out) -> out.writeString(version.toString())));
        addDeserializer(ModelVersion.class, new Reader<>(ModelVersion.class, in -> ModelVersion.parse(in.getText())));
        addKeySerializer(
                ModelVersion.class,
                new Writer<>(ModelVersion.class, (version, out) -> out.writeFieldName(version.toString())));
        addKeyDeserializer(ModelVersion.class, new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return ModelVersion.parse(key);
            }
        });
    }

    private <T> void binary(Class<T> type, Function<T, byte[]> toBytes, Function<byte[], T> ofBytes) {
        addSerializer(type, new Writer<>(type, (value, out) -> out.writeBinary(toBytes.apply(value))));
        addDeserializer(type, new Reader<>(type, in -> ofBytes.apply(in.getBinaryValue())));
    }

    private static byte[] shape(Shape shape) {
        CanonicalWriter out = new CanonicalWriter(Long.BYTES * shape.rank());
        shape.toList().forEach(out::i64);
        return out.toBytes().toArray();
    }

    private static Shape shape(byte[] bytes) {
        int rank = bytes.length / Long.BYTES;
        if (rank > Shape.MAX_RANK || bytes.length % Long.BYTES != 0) {
            throw new MalformedBytesException("a shape of " + bytes.length + " bytes");
        }
        CanonicalReader in = new CanonicalReader(Bytes.wrap(bytes));
        long[] dimensions = new long[rank];
        for (int axis = 0; axis < rank; axis++) {
            dimensions[axis] = in.i64("dimension");
        }
        return Shape.of(dimensions);
    }

    @FunctionalInterface
    private interface Write<T> {
        void to(T value, JsonGenerator out) throws IOException;
    }

    @FunctionalInterface
    private interface Read<T> {
        T from(JsonParser in) throws IOException;
    }

    private static final class Writer<T> extends StdSerializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Write<T> write;

        Writer(Class<T> type, Write<T> write) {
            super(type);
            this.write = write;
        }

        @Override
        public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
            write.to(value, out);
        }
    }

    private static final class Reader<T> extends StdDeserializer<T> {
        private static final long serialVersionUID = 1L;
        private final transient Read<T> read;

        Reader(Class<T> type, Read<T> read) {
            super(type);
            this.read = read;
        }

        @Override
        public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
            try {
                return read.from(in);
            } catch (IllegalArgumentException | MalformedBytesException e) {
                throw context.weirdStringException(in.getCurrentToken().name(), handledType(), e.getMessage());
            }
        }
    }
}
