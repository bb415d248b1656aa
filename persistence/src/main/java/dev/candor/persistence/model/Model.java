package dev.candor.persistence.model;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import dev.candor.actors.model.ModelSpec;
import dev.candor.actors.model.ModelVersion;
import dev.candor.actors.model.ModelView;
import dev.candor.actors.model.Split;
import dev.candor.actors.value.Digest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/** One model: owns its versions and aliases, persists {@link ModelEvent}s, is placed and supervised by sharding; its entity id is the model's name. */
public final class Model extends EventSourcedBehavior<Model.Command, ModelEvent, ModelState> {
    /** What a model takes. */
    public sealed interface Command {}

    /** Register a version. */
    public record Register(
            Digest contentId, long sizeBytes, ModelSpec spec, Optional<ModelVersion> version, ActorRef<Reply> replyTo)
            implements Command, CborSerializable {}

    /** Tell the state. */
    public record Show(ActorRef<Reply> replyTo) implements Command, CborSerializable {}

    /** Point an alias at a version. */
    public record SetAlias(String alias, ModelVersion version, ActorRef<Reply> replyTo)
            implements Command, CborSerializable {}

    /** Let versions share an alias. */
    public record SplitAlias(String alias, Split split, ActorRef<Reply> replyTo) implements Command, CborSerializable {}

    /** Point an alias back. */
    public record Rollback(String alias, ActorRef<Reply> replyTo) implements Command, CborSerializable {}

    /** Enable or disable a version. */
    public record SetEnabled(ModelVersion version, boolean enabled, ActorRef<Reply> replyTo)
            implements Command, CborSerializable {}

    /** Remove a version, or all. */
    public record Remove(Optional<ModelVersion> version, ActorRef<Reply> replyTo)
            implements Command, CborSerializable {}

    /** Stop; the writes under way are finished first. */
    public record Stop() implements Command {}

    /** What a model says. */
    public sealed interface Reply extends CborSerializable {}

    /**
     * Done, durably.
     *
     * @param view the state afterwards
     * @param version that a registration got
     */
    public record Accepted(ModelView view, Optional<ModelVersion> version) implements Reply {}

    /** Not done. */
    public record Rejected(Refusal refusal) implements Reply {}

    private final String name;
    private final ModelDecider decider;
    private final Consumer<ModelView> changes;

    private Model(String name, Consumer<ModelView> changes) {
        super(
                PersistenceId.ofUniqueId("model-" + name),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
        this.name = name;
        this.decider = new ModelDecider(name);
        this.changes = changes;
    }

    /**
     * The behaviour of the model {@code name}.
     *
     * @param changes is told every new view, and must not block
     */
    public static Behavior<Command> create(String name, Consumer<ModelView> changes) {
        return new Model(name, changes);
    }

    @Override
    public ModelState emptyState() {
        return ModelState.EMPTY;
    }

    @Override
    public CommandHandler<Command, ModelEvent, ModelState> commandHandler() {
        return (state, command) -> switch (command) {
            case Register it -> register(state, it);
            case Show it -> Effect().none().thenRun(same -> it.replyTo().tell(accepted(same, Optional.empty())));
            case SetAlias it -> change(it.replyTo(), () -> decider.setAlias(state, it.alias(), it.version()));
            case SplitAlias it -> change(it.replyTo(), () -> decider.split(state, it.alias(), it.split()));
            case Rollback it -> change(it.replyTo(), () -> decider.rollback(state, it.alias()));
            case SetEnabled it -> change(it.replyTo(), () -> decider.setEnabled(state, it.version(), it.enabled()));
            case Remove it -> change(it.replyTo(), () -> decider.remove(state, it.version()));
            case Stop it -> Effect().stop();
        };
    }

    private Effect<ModelEvent, ModelState> register(ModelState state, Register it) {
        ModelDecider.Registration registration;
        try {
            registration = decider.register(state, it.contentId(), it.sizeBytes(), it.spec(), it.version());
        } catch (RefusedException refused) {
            return reject(it.replyTo(), refused);
        }
        return persist(registration.event(), it.replyTo(), Optional.of(registration.version()));
    }

    private Effect<ModelEvent, ModelState> change(
            ActorRef<Reply> replyTo, java.util.function.Supplier<Optional<ModelEvent>> decision) {
        Optional<ModelEvent> event;
        try {
            event = decision.get();
        } catch (RefusedException refused) {
            return reject(replyTo, refused);
        }
        return persist(event, replyTo, Optional.empty());
    }

    private Effect<ModelEvent, ModelState> persist(
            Optional<ModelEvent> event, ActorRef<Reply> replyTo, Optional<ModelVersion> version) {
        if (event.isEmpty()) {
            return Effect().none().thenRun(same -> replyTo.tell(accepted(same, version)));
        }
        return Effect().persist(event.get()).thenRun(after -> {
            Accepted accepted = accepted(after, version);
            changes.accept(accepted.view());
            replyTo.tell(accepted);
        });
    }

    private Effect<ModelEvent, ModelState> reject(ActorRef<Reply> replyTo, RefusedException refused) {
        return Effect().none().thenRun(same -> replyTo.tell(new Rejected(refused.refusal())));
    }

    private Accepted accepted(ModelState state, Optional<ModelVersion> version) {
        return new Accepted(state.view(name), version);
    }

    @Override
    public EventHandler<ModelState, ModelEvent> eventHandler() {
        return ModelState::apply;
    }
}
