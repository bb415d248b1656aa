"""Arithmetic over F at all opened positions at once: what most of a verifier's time goes to.

A column is one value of F for each position, a K column a pair of them, a table a list of columns side by side. Plain lists do; where numpy is
installed and the field is goldilocks, arrays do the same several times faster. Both are exact, and `check_bulk.py` compares them.
"""

import os
from operator import mul

from . import field

# The matrices are too small to be worth threads, which would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
try:
    import numpy
except ImportError:
    numpy = None


class PlainTable:
    """A row of equally many elements of F for each position."""

    def __init__(self, rows):
        self._rows = rows

    def column(self, i):
        return [row[i] for row in self._rows]

    def products(self, part, vectors):
        """For each vector the column of its inner products with a part of each row."""
        rows = [row[part] for row in self._rows]
        return [[sum(map(mul, row, vector)) % field.P for row in rows] for vector in vectors]


class Plain:
    """Columns are lists."""

    table = PlainTable

    @staticmethod
    def column(values):
        return values

    @staticmethod
    def values(column):
        return column

    @staticmethod
    def add(a, b):
        return [(x + y) % field.P for x, y in zip(a, b)]

    @staticmethod
    def multiply(a, b):
        return [x * y % field.P for x, y in zip(a, b)]

    @staticmethod
    def fractions(points, others, scales):
        """For each point x the row of scale * w / (x - w) over all w in others, of which none is a point."""
        rows = []
        for x, scale in zip(points, scales):
            inverted = field.inverses([(x - w) % field.P for w in others])
            rows.append([scale * w % field.P * i % field.P for w, i in zip(others, inverted)])
        return rows


class ArrayTable:
    """As PlainTable; each element as three limbs of at most 22 bits, which floats hold and multiply exactly."""

    BITS = 22
    # So many products of two limbs add up to less than 2^53.
    MOST = 1 << 9

    def __init__(self, rows):
        self._rows = numpy.array(rows, dtype=numpy.uint64)
        self._limbs = self._split(self._rows)

    @classmethod
    def _split(cls, values):
        mask = numpy.uint64((1 << cls.BITS) - 1)
        return [((values >> numpy.uint64(i * cls.BITS)) & mask).astype(numpy.float64) for i in range(3)]

    def column(self, i):
        return self._rows[:, i]

    def products(self, part, vectors):
        stacked = numpy.array(vectors, dtype=numpy.uint64).T
        right = numpy.concatenate(self._split(stacked), axis=1)
        limbs = [numpy.ascontiguousarray(limb[:, part]) for limb in self._limbs]
        total = None
        for at in range(0, len(stacked), self.MOST):
            partial = self._block([limb[:, at : at + self.MOST] for limb in limbs], right[at : at + self.MOST])
            total = partial if total is None else Arrays.add(total, partial)
        return list(total.T)

    def _block(self, left, right):
        count = right.shape[1] // 3
        places = [None] * 5
        for i, limb in enumerate(left):
            product = (limb @ right).astype(numpy.uint64)
            for j in range(3):
                part = product[:, j * count : (j + 1) * count]
                places[i + j] = part if places[i + j] is None else places[i + j] + part
        total = places[4]
        for place in places[3::-1]:
            total = Arrays.add(Arrays.shift(total, self.BITS), place)
        return Arrays.canonical(total)


class Arrays:
    """Columns are arrays of unsigned 64-bit integers; 2^64 = 2^32 - 1 and 2^96 = -1 modulo p."""

    table = ArrayTable

    @staticmethod
    def column(values):
        return numpy.array(values, dtype=numpy.uint64)

    @staticmethod
    def values(column):
        return column.tolist()

    @staticmethod
    def _over():
        return numpy.uint64(2**32 - 1)

    @staticmethod
    def canonical(a):
        p = numpy.uint64(field.P)
        return numpy.where(a >= p, a - p, a)

    @classmethod
    def add(cls, a, b):
        """Canonical where one of them is and the other one is below 2^64."""
        low = a + b
        return cls.canonical(numpy.where(low < a, low + cls._over(), low))

    @classmethod
    def shift(cls, a, bits):
        """a 2^bits, for at most 32 bits."""
        low = a << numpy.uint64(bits)
        high = (a >> numpy.uint64(64 - bits)) * cls._over()
        return cls.add(low, high)

    @classmethod
    def multiply(cls, a, b):
        half, mask = numpy.uint64(32), cls._over()
        a0, a1, b0, b1 = a & mask, a >> half, b & mask, b >> half
        lowest = a0 * b0
        middle = a1 * b0 + (lowest >> half)
        other = a0 * b1 + (middle & mask)
        low = (other << half) | (lowest & mask)
        high = a1 * b1 + (middle >> half) + (other >> half)
        top = high >> half
        difference = low - top
        difference = numpy.where(low < top, difference - mask, difference)
        return cls.add(difference, (high & mask) * mask)

    @classmethod
    def fractions(cls, points, others, scales):
        """By a tree of products, a few positions at a time so that they stay in the processor's cache."""
        rows = []
        negated = numpy.array([(field.P - w) % field.P for w in others], dtype=numpy.uint64)
        multiples = numpy.array(others, dtype=numpy.uint64)
        for at in range(0, len(points), 8):
            some = numpy.array(points[at : at + 8], dtype=numpy.uint64)
            levels = [cls.add(some[:, None], negated[None, :])]
            while levels[-1].shape[1] > 1:
                half = levels[-1].shape[1] // 2
                levels.append(cls.multiply(levels[-1][:, :half], levels[-1][:, half:]))
            inverted = field.inverses(levels.pop()[:, 0].tolist())
            inverse = numpy.array([s * i % field.P for s, i in zip(scales[at : at + 8], inverted)], dtype=numpy.uint64)[:, None]
            while levels:
                whole = levels.pop()
                half = whole.shape[1] // 2
                inverse = numpy.concatenate([cls.multiply(inverse, whole[:, half:]), cls.multiply(inverse, whole[:, :half])], axis=1)
            rows.append(cls.multiply(inverse, multiples))
        return numpy.concatenate(rows)


class Columns:
    """K columns and tables for a number of positions, by one of the two."""

    def __init__(self, count, plain=False):
        arrays = numpy is not None and field.P == 2**64 - 2**32 + 1 and not plain and not os.environ.get("CANDOR_VERIFIER_PLAIN")
        self._by = Arrays if arrays else Plain
        self.table = self._by.table
        self.column = self._by.column
        self.count = count

    def same(self, c):
        """The K column that has one element of K everywhere."""
        return tuple(self.column([x] * self.count) for x in c)

    def scalar(self, column):
        return (column, self.column([0] * self.count))

    def elements(self, a):
        return list(zip(*map(self._by.values, a)))

    def add(self, a, b):
        return tuple(map(self._by.add, a, b))

    def multiply(self, a, b):
        add, multiply = self._by.add, self._by.multiply
        cross = multiply(a[1], b[1])
        wide = multiply(cross, self.column([field.GENERATOR] * self.count))
        return (add(multiply(a[0], b[0]), wide), add(multiply(a[0], b[1]), multiply(a[1], b[0])))

    def times(self, a, column):
        """A K column times one over F."""
        return tuple(self._by.multiply(plane, column) for plane in a)

    def polynomial(self, points, coefficients):
        """A polynomial over K at all points, in blocks of coefficients."""
        width = 1 << 7
        powers = self.table([field.powers(x, width) for x in points])
        step = self.column([pow(x, width, field.P) for x in points])
        size = len(coefficients[0])
        padded = [plane + [0] * (-size % width) for plane in coefficients]
        blocks = [plane[at : at + width] for at in range(0, len(padded[0]), width) for plane in padded]
        parts = powers.products(slice(0, width), blocks)
        total = (parts[-2], parts[-1])
        for at in range(len(parts) - 4, -1, -2):
            total = self.add(self.times(total, step), (parts[at], parts[at + 1]))
        return total

    def lagrange(self, points, size):
        """For each point the values of the polynomials that are 1 at one data point and 0 at the others, as a table."""
        bits = field.log2(size)
        root = field.root_of_unity(bits)
        others = [pow(root, field.reverse(c, bits), field.P) for c in range(size)]
        share = pow(size, field.P - 2, field.P)
        scales = [(pow(x, size, field.P) - 1) * share % field.P for x in points]
        return self.table(self._by.fractions(points, others, scales))
