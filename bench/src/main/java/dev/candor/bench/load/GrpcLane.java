package dev.candor.bench.load;

import dev.candor.protocol.inference.GRPCInferenceServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One unary call at a time on a channel that others share. Its callbacks run on the channel's event loop, which is the run's. */
final class GrpcLane implements Lane {
    private static final MethodDescriptor.Marshaller<byte[]> RAW = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** Requests go out as they were prepared and answers stay bytes, so that the driver spends nothing on messages that it does not read. */
    private static final MethodDescriptor<byte[], byte[]> METHOD =
            GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder(RAW, RAW).build();

    private final LoadRun run;
    private final Channel channel;
    private @Nullable ClientCall<byte[], byte[]> call;

    GrpcLane(LoadRun run, Channel channel) {
        this.run = run;
        this.channel = channel;
    }

    @Override
    public void send(Shot shot) {
        if (!(shot.call() instanceof GrpcCall prepared)) {
            throw new IllegalStateException("the request is not for gRPC");
        }
        ClientCall<byte[], byte[]> started = channel.newCall(METHOD, CallOptions.DEFAULT);
        call = started;
        started.start(new Answer(shot), prepared.metadata());
        started.request(2);
        started.sendMessage(prepared.message());
        started.halfClose();
    }

    @Override
    public void close() {
        if (call != null) {
            call.cancel("the run is over", null);
        }
    }

    private final class Answer extends ClientCall.Listener<byte[]> {
        private final Shot shot;
        private byte @Nullable [] message;

        Answer(Shot shot) {
            this.shot = shot;
        }

        @Override
        public void onMessage(byte[] received) {
            message = received;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            call = null;
            byte[] body = message;
            String name = "gRPC " + status.getCode();
            if (status.isOk()) {
                run.answered(
                        GrpcLane.this,
                        shot,
                        shot.sampled()
                                ? new SampledAnswer(-1, ByteBuffer.wrap(body == null ? new byte[0] : body))
                                : null,
                        Map.of());
            } else if (saysFull(status)) {
                run.refused(GrpcLane.this, shot, name);
            } else {
                run.failed(GrpcLane.this, shot, name);
            }
        }

        /** A connection that broke is UNAVAILABLE as well, but then the client's own transport has a cause. */
        private boolean saysFull(Status status) {
            return status.getCause() == null
                    && (status.getCode() == Status.Code.UNAVAILABLE
                            || status.getCode() == Status.Code.RESOURCE_EXHAUSTED);
        }
    }
}
