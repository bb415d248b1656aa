"""Lineage and statement files: section 13 of the protocol. What they hold becomes a case (see case.py)."""

from .reader import Reader
from .refused import Refused

MOST_ROLL_OVERS = 1 << 16


def _start(data, magic):
    reader = Reader(data)
    name = magic.encode("ascii") + b"\0"
    if reader.take(len(name)) != name or reader.number(2) != 1:
        raise Refused("MALFORMED", "this is no file of the kind %s, version 1" % magic)
    return reader


def lineage_case(data, model):
    """The case of a lineage file for the model that is expected, without an execution."""
    reader = _start(data, "candor-lineage")
    if reader.take(reader.number(1)) != b"goldilocks":
        raise Refused("MALFORMED", "the field is not known")
    names = ("data-size", "random-size", "length", "queries", "grinding-bits")
    parameters = {name: reader.number(4) for name in names}
    descriptor = reader.take(reader.number(4))
    first = reader.take(32)
    registration = reader.take(reader.number(4))
    count = reader.number(4)
    if count > MOST_ROLL_OVERS:
        raise Refused("MALFORMED", "there are too many roll-overs")
    steps = []
    for _ in range(count):
        root = reader.take(32).hex()
        opening = reader.number(8)
        steps.append({"root": root, "opening": opening, "proof": reader.take(reader.number(4)).hex()})
    reader.end()
    return {
        "descriptor": descriptor.hex(),
        "parameters": parameters,
        "model": model,
        "first": first.hex(),
        "registration": registration.hex(),
        "roll-overs": steps,
    }


def _integers(reader):
    raw = reader.take(8 * reader.number(4))
    return [int.from_bytes(raw[i : i + 8], "big", signed=True) for i in range(0, len(raw), 8)]


def execution_of(statement, proof, model):
    """The execution of a case, from a statement's file and its proof's."""
    reader = _start(statement, "candor-statement")
    if reader.take(32).hex() != model:
        raise Refused("LINEAGE", "the statement is about another model")
    execution = {"epoch": reader.number(8), "opening": reader.number(8), "samples": reader.number(4)}
    if execution["epoch"] >> 63 or execution["opening"] >> 63 or execution["samples"] < 1:
        raise Refused("MALFORMED", "its epoch, opening or batch is none")
    hidden = reader.number(1)
    if hidden > 1:
        raise Refused("MALFORMED", "its kind of inputs is none")
    execution["input-root"] = reader.take(32).hex() if hidden else None
    execution["inputs"] = _integers(reader)
    execution["outputs"] = _integers(reader)
    execution["requests"] = [reader.take(32).hex() for _ in range(reader.number(4))]
    reader.end()
    execution["proof"] = proof.hex()
    return execution
