#!/usr/bin/env python3
"""The removed-check run: each attack must be accepted without its check, and refused with all of them.

    removed_checks.py CHECK=FILE...
"""

import json
import sys

from candor_verifier.case import verify_case, verify_single
from candor_verifier.circuits import Segment
from candor_verifier.forms import functional
from candor_verifier.refused import Refused
from candor_verifier.session import Group, Lookup, Tables, look_ups


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


def refusal(case, without):
    """The check that refuses a case, or None."""
    try:
        if "single" in case:
            circuit = Range() if case["single"]["circuit"] == "range" else None
            verify_single(case, circuit, without)
        else:
            verify_case(case, without, used={tuple(pair) for pair in case.get("used", [])})
    except Refused as refused:
        return refused.check
    return None


def main():
    failed = False
    for argument in sys.argv[1:]:
        check, name = argument.split("=", 1)
        with open(name, encoding="ascii") as file:
            case = json.load(file)
        without, with_all = refusal(case, frozenset([check])), refusal(case, frozenset())
        good = without is None and with_all is not None
        failed |= not good
        print("%s: %s without it, %s with all checks%s" % (check, without or "accepted", with_all or "accepted", "" if good else "  <-- WRONG"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
