"""Batched Merkle openings: section 3."""

import hashlib


def leaf(salt, raw_column):
    return hashlib.sha256(b"\x00" + salt + raw_column).digest()


def needed(leaves, positions):
    """How many digests an opening of ascending positions has."""
    count = 0
    level = [leaves + p for p in positions]
    while level[0] != 1:
        parents = sorted({node >> 1 for node in level})
        count += 2 * len(parents) - len(level)
        level = parents
    return count


def root(leaves, positions, digests, path):
    """The root that an opening leads to; the path has as many digests as are needed."""
    path = iter(path)
    level = [(leaves + p, digest) for p, digest in zip(positions, digests)]
    while level[0][0] != 1:
        parents = []
        i = 0
        while i < len(level):
            node, digest = level[i]
            i += 1
            if i < len(level) and level[i][0] == node ^ 1:
                pair = digest + level[i][1]
                i += 1
            else:
                other = next(path)
                pair = digest + other if node & 1 == 0 else other + digest
            parent = node >> 1
            depth = parent.bit_length() - 1
            parents.append((parent, hashlib.sha256(bytes([1, depth]) + pair).digest()))
        level = parents
    return level[0][1]
