package dev.candor.actors.executor;

import dev.candor.actors.inference.Refusal;
import dev.candor.actors.model.ModelRef;
import dev.candor.actors.model.ModelSpec;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns one device: its {@link DeviceThread}, the models on it, whose turn it is. All decisions are {@link ExecutorDecider}'s; this actor carries them out.
 * It persists nothing; its host spawns it again if it fails, and its device's thread ends with it.
 *
 * <p>A lane asks for a slot and gets a {@link SlotGrant}, with which it goes to the device's thread directly, so that a batch crosses no mailbox on its
 * way.
 */
public final class Executor extends AbstractBehavior<Executor.Command> {
    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);

    /** What an executor can be told. */
    public sealed interface Command {}

    /**
     * A lane exists for this model.
     *
     * @param sizeBytes the file's size, the first guess at the memory it takes
     * @param lane hears {@link Notice}s
     */
    public record Want(ModelRef model, ModelSpec spec, long sizeBytes, Consumer<Notice> lane) implements Command {}

    /** The lane of this model is gone. */
    public record Unwant(ModelRef model) implements Command {}

    /** The model's lane has a batch that may leave. */
    public record RequestSlot(ModelRef model) implements Command {}

    /** The model's copy here is one more than needed: it goes if nothing waits for it and others lack the memory. */
    public record Cool(ModelRef model) implements Command {}

    /** A granted slot is not needed. */
    record GiveBack(ModelRef model) implements Command {}

    private record FileReady(ModelRef model, Path file) implements Command {}

    private record FileFailed(ModelRef model, Refusal refusal) implements Command {}

    private record FromDevice(int generation, DeviceThread.Event event) implements Command {}

    private enum Tick implements Command {
        TICK
    }

    private record Wanted(ModelSpec spec, Consumer<Notice> lane) {}

    private final int number;
    private final Device device;
    private final ModelFiles files;
    private final DeviceGauge gauge;
    private final Runnable onChange;
    private final LongSupplier nanoTime;
    private final ExecutorDecider decider;
    private final Map<ModelRef, Wanted> wanted = new HashMap<>();
    private final Map<ModelRef, Path> paths = new HashMap<>();
    private @Nullable DeviceThread thread;
    private final Set<Integer> abandoned = new HashSet<>();
    private int generation;

    /**
     * An executor for {@code device}.
     *
     * @param number its number on this node, repeated in its notices
     * @param gauge kept up to date
     * @param onStart called at the start and at each start again: the lanes have to be made known then
     * @param onChange called after a change that others should hear of soon
     */
    public static Behavior<Command> create(
            int number,
            Device device,
            ModelFiles files,
            ExecutorSettings settings,
            DeviceGauge gauge,
            Runnable onStart,
            Runnable onChange,
            LongSupplier nanoTime) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            onStart.run();
            return new Executor(context, timers, number, device, files, settings, gauge, onChange, nanoTime);
        }));
    }

    private Executor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            int number,
            Device device,
            ModelFiles files,
            ExecutorSettings settings,
            DeviceGauge gauge,
            Runnable onChange,
            LongSupplier nanoTime) {
        super(context);
        this.number = number;
        this.device = device;
        this.files = files;
        this.gauge = gauge;
        this.onChange = onChange;
        this.nanoTime = nanoTime;
        this.decider = new ExecutorDecider(device.name(), settings, nanoTime.getAsLong());
        timers.startTimerWithFixedDelay(Tick.TICK, settings.tick());
        carryOut();
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Command.class, this::onCommand)
                .onSignal(PreRestart.class, signal -> onEnd())
                .onSignal(PostStop.class, signal -> onEnd())
                .build();
    }

    private Behavior<Command> onCommand(Command command) {
        long now = nanoTime.getAsLong();
        switch (command) {
            case RequestSlot(ModelRef model) -> decider.slot(model, now);
            case FromDevice(int from, DeviceThread.Event event) -> onDevice(from, event, now);
            case GiveBack(ModelRef model) -> decider.gaveBack(model, now);
            case Tick tick -> onTick(now);
            case Want want -> {
                wanted.put(want.model(), new Wanted(want.spec(), want.lane()));
                decider.want(want.model(), want.sizeBytes(), now);
            }
            case Cool(ModelRef model) -> decider.cool(model);
            case Unwant(ModelRef model) -> {
                wanted.remove(model);
                paths.remove(model);
                decider.unwant(model, now);
            }
            case FileReady(ModelRef model, Path file) -> {
                if (wanted.containsKey(model)) {
                    paths.put(model, file);
                }
                decider.fileReady(model, now);
            }
            case FileFailed(ModelRef model, Refusal refusal) -> decider.fileFailed(model, refusal, now);
        }
        carryOut();
        return this;
    }

    private void onTick(long now) {
        DeviceThread current = thread;
        if (current == null) {
            decider.tick(null, false, now);
        } else {
            // In this order: what has left the queue by now runs, or has run.
            boolean handedOver = current.handedOver();
            decider.tick(current.running(), handedOver, now);
        }
    }

    private void onDevice(int from, DeviceThread.Event event, long now) {
        if (from != generation) {
            if (event instanceof DeviceThread.Event.Ended && abandoned.remove(from)) {
                decider.threadEnded();
            }
            return;
        }
        switch (event) {
            case DeviceThread.Event.Ran(ModelRef model, int items, long nanos) -> decider.ran(model, items, nanos, now);
            case DeviceThread.Event.Up(long memoryBudget) -> {
                LOG.info("Device {} is up", device.name());
                decider.started(memoryBudget, now);
                onChange.run();
            }
            case DeviceThread.Event.Loaded(ModelRef model, long memory) -> {
                LOG.info("{} holds {} {}", device.name(), model.name(), model.version());
                decider.loaded(model, memory, now);
            }
            case DeviceThread.Event.LoadFailed(ModelRef model, Refusal refusal) -> {
                LOG.warn("{} cannot load {} {}: {}", device.name(), model.name(), model.version(), refusal.sentence());
                decider.loadFailed(model, refusal, now);
            }
            case DeviceThread.Event.Broken(String why) -> {
                gauge.down(why);
                decider.lose(why, now);
                onChange.run();
            }
            case DeviceThread.Event.Ended ended -> thread = null;
        }
    }

    private void carryOut() {
        for (ExecutorEffect effect : decider.drain()) {
            switch (effect) {
                case ExecutorEffect.Grant(ModelRef model) -> grant(model);
                case ExecutorEffect.Tell(ModelRef model, Residency residency, Refusal refusal) ->
                    tell(model, new Notice.Changed(number, residency, refusal));
                case ExecutorEffect.Fetch(ModelRef model) -> fetch(model);
                case ExecutorEffect.Load(ModelRef model) -> load(model);
                case ExecutorEffect.Evict(ModelRef model) -> {
                    if (thread != null) {
                        thread.evict(model);
                    }
                }
                case ExecutorEffect.Abandon(String why) -> {
                    LOG.error("Device {} is given up: {}", device.name(), why);
                    gauge.down(why);
                    abandon();
                    onChange.run();
                }
                case ExecutorEffect.Start start -> startThread();
            }
        }
        gauge.set(decider.up(), decider.idle());
    }

    private void grant(ModelRef model) {
        DeviceThread current = thread;
        if (current == null || !wanted.containsKey(model)) {
            getContext().getSelf().tell(new GiveBack(model));
            return;
        }
        tell(
                model,
                new Notice.Granted(
                        number,
                        new SlotGrant(
                                model, device.name(), current, getContext().getSelf())));
    }

    private void tell(ModelRef model, Notice notice) {
        Wanted lane = wanted.get(model);
        if (lane != null) {
            lane.lane().accept(notice);
        }
    }

    private void fetch(ModelRef model) {
        getContext()
                .pipeToSelf(
                        files.fetch(model.contentId()),
                        (path, failure) -> failure == null
                                ? new FileReady(model, path)
                                : new FileFailed(model, ExecutorRefusals.noFile(model, failure)));
    }

    private void load(ModelRef model) {
        Wanted lane = wanted.get(model);
        Path file = paths.get(model);
        DeviceThread current = thread;
        if (lane == null || file == null || current == null) {
            throw new IllegalStateException("a load of " + model + " without its file, lane or device");
        }
        current.load(model, file, lane.spec());
    }

    private void startThread() {
        generation++;
        int mine = generation;
        var self = getContext().getSelf();
        DeviceThread started = new DeviceThread(device, event -> self.tell(new FromDevice(mine, event)), nanoTime);
        thread = started;
        started.start();
    }

    private void abandon() {
        DeviceThread current = thread;
        abandoned.add(generation);
        // Whatever this thread still says is of the past.
        generation++;
        thread = null;
        if (current != null) {
            current.abandon();
        }
    }

    private Behavior<Command> onEnd() {
        if (thread != null) {
            thread.close();
        }
        gauge.set(false, false);
        Refusal refusal = ExecutorRefusals.ended(device.name());
        wanted.values().forEach(lane -> lane.lane().accept(new Notice.Changed(number, Residency.DOWN, refusal)));
        return this;
    }
}
