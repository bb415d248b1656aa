package dev.candor.persistence.model;

import dev.candor.actors.inference.CborSerializable;
import dev.candor.actors.inference.ErrorCode;
import dev.candor.actors.inference.Refusal;
import dev.candor.actors.inference.RefusedException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/**
 * The names of all models, so that a node that starts can find them: one entity, event-sourced. A name stands here before its model's first version
 * is registered, and stays when the model is removed.
 */
public final class Catalog extends EventSourcedBehavior<Catalog.Command, Catalog.NameAdded, Catalog.Names> {
    /** The entity's id. */
    public static final String ID = "catalog";

    /** Most names. */
    public static final int MAX_NAMES = 10_000;

    /** What the catalog takes. */
    public sealed interface Command {}

    /** Note a name. */
    public record Add(String name, ActorRef<Reply> replyTo) implements Command, CborSerializable {}

    /** Tell all names. */
    public record ListNames(ActorRef<Listing> replyTo) implements Command, CborSerializable {}

    /** Stop; the writes under way are finished first. */
    public record Stop() implements Command {}

    /** What the catalog says to {@link Add}. */
    public sealed interface Reply extends CborSerializable {}

    /** The name stands in the catalog, durably. */
    public record Added(String name) implements Reply {}

    /** It does not. */
    public record Rejected(Refusal refusal) implements Reply {}

    /** All names, ascending. */
    public record Listing(List<String> names) implements CborSerializable {}

    /** A name was noted. */
    public record NameAdded(String name) {}

    /**
     * The state.
     *
     * @param names all names
     */
    public record Names(SortedSet<String> names) {
        /** Keeps the set from changes. */
        public Names {
            names = Collections.unmodifiableSortedSet(names);
        }
    }

    private Catalog() {
        super(
                PersistenceId.ofUniqueId("model-catalog"),
                SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(10), 0.2));
    }

    /** The behaviour of the catalog. */
    public static Behavior<Command> create() {
        return new Catalog();
    }

    @Override
    public Names emptyState() {
        return new Names(new TreeSet<>());
    }

    @Override
    public CommandHandler<Command, NameAdded, Names> commandHandler() {
        return (state, command) -> switch (command) {
            case Add add -> add(state, add);
            case ListNames list ->
                Effect().none().thenRun(same -> list.replyTo().tell(new Listing(List.copyOf(same.names()))));
            case Stop stop -> Effect().stop();
        };
    }

    private Effect<NameAdded, Names> add(Names state, Add add) {
        try {
            ModelRules.checkName(add.name());
            if (!state.names().contains(add.name()) && state.names().size() >= MAX_NAMES) {
                throw new RefusedException(
                        ErrorCode.CONFLICT, "There are " + MAX_NAMES + " models, the most there may be.");
            }
        } catch (RefusedException refused) {
            return Effect().none().thenRun(same -> add.replyTo().tell(new Rejected(refused.refusal())));
        }
        if (state.names().contains(add.name())) {
            return Effect().none().thenRun(same -> add.replyTo().tell(new Added(add.name())));
        }
        return Effect()
                .persist(new NameAdded(add.name()))
                .thenRun(after -> add.replyTo().tell(new Added(add.name())));
    }

    @Override
    public EventHandler<Names, NameAdded> eventHandler() {
        return (state, event) -> {
            TreeSet<String> more = new TreeSet<>(state.names());
            more.add(event.name());
            return new Names(more);
        };
    }
}
