package dev.candor.persistence.ledger.state;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.persistence.ledger.tree.SparseProof;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a state holds under one key, provable against its root alone: {@code 7 * 32 sections | path}.
 *
 * @param sections the digests under the root
 * @param path in the section's tree
 */
public record StateProof(List<Digest> sections, SparseProof path) {
    /** How many digests are under a state's root. */
    public static final int SECTIONS = 7;

    /** The trees of a state; {@code place} is the section's among the digests under the root. */
    public enum Section {
        /** Accounts by name. */
        ACCOUNTS(2),
        /** Models by content id. */
        MODELS(3),
        /** Nodes by key id. */
        NODES(4),
        /** Settlements by SHA-256 of the receipt. */
        SETTLEMENTS(5),
        /** Leases by their id. */
        LEASES(6);

        private final int place;

        Section(int place) {
            this.place = place;
        }

        /** The byte that names it. */
        public int place() {
            return place;
        }

        /** The section that a byte names. */
        public static Optional<Section> ofPlace(int place) {
            return Arrays.stream(values()).filter(each -> each.place == place).findFirst();
        }
    }

    /** Refuses another number of sections. */
    public StateProof {
        sections = List.copyOf(sections);
        if (sections.size() != SECTIONS) {
            throw new IllegalArgumentException("a state has " + SECTIONS + " sections, not " + sections.size());
        }
    }

    /** The proof of what {@code state} holds under {@code key}. */
    public static StateProof of(LedgerState state, Section section, Digest key) {
        SparseProof path = switch (section) {
            case ACCOUNTS -> state.accounts().prove(key);
            case MODELS -> state.models().prove(key);
            case NODES -> state.nodes().prove(key);
            case SETTLEMENTS -> state.settlements().prove(key);
            case LEASES -> state.leases().prove(key);
        };
        return new StateProof(state.sections(), path);
    }

    /** Whether the state of {@code root} holds under {@code key} the value with these canonical bytes. */
    public boolean includes(Digest root, Section section, Digest key, Bytes value) {
        return LedgerState.rootOf(sections).equals(root)
                && path.includes(sections.get(section.place), key, Digest.sha256(value));
    }

    /** Whether the state of {@code root} holds nothing under {@code key}. */
    public boolean excludes(Digest root, Section section, Digest key) {
        return LedgerState.rootOf(sections).equals(root) && path.excludes(sections.get(section.place), key);
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        sections.forEach(out::digest);
        path.write(out);
    }

    /** Reads {@link #write}'s form. */
    public static StateProof read(CanonicalReader in) {
        List<Digest> sections = new ArrayList<>(SECTIONS);
        for (int i = 0; i < SECTIONS; i++) {
            sections.add(in.digest("section of the state"));
        }
        return new StateProof(sections, SparseProof.read(in));
    }
}
