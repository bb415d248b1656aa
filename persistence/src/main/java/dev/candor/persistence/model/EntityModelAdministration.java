package dev.candor.persistence.model;

import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelAdministration;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.Split;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.RecipientRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Asks the entities, each with a deadline; what they answer is in this node's view before the caller knows. Thread-safe. */
public final class EntityModelAdministration implements ModelAdministration {
    private final ActorSystem<?> system;
    private final ModelEntities entities;
    private final CatalogView view;
    private final Duration timeout;

    /** Asks through {@code entities}. */
    public EntityModelAdministration(
            ActorSystem<?> system, ModelEntities entities, CatalogView view, ModelSettings settings) {
        this.system = system;
        this.entities = entities;
        this.view = view;
        this.timeout = settings.askTimeout();
    }

    @Override
    public CompletionStage<ModelRef> register(
            String name, Digest contentId, long sizeBytes, ModelSpec spec, Optional<ModelVersion> version) {
        try {
            ModelRules.checkName(name);
            ModelRules.checkSpec(spec);
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
        return ask(entities.catalog(), (ActorRef<Catalog.Reply> replyTo) -> new Catalog.Add(name, replyTo))
                .thenCompose(reply -> switch (reply) {
                    case Catalog.Rejected rejected ->
                        CompletableFuture.failedStage(new RefusedException(rejected.refusal()));
                    case Catalog.Added added ->
                        accepted(name, replyTo -> new Model.Register(contentId, sizeBytes, spec, version, replyTo))
                                .thenApply(accepted ->
                                        accepted.view().ref(accepted.version().orElseThrow()));
                });
    }

    @Override
    public CompletionStage<Optional<ModelView>> show(String name) {
        try {
            ModelRules.checkName(name);
        } catch (RefusedException nothingIsCalledSo) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        return accepted(name, Model.Show::new)
                .thenApply(accepted ->
                        Optional.of(accepted.view()).filter(it -> !it.versions().isEmpty()));
    }

    @Override
    public CompletionStage<ModelView> setAlias(String name, String alias, ModelVersion version) {
        return change(name, replyTo -> new Model.SetAlias(alias, version, replyTo));
    }

    @Override
    public CompletionStage<ModelView> split(String name, String alias, Split split) {
        return change(name, replyTo -> new Model.SplitAlias(alias, split, replyTo));
    }

    @Override
    public CompletionStage<ModelView> rollback(String name, String alias) {
        return change(name, replyTo -> new Model.Rollback(alias, replyTo));
    }

    @Override
    public CompletionStage<ModelView> setEnabled(String name, ModelVersion version, boolean enabled) {
        return change(name, replyTo -> new Model.SetEnabled(version, enabled, replyTo));
    }

    @Override
    public CompletionStage<ModelView> remove(String name, Optional<ModelVersion> version) {
        return change(name, replyTo -> new Model.Remove(version, replyTo));
    }

    private CompletionStage<ModelView> change(String name, Function<ActorRef<Model.Reply>, Model.Command> command) {
        try {
            ModelRules.checkName(name);
        } catch (RefusedException refused) {
            return CompletableFuture.failedStage(refused);
        }
        return accepted(name, command).thenApply(Model.Accepted::view);
    }

    private CompletionStage<Model.Accepted> accepted(
            String name, Function<ActorRef<Model.Reply>, Model.Command> command) {
        return ask(entities.model(name), command).thenCompose(reply -> switch (reply) {
            case Model.Rejected rejected -> CompletableFuture.failedStage(new RefusedException(rejected.refusal()));
            case Model.Accepted accepted -> {
                view.accept(accepted.view());
                yield CompletableFuture.completedStage(accepted);
            }
        });
    }

    private <C, R> CompletionStage<R> ask(RecipientRef<C> entity, Function<ActorRef<R>, C> command) {
        CompletionStage<R> reply = AskPattern.ask(entity, command::apply, timeout, system.scheduler());
        return reply.exceptionallyCompose(failure -> CompletableFuture.failedStage(
                failure instanceof TimeoutException
                        ? new RefusedException(Refusal.retryable(
                                ErrorCode.JOURNAL_UNAVAILABLE,
                                "The model's entity did not answer within " + timeout.toSeconds()
                                        + " s: the change may or may not be done. Look, then retry.",
                                Duration.ofSeconds(1)))
                        : failure));
    }
}
