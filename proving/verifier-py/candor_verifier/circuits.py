"""The three kinds of proofs: sections 4 and 7 to 9."""

from .field import P, ZERO, eq_table, kdot, kmul, outer, scalar, vadd_at, vscale, vtotal, vzero
from .forms import Segment, constant, functional
from .network import TOKEN_LAYERS
from .refused import Refused
from .session import Group, Lookup, Tables, look_ups, scatter
from .tokens import TokenLayers, limbs as _limbs


def _product(sizes):
    result = 1
    for size in sizes:
        result *= size
    return result


def _class(h, low, high):
    """The high part, the block and the class of a value before its clamp to [low, high]."""
    bottom, top = low // 256, high // 256
    if h < bottom:
        return (h, bottom, 1)
    if h > top:
        return (h, top, 2)
    if h == bottom:
        return (h, h, 5 if h == top else 3)
    return (h, h, 4 if h == top else 0)


def _offset(kind, l, low, high):
    """The clamped value less 256 times its block; low and high are the clamp's ends modulo 256."""
    return (l, low, high, max(l, low), min(l, high), min(max(l, low), high))[kind]


def model_segments(network, root):
    """The weights and biases of each node that has them, in order."""
    segments = []
    for index, node in enumerate(network.nodes):
        if node.name == "dense":
            inputs, outputs = node.numbers
        elif node.name == "conv2d":
            channels, outputs, height, width = node.numbers[:4]
            inputs = channels * height * width
        elif node.name == "affine":
            inputs, outputs = 1, node.numbers[0]
        elif node.name == "embedding":
            segments.append((index, Segment("weights-%d" % index, root, *node.numbers), None))
            continue
        else:
            continue
        segments.append((index, Segment("weights-%d" % index, root, inputs, outputs), Segment("biases-%d" % index, root, 1, outputs)))
    return segments


def _all_segments(model):
    return [segment for _, weights, biases in model for segment in (weights, biases) if segment]


class Execution(TokenLayers):
    """Section 7. Segments of root 0, of root 1, and of root 2 where inputs are hidden."""

    tables_class = Tables

    def __init__(self, network, samples, hidden_inputs, tensors):
        self.network = network
        self.samples = samples
        self.tensors = tensors
        self.input = Segment("input", 2, samples, network.elements(0)) if hidden_inputs else None
        model = model_segments(network, 1)
        self.model = {index: (weights, biases) for index, weights, biases in model}
        self.cells = {}
        self.tables = self.tables_class()
        self.lookups = []
        own = []
        if self.input:
            low, high = network.ranges[0]
            number = self.tables.number(("input", low, high), lambda: [(i,) for i in range(low, high + 1)])
            self.lookups.append(Lookup(number, self.input.columns, [lambda s, a: functional(self.input, s, a)]))
        for index, node in enumerate(network.nodes):
            if node.name in ("relu", "max_pool2d", "table", "softmax") and not network.is_cells(node.inputs[0]):
                raise Refused("STATEMENT", "a value is looked up that is no cells")
            if node.name == "embedding" and (hidden_inputs or not network.is_input(node.inputs[0])):
                raise Refused("STATEMENT", "tokens are embedded that are not public")
            if node.name in ("requantise", "relu", "max_pool2d", "table", "softmax", "normalise"):
                own += getattr(self, "_" + node.name)(index, node)
        self.group = Group(samples, self.lookups)
        if self.lookups:
            self.multiplicities = Segment("multiplicities", 0, 1, self.tables.size())
            own.append(self.multiplicities)
        self.segments = [own, _all_segments(model)]
        if self.input:
            self.segments.append([self.input])
        self.work = network.multiply_accumulates + self.group.slots

    def _segment(self, name, index, columns):
        return Segment("%s-%d" % (name, index), 0, self.samples, columns)

    def _requantise(self, index, node):
        _, shift, low, high = node.numbers
        size = self.network.elements(index + 1)
        names = ["high", "low", "block", "class", "result"] + ["limb-%d" % i for i in range(len(_limbs(shift)))]
        segments = [self._segment(name, index, size) for name in names]
        self.cells[index] = segments
        high_part, low_part, block, kind, result = segments[:5]
        classes = self.tables.number(("class", low, high), lambda: [_class(h, low, high) for h in range(-128, 128)])
        self._look_up(classes, size, [high_part, block, kind])
        ends = low % 256, high % 256
        results = self.tables.number(("clamp",) + ends, lambda: [(c, l, _offset(c, l, *ends)) for c in range(6) for l in range(256)])

        def offset(s, a):
            return functional(result, s, a).minus(functional(block, s, a).times(scalar(256)))

        entries = [lambda s, a: functional(kind, s, a), lambda s, a: functional(low_part, s, a), offset]
        self.lookups.append(Lookup(results, size, entries))
        for bits, limb in zip(_limbs(shift), segments[5:]):
            number = self.tables.number(("range", bits), lambda bits=bits: [(i,) for i in range(1 << bits)])
            self._look_up(number, size, [limb])
        return segments

    def _look_up(self, table, size, segments):
        entries = [lambda s, a, segment=segment: functional(segment, s, a) for segment in segments]
        self.lookups.append(Lookup(table, size, entries))

    def _relu(self, index, node):
        segment = self._segment("result", index, self.network.elements(index + 1))
        self.cells[index] = [segment]
        source = node.inputs[0]
        low, high = self.network.ranges[source]
        number = self.tables.number(("relu", low, high), lambda: [(i, max(i, 0)) for i in range(low, high + 1)])
        entries = [lambda s, a: self.value(None, source, s, a), lambda s, a: functional(segment, s, a)]
        self.lookups.append(Lookup(number, segment.columns, entries))
        return [segment]

    def _max_pool2d(self, index, node):
        source = node.inputs[0]
        low, high = self.network.ranges[source]
        width = high - low
        (kh, kw), _, _ = node.window()
        size = self.network.elements(index + 1)
        taps = [self._tap(source, index, node, i, j) for i in range(kh) for j in range(kw)]
        segments = [self._segment("maximum-%d" % j, index, size) for j in range(1, kh * kw)]
        self.cells[index] = segments
        inputs = self.network.elements(source)

        def running(j, s, a):
            if j:
                return functional(segments[j - 1], s, a)
            return self.value(None, source, s, scatter(inputs, a, taps[0]))

        def difference(m, j, s, a):
            return running(m, s, a).minus(self.value(None, source, s, scatter(inputs, a, taps[j])))

        for j in range(1, kh * kw):
            number = self.tables.number(("difference", width), lambda: [(i, max(i, 0)) for i in range(-width, width + 1)])
            entries = [lambda s, a, j=j: difference(j - 1, j, s, a), lambda s, a, j=j: difference(j, j, s, a)]
            self.lookups.append(Lookup(number, size, entries))
        self.first_taps = getattr(self, "first_taps", {})
        self.first_taps[index] = taps[0]
        return segments

    def _tap(self, source, index, node, i, j):
        """For each output cell the input cell under tap (i, j), or -1 in the padding."""
        channels, height, width = self.network.shapes[source]
        _, rows, columns = self.network.shapes[index + 1]
        _, (sh, sw), (ph, pw) = node.window()
        cells = []
        for c in range(channels):
            for u in range(rows):
                y = u * sh + i - ph
                for v in range(columns):
                    z = v * sw + j - pw
                    inside = 0 <= y < height and 0 <= z < width
                    cells.append((c * height + y) * width + z if inside else -1)
        return cells

    def branches(self):
        for index, node in enumerate(self.network.nodes):
            if node.name == "requantise":
                yield "requantise-%d" % index, lambda s, index=index, node=node: self._requantised(s, index, node)
            elif node.name in ("softmax", "normalise"):
                yield "%s-%d" % (node.name, index), self.cells[index].branch
        yield "output", self._output
        if self.lookups:
            yield "look-ups", lambda s: look_ups(s, [self.group], self.tables, self.multiplicities)

    def _draw(self, session, value):
        r = session.point("samples", self.samples)
        factors = [eq_table(session.point("cells", size), size) for size in self.network.structure(value)]
        return r, factors

    def _requantised(self, session, index, node):
        multiplier, shift, _, _ = node.numbers
        source = node.inputs[0]
        r, factors = self._draw(session, source)
        a = _flat(factors)
        segments = self.cells[index]
        power = 1 << shift
        form = functional(segments[0], r, a).times(scalar(256 * power)).plus(functional(segments[1], r, a).times(scalar(power)))
        position = 0
        for bits, limb in zip(_limbs(shift), segments[5:]):
            form = form.plus(functional(limb, r, a).times(scalar(1 << position)))
            position += bits
        every = kmul(vtotal(eq_table(r, self.samples)), vtotal(a))
        form = form.minus(constant(kmul(scalar(power // 2), every)))
        session.zero("REQUANTISE", form.minus(self.value(session, source, r, factors).times(scalar(multiplier))))

    def _output(self, session):
        last = len(self.network.nodes)
        r, factors = self._draw(session, last)
        claimed = self.value(session, last, r, factors)
        session.zero("OUTPUT", claimed.minus(constant(self._public(1, r, _flat(factors)))))

    def _public(self, tensor, r, a):
        size = len(a[0])
        heads = eq_table(r, self.samples)
        values = self.tensors[tensor]
        folds = [kdot(a, values[b * size : (b + 1) * size]) for b in range(self.samples)]
        result = ZERO
        for b, fold in enumerate(folds):
            part = kmul((heads[0][b], heads[1][b]), fold)
            result = ((result[0] + part[0]) % P, (result[1] + part[1]) % P)
        return result

    def value(self, session, value, r, a):
        """Section 6.3; a is a list of factors, one for each dimension, or one vector."""
        if value == 0:
            if self.input:
                return functional(self.input, r, _flat(a))
            return constant(self._public(0, r, _flat(a)))
        index = value - 1
        node = self.network.nodes[index]
        source = node.inputs[0]
        if node.name in TOKEN_LAYERS:
            return self.token_value(session, index, node, r, a)
        if node.name == "dense":
            return self._dense(session, index, source, r, self.dimensions(a, value))
        if node.name == "conv2d":
            return self._conv2d(session, index, node, source, r, self.dimensions(a, value))
        if node.name == "requantise":
            return functional(self.cells[index][4], r, _flat(a))
        if node.name == "relu":
            return functional(self.cells[index][0], r, _flat(a))
        if node.name == "max_pool2d":
            if self.cells[index]:
                return functional(self.cells[index][-1], r, _flat(a))
            return self.value(session, source, r, scatter(self.network.elements(source), _flat(a), self.first_taps[index]))
        if node.name == "sum_pool2d":
            flat = _flat(a)
            (kh, kw), _, _ = node.window()
            size = self.network.elements(source)
            spread = vzero(size)
            for i in range(kh):
                for j in range(kw):
                    vadd_at(spread, 0, scatter(size, flat, self._tap(source, index, node, i, j)))
            return self.value(session, source, r, spread)
        if node.name == "flatten":
            return self.value(session, source, r, a)
        left = self.value(session, source, r, a).times(scalar(1 << node.numbers[0]))
        return left.plus(self.value(session, node.inputs[1], r, a).times(scalar(1 << node.numbers[1])))

    def flat(self, a):
        return _flat(a)

    def _bias(self, biases, r, v, outside):
        every = kmul(vtotal(eq_table(r, self.samples)), outside)
        return functional(biases, [], v).times(every)

    def _dense(self, session, index, source, r, a):
        weights, biases = self.model[index]
        outside, v = a[:-1], a[-1]
        total = session.matrix_product(weights, v, lambda k: self.value(session, source, r, outside + [k]))
        all_outside = vtotal(_flat(outside)) if outside else scalar(1)
        return total.plus(self._bias(biases, r, v, all_outside))

    def _conv2d(self, session, index, node, source, r, a):
        weights, biases = self.model[index]
        v, h, w = a
        channels, height, width = self.network.shapes[source]
        (kh, kw), (sh, sw), (ph, pw) = node.window()

        def spread(vector_, size, tap, stride, padding):
            out = vzero(size)
            for u in range(len(vector_[0])):
                y = u * stride + tap - padding
                if 0 <= y < size:
                    out[0][y] = (out[0][y] + vector_[0][u]) % P
                    out[1][y] = (out[1][y] + vector_[1][u]) % P
            return out

        rows = [spread(h, height, i, sh, ph) for i in range(kh)]
        columns = [spread(w, width, j, sw, pw) for j in range(kw)]

        def inputs(k):
            cells = vzero(channels * height * width)
            area = height * width
            for i in range(kh):
                for j in range(kw):
                    plane = outer(rows[i], columns[j])
                    for c in range(channels):
                        at = (c * kh + i) * kw + j
                        vadd_at(cells, c * area, vscale((k[0][at], k[1][at]), plane))
            return self.value(session, source, r, cells)

        total = session.matrix_product(weights, v, inputs)
        return total.plus(self._bias(biases, r, v, kmul(vtotal(h), vtotal(w))))


def _flat(a):
    if isinstance(a, tuple):
        return a
    result = a[0]
    for factor in a[1:]:
        result = outer(result, factor)
    return result


class Registration:
    """Section 8."""

    work = 0

    def __init__(self, network):
        model = model_segments(network, 1)
        self.tables = Tables()
        self.biases = []
        own = []
        self.groups = []
        for _, weights, _ in model:
            number = self.tables.number("weights", lambda: [(i,) for i in range(-127, 128)])
            entry = lambda s, a, weights=weights: functional(weights, s, a)
            self.groups.append(Group(weights.rows, [Lookup(number, weights.columns, [entry])]))
        lookups = []
        for index, _, biases in model:
            if not biases:
                continue
            limbs = [Segment("bias-%d-byte-%d" % (index, j), 0, 1, biases.columns) for j in range(4)]
            own += limbs
            self.biases.append((biases, limbs))
            number = self.tables.number("bytes", lambda: [(i,) for i in range(256)])
            for limb in limbs:
                entry = lambda s, a, limb=limb: functional(limb, s, a)
                lookups.append(Lookup(number, limb.columns, [entry]))
        if lookups:
            self.groups.append(Group(1, lookups))
        self.multiplicities = Segment("multiplicities", 0, 1, self.tables.size())
        own.append(self.multiplicities)
        self.segments = [own, _all_segments(model)]

    def branches(self):
        yield "biases", self._limbs
        yield "look-ups", lambda s: look_ups(s, self.groups, self.tables, self.multiplicities)

    def _limbs(self, session):
        for biases, limbs in self.biases:
            a = eq_table(session.point("cells", biases.columns), biases.columns)
            form = functional(biases, [], a).plus(constant(kmul(scalar(1 << 31), vtotal(a))))
            for j, limb in enumerate(limbs):
                form = form.minus(functional(limb, [], a).times(scalar(1 << (8 * j))))
            session.zero("BIAS_LIMBS", form)


class RollOver:
    """Section 9."""

    work = 0

    def __init__(self, network):
        self.earlier = _all_segments(model_segments(network, 1))
        self.later = _all_segments(model_segments(network, 2))
        self.segments = [[], self.earlier, self.later]

    def branches(self):
        yield "roll-over", self._equal

    def _equal(self, session):
        for before, after in zip(self.earlier, self.later):
            r = session.point("rows", before.rows)
            a = eq_table(session.point("columns", before.columns), before.columns)
            session.zero("ROLL_OVER", functional(before, r, a).minus(functional(after, r, a)))
