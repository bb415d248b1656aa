package dev.candor.cluster.rest;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceOutcome;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.value.Bytes;
import dev.candor.cluster.http.HttpReply;
import dev.candor.cluster.rpc.RpcCall;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code candor_infer}: the request is the body that REST takes, the result the body that REST gives, so that receipts verify alike. Thread-safe. */
final class RpcInfer implements Function<RpcCall, CompletionStage<byte[]>> {
    private final RestServices services;
    private final RestSettings settings;

    RpcInfer(RestServices services, RestSettings settings) {
        this.services = services;
        this.settings = settings;
    }

    @Override
    public CompletionStage<byte[]> apply(RpcCall call) {
        String model = call.params().text("model");
        String version = call.params().optionalText("version").orElse("");
        Bytes request = call.params().structure("request");
        ParsedInference parsed = InferRequestReader.read(
                model,
                version,
                request.toArray(),
                request.length(),
                -1,
                null,
                settings.http().maxBody());
        if (parsed.binaryByDefault() || parsed.wishes().stream().anyMatch(OutputWish::binary)) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST, "JSON-RPC has no binary tensors; leave binary_data out, or use REST");
        }
        spec(model, version).ifPresent(spec -> OutputForms.require(spec, parsed));
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        call.onCancel().accept(services.inference().infer(parsed.request(), call.caller(), outcome -> {
            try {
                var _ = answer.complete(render(outcome, parsed));
            } catch (RuntimeException e) {
                var _ = answer.completeExceptionally(e);
            }
        }));
        return answer;
    }

    private Optional<ModelSpec> spec(String model, String version) {
        Optional<ModelView> view = services.catalog().find(model);
        return view.flatMap(known -> known.resolve(version))
                .map(resolved -> view.get().versions().get(resolved))
                .map(ModelView.Registered::spec);
    }

    private byte[] render(InferenceOutcome outcome, ParsedInference parsed) {
        return switch (outcome) {
            case InferenceOutcome.Refused refused -> throw new RefusedException(refused.refusal());
            case InferenceOutcome.Answered answered -> {
                Optional<ModelSpec> spec = parsed.wishes().isEmpty()
                        ? Optional.empty()
                        : of(answered.answer().model());
                HttpReply reply = InferReply.render(
                        answered,
                        parsed,
                        spec.map(ModelSpec::labels).orElse(List.of()),
                        spec.map(each -> each.outputs().getFirst().name()).orElse(""));
                yield reply.body().toArray();
            }
        };
    }

    /** The specification of the version that answered. */
    private Optional<ModelSpec> of(ModelRef answered) {
        return services.catalog()
                .find(answered.name())
                .map(view -> view.versions().get(answered.version()))
                .map(ModelView.Registered::spec);
    }
}
