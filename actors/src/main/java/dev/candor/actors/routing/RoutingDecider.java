package dev.candor.actors.routing;

import dev.candor.actors.executor.Residency;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which host's lane a job goes to. Hosts are ranked by what they can do for the job's model; among the best rank two are drawn at random and the one that is through
 * sooner takes it (power of two choices), save that the caller's own node comes first while it has credits. Pure.
 */
final class RoutingDecider {
    /** What a host can do for a model; the first is the best. */
    enum Rank {
        /** The model is warm and the lane has credits. */
        CREDITS,
        /** The model is warm and its queue has room. */
        ROOM,
        /** The model has to be loaded first, or is being loaded. */
        LOADS,
        /** The host knows why the model cannot run, and says so. */
        EXPLAINS,
        /** The queue is full. */
        FULL,
        /** No device is up. */
        NOTHING
    }

    /**
     * A host as seen by the decision.
     *
     * @param load rows that wait there or are on their way
     * @param nanosARow what a row takes there, 0 where that is not known
     * @param local whether it is the caller's own node
     * @param target whatever the caller needs to find it again
     */
    record Candidate<T>(Rank rank, long load, long nanosARow, boolean local, T target) {
        /** Whether a row more would be through here before it would be through there: by time where both speeds are known, else by rows. */
        boolean soonerThan(Candidate<T> other) {
            if (nanosARow > 0 && other.nanosARow > 0) {
                return (double) (load + 1) * nanosARow < (double) (other.load + 1) * other.nanosARow;
            }
            return load < other.load;
        }
    }

    private RoutingDecider() {}

    /** The rank of a host for a model of which it has a lane. */
    static Rank rank(
            Residency residency,
            int upDevices,
            long load,
            int items,
            int maxBatchSize,
            int maxQueueItems,
            int creditBatches) {
        return switch (residency) {
            case FAILED -> Rank.EXPLAINS;
            case DOWN -> Rank.NOTHING;
            case READY, LOADING, COLD -> {
                if (upDevices == 0) {
                    yield Rank.NOTHING;
                }
                // A queue that is empty takes whatever fits into a batch.
                if (load > 0 && load + items > maxQueueItems) {
                    yield Rank.FULL;
                }
                if (residency != Residency.READY) {
                    yield Rank.LOADS;
                }
                long credits = (long) creditBatches * maxBatchSize * upDevices - load;
                yield credits > 0 ? Rank.CREDITS : Rank.ROOM;
            }
        };
    }

    /** The host to take, or null where no host can do anything; a host that only explains or is full may be the best there is. */
    static <T> @Nullable Candidate<T> choose(List<Candidate<T>> candidates, RandomGenerator random) {
        Rank best = Rank.NOTHING;
        int among = 0;
        for (Candidate<T> candidate : candidates) {
            if (candidate.rank().compareTo(best) < 0) {
                best = candidate.rank();
                among = 0;
            }
            if (candidate.rank() == best) {
                among++;
                if (best == Rank.CREDITS && candidate.local()) {
                    return candidate;
                }
            }
        }
        if (best == Rank.NOTHING) {
            return null;
        }
        int first = random.nextInt(among);
        int second = among == 1 ? first : (first + 1 + random.nextInt(among - 1)) % among;
        Candidate<T> one = nth(candidates, best, first);
        Candidate<T> other = nth(candidates, best, second);
        return other.soonerThan(one) ? other : one;
    }

    private static <T> Candidate<T> nth(List<Candidate<T>> candidates, Rank rank, int index) {
        int left = index;
        for (Candidate<T> candidate : candidates) {
            if (candidate.rank() == rank && left-- == 0) {
                return candidate;
            }
        }
        throw new IndexOutOfBoundsException(index);
    }
}
