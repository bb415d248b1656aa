package dev.candor.cluster.validator;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.ledger.wire.QueryCodec;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The gRPC methods between the processes of a ledger's network. Their bodies are canonical bytes, see {@code PeerCodec} and {@link QueryCodec}. */
final class LedgerMethods {
    static final String VALIDATOR = "candor.ledger.v1.Validator";
    static final String FEED = "candor.ledger.v1.Feed";

    /** Frames, one after the other, for as long as the connection lives. */
    static final MethodDescriptor<Bytes, Bytes> SAY = method(VALIDATOR, "Say", MethodType.CLIENT_STREAMING);

    /** Nothing -> standing. */
    static final MethodDescriptor<Bytes, Bytes> STANDING = method(VALIDATOR, "Standing", MethodType.UNARY);

    /** Height -> the final blocks from there on, as many as fit. */
    static final MethodDescriptor<Bytes, Bytes> BLOCKS = method(VALIDATOR, "Blocks", MethodType.UNARY);

    /** Place -> the block that made the event final, or none. */
    static final MethodDescriptor<Bytes, Bytes> BLOCK_OF = method(VALIDATOR, "BlockOf", MethodType.UNARY);

    /** Account -> the nonce of its next transaction. */
    static final MethodDescriptor<Bytes, Bytes> NONCE = method(VALIDATOR, "Nonce", MethodType.UNARY);

    /** Nothing -> the public figures in JSON, see {@code StatsJson}. */
    static final MethodDescriptor<Bytes, Bytes> STATS = method(VALIDATOR, "Stats", MethodType.UNARY);

    /** Keys of a state -> what it holds under them, proven. */
    static final MethodDescriptor<Bytes, Bytes> HOLDINGS = method(VALIDATOR, "Holdings", MethodType.UNARY);

    /** Transaction -> what became of it. */
    static final MethodDescriptor<Bytes, Bytes> SUBMIT = method(VALIDATOR, "Submit", MethodType.UNARY);

    /** Positions -> events behind them. Waits a little where there are none. */
    static final MethodDescriptor<Bytes, Bytes> EVENTS = method(FEED, "Events", MethodType.UNARY);

    private LedgerMethods() {}

    private static MethodDescriptor<Bytes, Bytes> method(String service, String name, MethodType type) {
        return MethodDescriptor.<Bytes, Bytes>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .setRequestMarshaller(new Raw())
                .setResponseMarshaller(new Raw())
                .build();
    }

    /** Bytes as they are. gRPC refuses longer messages than it was told before this reads them. */
    private static final class Raw implements MethodDescriptor.Marshaller<Bytes> {
        @Override
        public InputStream stream(Bytes value) {
            return new ByteArrayInputStream(value.toArray());
        }

        @Override
        public Bytes parse(InputStream stream) {
            try {
                return Bytes.wrap(stream.readNBytes(QueryCodec.MOST_BYTES + 1));
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("a message could not be read")
                        .withCause(e)
                        .asRuntimeException();
            }
        }
    }
}
