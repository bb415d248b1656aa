package dev.candor.cluster.grpc;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one way in which a call of this service is answered, refused, or fails. */
final class GrpcCalls {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcCalls.class);

    private GrpcCalls() {}

    /** Answers with what {@code make} makes; a refusal out of it becomes its status. */
    static <A> void answer(StreamObserver<A> out, Supplier<A> make) {
        A answer;
        try {
            answer = make.get();
        } catch (RefusedException e) {
            out.onError(GrpcAnswers.status(e.refusal()));
            return;
        }
        out.onNext(answer);
        out.onCompleted();
    }

    /** Runs a change and answers {@code done} once it is durable. */
    static <A> void change(StreamObserver<A> out, Supplier<CompletionStage<?>> change, A done) {
        CompletionStage<?> changed;
        try {
            changed = change.get();
        } catch (RefusedException e) {
            out.onError(GrpcAnswers.status(e.refusal()));
            return;
        }
        changed.whenComplete((ignored, error) -> {
            if (error == null) {
                out.onNext(done);
                out.onCompleted();
            } else {
                out.onError(failure(error));
            }
        });
    }

    /** Refuses a method that is not served. */
    static void refuse(StreamObserver<?> out, String sentence) {
        out.onError(GrpcAnswers.status(Refusal.of(ErrorCode.UNIMPLEMENTED, sentence)));
    }

    private static Throwable failure(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof RefusedException refused) {
            return GrpcAnswers.status(refused.refusal());
        }
        LOG.error("a change of a model failed", cause);
        return GrpcAnswers.defect();
    }
}
