package dev.candor.cluster.grpc;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.protocol.inference.*;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inference service over gRPC. What is not served is refused as UNIMPLEMENTED with a sentence; {@code docs/grpc.md} has the table.
 *
 * <p>Thread-safe; no method blocks.
 */
final class GrpcInferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcInferenceService.class);

    private final InferenceService service;
    private final GrpcModels models;

    GrpcInferenceService(InferenceService service, GrpcModels models) {
        this.service = service;
        this.models = models;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> out) {
        GrpcCalls.answer(
                out, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> out) {
        GrpcCalls.answer(
                out,
                () -> ServerReadyResponse.newBuilder()
                        .setReady(service.nodeReadiness().isEmpty())
                        .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> out) {
        GrpcCalls.answer(out, () -> {
            Optional<Refusal> why = service.modelReadiness(request.getName(), request.getVersion());
            if (why.isPresent() && why.get().code() == ErrorCode.MODEL_NOT_FOUND) {
                throw new RefusedException(why.get());
            }
            return ModelReadyResponse.newBuilder().setReady(why.isEmpty()).build();
        });
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> out) {
        GrpcCalls.answer(out, models::server);
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> out) {
        GrpcCalls.answer(out, () -> models.metadata(request.getName(), request.getVersion()));
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> out) {
        GrpcCalls.answer(out, () -> models.config(request.getName(), request.getVersion()));
    }

    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> out) {
        GrpcCalls.answer(out, () -> models.statistics(request.getName(), request.getVersion()));
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> out) {
        GrpcCalls.answer(out, () -> models.index(request.getReady()));
    }

    @Override
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> out) {
        if (request.getParametersCount() > 0) {
            GrpcCalls.refuse(
                    out,
                    "loading with parameters (a configuration or files in the request) is not served; register a version under /v1/models");
            return;
        }
        GrpcCalls.change(
                out,
                () -> models.setEnabled(request.getModelName(), true),
                RepositoryModelLoadResponse.getDefaultInstance());
    }

    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> out) {
        GrpcCalls.change(
                out,
                () -> models.setEnabled(request.getModelName(), false),
                RepositoryModelUnloadResponse.getDefaultInstance());
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> out) {
        ServerCallStreamObserver<ModelInferResponse> call = (ServerCallStreamObserver<ModelInferResponse>) out;
        Caller caller = GrpcAuthentication.CALLER.get();
        InferenceRequest read;
        try {
            read = GrpcRequests.read(request, GrpcAuthentication.IDEMPOTENCY_KEY.get());
        } catch (RefusedException e) {
            call.onError(GrpcAnswers.status(e.refusal()));
            return;
        }
        // grpc-java runs this once the client has gone, and then throws on writes: from there on nobody is answered.
        CancelSlot cancel = new CancelSlot();
        call.setOnCancelHandler(cancel::fire);
        cancel.set(service.infer(read, caller, outcome -> finish(call, request.getId(), outcome)));
    }

    @Override
    public StreamObserver<ModelInferRequest> modelStreamInfer(StreamObserver<ModelStreamInferResponse> out) {
        return new GrpcInferStream(
                service,
                GrpcAuthentication.CALLER.get(),
                GrpcAuthentication.IDEMPOTENCY_KEY.get(),
                (ServerCallStreamObserver<ModelStreamInferResponse>) out);
    }

    private static void finish(ServerCallStreamObserver<ModelInferResponse> call, String id, InferenceOutcome outcome) {
        if (call.isCancelled()) {
            return;
        }
        try {
            switch (outcome) {
                case InferenceOutcome.Answered answered -> {
                    call.onNext(GrpcAnswers.response(id, answered.answer()));
                    call.onCompleted();
                }
                case InferenceOutcome.Refused refused -> call.onError(GrpcAnswers.status(refused.refusal()));
            }
        } catch (IllegalStateException | io.grpc.StatusRuntimeException e) {
            // The client left between the check and the write: its answer is in the journal, a retry under its key
            // finds it.
            LOG.debug("a client left before its answer", e);
        }
    }

    @Override
    public void systemSharedMemoryStatus(
            SystemSharedMemoryStatusRequest request, StreamObserver<SystemSharedMemoryStatusResponse> out) {
        sharedMemory(out);
    }

    @Override
    public void systemSharedMemoryRegister(
            SystemSharedMemoryRegisterRequest request, StreamObserver<SystemSharedMemoryRegisterResponse> out) {
        sharedMemory(out);
    }

    @Override
    public void systemSharedMemoryUnregister(
            SystemSharedMemoryUnregisterRequest request, StreamObserver<SystemSharedMemoryUnregisterResponse> out) {
        sharedMemory(out);
    }

    @Override
    public void cudaSharedMemoryStatus(
            CudaSharedMemoryStatusRequest request, StreamObserver<CudaSharedMemoryStatusResponse> out) {
        sharedMemory(out);
    }

    @Override
    public void cudaSharedMemoryRegister(
            CudaSharedMemoryRegisterRequest request, StreamObserver<CudaSharedMemoryRegisterResponse> out) {
        sharedMemory(out);
    }

    @Override
    public void cudaSharedMemoryUnregister(
            CudaSharedMemoryUnregisterRequest request, StreamObserver<CudaSharedMemoryUnregisterResponse> out) {
        sharedMemory(out);
    }

    @Override
    public void traceSetting(TraceSettingRequest request, StreamObserver<TraceSettingResponse> out) {
        GrpcCalls.refuse(out, "trace settings are not served; every answer's Server-Timing says where its time went");
    }

    @Override
    public void logSettings(LogSettingsRequest request, StreamObserver<LogSettingsResponse> out) {
        GrpcCalls.refuse(out, "log settings are not served; set the node's log level where it starts");
    }

    private static void sharedMemory(StreamObserver<?> out) {
        GrpcCalls.refuse(out, "shared memory is not served; send tensors in raw_input_contents");
    }
}
