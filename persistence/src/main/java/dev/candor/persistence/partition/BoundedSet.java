package dev.candor.persistence.partition;

import dev.candor.actors.value.Digest;
import java.util.LinkedHashSet;

/** A set that forgets its oldest member when it is full. Not thread-safe. */
final class BoundedSet {
    private final int capacity;
    private final LinkedHashSet<Digest> members = new LinkedHashSet<>();

    BoundedSet(int capacity) {
        this.capacity = capacity;
    }

    void add(Digest member) {
        members.add(member);
        if (members.size() > capacity) {
            members.removeFirst();
        }
    }

    boolean contains(Digest member) {
        return members.contains(member);
    }

    void remove(Digest member) {
        members.remove(member);
    }
}
