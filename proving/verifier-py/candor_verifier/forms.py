"""Segments, functionals of them, and affine forms in hidden values: sections 3 and 6 of the protocol."""

from .field import ONE, X, ZERO, eq_table, kadd, kmul, log2, scalar, vscale


class Segment:
    """A matrix of rows x columns cells over F, or a vector over K, under one root."""

    def __init__(self, name, root, rows, columns, over_k=False):
        self.name = name
        self.root = root
        self.rows = rows
        self.columns = columns
        self.over_k = over_k
        self.start = None

    def __repr__(self):
        return "%s(%d x %d)" % (self.name, self.rows, self.columns)


def dense(size, segment):
    """Whether a segment lies in the rows that segments share."""
    return not segment.over_k and (segment.rows == 1 or segment.rows * segment.columns <= size)


def aligned(things, size):
    """Those first whose sizes are divisible by a larger power of two; others in the order given."""
    return sorted(things, key=lambda thing: -(size(thing) & -size(thing)))


class Layout:
    """Where the segments of a root lie."""

    def __init__(self, size, segments):
        self.size = size
        cells = 0
        for segment in aligned([s for s in segments if dense(size, s)], lambda s: s.rows * s.columns):
            segment.start = cells
            cells += segment.rows * segment.columns
        self.rows = -(-cells // size)
        for segment in segments:
            if not dense(size, segment):
                segment.start = self.rows
                self.rows += self._rows(segment)

    def _rows(self, segment):
        chunks = -(-segment.columns // self.size)
        if segment.over_k:
            return 2 * chunks
        if segment.columns <= self.size:
            return -(-segment.rows // self.sharing(segment))
        return segment.rows * chunks

    def sharing(self, segment):
        width = 1 << log2(segment.columns)
        return min(self.size // width, 1 << log2(segment.rows))


class Form:
    """An affine form: a constant, pads by cell, and functionals (segment, point, weights) with coefficients."""

    def __init__(self, constant=ZERO, pads=None, functionals=None):
        self.constant = constant
        self.pads = pads or {}
        self.functionals = functionals or []

    def hidden(self):
        return bool(self.pads or self.functionals)

    def times(self, c):
        return Form(
            kmul(c, self.constant),
            {cell: kmul(c, v) for cell, v in self.pads.items()},
            [(kmul(c, d), s, p, w) for d, s, p, w in self.functionals],
        )

    def plus(self, other):
        pads = dict(self.pads)
        for cell, v in other.pads.items():
            pads[cell] = kadd(pads.get(cell, ZERO), v)
        return Form(kadd(self.constant, other.constant), pads, self.functionals + other.functionals)

    def minus(self, other):
        return self.plus(other.times(scalar(-1)))


def constant(c):
    return Form(c)


def functional(segment, point, weights):
    """The sum over b, i of eq(point, b) weights_i cell(b, i)."""
    return Form(functionals=[(ONE, segment, tuple(point), weights)])


def evaluate(size, segment, sharing, point, weights, columns, lagrange, opened):
    """The K column, for all opened positions, of the combination of rows that a functional is.

    `lagrange` is the table of the values there of the polynomials that are 1 at one data point and 0 at the others, `opened` that of the words.
    """
    first = segment.start
    result = columns.same(ZERO)

    def low(at, start, stop):
        """Weights from start to stop, whose first cell is at data position `at`."""
        return tuple(lagrange.products(slice(at, at + stop - start), [plane[start:stop] for plane in weights]))

    if dense(size, segment):
        heads = eq_table(point, segment.rows)
        own = [vscale((heads[0][b], heads[1][b]), weights) for b in range(segment.rows)]
        weights = tuple([cell for part in own for cell in part[c]] for c in range(2))
        done = 0
        while done < len(weights[0]):
            row, place = divmod(first + done, size)
            stop = min(done + size - place, len(weights[0]))
            result = columns.add(result, columns.times(low(place, done, stop), opened.column(row)))
            done = stop
        return result
    chunks = [(at, min(at + size, segment.columns)) for at in range(0, segment.columns, size)]
    if segment.over_k:
        x = columns.same(X)
        for row, chunk in zip(range(first, first + 2 * len(chunks), 2), chunks):
            value = columns.add(columns.scalar(opened.column(row)), columns.times(x, opened.column(row + 1)))
            result = columns.add(result, columns.multiply(low(0, *chunk), value))
        return result
    heads = eq_table(point, segment.rows)

    def fold(start, step, planes):
        return tuple(opened.products(slice(start, start + step * (len(planes[0]) - 1) + 1, step), planes))

    if segment.columns <= size:
        width = 1 << log2(segment.columns)
        for s in range(min(sharing, segment.rows)):
            rows = fold(first, 1, [plane[s::sharing] for plane in heads])
            result = columns.add(result, columns.multiply(low(s * width, 0, segment.columns), rows))
        return result
    for i, chunk in enumerate(chunks):
        result = columns.add(result, columns.multiply(low(0, *chunk), fold(first + i, len(chunks), heads)))
    return result
