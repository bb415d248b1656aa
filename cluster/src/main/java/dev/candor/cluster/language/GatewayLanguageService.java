package dev.candor.cluster.language;

import dev.candor.actors.gateway.Caller;
import dev.candor.actors.gateway.InferenceService;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.tensor.Tensor;
import dev.candor.gpuconfig.language.ChatTemplate;
import dev.candor.gpuconfig.language.JsonShape;
import dev.candor.gpuconfig.language.LanguageDescription;
import dev.candor.gpuconfig.language.Sampling;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Turns texts into requests to infer, and their answers into texts. */
final class GatewayLanguageService implements LanguageService {
    /** Whole numbers up to this are the same in every JSON reader. */
    private static final long SEEDS = 1L << 53;

    private final LanguageSettings settings;
    private final TokenTaps taps;
    private final ConcurrentMap<String, LanguageModel> models;
    private final InferenceService inference;
    private final SecureRandom random = new SecureRandom();

    GatewayLanguageService(
            LanguageSettings settings,
            TokenTaps taps,
            ConcurrentMap<String, LanguageModel> models,
            InferenceService inference) {
        this.settings = settings;
        this.taps = taps;
        this.models = models;
        this.inference = inference;
    }

    @Override
    public List<LanguageModel> models() {
        return models.values().stream()
                .sorted(Comparator.comparing(model -> model.ref().name()))
                .toList();
    }

    @Override
    public Runnable generate(GenerationRequest request, Caller caller, GenerationListener listener) {
        GenerationRun run;
        try {
            LanguageModel model = find(request.model(), true);
            LanguageDescription description = model.description();
            int[] prompt = tokens(request.prompt(), description);
            Optional<JsonShape> shape = request.schema().map(JsonShape::parse);
            if (shape.isPresent() && !request.stops().isEmpty()) {
                throw new IllegalArgumentException("stop would cut JSON that is asked for; leave it out");
            }
            Sampling sampling = new Sampling(
                    request.temperature(),
                    request.topP(),
                    request.seed().orElseGet(() -> random.nextLong(SEEDS)),
                    maxTokens(request, prompt.length, description, shape),
                    request.stops(),
                    shape);
            InferenceRequest asked = request(
                    request.model(),
                    TextTensors.inputs(prompt, sampling, request.schema().orElse("")),
                    request.idempotencyKey());
            run = new GenerationRun(asked, prompt.length, sampling, description.tokenizer(), listener);
        } catch (RefusedException e) {
            listener.ended(new Generation.Refused(e.refusal()));
            return () -> {};
        } catch (IllegalArgumentException e) {
            listener.ended(
                    new Generation.Refused(Refusal.of(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()))));
            return () -> {};
        }
        return run.start(inference, taps, caller);
    }

    @Override
    public Runnable embed(EmbeddingRequest request, Caller caller, Consumer<Embeddings> onOutcome) {
        EmbeddingRun run;
        try {
            LanguageDescription description = find(request.model(), false).description();
            if (request.inputs().isEmpty() || request.inputs().size() > EmbeddingRequest.MOST_INPUTS) {
                throw new IllegalArgumentException("input has "
                        + request.inputs().size() + " texts; it takes 1 to " + EmbeddingRequest.MOST_INPUTS);
            }
            List<int[]> texts = new ArrayList<>();
            for (Prompt input : request.inputs()) {
                int[] tokens = tokens(input, description);
                if (tokens.length > description.context()) {
                    throw tooLong(tokens.length, 0, description);
                }
                texts.add(tokens);
            }
            run = new EmbeddingRun(request, texts, onOutcome);
        } catch (RefusedException e) {
            onOutcome.accept(new Embeddings.Refused(e.refusal()));
            return () -> {};
        } catch (IllegalArgumentException e) {
            onOutcome.accept(
                    new Embeddings.Refused(Refusal.of(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()))));
            return () -> {};
        }
        return run.start(inference, caller);
    }

    static InferenceRequest request(String model, List<Tensor> inputs, Optional<String> idempotencyKey) {
        return new InferenceRequest(
                model, "", inputs, List.of(), 0, Optional.<Duration>empty(), VerificationMode.VANILLA, idempotencyKey);
    }

    private LanguageModel find(String name, boolean writes) {
        LanguageModel model = models.get(name);
        if (model != null && model.writes() == writes) {
            return model;
        }
        String kind = writes ? "text" : "embedding";
        String known = models().stream()
                .filter(each -> each.writes() == writes)
                .map(each -> "\"" + each.ref().name() + "\"")
                .collect(Collectors.joining(", "));
        String shown = name.substring(0, Math.min(64, name.length()));
        throw new RefusedException(
                ErrorCode.MODEL_NOT_FOUND,
                known.isEmpty()
                        ? "there is no model \"" + shown + "\": this node serves no " + kind
                                + " model (yet); start it with --language-model FILE, or set candor.language.models"
                        : "there is no " + kind + " model \"" + shown + "\"; this node serves " + known);
    }

    private static int[] tokens(Prompt prompt, LanguageDescription description) {
        int[] tokens = switch (prompt) {
            case Prompt.Chat chat -> {
                ChatTemplate template = description
                        .chat()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "model \"" + description.name() + "\" knows no dialogues; use /v1/completions"));
                yield template.prompt(chat.messages(), description.tokenizer());
            }
            case Prompt.Text text -> description.tokenizer().encode(text.text());
            case Prompt.Tokens given ->
                given.tokens().stream().mapToInt(Integer::intValue).toArray();
        };
        if (tokens.length == 0) {
            throw new IllegalArgumentException("the prompt is empty; it has at least one token");
        }
        for (int token : tokens) {
            if (token < 0 || token >= description.vocabulary()) {
                throw new IllegalArgumentException(
                        "token " + token + " is none of the model's " + description.vocabulary());
            }
        }
        return tokens;
    }

    private int maxTokens(
            GenerationRequest request, int prompt, LanguageDescription description, Optional<JsonShape> shape) {
        int room = description.context() - prompt;
        int needed = shape.map(each -> each.mostBytes() + 1).orElse(1);
        int wanted = request.maxTokens().orElse(Math.max(needed, Math.min(settings.defaultTokens(), room)));
        if (wanted > room) {
            throw tooLong(prompt, wanted, description);
        }
        if (wanted < needed && shape.isPresent()) {
            throw new IllegalArgumentException("max_tokens is " + wanted + "; JSON of this schema may need " + needed);
        }
        return wanted;
    }

    private static IllegalArgumentException tooLong(int prompt, int answer, LanguageDescription description) {
        return new IllegalArgumentException("the context of \"" + description.name() + "\" has " + description.context()
                + " tokens; the input has " + prompt + (answer == 0 ? "" : " and max_tokens asks for " + answer)
                + ": shorten it or ask for fewer");
    }
}
