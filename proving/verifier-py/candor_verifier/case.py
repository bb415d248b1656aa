"""A case: a model's lineage and one execution, as JSON. What is checked is that the execution is one of the expected model.

    {"descriptor": hex, "parameters": {"data-size": l, "random-size": t, "length": n, "queries": Q, "grinding-bits": G},
     "model": hex, "first": hex, "registration": hex,
     "roll-overs": [{"root": hex, "opening": number, "proof": hex}],
     "execution": {"epoch", "opening", "samples", "inputs": [numbers], "input-root": hex or null, "outputs", "requests", "proof": hex}}

`model` is the id that whoever verifies expects; `first` is the root of epoch 0. The execution may be missing.
"""

import hashlib

from .circuits import Execution, Registration, RollOver
from .field import NAME
from .network import Network
from .proof import EXECUTION, REGISTRATION, ROLL_OVER, Parameters, Statement, verify
from .refused import Refused


def model_id(descriptor, p, first):
    sizes = b"".join(size.to_bytes(4, "big") for size in (p.l, p.t, p.n))
    name = NAME
    return hashlib.sha256(b"candor-model-v1\0" + descriptor + bytes([len(name)]) + name + sizes + first).digest()


def id_of(case):
    """The id of the model that a case is about, whatever it says itself."""
    network = Network(bytes.fromhex(case["descriptor"]))
    sizes = case["parameters"]
    p = Parameters(*(sizes[name] for name in ("data-size", "random-size", "length", "queries", "grinding-bits")))
    return model_id(network.digest, p, bytes.fromhex(case["first"])).hex()


class Linked:
    """The roots of a model's epochs, once its lineage is verified."""

    def __init__(self, case, without=frozenset(), log=None):
        network = Network(bytes.fromhex(case["descriptor"]))
        sizes = case["parameters"]
        p = Parameters(*(sizes[name] for name in ("data-size", "random-size", "length", "queries", "grinding-bits")))
        first = bytes.fromhex(case["first"])
        model = model_id(network.digest, p, first)
        if model.hex() != case["model"] and "LINEAGE" not in without:
            raise Refused("LINEAGE", "the lineage is that of another model")

        def statement(kind, roots, epoch, opening, samples=0, tensors=(), requests=()):
            return Statement(kind, network.digest, samples, model, roots, epoch, opening, list(tensors), list(requests))

        verify(p, statement(REGISTRATION, [first], 0, 0), Registration(network), bytes.fromhex(case["registration"]), without, log)
        roots = [first]
        for epoch, step in enumerate(case["roll-overs"]):
            later = bytes.fromhex(step["root"])
            claim = statement(ROLL_OVER, [roots[-1], later], epoch, step["opening"])
            verify(p, claim, RollOver(network), bytes.fromhex(step["proof"]), without, log)
            roots.append(later)
        self._verify = lambda execution, log, used: _execution(network, p, execution, roots, statement, without, log, used)

    def execution(self, execution, log=None, used=None):
        """Raises Refused unless the execution is one of the model."""
        self._verify(execution, log, used)


def verify_case(case, without=frozenset(), log=None, used=None):
    """Raises Refused unless the case is valid; `used` are the (epoch, opening) pairs seen before."""
    linked = Linked(case, without, log)
    execution = case.get("execution")
    if execution is not None:
        linked.execution(execution, log, used)


def _execution(network, p, execution, roots, statement, without, log, used):
    epoch, opening, samples = execution["epoch"], execution["opening"], execution["samples"]
    if not 0 <= epoch < len(roots):
        raise Refused("LINEAGE", "the epoch is not linked to the model")
    hidden = execution["input-root"] is not None
    tensors = [execution["inputs"], execution["outputs"]]
    sizes = [0 if hidden else samples * network.elements(0), samples * network.elements(len(network.nodes))]
    if samples < 1 or [len(t) for t in tensors] != sizes or len(execution["requests"]) not in (0, samples):
        raise Refused("MALFORMED", "the inputs, outputs or requests are not as many as the batch has")
    for tensor, (low, high) in zip(tensors, (network.ranges[0], network.ranges[-1])):
        if "PUBLIC_RANGES" not in without and not all(low <= value <= high for value in tensor):
            raise Refused("PUBLIC_RANGES", "an input or output is out of its range")
    known = [roots[epoch]] + ([bytes.fromhex(execution["input-root"])] if hidden else [])
    requests = [bytes.fromhex(request) for request in execution["requests"]]
    claim = statement(EXECUTION, known, epoch, opening, samples, tensors, requests)
    circuit = Execution(network, samples, hidden, tensors)
    verify(p, claim, circuit, bytes.fromhex(execution["proof"]), without, log)
    if used is not None and (epoch, opening) in used and "OPENING_UNUSED" not in without:
        raise Refused("OPENING_UNUSED", "the opening was used before")


def verify_single(case, circuit=None, without=frozenset(), log=None):
    """One proof by itself, under roots that are given: for attacks on what a case is made of."""
    single = case["single"]
    sizes = case["parameters"]
    p = Parameters(*(sizes[name] for name in ("data-size", "random-size", "length", "queries", "grinding-bits")))
    if circuit is None:
        network = Network(bytes.fromhex(case["descriptor"]))
        if single["circuit"] == "execution":
            circuit = Execution(network, single["samples"], len(single["roots"]) > 1, single["tensors"])
        else:
            circuit = {"registration": Registration, "roll-over": RollOver}[single["circuit"]](network)
    roots, requests = ([bytes.fromhex(digest) for digest in single[name]] for name in ("roots", "requests"))
    claim = Statement(
        single["kind"],
        bytes.fromhex(single["digest"]),
        single["samples"],
        bytes.fromhex(single["model"]),
        roots,
        single["epoch"],
        single["opening"],
        single["tensors"],
        requests,
    )
    verify(p, claim, circuit, bytes.fromhex(single["proof"]), without, log)
