package dev.candor.cluster.rest;

import dev.candor.actors.value.Digest;
import java.util.List;

/** The state of this node. Thread-safe; does not block. */
@FunctionalInterface
public interface HealthSource {
    /** The state now. */
    Health health();

    /**
     * A state.
     *
     * @param network digest of the genesis record
     * @param roles of the node
     * @param parts each part and whether it is ready
     */
    record Health(Digest network, List<String> roles, List<Part> parts) {
        /** Whether every part is ready. */
        public boolean isReady() {
            return parts.stream().allMatch(Part::ready);
        }
    }

    /**
     * A part of the node.
     *
     * @param name such as {@code journal}
     * @param ready whether it does its work
     * @param sentence what it is waiting for, or empty
     */
    record Part(String name, boolean ready, String sentence) {}
}
