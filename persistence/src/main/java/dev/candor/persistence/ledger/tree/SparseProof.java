package dev.candor.persistence.ledger.tree;

import dev.candor.actors.value.Digest;
import dev.candor.actors.wire.CanonicalReader;
import dev.candor.actors.wire.CanonicalWriter;
import dev.candor.actors.wire.MalformedBytesException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link SparseTree} holds under a key: {@code u16 count | count * 32 sibling | u8 terminal | terminal: 32 key, 32 value digest}.
 *
 * @param siblings from the root down, one a level; zero for an empty subtree
 * @param terminal the leaf at the end of the key's path; empty where the path ends in an empty subtree
 */
public record SparseProof(List<Digest> siblings, Optional<Terminal> terminal) {
    /**
     * A leaf.
     *
     * @param key its key
     * @param value SHA-256 of its value's canonical bytes
     */
    public record Terminal(Digest key, Digest value) {}

    /** Refuses paths that no key has. */
    public SparseProof {
        siblings = List.copyOf(siblings);
        if (siblings.size() > SparseTree.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "a path of " + siblings.size() + " levels; a key has " + SparseTree.MAX_DEPTH + " bits");
        }
    }

    /** Whether the tree of {@code root} has under {@code key} a value of this digest. */
    public boolean includes(Digest root, Digest key, Digest value) {
        return terminal.equals(Optional.of(new Terminal(key, value)))
                && rootFor(key).equals(root);
    }

    /** Whether the tree of {@code root} has nothing under {@code key}. */
    public boolean excludes(Digest root, Digest key) {
        return terminal.map(leaf -> !leaf.key().equals(key) && sharesPath(leaf.key(), key))
                        .orElse(true)
                && rootFor(key).equals(root);
    }

    /** A foreign leaf proves an absence only where the key itself would have to be. */
    private boolean sharesPath(Digest one, Digest two) {
        for (int depth = 0; depth < siblings.size(); depth++) {
            if (SparseTree.bit(one, depth) != SparseTree.bit(two, depth)) {
                return false;
            }
        }
        return true;
    }

    private Digest rootFor(Digest key) {
        Digest hash = terminal.map(leaf -> SparseTree.leafHash(leaf.key(), leaf.value()))
                .orElse(Digest.ZERO);
        for (int depth = siblings.size() - 1; depth >= 0; depth--) {
            Digest sibling = siblings.get(depth);
            hash = SparseTree.bit(key, depth)
                    ? SparseTree.innerHash(sibling, hash)
                    : SparseTree.innerHash(hash, sibling);
        }
        return hash;
    }

    /** Writes the canonical bytes. */
    public void write(CanonicalWriter out) {
        out.u16(siblings.size());
        siblings.forEach(out::digest);
        out.u8(terminal.isPresent() ? 1 : 0);
        terminal.ifPresent(leaf -> out.digest(leaf.key()).digest(leaf.value()));
    }

    /** Reads {@link #write}'s form. */
    public static SparseProof read(CanonicalReader in) {
        int count = in.u16("length of the path");
        if (count > SparseTree.MAX_DEPTH) {
            throw new MalformedBytesException(
                    "the path has " + count + " levels, at most " + SparseTree.MAX_DEPTH + " are allowed");
        }
        List<Digest> siblings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            siblings.add(in.digest("sibling"));
        }
        int kind = in.u8("whether there is a leaf");
        return switch (kind) {
            case 0 -> new SparseProof(siblings, Optional.empty());
            case 1 -> new SparseProof(siblings, Optional.of(new Terminal(in.digest("leaf key"), in.digest("value"))));
            default -> throw new MalformedBytesException("whether there is a leaf is 0 or 1, not " + kind);
        };
    }
}
