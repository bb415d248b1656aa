"""One proof: sections 5, 6, 11 and 12."""

import hashlib
from itertools import count

from . import accounting, merkle
from .bulk import Columns
from .field import GENERATOR, NAME, ONE, P, ZERO, element, kadd, kinv, kmul, log2, reverse, root_of_unity, vector
from .forms import Layout, Segment, evaluate
from .reader import Reader
from .refused import Refused
from .session import Session
from .transcript import Transcript

EXECUTION, REGISTRATION, ROLL_OVER = 1, 2, 3
MASK_ROWS = 6


class Parameters:
    def __init__(self, l, t, n, queries, grinding):
        powers_of_two = l > 0 and n > 0 and l & (l - 1) == 0 and n & (n - 1) == 0
        if not powers_of_two or n > 1 << 24 or t < 0 or not 1 <= queries <= n or not 0 <= grinding <= 24 or l + t + l >= n:
            raise Refused("MALFORMED", "the parameters are out of bounds")
        self.l, self.t, self.n, self.queries, self.grinding = l, t, n, queries, grinding
        self.k = l + t


class Statement:
    def __init__(self, kind, descriptor, samples, model, roots, epoch, opening, tensors, requests):
        self.kind = kind
        self.descriptor = descriptor
        self.samples = samples
        self.model = model
        self.roots = roots
        self.epoch = epoch
        self.opening = opening
        self.tensors = tensors
        self.requests = requests


class _Columns:
    """What a proof opens of one root."""

    def __init__(self, reader, queries, rows):
        self.raw = []
        self.columns = []
        for _ in range(queries):
            raw, values = reader.elements(rows)
            self.raw.append(raw)
            self.columns.append(values)
        self.salts = [reader.take(16) for _ in range(queries)]
        size = reader.number(4)
        if size > queries * 32:
            raise Refused("MALFORMED", "a Merkle path is too long")
        self.path = [reader.take(32) for _ in range(size)]


def verify(parameters, statement, circuit, data, without=frozenset(), log=None):
    """Returns nothing for a valid proof; else raises Refused. `without` names checks that are left out."""
    p = parameters

    def demand(check, holds, sentence):
        if check not in without and not holds:
            raise Refused(check, sentence)

    reader = Reader(data)
    if reader.take(13) != b"candor-proof\0" or reader.number(2) != 1:
        raise Refused("MALFORMED", "this is no proof of version 1")
    root = reader.take(32)
    main = Transcript("candor-proof-v1", log)
    main.bytes("field", NAME)
    for label, value in zip(("data-size", "random-size", "length", "queries", "grinding-bits"), (p.l, p.t, p.n, p.queries, p.grinding)):
        main.number(label, value)
    main.number("kind", statement.kind)
    main.digests("descriptor", [statement.descriptor])
    main.number("samples", statement.samples)
    main.digests("model", [statement.model])
    main.digests("known-roots", statement.roots)
    main.number("epoch", statement.epoch)
    main.number("opening", statement.opening)
    for tensor in statement.tensors:
        main.elements("tensor", tensor)
    main.digests("requests", statement.requests)
    main.digests("root", [root])
    main.zeros("work", circuit.work)
    sigma = main.challenge_digest("sigma")

    pads = count()
    sessions = []
    for index, (name, run) in enumerate(circuit.branches()):
        session = Session(name, index, sigma, reader, pads, log, without)
        run(session)
        sessions.append(session)
    main.digests("branches", [session.transcript.finish() for session in sessions])
    gamma = main.challenge("gamma")
    products = [product for session in sessions for product in session.products]
    raw, openings = reader.extensions(sum(len(product.factors) for product in products))
    main.extensions("openings", bytes(len(raw)) if "OPENINGS_BEFORE_ALPHA" in without else raw)
    alpha = main.challenge("alpha")

    pad_segment = Segment("pads", 0, 1, max(1, next(pads)), over_k=True)
    segments = [list(part) for part in circuit.segments]
    segments[0].append(pad_segment)
    layouts = [Layout(p.l, part) for part in segments]
    rows = [layout.rows for layout in layouts]
    rows[0] += MASK_ROWS
    rho = vector(_tested(main.challenges("rho", sum(rows) - 2), rows[0] - 2, without))
    raw_v, v = reader.extensions(p.k)
    main.extensions("proximity", raw_v)
    raw_q, q = reader.extensions(p.k + p.l)
    main.extensions("linear", raw_q)
    work_seed = main.challenge_digest("work-seed")
    nonce = reader.number(8)
    main.number("nonce", nonce)
    worked = hashlib.sha256(b"\x03" + work_seed + nonce.to_bytes(8, "big")).digest()
    demand("GRINDING", int.from_bytes(worked[:8], "big") >> (64 - p.grinding) == 0, "the nonce shows too little work")
    positions = sorted(main.positions("columns", p.n, p.queries))
    opened = [_Columns(reader, p.queries, size) for size in rows]
    reader.end()

    equations = _equations(sessions, gamma, openings)
    demand("SECURITY", accounting.enough(p.l, p.t, p.n, p.queries, p.grinding, len(equations)), "the bounds do not reach 100 bits")
    # Openings of the model's root: the random coefficients of a row last for floor(t / Q) of them, registration being number 0.
    within = 0 < statement.opening < p.t // p.queries or (statement.kind == REGISTRATION and statement.opening == 0)
    demand("BUDGET", within, "the opening is none that the random coefficients of the model's rows last for")

    for columns, expected in zip(opened, [root] + statement.roots):
        if len(columns.path) != merkle.needed(p.n, positions):
            raise Refused("MALFORMED", "a Merkle path has another length than its positions need")
        leaves = [merkle.leaf(salt, column) for salt, column in zip(columns.salts, columns.raw)]
        found = merkle.root(p.n, positions, leaves, columns.path)
        demand("COLUMN_HASHES", found == expected, "the columns are not those of the root")

    points = _points(p, positions)
    v, q = vector(v), vector(q)
    constant, pads_form, functionals = _combine(equations, alpha, without, pad_segment)
    combined = [(pad_segment, (), pads_form)] + functionals
    data_sum = (p.l * sum(q[0][:: p.l]) % P, p.l * sum(q[1][:: p.l]) % P)
    demand("LINEAR_SUM", kadd(data_sum, constant) == ZERO, "the linear answer does not add up to what the equations demand")

    columns = Columns(len(points))
    tables = [columns.table(part.columns) for part in opened]
    last = rows[0] - MASK_ROWS
    u_a, u_b, u_0 = ((tables[0].column(last + i), tables[0].column(last + i + 1)) for i in (0, 2, 4))
    tested = u_0
    at = 0
    for table, size in zip(tables, [rows[0] - 2] + rows[1:]):
        part = table.products(slice(0, size), [plane[at : at + size] for plane in rho])
        tested = columns.add(tested, part)
        at += size
    demand("PROXIMITY_COLUMNS", columns.elements(columns.polynomial(points, v)) == columns.elements(tested), "the rows are no words")
    if "LINEAR_COLUMNS" in without:
        return
    vanishing = columns.column([(pow(x, p.l, P) - 1) % P for x in points])
    expected = columns.add(u_a, columns.times(u_b, vanishing))
    lagrange = columns.lagrange(points, p.l)
    for segment, point, weights in combined:
        sharing = 0 if segment.over_k else layouts[segment.root].sharing(segment)
        expected = columns.add(expected, evaluate(p.l, segment, sharing, point, weights, columns, lagrange, tables[segment.root]))
    demand("LINEAR_COLUMNS", columns.elements(columns.polynomial(points, q)) == columns.elements(expected), "the linear answer is not that of the equations")


def _points(p, positions):
    bits = log2(p.n)
    step = root_of_unity(bits)
    return [GENERATOR * pow(step, reverse(j, bits), P) % P for j in positions]


def _tested(rho, own, without):
    """The coefficients of the proximity test; `own` of them are for root 0, the last four of these for the masks of the linear test."""
    if "RHO_IN_EXTENSION" in without:
        rho = [(c0, 0) for c0, _ in rho]
    if "MASKS_IN_PROXIMITY" in without:
        rho[own - 4 : own] = [ZERO] * 4
    if "ALL_ROOTS_IN_PROXIMITY" in without:
        rho[own:] = [ZERO] * (len(rho) - own)
    return rho


def _equations(sessions, gamma, openings):
    """All equations in order."""
    equations = []
    at = 0
    for session in sessions:
        equations += session.equations
        for product in session.products:
            size = len(product.factors)
            equations += product.equations(gamma, openings[at : at + size])
            at += size
    return equations


def _combine(equations, alpha, without, pad_segment):
    """The constant, the weights of the pads and those of each segment at each point."""
    constant = ZERO
    # Equation j has alpha^(j + 1): what the mask u_a adds up to must make none of them good.
    power = kinv(alpha) if "EQUATION_POWERS" in without else ONE
    pads = ([0] * pad_segment.columns, [0] * pad_segment.columns)
    functionals = {}
    for equation in equations:
        power = kmul(power, alpha)
        if equation.checks & without:
            continue
        form = equation.form
        constant = kadd(constant, kmul(power, form.constant))
        for cell, c in form.pads.items():
            weight = kadd(element(pads, cell), kmul(power, c))
            pads[0][cell], pads[1][cell] = weight
        for c, segment, point, weights in form.functionals:
            sums = functionals.setdefault((segment, point), ([0] * segment.columns, [0] * segment.columns))
            a, b = kmul(power, c)
            other = GENERATOR * b
            for i, (x, y) in enumerate(zip(*weights)):
                if x or y:
                    sums[0][i] = (sums[0][i] + a * x + other * y) % P
                    sums[1][i] = (sums[1][i] + a * y + b * x) % P
    return constant, pads, [(segment, point, weights) for (segment, point), weights in functionals.items()]
