package dev.candor.actors.gateway;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.InferenceRequest;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.inference.VerificationMode;
import dev.candor.actors.model.BatchingPolicy;
import dev.candor.actors.model.ModelCatalog;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.ModelView.Registered;
import dev.candor.actors.tensor.Tensor;
import dev.candor.actors.tensor.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests against the catalog. Whatever cannot be run is a {@link RefusedException} whose sentence says what to change. Pure but for the catalog's
 * present content; thread-safe.
 */
final class RequestValidator {
    private static final int MAX_KEY = 128;
    private static final int SHOWN = 64;
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

    private static final Duration LEAST_DEADLINE = Duration.ofSeconds(1);
    private static final Duration MOST_DEADLINE = Duration.ofDays(30);

    private final ModelCatalog catalog;
    private final ServedModes modes;

    RequestValidator(ModelCatalog catalog, ServedModes modes) {
        this.catalog = catalog;
        this.modes = modes;
    }

    /** A registered, enabled version. */
    record Resolved(ModelRef model, ModelSpec spec) {}

    /** The version that a name and a version or alias mean, or a refusal. */
    Resolved resolve(String name, String version) {
        ModelView view = find(name);
        return serving(view, version, view.resolve(version));
    }

    /** The same for one request, whose {@code ticket} decides where versions share an alias. */
    Resolved resolve(String name, String version, long ticket) {
        ModelView view = find(name);
        return serving(view, version, view.resolve(version, ticket));
    }

    private ModelView find(String name) {
        return catalog.find(name)
                .orElseThrow(() -> new RefusedException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "there is no model \"" + shown(name) + "\"; register it or name one that is"));
    }

    private static Resolved serving(ModelView view, String version, Optional<ModelVersion> found) {
        ModelVersion resolved = found.orElseThrow(() -> unknownVersion(view, version));
        Registered registered = view.versions().get(resolved);
        if (registered == null) {
            throw unknownVersion(view, version);
        }
        if (!registered.enabled()) {
            throw new RefusedException(
                    ErrorCode.MODEL_DISABLED,
                    "version " + resolved + " of model \"" + view.name()
                            + "\" is disabled; enable it or name another version");
        }
        return new Resolved(view.ref(resolved), registered.spec());
    }

    private static RefusedException unknownVersion(ModelView view, String version) {
        String known =
                view.versions().keySet().stream().map(ModelVersion::toString).collect(Collectors.joining(", "));
        String aliases = String.join(", ", view.aliases().keySet());
        boolean nothingEnabled = version.isEmpty() && !view.versions().isEmpty();
        return new RefusedException(
                nothingEnabled ? ErrorCode.MODEL_DISABLED : ErrorCode.MODEL_NOT_FOUND,
                version.isEmpty()
                        ? "model \"" + view.name() + "\" has no enabled version; enable one of " + known
                        : "model \"" + view.name() + "\" has no version or alias \"" + shown(version)
                                + "\"; its versions are " + known
                                + (aliases.isEmpty() ? "" : ", its aliases " + aliases));
    }

    /** The request in the terms of its model; {@code ticket} decides where versions share an alias. */
    ValidRequest validate(InferenceRequest request, long ticket) {
        request.idempotencyKey().ifPresent(RequestValidator::idempotencyKey);
        Resolved resolved = resolve(request.model(), request.version(), ticket);
        ModelSpec spec = resolved.spec();
        mode(request, resolved);
        List<Tensor> inputs = inputs(request.inputs(), spec);
        return new ValidRequest(
                resolved.model(),
                inputs,
                outputs(request.outputs(), spec),
                items(inputs, spec.batching()),
                priority(request.priority(), spec.batching()),
                queueTimeout(request.timeout(), spec.batching()));
    }

    private void mode(InferenceRequest request, Resolved resolved) {
        VerificationMode mode = request.mode();
        modes.obstacle(mode, resolved.model(), resolved.spec()).ifPresent(why -> {
            throw new RefusedException(
                    ErrorCode.MODE_UNAVAILABLE,
                    "verification mode " + mode.word() + " is not served for "
                            + resolved.model().name() + " "
                            + resolved.model().version() + ": " + why + "; the modes it is served in: "
                            + modes.served(resolved.model(), resolved.spec()));
        });
        if (request.privateInput() && mode != VerificationMode.ZKML) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "private_input hides the inputs of a proof; it goes with verification zkml, not " + mode.word());
        }
        if (request.callback().isPresent() && mode != VerificationMode.ZKML) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "callback_url is told how a proof ends; it goes with verification zkml, not " + mode.word());
        }
        if (request.retainInput()) {
            retained(mode, resolved);
        }
        request.verificationDeadline().ifPresent(deadline -> {
            if (mode == VerificationMode.VANILLA) {
                throw new RefusedException(
                        ErrorCode.INVALID_REQUEST,
                        "verification_deadline_ms is for answers that are verified later; leave it out with vanilla");
            }
            if (deadline.compareTo(LEAST_DEADLINE) < 0 || deadline.compareTo(MOST_DEADLINE) > 0) {
                throw new RefusedException(
                        ErrorCode.INVALID_REQUEST,
                        "verification_deadline_ms lies between " + LEAST_DEADLINE.toMillis() + " and "
                                + MOST_DEADLINE.toMillis());
            }
        });
    }

    private static void retained(VerificationMode mode, Resolved resolved) {
        if (mode == VerificationMode.ZKML) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "retain_input is for answers that may be proven later; with verification zkml the proof is due anyway");
        }
        if (resolved.spec().exact().isEmpty()) {
            throw new RefusedException(
                    ErrorCode.MODE_UNAVAILABLE,
                    "retain_input is for answers that may be proven later, and "
                            + resolved.model().name() + " runs in floating point, of which there are no proofs");
        }
    }

    private static void idempotencyKey(String key) {
        boolean valid = !key.isEmpty() && key.length() <= MAX_KEY && key.chars().allMatch(c -> c >= ' ' && c <= '~');
        if (!valid) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "an idempotency key has 1 to " + MAX_KEY + " printable ASCII characters; this one has "
                            + key.length() + " characters");
        }
    }

    private static List<Tensor> inputs(List<Tensor> sent, ModelSpec spec) {
        List<Tensor> ordered = new ArrayList<>(spec.inputs().size());
        for (TensorSpec wanted : spec.inputs()) {
            Tensor input = only(sent, wanted.name());
            if (input == null) {
                throw new RefusedException(
                        ErrorCode.INVALID_TENSOR,
                        "input \"" + wanted.name() + "\" is missing; send it as " + wanted.datatype() + wanted.shape());
            }
            TensorChecks.check(input, wanted, spec.finiteInputs());
            spec.exact().ifPresent(exact -> TensorChecks.wholeNumbers(input, exact));
            ordered.add(input);
        }
        if (sent.size() != ordered.size()) {
            Tensor unknown = sent.stream()
                    .filter(input -> !ordered.contains(input))
                    .findFirst()
                    .orElseThrow();
            throw new RefusedException(
                    ErrorCode.INVALID_TENSOR,
                    "the model has no input \"" + shown(unknown.name()) + "\"; its inputs are " + names(spec.inputs()));
        }
        return ordered;
    }

    private static @Nullable Tensor only(List<Tensor> sent, String name) {
        Tensor found = null;
        for (Tensor input : sent) {
            if (input.name().equals(name)) {
                if (found != null) {
                    throw new RefusedException(
                            ErrorCode.INVALID_TENSOR, "input \"" + name + "\" is sent twice; send it once");
                }
                found = input;
            }
        }
        return found;
    }

    private static List<String> outputs(List<String> wanted, ModelSpec spec) {
        if (wanted.isEmpty()) {
            List<String> all = new ArrayList<>(spec.outputs().size());
            spec.outputs().forEach(output -> all.add(output.name()));
            return all;
        }
        Set<String> seen = new HashSet<>();
        for (String name : wanted) {
            if (spec.outputs().stream().noneMatch(output -> output.name().equals(name))) {
                throw new RefusedException(
                        ErrorCode.INVALID_TENSOR,
                        "the model has no output \"" + shown(name) + "\"; its outputs are " + names(spec.outputs()));
            }
            if (!seen.add(name)) {
                throw new RefusedException(
                        ErrorCode.INVALID_TENSOR, "output \"" + name + "\" is requested twice; request it once");
            }
        }
        return List.copyOf(wanted);
    }

    private static int items(List<Tensor> inputs, BatchingPolicy policy) {
        Tensor first = inputs.getFirst();
        long rows = first.shape().at(0);
        for (Tensor input : inputs) {
            if (input.shape().at(0) != rows) {
                throw new RefusedException(
                        ErrorCode.INVALID_TENSOR,
                        "input \"" + first.name() + "\" has " + rows + " rows and input \"" + input.name() + "\" has "
                                + input.shape().at(0) + "; the first dimension must be the same for all inputs");
            }
        }
        if (rows > policy.maxBatchSize()) {
            throw new RefusedException(
                    ErrorCode.INVALID_TENSOR,
                    "the request has " + rows + " rows and the model takes at most " + policy.maxBatchSize()
                            + " at once (max_batch_size); split the request");
        }
        return (int) rows;
    }

    private static int priority(int asked, BatchingPolicy policy) {
        if (asked < 0 || asked > policy.priorityLevels()) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "priority " + asked + " is outside the model's levels 1 to " + policy.priorityLevels()
                            + "; 0 or none means its default");
        }
        return asked == 0 ? policy.defaultPriority() : asked;
    }

    private static Optional<Duration> queueTimeout(Optional<Duration> asked, BatchingPolicy policy) {
        if (asked.isEmpty()) {
            return policy.defaultTimeout().isZero() ? Optional.empty() : Optional.of(policy.defaultTimeout());
        }
        Duration timeout = asked.get();
        if (timeout.isNegative() || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new RefusedException(
                    ErrorCode.INVALID_REQUEST,
                    "the timeout lies between 0 (none) and " + MAX_TIMEOUT.toSeconds() * 1_000_000 + " microseconds");
        }
        return timeout.isZero() ? Optional.empty() : asked;
    }

    private static String names(List<TensorSpec> specs) {
        return specs.stream().map(spec -> "\"" + spec.name() + "\"").collect(Collectors.joining(", "));
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
