package dev.candor.persistence.model;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.actor.typed.pubsub.Topic;

/**
 * Keeps this node's {@link CatalogView} up: listens to changes, and reads the catalog and the models round by round, since a published change may be
 * lost. One an ActorSystem.
 */
public final class CatalogReader extends AbstractBehavior<CatalogReader.Command> {
    /** What the reader takes; all of it from itself. */
    public sealed interface Command {}

    private record Changed(ModelChanged change) implements Command {}

    private record Listed(Catalog.Listing listing) implements Command {}

    private record Shown(Model.Reply reply) implements Command {}

    private record Poll() implements Command {}

    private static final int MOST_TRIES = 3;

    private final CatalogView view;
    private final ModelEntities entities;
    private final ModelSettings settings;
    private final TimerScheduler<Command> timers;
    private final ActorRef<Catalog.Listing> listings;
    private final ActorRef<Model.Reply> replies;
    /** Names of the round under way that were not asked yet. */
    private final ArrayDeque<String> toAsk = new ArrayDeque<>();
    /** Names that were asked and have not answered. */
    private final Set<String> asked = new HashSet<>();
    /** How often a name of this round went unanswered. */
    private final Map<String, Integer> unanswered = new HashMap<>();

    private boolean listed;

    private CatalogReader(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            CatalogView view,
            ModelEntities entities,
            ActorRef<Topic.Command<ModelChanged>> changes,
            ModelSettings settings) {
        super(context);
        this.view = view;
        this.entities = entities;
        this.settings = settings;
        this.timers = timers;
        this.listings = context.messageAdapter(Catalog.Listing.class, Listed::new);
        this.replies = context.messageAdapter(Model.Reply.class, Shown::new);
        changes.tell(Topic.subscribe(context.messageAdapter(ModelChanged.class, Changed::new)));
        poll();
    }

    /** The reader that keeps {@code view} up. */
    public static Behavior<Command> create(
            CatalogView view,
            ModelEntities entities,
            ActorRef<Topic.Command<ModelChanged>> changes,
            ModelSettings settings) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new CatalogReader(context, timers, view, entities, changes, settings)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Changed.class, it -> onChanged(it.change()))
                .onMessage(Listed.class, it -> onListed(it.listing()))
                .onMessage(Shown.class, it -> onShown(it.reply()))
                .onMessage(Poll.class, it -> poll())
                .build();
    }

    private Behavior<Command> onChanged(ModelChanged change) {
        view.accept(change.view());
        return this;
    }

    private Behavior<Command> onListed(Catalog.Listing listing) {
        if (!listed) {
            listed = true;
            toAsk.addAll(listing.names());
        }
        return ask();
    }

    private Behavior<Command> onShown(Model.Reply reply) {
        if (reply instanceof Model.Accepted accepted) {
            view.accept(accepted.view());
            asked.remove(accepted.view().name());
        }
        return ask();
    }

    /**
     * Whatever was not answered since the last time is asked again, after the others and some times only: one model that cannot be recovered must not keep a
     * node from serving the others. A round that is complete is followed by the next.
     */
    private Behavior<Command> poll() {
        for (String name : asked) {
            if (unanswered.merge(name, 1, Integer::sum) < MOST_TRIES) {
                toAsk.addLast(name);
            } else {
                getContext()
                        .getLog()
                        .warn("model {} did not answer {} times; it is not served until it does", name, MOST_TRIES);
            }
        }
        asked.clear();
        if (listed && toAsk.isEmpty()) {
            view.complete();
        }
        if (toAsk.isEmpty()) {
            listed = false;
            unanswered.clear();
            entities.catalog().tell(new Catalog.ListNames(listings));
        }
        timers.startSingleTimer(
                new Poll(), view.isReady() ? settings.pollEvery() : least(settings.pollEvery(), settings.askTimeout()));
        return ask();
    }

    private Behavior<Command> ask() {
        while (asked.size() < settings.pollAtOnce() && !toAsk.isEmpty()) {
            String name = toAsk.remove();
            asked.add(name);
            entities.model(name).tell(new Model.Show(replies));
        }
        if (listed && asked.isEmpty() && toAsk.isEmpty()) {
            view.complete();
        }
        return this;
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
