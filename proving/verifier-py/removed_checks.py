#!/usr/bin/env python3
"""The removed-check run: each attack must be accepted without its check, and refused with all of them.

    removed_checks.py [--field PRIME GENERATOR] CHECK=FILE...

CHECK is a check of the protocol's section 12, or one of its rules that no single comparison stands for. Attacks that need luck are over a
toy field, where no parameters reach 100 bits: with --field that one check is left out.
"""

import json
import sys

from candor_verifier import field

ALWAYS_WITHOUT = frozenset()
ARGUMENTS = sys.argv[1:]
if ARGUMENTS[:1] == ["--field"]:
    # Before the other modules take them over.
    field.P, field.GENERATOR = int(ARGUMENTS[1]), int(ARGUMENTS[2])
    field.NAME = b"toy-%d" % field.P
    ALWAYS_WITHOUT = frozenset(["SECURITY"])
    ARGUMENTS = ARGUMENTS[3:]

from candor_verifier.case import verify_case, verify_single  # noqa: E402
from candor_verifier.circuits import Execution, Segment  # noqa: E402
from candor_verifier.field import ONE, scalar  # noqa: E402
from candor_verifier.forms import constant, functional  # noqa: E402
from candor_verifier.network import Network  # noqa: E402
from candor_verifier.refused import Refused  # noqa: E402
from candor_verifier.session import Group, Lookup, Tables, look_ups  # noqa: E402


class Range:
    """Two samples of three cells, each of which is one of 0 .. 3: the smallest circuit with look-ups."""

    work = 0

    def __init__(self):
        self.tables = Tables()
        cells = Segment("cells", 0, 2, 3)
        number = self.tables.number("four", lambda: [(i,) for i in range(4)])
        self.groups = [Group(2, [Lookup(number, 3, [lambda s, a: functional(cells, s, a)])])]
        self.multiplicities = Segment("multiplicities", 0, 1, 4)
        self.segments = [[cells, self.multiplicities]]

    def branches(self):
        yield "look-ups", lambda s: look_ups(s, self.groups, self.tables, self.multiplicities)


class Padding:
    """The inner product of six hidden cells and six committed ones; where shapes are not kept, of eight."""

    work = 0

    def __init__(self, cells, claimed):
        self._cells = cells
        self._claimed = claimed
        self._left = Segment("activations", 0, 1, cells)
        self._right = Segment("weights", 1, cells, 1)
        self.segments = [[self._left], [self._right]]

    def _product(self, session):
        total = session.message("sum", 1)[0]
        claim, point = session.sum_check(total, 3)
        x = functional(self._left, [], field.eq_table(point, self._cells))
        w = functional(self._right, point, field.vector([ONE]))
        session.product("MATRIX_PRODUCT", {(0, 1): ONE}, [x, w], claim)
        session.zero("OUTPUT", total.minus(constant(scalar(self._claimed))))

    def branches(self):
        yield "product", self._product


class WideTables(Tables):
    """Limbs of any width are looked up among those of 12 bits."""

    def number(self, name, make):
        return super().number(name, (lambda: [(i,) for i in range(1 << 12)]) if name[0] == "range" else make)


class WideLimbs(Execution):
    tables_class = WideTables


def circuit_of(case, without):
    single = case["single"]
    name = single["circuit"]
    if name == "execution" and without & {"EVERY_LAYER", "ORDER_OF_LAYERS"}:
        return Execution(Network(bytes.fromhex(case["shown"])), single["samples"], False, single["tensors"])
    if name == "execution" and "LIMBS_OF_THEIR_WIDTH" in without:
        return WideLimbs(Network(bytes.fromhex(case["descriptor"])), single["samples"], False, single["tensors"])
    if name == "range":
        return Range()
    if name == "padding":
        return Padding(8 if "TRUE_CELLS_ONLY" in without else 6, case["single"]["tensors"][0][0])
    return None


def refusal(case, without):
    """The check that refuses a case, or None."""
    try:
        if "single" in case:
            verify_single(case, circuit_of(case, without), without)
        else:
            verify_case(case, without, used={tuple(pair) for pair in case.get("used", [])})
    except Refused as refused:
        return refused.check
    return None


def main():
    failed = False
    for argument in ARGUMENTS:
        check, name = argument.split("=", 1)
        with open(name, encoding="ascii") as file:
            case = json.load(file)
        without, with_all = refusal(case, ALWAYS_WITHOUT | {check}), refusal(case, ALWAYS_WITHOUT)
        good = without is None and with_all is not None
        failed |= not good
        print("%s: %s without it, %s with all checks%s" % (check, without or "accepted", with_all or "accepted", "" if good else "  <-- WRONG"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
