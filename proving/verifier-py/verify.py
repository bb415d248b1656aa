#!/usr/bin/env python3
"""Verifies cases (see candor_verifier/case.py). Exit code 0 only where every one has the verdict that it should have.

    verify.py [--challenges] [--without CHECK] FILE...

A line of output is the file's name and "valid" or the check that refused it. A case may name the verdict that it should have as
"expected"; without one it should be valid.
"""

import argparse
import json
import sys

from candor_verifier.case import verify_case
from candor_verifier.refused import Refused


def main():
    parser = argparse.ArgumentParser(description="Verifies proofs of neural-network inference.")
    parser.add_argument("--challenges", action="store_true", help="print every challenge")
    parser.add_argument("--without", action="append", default=[], metavar="CHECK", help="leave a check out")
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    log = print if arguments.challenges else None
    failed = False
    for name in arguments.files:
        with open(name, encoding="ascii") as file:
            case = json.load(file)
        used = {tuple(pair) for pair in case.get("used", [])}
        try:
            verify_case(case, frozenset(arguments.without), log, used)
            verdict, sentence = "valid", "valid"
        except Refused as refusal:
            verdict, sentence = refusal.check, str(refusal)
        print("%s %s" % (name, sentence))
        failed |= verdict != case.get("expected", "valid")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
