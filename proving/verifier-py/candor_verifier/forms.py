"""Segments, functionals of them, and affine forms in hidden values: sections 3 and 6 of the protocol."""

from .field import ONE, X, ZERO, eq_table, kadd, kdot, kmul, log2, scalar


class Segment:
    """A matrix of rows x columns cells over F, or a vector over K, under one root."""

    def __init__(self, name, root, rows, columns, over_k=False):
        self.name = name
        self.root = root
        self.rows = rows
        self.columns = columns
        self.over_k = over_k
        self.first_row = None

    def __repr__(self):
        return "%s(%d x %d)" % (self.name, self.rows, self.columns)


class Layout:
    """Where the segments of a root lie."""

    def __init__(self, size, segments):
        self.size = size
        self.rows = 0
        for segment in segments:
            segment.first_row = self.rows
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


def evaluate(size, segment, sharing, point, weights, lagrange, column):
    """The value, at one position of the words, of the combination of rows that a functional is.

    `lagrange` are the values there of the polynomials that are 1 at one data point and 0 at the others.
    """
    first = segment.first_row
    result = ZERO
    if segment.over_k:
        for chunk in range(-(-segment.columns // size)):
            part = _chunk(weights, chunk, size)
            low = kdot(part, lagrange)
            row = first + 2 * chunk
            value = kadd(scalar(column[row]), kmul(X, scalar(column[row + 1])))
            result = kadd(result, kmul(low, value))
        return result
    heads = eq_table(point, segment.rows)
    if segment.columns <= size:
        width = 1 << log2(segment.columns)
        lows = [kdot(weights, lagrange[s * width : s * width + segment.columns]) for s in range(min(sharing, segment.rows))]
        for s, low in enumerate(lows):
            rows = column[first : first + -(-(segment.rows - s) // sharing)]
            fold = kdot((heads[0][s::sharing], heads[1][s::sharing]), rows)
            result = kadd(result, kmul(low, fold))
        return result
    chunks = -(-segment.columns // size)
    for chunk in range(chunks):
        low = kdot(_chunk(weights, chunk, size), lagrange)
        fold = kdot(heads, column[first + chunk : first + segment.rows * chunks : chunks])
        result = kadd(result, kmul(low, fold))
    return result


def _chunk(weights, chunk, size):
    return (weights[0][chunk * size : (chunk + 1) * size], weights[1][chunk * size : (chunk + 1) * size])
