package dev.candor.persistence.fakes;

import dev.candor.actors.value.Bytes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;

/**
 * A disk with a cache in front: what is written is lost in a crash until it is synced. Journals name the disk they write to, so it outlives ActorSystems.
 * Thread-safe.
 */
public final class FakeDisk {
    /** What a stored event or snapshot is. */
    public record Row(long sequenceNr, int serializer, String manifest, Bytes bytes, String writer) {}

    private static final Map<String, FakeDisk> DISKS = new ConcurrentHashMap<>();

    private final Map<String, List<Row>> events = new HashMap<>();
    private final Map<String, Integer> synced = new HashMap<>();
    private final Map<String, TreeMap<Long, Row>> snapshots = new HashMap<>();
    private final List<CompletableFuture<Done>> held = new ArrayList<>();
    private boolean skipSync;
    private boolean holding;
    private boolean failing;
    private int writes;

    /** The disk of this name. */
    public static FakeDisk named(String name) {
        return DISKS.computeIfAbsent(name, _ -> new FakeDisk());
    }

    /** Mutant: writes are acknowledged before they are synced. */
    public synchronized void skipSync() {
        skipSync = true;
    }

    /** Writes wait until {@link #release}. */
    public synchronized void hold() {
        holding = true;
    }

    /** Lets the writes that wait go on, and those to come. */
    public void release() {
        List<CompletableFuture<Done>> all;
        synchronized (this) {
            holding = false;
            all = List.copyOf(held);
            held.clear();
        }
        all.forEach(one -> one.complete(Done.getInstance()));
    }

    /** Lets the write that came last go on; the others wait, and those to come do not. */
    public void releaseLast() {
        CompletableFuture<Done> last;
        synchronized (this) {
            holding = false;
            last = held.removeLast();
        }
        last.complete(Done.getInstance());
    }

    /** How many writes wait. */
    public synchronized int waiting() {
        return held.size();
    }

    /** Whether writes fail from now on. */
    public synchronized void failing(boolean fails) {
        failing = fails;
    }

    /** Power off: what was not synced is gone. */
    public synchronized void crash() {
        events.forEach((id, rows) ->
                rows.subList(synced.getOrDefault(id, 0), rows.size()).clear());
    }

    /** How many writes there were. */
    public synchronized int writes() {
        return writes;
    }

    /** What is on the disk. */
    public synchronized List<Row> events(String persistenceId) {
        return List.copyOf(events.getOrDefault(persistenceId, List.of()));
    }

    /** Puts rows behind the others, whatever their numbers: as a late writer would. */
    public synchronized void append(String persistenceId, List<Row> rows) {
        if (failing) {
            throw new IllegalStateException("the disk fails");
        }
        writes++;
        List<Row> all = events.computeIfAbsent(persistenceId, _ -> new ArrayList<>());
        all.addAll(rows);
        if (!skipSync) {
            synced.put(persistenceId, all.size());
        }
    }

    /** Changes what is there, as somebody with access to the disk would. */
    public synchronized void replace(String persistenceId, List<Row> rows) {
        events.put(persistenceId, new ArrayList<>(rows));
        synced.put(persistenceId, rows.size());
    }

    synchronized CompletableFuture<Done> gate() {
        if (!holding) {
            return CompletableFuture.completedFuture(Done.getInstance());
        }
        CompletableFuture<Done> gate = new CompletableFuture<>();
        held.add(gate);
        return gate;
    }

    /** The snapshots of an entity by sequence number. */
    public synchronized NavigableMap<Long, Row> snapshots(String persistenceId) {
        return new TreeMap<>(snapshots.getOrDefault(persistenceId, new TreeMap<>()));
    }

    synchronized void snapshot(String persistenceId, Row row) {
        snapshots.computeIfAbsent(persistenceId, _ -> new TreeMap<>()).put(row.sequenceNr(), row);
    }

    synchronized void deleteSnapshots(String persistenceId, long from, long to) {
        if (snapshots.containsKey(persistenceId)) {
            snapshots.get(persistenceId).subMap(from, true, to, true).clear();
        }
    }
}
