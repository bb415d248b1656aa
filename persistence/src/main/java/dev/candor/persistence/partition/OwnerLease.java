package dev.candor.persistence.partition;

import dev.candor.actors.value.Bytes;
import dev.candor.persistence.control.ControlStore.Versioned;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides how the owner of a partition gets, keeps and gives back its lease. Pure: whoever drives it does one action at a time and reports how it
 * went, with readings of a monotonic clock. No two clocks need to agree:
 *
 * <ul>
 *   <li>the holder counts its validity from before it <em>sent</em> the last renewal that succeeded, less a margin;
 *   <li>a taker counts from after it first <em>saw</em> the record, and its compare-and-set proves that nothing changed since.
 * </ul>
 *
 * <p>So a holder has stopped answering before anybody else can begin. Not thread-safe.
 */
final class OwnerLease {
    /** What to do next. */
    sealed interface Action {
        /** Read the record, then call {@link #read}. */
        record Read() implements Action {}

        /** Write the record, then call {@link #written}. */
        record Write(long expected, Bytes value) implements Action {}

        /** Wait, then call {@link #waited}; or {@link #release} at any moment. */
        record Wait(Duration time) implements Action {}

        /** Nothing more: see {@link #phase}. */
        record Stop() implements Action {}
    }

    /** Where the lease stands. */
    enum Phase {
        /** Somebody else may hold it. */
        ACQUIRING,
        /** Held, as long as {@link OwnerLease#valid} says so. */
        HELD,
        /** Held no more: another owner has it or may have it. */
        LOST,
        /** Given back. */
        RELEASED
    }

    private final String owner;
    private final LeaseSettings settings;
    private Phase phase = Phase.ACQUIRING;
    private boolean releasing;
    private boolean busy;
    /** The record's version that our writes expect; while acquiring, the one under observation. */
    private long version;

    private long firstSeen;
    private long epoch;
    private long renewals;
    private long validUntil;

    /**
     * A lease wanted by {@code owner}.
     *
     * @param owner names this process and nobody else ever; not empty
     */
    OwnerLease(String owner, LeaseSettings settings) {
        this.owner = owner;
        this.settings = settings;
    }

    Phase phase() {
        return phase;
    }

    /** The epoch of our ownership, once held. */
    long epoch() {
        return epoch;
    }

    /** Whether nobody else can own the partition at {@code now}. */
    boolean valid(long now) {
        return phase == Phase.HELD && now - validUntil < 0;
    }

    /** Begins. */
    Action start() {
        return doing(new Action.Read());
    }

    /** The record was read: what it was, and the time after it came. */
    Action read(Optional<Versioned> found, long now) {
        busy = false;
        if (phase == Phase.HELD) {
            return readWhileHeld(found, now);
        }
        if (releasing) {
            return released();
        }
        if (found.isEmpty()) {
            return acquire(0, 1);
        }
        LeaseRecord seen = LeaseRecord.decode(found.get().value());
        boolean first = version != found.get().version();
        if (first) {
            version = found.get().version();
            firstSeen = now;
        }
        boolean free = seen.owner().isEmpty() || seen.owner().equals(owner) || settings.exclusiveStore();
        long waited = first ? 0 : now - firstSeen;
        if (free || waited >= settings.duration().toNanos()) {
            return acquire(found.get().version(), seen.epoch() + 1);
        }
        return new Action.Wait(least(settings.pollEvery(), settings.duration().minusNanos(waited)));
    }

    /** A write was answered: whether it went in, and the time before it was sent. */
    Action written(boolean ok, long sentAt, long now) {
        busy = false;
        if (!ok) {
            // Perhaps somebody else's record, perhaps a write of ours whose outcome we never learnt: the record tells.
            return expired(now) ? lost() : doing(new Action.Read());
        }
        if (releasing && phase == Phase.HELD && renewals < 0) {
            return released();
        }
        version++;
        phase = Phase.HELD;
        validUntil = sentAt + settings.duration().minus(settings.margin()).toNanos();
        return releasing ? giveBack() : new Action.Wait(settings.renewEvery());
    }

    /** A read or write failed: its outcome is unknown. */
    Action failed(long now) {
        busy = false;
        if (releasing) {
            // The lease ends by itself.
            return released();
        }
        return expired(now) ? lost() : new Action.Wait(settings.pollEvery());
    }

    /** The wait is over. */
    Action waited(long now) {
        if (phase == Phase.ACQUIRING) {
            return doing(new Action.Read());
        }
        if (phase != Phase.HELD) {
            return new Action.Stop();
        }
        return expired(now) ? lost() : renew();
    }

    /** Gives the lease back as soon as no action is under way; empty while one is. */
    Optional<Action> release(long now) {
        releasing = true;
        if (busy) {
            return Optional.empty();
        }
        return Optional.of(valid(now) ? giveBack() : released());
    }

    private Action readWhileHeld(Optional<Versioned> found, long now) {
        if (expired(now) || found.isEmpty()) {
            return releasing ? released() : lost();
        }
        LeaseRecord seen = LeaseRecord.decode(found.get().value());
        if (!seen.owner().equals(owner) || seen.epoch() != epoch) {
            return releasing ? released() : lost();
        }
        version = found.get().version();
        return releasing ? giveBack() : renew();
    }

    private Action acquire(long expected, long nextEpoch) {
        version = expected;
        epoch = nextEpoch;
        renewals = 0;
        return doing(new Action.Write(expected, new LeaseRecord(owner, epoch, 0).encode()));
    }

    private Action renew() {
        renewals++;
        return doing(new Action.Write(version, new LeaseRecord(owner, epoch, renewals).encode()));
    }

    private Action giveBack() {
        renewals = -1;
        return doing(new Action.Write(version, new LeaseRecord("", epoch, 0).encode()));
    }

    private Action released() {
        phase = Phase.RELEASED;
        return new Action.Stop();
    }

    private Action lost() {
        phase = Phase.LOST;
        return new Action.Stop();
    }

    private boolean expired(long now) {
        return phase == Phase.HELD && now - validUntil >= 0;
    }

    private Action doing(Action action) {
        busy = true;
        return action;
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
