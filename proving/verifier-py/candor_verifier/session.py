"""A branch as the verifier runs it, and the gadgets that all circuits share: sections 6 and 10."""

from .field import ONE, P, ZERO, eq_table, kadd, kinv, kinverses, kmul, ksub, log2, scalar, vector, vtotal, vzero
from .forms import Form, aligned, constant, functional
from .refused import Refused
from .transcript import Transcript


CROSS_TERMS = "product/cross-terms"


class Equation:
    """What has to be zero, and the names of the checks that it is part of."""

    def __init__(self, checks, form):
        self.checks = checks
        self.form = form


class Product:
    def __init__(self, check, form, factors, product, masks, cross):
        self.check = check
        self.form = form
        self.factors = factors
        self.product = product
        self.masks = masks
        self.cross = cross

    def equations(self, gamma, opened):
        for factor, mask, value in zip(self.factors, self.masks, opened):
            shown = factor.plus(Form(pads={mask: gamma})).minus(constant(value))
            yield Equation({self.check, "PRODUCT_OPENING"}, shown)
        value = ZERO
        for (i, j), c in self.form.items():
            value = kadd(value, kmul(c, kmul(opened[i], opened[j])))
        square = kmul(gamma, gamma)
        whole = self.product.plus(self.cross[0].times(gamma)).plus(self.cross[1].times(square))
        yield Equation({self.check, "PRODUCT_VALUE"}, whole.minus(constant(value)))


class Session:
    """One branch: reads its messages from the proof, in order."""

    def __init__(self, name, index, sigma, reader, pads, log, without=frozenset()):
        self.transcript = Transcript("branch/" + name, log)
        self.transcript.digests("sigma", [sigma])
        self.transcript.number("index", index)
        self._reader = reader
        self._pads = pads
        self._without = without
        self.equations = []
        self.products = []

    def message(self, label, count):
        raw, values = self._reader.extensions(count)
        # Only to show what happens: a verifier that is blind binds no cross terms before gamma.
        blind = label == CROSS_TERMS and "CROSS_TERMS_BEFORE_GAMMA" in self._without
        self.transcript.extensions(label, bytes(len(raw)) if blind else raw)
        return [Form(value, {next(self._pads): ONE}) for value in values]

    def challenges(self, label, count):
        drawn = self.transcript.challenges(label, count)
        # Likewise: in the middle of the cube all samples weigh the same.
        return [((P + 1) // 2, 0)] * count if label == "samples" and "SAMPLES_APART" in self._without else drawn

    def challenge(self, label):
        return self.transcript.challenge(label)

    def point(self, label, size):
        coordinates = log2(size)
        return self.challenges(label, coordinates) if coordinates else []

    def zero(self, check, form):
        self.equations.append(Equation({check}, form))

    def product(self, check, form, factors, product):
        masks = [next(self._pads) for _ in factors]
        cross = self.message(CROSS_TERMS, 2)
        self.products.append(Product(check, form, factors, product, masks, cross))

    def sum_check(self, claim, rounds):
        """Section 6.1."""
        point = []
        for _ in range(rounds):
            zero, square = self.message("round", 2)
            x = self.challenge("round/challenge")
            claim = _round(claim.minus(zero), zero, square, x)
            point.append(x)
        return claim, point

    def matrix_product(self, segment, weights, value):
        """Section 6.2: the sum over k of x(k) (W v)(k); `value` gives the functional of x with coefficients a."""
        total = self.message("sum", 1)[0]
        claim, r = self.sum_check(total, log2(segment.rows))
        x = value(eq_table(r, segment.rows))
        w = functional(segment, r, weights)
        if x.hidden():
            self.product("MATRIX_PRODUCT", {(0, 1): ONE}, [x, w], claim)
        else:
            self.zero("MATRIX_PRODUCT", w.times(x.constant).minus(claim))
        return total


def _round(one, zero, square, x):
    """g(x) from g(1), g(0) and the coefficient of T^2."""
    below = ksub(ONE, x)
    return zero.times(below).plus(one.times(x)).plus(square.times(kmul(x, ksub(x, ONE))))


class Lookup:
    """Tuples that lie in a table: each entry gives a functional of its slots, from a point of samples and weights of slots."""

    def __init__(self, table, slots, entries):
        self.table = table
        self.slots = slots
        self.entries = entries


class Group:
    def __init__(self, samples, lookups):
        self.samples = samples
        self.lookups = lookups
        self.slots = sum(lookup.slots for lookup in lookups)


class Tables:
    """The tables of an argument by name; each is a list of tuples, and numbered by its first use."""

    def __init__(self):
        self.rows = []
        self._numbers = {}

    def number(self, name, make):
        if name not in self._numbers:
            self._numbers[name] = len(self.rows)
            self.rows.append(make())
        return self._numbers[name]

    def size(self):
        return sum(len(rows) for rows in self.rows)


def look_ups(session, groups, tables, multiplicities):
    """Section 10."""
    chi = session.challenge("chi")
    beta = session.challenge("beta")
    beta2 = kmul(beta, beta)
    beta3 = kmul(beta2, beta)
    scales = [ONE, beta, beta2]
    total = constant(ZERO)
    for group in groups:
        total = total.plus(_tree(session, group, chi, scales, beta3))
    poles = []
    for number, rows in enumerate(tables.rows):
        own = ksub(chi, kmul(beta3, scalar(1 + number)))
        for row in rows:
            low, high = own
            for (scale0, scale1), entry in zip(scales, row):
                low -= scale0 * entry
                high -= scale1 * entry
            poles.append((low % P, high % P))
    if ZERO in poles:
        raise Refused("LOOKUP_SUM", "a challenge that has to be inverted is zero")
    weights = vector(kinverses(poles))
    session.zero("LOOKUP_SUM", total.minus(functional(multiplicities, [], weights)))


def _tree(session, group, chi, scales, beta3):
    height = log2(group.slots) + log2(group.samples)
    p, q = root = session.message("root", 2)
    r = []
    for depth in range(height):
        lam = session.challenge("layer/lambda")
        claim = p.plus(q.times(lam))
        point = []
        for i in range(depth):
            zero, square = session.message("round", 2)
            x = session.challenge("round/challenge")
            if r[i] == ZERO:
                raise Refused("LOOKUP_LAYER", "a challenge that has to be inverted is zero")
            one = claim.minus(zero.times(ksub(ONE, r[i]))).times(kinv(r[i]))
            claim = _round(one, zero, square, x)
            point.append(x)
        pl, pr, ql, qr = session.message("layer/children", 4)
        session.product("LOOKUP_LAYER", {(0, 3): ONE, (1, 2): ONE, (2, 3): lam}, [pl, pr, ql, qr], claim)
        tau = session.challenge("layer/tau")
        p = pl.plus(pr.minus(pl).times(tau))
        q = ql.plus(qr.minus(ql).times(tau))
        r = [tau] + point
    inverse, fraction = session.message("fraction", 2)
    session.product("LOOKUP_NONZERO", {(0, 1): ONE}, [inverse, root[1]], constant(ONE))
    session.product("LOOKUP_ROOT", {(0, 1): ONE}, [fraction, root[1]], root[0])
    slots = eq_table(r[: log2(group.slots)], group.slots)
    samples = r[log2(group.slots) :]
    all_samples = vtotal(eq_table(samples, group.samples))
    session.zero("LOOKUP_NUMERATORS", p.minus(constant(kmul(vtotal(slots), all_samples))))
    phi = constant(ZERO)
    at = 0
    for lookup in aligned(group.lookups, lambda look_up: look_up.slots):
        own = (slots[0][at : at + lookup.slots], slots[1][at : at + lookup.slots])
        at += lookup.slots
        share = kmul(vtotal(own), all_samples)
        phi = phi.plus(constant(kmul(kmul(beta3, scalar(1 + lookup.table)), share)))
        for scale, entry in zip(scales, lookup.entries):
            phi = phi.plus(entry(samples, own).times(scale))
    session.zero("LOOKUP_DENOMINATORS", q.minus(constant(chi)).plus(phi))
    return fraction


def scatter(size, weights, cells):
    """The vector of `size` coefficients that has weight i at cell i; -1 is no cell."""
    out = vzero(size)
    for plane, values in zip(out, weights):
        for cell, value in zip(cells, values):
            if cell >= 0:
                plane[cell] += value
    return out


