"""The layers of transformers: their part of sections 6 and 7."""

from .field import ONE, ZERO, eq_table, groups, kadd, kinv, kkdot, kmul, ksub, log2, scalar, vector, vtotal, vzero
from .forms import constant, functional
from .refused import Refused
from .session import Lookup, scatter


def limbs(bits):
    """The widths of the limbs of a number of so many bits."""
    count = -(-bits // 12)
    return [(bits * (i + 1) // count) - (bits * i // count) for i in range(count)]


def vmul(a, b):
    """The products of the elements of two vectors over K."""
    return vector([kmul((a[0][i], a[1][i]), (b[0][i], b[1][i])) for i in range(len(a[0]))])


def ones(size):
    return ([1] * size, [0] * size)


def hidden_product(session, r, u, rows, places, left, right):
    """Section 6.3; left and right give functionals from a point of samples and weights of rows and of places."""
    total = session.message("sum", 1)[0]
    claim, point = session.sum_check(total, len(r) + log2(rows) + log2(places))
    end = point[: len(r)]
    e = eq_table(point[len(r) : len(r) + log2(rows)], rows)
    z = eq_table(point[len(r) + log2(rows) :], places)
    meeting = []
    factor = ONE
    for a, b in zip(r, end):
        one = kmul(a, b)
        both = kadd(one, kmul(ksub(ONE, a), ksub(ONE, b)))
        if both == ZERO:
            raise Refused("HIDDEN_PRODUCT", "a challenge that has to be inverted is zero")
        factor = kmul(factor, both)
        meeting.append(kmul(one, kinv(both)))
    x = left(meeting, vmul(u, e), z).times(factor)
    y = right(end, e, z)
    session.product("HIDDEN_PRODUCT", {(0, 1): ONE}, [x, y], claim)
    return total, end, e, y


class Limbs:
    """Numbers of so many bits, one for each row of each sample, as limbs."""

    def __init__(self, execution, index, bits, rows):
        self.widths = limbs(bits)
        self.segments = [execution._segment("limb-%d" % i, index, rows) for i in range(len(self.widths))]

    def look_up(self, execution):
        for width, segment in zip(self.widths, self.segments):
            number = execution.tables.number(("range", width), lambda: [(i,) for i in range(1 << width)])
            execution._look_up(number, segment.columns, [segment])

    def at(self, r, u):
        form = constant(ZERO)
        position = 0
        for width, segment in zip(self.widths, self.segments):
            form = form.plus(functional(segment, r, u).times(scalar(1 << position)))
            position += width
        return form

    def factor(self):
        """As a factor of a hidden product with one place in a row."""
        return lambda r, u, _: self.at(r, u)


class Softmax:
    def __init__(self, execution, index, node):
        self.execution = execution
        self.size, self.fraction = node.numbers[:2]
        table = node.numbers[3:]
        source = node.inputs[0]
        elements = execution.network.elements(source)
        self.rows = elements // self.size
        self.maximum = execution._segment("maximum", index, self.rows)
        self.exponential = execution._segment("exponential", index, elements)
        self.mark = execution._segment("mark", index, elements)
        factor_bits, sum_bits = node.bits
        self.factor = Limbs(execution, index, factor_bits, self.rows)
        self.rest = Limbs(execution, index, sum_bits, self.rows)
        self.gap = Limbs(execution, index, sum_bits, self.rows)

        def below(s, a):
            sums = [[sum(plane[i : i + self.size]) for i in range(0, elements, self.size)] for plane in a]
            return functional(self.maximum, s, tuple(sums)).minus(execution.value(None, source, s, a))

        rows = lambda: [(d, e, 0) for d, e in enumerate(table)] + [(0, table[0], 1)]
        number = execution.tables.number(("exponential", table), rows)
        entries = [below, lambda s, a: functional(self.exponential, s, a), lambda s, a: functional(self.mark, s, a)]
        execution.lookups.append(Lookup(number, elements, entries))
        for part in (self.factor, self.rest, self.gap):
            part.look_up(execution)
        self.segments = [self.maximum, self.exponential, self.mark] + self.factor.segments + self.rest.segments + self.gap.segments

    def _within(self, segment, r, u, places):
        return functional(segment, r, self.execution.flat([u, places]))

    def branch(self, session):
        execution = self.execution
        r = session.point("samples", execution.samples)
        u = eq_table(session.point("rows", self.rows), self.rows)
        one = constant(execution.ones(r, u))
        whole = ones(self.size)
        session.zero("SOFTMAX_MAXIMUM", self._within(self.mark, r, u, whole).minus(one))
        total = self._within(self.exponential, r, u, whole)
        session.zero("SOFTMAX_BOUND", self.gap.at(r, u).plus(one).plus(self.rest.at(r, u)).minus(total))
        sums = lambda s, a, _: self._within(self.exponential, s, a, whole)
        product = hidden_product(session, r, u, self.rows, 1, self.factor.factor(), sums)[0]
        session.zero("SOFTMAX_QUOTIENT", product.plus(self.rest.at(r, u)).minus(one.times(scalar(1 << self.fraction))))

    def value(self, session, r, u, v):
        left = lambda s, a, _: self._within(self.exponential, s, a, v)
        return hidden_product(session, r, u, self.rows, 1, left, self.factor.factor())[0]


class Normalise:
    def __init__(self, execution, index, node):
        self.execution = execution
        self.size, self.fraction, self.epsilon = node.numbers
        self.source = node.inputs[0]
        self.rows = execution.network.elements(self.source) // self.size
        factor_bits, product_bits, square_bits = node.bits
        rest_bits = max(product_bits + 1, square_bits) + 1
        self.factor = Limbs(execution, index, factor_bits, self.rows)
        self.product = Limbs(execution, index, product_bits, self.rows)
        self.below = Limbs(execution, index, rest_bits, self.rows)
        self.above = Limbs(execution, index, rest_bits, self.rows)
        parts = (self.factor, self.product, self.below, self.above)
        for part in parts:
            part.look_up(execution)
        self.segments = [segment for part in parts for segment in part.segments]

    def _input(self, session):
        return lambda s, a, places: self.execution.value(session, self.source, s, [a, places])

    def branch(self, session):
        execution = self.execution
        r = session.point("samples", execution.samples)
        u = eq_table(session.point("rows", self.rows), self.rows)

        def squares(s, a, _):
            x = self._input(session)
            total = hidden_product(session, s, a, self.rows, self.size, x, x)[0]
            return total.plus(constant(kmul(scalar(self.epsilon), execution.ones(s, a))))

        product, end, e, square = hidden_product(session, r, u, self.rows, 1, self.factor.factor(), squares)
        session.zero("NORMALISE_PRODUCT", self.product.at(r, u).minus(product))
        form = self.above.at(end, e).plus(self.below.at(end, e)).plus(constant(execution.ones(end, e)))
        session.zero("NORMALISE_ABOVE", form.minus(self.product.at(end, e).times(scalar(2))).minus(square))
        root = hidden_product(session, r, u, self.rows, 1, self.factor.factor(), self.product.factor())[0]
        whole = kmul(scalar(1 << (2 * self.fraction)), execution.ones(r, u))
        session.zero("NORMALISE_BELOW", root.plus(self.below.at(r, u)).minus(constant(whole)))

    def value(self, session, r, u, v):
        left = lambda s, a, _: self.execution.value(session, self.source, s, [a, v])
        return hidden_product(session, r, u, self.rows, 1, left, self.factor.factor())[0]


class TokenLayers:
    """What an execution does for these layers; mixed into it."""

    def ones(self, r, u):
        return kmul(vtotal(eq_table(r, self.samples)), vtotal(u))

    def _softmax(self, index, node):
        self.cells[index] = Softmax(self, index, node)
        return self.cells[index].segments

    def _normalise(self, index, node):
        self.cells[index] = Normalise(self, index, node)
        return self.cells[index].segments

    def _table(self, index, node):
        segment = self._segment("result", index, self.network.elements(index + 1))
        self.cells[index] = [segment]
        low = node.numbers[0]
        values = node.numbers[2:]
        source = node.inputs[0]
        number = self.tables.number(("table", low, values), lambda: [(low + i, y) for i, y in enumerate(values)])
        entries = [lambda s, a: self.value(None, source, s, a), lambda s, a: functional(segment, s, a)]
        self.lookups.append(Lookup(number, segment.columns, entries))
        return [segment]

    def by_dimension(self, a, sizes):
        """One factor for each dimension, or None."""
        factors = [a] if isinstance(a, tuple) else a
        found = groups([len(factor[0]) for factor in factors], sizes)
        if found is None:
            return None
        rest = [i for i in range(len(factors)) if all(i not in group for group in found)]
        found[-1] += rest
        return [self.flat([factors[i] for i in group]) if group else ones(1) for group in found]

    def dimensions(self, a, value):
        """One factor for each dimension of a value."""
        factors = self.by_dimension(a, self.network.shapes[value])
        if factors is None:
            raise Refused("STATEMENT", "a value is reshaped in a way for which there is no proof")
        return factors

    def token_value(self, session, index, node, r, a):
        source = node.inputs[0]
        if node.name == "reshape":
            return self.value(session, source, r, a)
        if node.name == "table":
            return functional(self.cells[index][0], r, self.flat(a))
        if node.name in ("permute", "slice"):
            return self.value(session, source, r, self._moved(index, node, a))
        if node.name == "centre":
            factors = self.by_dimension(a, self.network.shapes[source])
            if factors is None:
                return self.value(session, source, r, _centred(self.flat(a), node.numbers[0]))
            return self.value(session, source, r, factors[:-1] + [_centred(factors[-1], node.numbers[0])])
        factors = self.dimensions(a, index + 1)
        if node.name == "matmul":
            return self._matmul(session, node, r, factors)
        u = self.flat(factors[:-1]) if factors[:-1] else ones(1)
        v = factors[-1]
        if node.name in ("softmax", "normalise"):
            return self.cells[index].value(session, r, u, v)
        if node.name == "affine":
            return self._affine(session, index, source, r, factors, u, v)
        return self._embedding(session, index, r, u, v)

    def _moved(self, index, node, a):
        before = self.network.shapes[node.inputs[0]]
        after = self.network.shapes[index + 1]
        factors = [a] if isinstance(a, tuple) else a
        found = groups([len(factor[0]) for factor in factors], after)
        if found is None:
            return scatter(_count(before), self.flat(a), _sources(node, before, after))
        found[-1] += [i for i in range(len(factors)) if all(i not in group for group in found)]
        if node.name == "permute":
            order = node.numbers[1:]
            return [factors[i] for d in range(len(after)) for i in found[order.index(d)]] or ones(1)
        dimension, first, count = node.numbers
        result = []
        for d, group in enumerate(found):
            parts = [factors[i] for i in group]
            if d == dimension:
                part = self.flat(parts) if parts else ones(1)
                parts = [scatter(before[d], part, range(first, first + count))]
            result += parts
        return result

    def _matmul(self, session, node, r, factors):
        u = self.flat(factors[:-2]) if factors[:-2] else ones(1)
        v, w = factors[-2:]
        first, second = node.inputs
        inner = self.network.shapes[first][-1]
        left = lambda s, a, k: self.value(session, first, s, [a, v, k])
        right = lambda s, a, k: self.value(session, second, s, [a, w, k] if node.numbers[0] == 1 else [a, k, w])
        return hidden_product(session, r, u, len(u[0]), inner, left, right)[0]

    def _affine(self, session, index, source, r, factors, u, v):
        weights, biases = self.model[index]
        total = session.message("sum", 1)[0]
        claim, point = session.sum_check(total, log2(weights.columns))
        z = eq_table(point, weights.columns)
        x = self.value(session, source, r, factors[:-1] + [z])
        session.product("MATRIX_PRODUCT", {(0, 1): ONE}, [x, functional(weights, [], vmul(z, v))], claim)
        return total.plus(self._bias(biases, r, v, vtotal(u)))

    def _embedding(self, session, index, r, u, v):
        weights = self.model[index][0]
        heads = eq_table(r, self.samples)
        counts = vzero(weights.rows)
        places = len(u[0])
        for i, token in enumerate(self.tensors[0]):
            part = kmul((heads[0][i // places], heads[1][i // places]), (u[0][i % places], u[1][i % places]))
            counts[0][token] += part[0]
            counts[1][token] += part[1]
        return session.matrix_product(weights, v, lambda k: constant(kkdot(counts, k)))


def _count(shape):
    result = 1
    for size in shape:
        result *= size
    return result


def _sources(node, before, after):
    """For each cell of a permutation or slice the cell that it comes from."""
    strides = [_count(before[d + 1 :]) for d in range(len(before))]
    cells = []
    for i in range(_count(after)):
        rest, source = i, 0
        for d in reversed(range(len(after))):
            rest, position = divmod(rest, after[d])
            if node.name == "permute":
                source += position * strides[node.numbers[1 + d]]
            else:
                source += (position + (node.numbers[1] if d == node.numbers[0] else 0)) * strides[d]
        cells.append(source)
    return cells


def _centred(a, size):
    planes = []
    for plane in a:
        out = []
        for at in range(0, len(plane), size):
            row = plane[at : at + size]
            total = sum(row)
            out += [size * x - total for x in row]
        planes.append(out)
    return tuple(planes)
