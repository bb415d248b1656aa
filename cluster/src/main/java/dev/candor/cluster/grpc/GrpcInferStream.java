package dev.candor.cluster.grpc;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.protocol.inference.InferParameter;
import dev.candor.protocol.inference.ModelInferRequest;
import dev.candor.protocol.inference.ModelInferResponse;
import dev.candor.protocol.inference.ModelStreamInferResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One stream of requests and their responses. Each response comes when its request is done, so the order may differ: clients match them by id, which a
 * failed response carries too. At most {@value #IN_FLIGHT} requests of a stream are under way; further ones wait on the wire.
 *
 * <p>An idempotency key in the stream's metadata would name every request alike, so here only the parameter counts.
 */
final class GrpcInferStream implements StreamObserver<ModelInferRequest> {
    private static final int IN_FLIGHT = 64;

    private final InferenceService service;
    private final Caller caller;
    private final ServerCallStreamObserver<ModelStreamInferResponse> out;
    private final Object lock = new Object();
    private final Map<Object, CancelSlot> underWay = new ConcurrentHashMap<>();
    private int open;
    private boolean halfClosed;
    private boolean done;

    GrpcInferStream(
            InferenceService service,
            Caller caller,
            Optional<String> metadataKey,
            ServerCallStreamObserver<ModelStreamInferResponse> out) {
        this.service = service;
        this.caller = caller;
        this.out = out;
        out.disableAutoRequest();
        out.setOnCancelHandler(this::cancelAll);
        if (metadataKey.isPresent()) {
            done = true;
            out.onError(
                    GrpcAnswers.status(
                            Refusal.of(
                                    ErrorCode.INVALID_REQUEST,
                                    "the metadata idempotency-key would name every request of the stream alike; send the parameter idempotency_key with each request")));
        } else {
            out.request(IN_FLIGHT);
        }
    }

    @Override
    public void onNext(ModelInferRequest request) {
        synchronized (lock) {
            if (done) {
                return;
            }
            open++;
        }
        InferenceRequest read;
        try {
            read = GrpcRequests.read(request, Optional.empty());
        } catch (RefusedException e) {
            send(failure(request, e.refusal().sentence()));
            return;
        }
        Object ticket = new Object();
        CancelSlot cancel = new CancelSlot();
        underWay.put(ticket, cancel);
        cancel.set(service.infer(read, caller, outcome -> {
            underWay.remove(ticket);
            send(response(request, outcome));
        }));
    }

    @Override
    public void onError(Throwable error) {
        cancelAll();
    }

    @Override
    public void onCompleted() {
        synchronized (lock) {
            halfClosed = true;
            completeIfIdle();
        }
    }

    private void cancelAll() {
        synchronized (lock) {
            done = true;
        }
        underWay.values().forEach(CancelSlot::fire);
    }

    private void send(ModelStreamInferResponse response) {
        synchronized (lock) {
            open--;
            if (done) {
                return;
            }
            out.onNext(response);
            out.request(1);
            completeIfIdle();
        }
    }

    private void completeIfIdle() {
        if (halfClosed && open == 0 && !done) {
            done = true;
            out.onCompleted();
        }
    }

    private static ModelStreamInferResponse response(ModelInferRequest request, InferenceOutcome outcome) {
        return switch (outcome) {
            case InferenceOutcome.Answered answered ->
                ModelStreamInferResponse.newBuilder()
                        .setInferResponse(withFinal(GrpcAnswers.response(request.getId(), answered.answer())))
                        .build();
            case InferenceOutcome.Refused refused ->
                failure(request, refused.refusal().sentence());
        };
    }

    /** One request has one response here, which clients of streaming models want to be told. */
    private static ModelInferResponse withFinal(ModelInferResponse response) {
        return response.toBuilder()
                .putParameters(
                        "triton_final_response",
                        InferParameter.newBuilder().setBoolParam(true).build())
                .build();
    }

    private static ModelStreamInferResponse failure(ModelInferRequest request, String sentence) {
        return ModelStreamInferResponse.newBuilder()
                .setErrorMessage(sentence)
                .setInferResponse(ModelInferResponse.newBuilder()
                        .setModelName(request.getModelName())
                        .setModelVersion(request.getModelVersion())
                        .setId(request.getId()))
                .build();
    }
}
