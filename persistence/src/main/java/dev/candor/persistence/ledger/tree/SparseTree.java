package dev.candor.persistence.ledger.tree;

import dev.candor.actors.value.Bytes;
import dev.candor.actors.value.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A sparse Merkle tree over SHA-256: a map from 256-bit keys to values with a root hash that depends on nothing but its content. A subtree without keys
 * hashes to zero, one with a single key is that key's leaf, so a tree of n random keys is about log n deep.
 *
 * <pre>
 * leaf  = SHA-256(0x10, key, SHA-256(value's canonical bytes))
 * inner = SHA-256(0x11, left, right)
 * </pre>
 *
 * <p>Immutable; a change shares all it does not touch. Iteration is in the keys' unsigned order. Hashes are computed when first asked for; sharing between
 * threads is safe because a hash computed twice is the same.
 *
 * @param <V> the values, immutable
 */
public final class SparseTree<V> {
    /** The longest path: one level a bit of the key. */
    public static final int MAX_DEPTH = 256;

    private static final byte LEAF = 0x10;
    private static final byte INNER = 0x11;

    private final Function<V, Bytes> encoder;
    private final @Nullable Node<V> root;
    private final int size;

    private SparseTree(Function<V, Bytes> encoder, @Nullable Node<V> root, int size) {
        this.encoder = encoder;
        this.root = root;
        this.size = size;
    }

    /** A tree without keys, whose values have the canonical bytes that {@code encoder} gives. */
    public static <V> SparseTree<V> empty(Function<V, Bytes> encoder) {
        return new SparseTree<>(encoder, null, 0);
    }

    private abstract static sealed class Node<V> {
        private @Nullable Digest hash;

        abstract Digest compute(Function<V, Bytes> encoder);

        final Digest hash(Function<V, Bytes> encoder) {
            Digest known = hash;
            if (known == null) {
                known = compute(encoder);
                hash = known;
            }
            return known;
        }
    }

    private static final class Leaf<V> extends Node<V> {
        final Digest key;
        final V value;

        Leaf(Digest key, V value) {
            this.key = key;
            this.value = value;
        }

        @Override
        Digest compute(Function<V, Bytes> encoder) {
            return leafHash(key, Digest.sha256(encoder.apply(value)));
        }
    }

    private static final class Inner<V> extends Node<V> {
        final @Nullable Node<V> left;
        final @Nullable Node<V> right;

        Inner(@Nullable Node<V> left, @Nullable Node<V> right) {
            this.left = left;
            this.right = right;
        }

        @Override
        Digest compute(Function<V, Bytes> encoder) {
            Digest one = hashOf(left, encoder);
            return innerHash(one, hashOf(right, encoder));
        }
    }

    /** How many keys there are. */
    public int size() {
        return size;
    }

    /** The root; {@link Digest#ZERO} without keys. */
    public Digest root() {
        return hashOf(root, encoder);
    }

    /** The value under {@code key}. */
    public Optional<V> get(Digest key) {
        Node<V> node = root;
        int depth = 0;
        while (node instanceof Inner<V> inner) {
            node = bit(key, depth++) ? inner.right : inner.left;
        }
        return node instanceof Leaf<V> leaf && leaf.key.equals(key) ? Optional.of(leaf.value) : Optional.empty();
    }

    /** This tree with {@code value} under {@code key}, whatever was there. */
    public SparseTree<V> with(Digest key, V value) {
        Leaf<V> leaf = new Leaf<>(key, value);
        return new SparseTree<>(encoder, put(root, leaf, 0), get(key).isPresent() ? size : size + 1);
    }

    /** This tree without {@code key}. */
    public SparseTree<V> without(Digest key) {
        return get(key).isEmpty() ? this : new SparseTree<>(encoder, remove(root, key, 0), size - 1);
    }

    /** The entry with the lowest key. */
    public Optional<Entry<V>> first() {
        Node<V> node = root;
        while (node instanceof Inner<V> inner) {
            node = inner.left != null ? inner.left : inner.right;
        }
        return node instanceof Leaf<V> leaf ? Optional.of(new Entry<>(leaf.key, leaf.value)) : Optional.empty();
    }

    /**
     * A key and its value.
     *
     * @param key the key
     * @param value the value
     * @param <V> the values
     */
    public record Entry<V>(Digest key, V value) {}

    /** Hands every entry to {@code each}, lowest key first. */
    public void forEach(BiConsumer<Digest, V> each) {
        walk(root, each);
    }

    /** A proof of what is under {@code key}: its value, or that there is none. */
    public SparseProof prove(Digest key) {
        List<Digest> siblings = new ArrayList<>();
        Node<V> node = root;
        while (node instanceof Inner<V> inner) {
            boolean right = bit(key, siblings.size());
            siblings.add(hashOf(right ? inner.left : inner.right, encoder));
            node = right ? inner.right : inner.left;
        }
        return new SparseProof(
                siblings,
                node instanceof Leaf<V> leaf
                        ? Optional.of(new SparseProof.Terminal(leaf.key, Digest.sha256(encoder.apply(leaf.value))))
                        : Optional.empty());
    }

    static boolean bit(Digest key, int depth) {
        long word = switch (depth >>> 6) {
            case 0 -> key.a();
            case 1 -> key.b();
            case 2 -> key.c();
            default -> key.d();
        };
        return (word >>> (63 - (depth & 63)) & 1) == 1;
    }

    static Digest leafHash(Digest key, Digest value) {
        return hash(LEAF, key, value);
    }

    static Digest innerHash(Digest left, Digest right) {
        return hash(INNER, left, right);
    }

    private static Digest hash(byte prefix, Digest one, Digest two) {
        MessageDigest sha = Digest.sha256();
        sha.update(prefix);
        sha.update(one.toArray());
        sha.update(two.toArray());
        return Digest.of(sha.digest());
    }

    private static <V> Digest hashOf(@Nullable Node<V> node, Function<V, Bytes> encoder) {
        return node == null ? Digest.ZERO : node.hash(encoder);
    }

    private static <V> Node<V> put(@Nullable Node<V> node, Leaf<V> leaf, int depth) {
        return switch (node) {
            case null -> leaf;
            case Inner<V> inner ->
                bit(leaf.key, depth)
                        ? new Inner<>(inner.left, put(inner.right, leaf, depth + 1))
                        : new Inner<>(put(inner.left, leaf, depth + 1), inner.right);
            case Leaf<V> other -> other.key.equals(leaf.key) ? leaf : apart(other, leaf, depth);
        };
    }

    /** The smallest subtree that holds two different keys. */
    private static <V> Node<V> apart(Leaf<V> one, Leaf<V> two, int depth) {
        boolean oneRight = bit(one.key, depth);
        if (oneRight != bit(two.key, depth)) {
            return oneRight ? new Inner<>(two, one) : new Inner<>(one, two);
        }
        Node<V> below = apart(one, two, depth + 1);
        return oneRight ? new Inner<>(null, below) : new Inner<>(below, null);
    }

    private static <V> @Nullable Node<V> remove(@Nullable Node<V> node, Digest key, int depth) {
        if (!(node instanceof Inner<V> inner)) {
            return null;
        }
        boolean right = bit(key, depth);
        Node<V> left = right ? inner.left : remove(inner.left, key, depth + 1);
        Node<V> other = right ? remove(inner.right, key, depth + 1) : inner.right;
        // A leaf alone stands for its subtree: it climbs.
        if (left == null && (other == null || other instanceof Leaf<V>)) {
            return other;
        }
        if (other == null && left instanceof Leaf<V>) {
            return left;
        }
        return new Inner<>(left, other);
    }

    private static <V> void walk(@Nullable Node<V> node, BiConsumer<Digest, V> each) {
        switch (node) {
            case null -> {}
            case Leaf<V> leaf -> each.accept(leaf.key, leaf.value);
            case Inner<V> inner -> {
                walk(inner.left, each);
                walk(inner.right, each);
            }
        }
    }
}
