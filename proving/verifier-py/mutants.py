#!/usr/bin/env python3
"""Changes proofs at random places and demands that each is refused, and never by a crash.

    mutants.py COUNT FILE...
"""

import json
import random
import sys

from candor_verifier.case import verify_case
from candor_verifier.refused import Refused


def mutant(proof, source):
    """A proof with a byte changed, cut off, put in, or with a part of it twice."""
    at = source.randrange(len(proof))
    kind = source.randrange(4)
    if kind == 0:
        return proof[:at]
    if kind == 1:
        return proof[:at] + bytes([source.randrange(256)]) + proof[at:]
    if kind == 2:
        return proof + proof[at:]
    changed = bytearray(proof)
    changed[at] ^= source.randrange(1, 256)
    return bytes(changed)


def main():
    count = int(sys.argv[1])
    source = random.Random(1)
    accepted = 0
    for name in sys.argv[2:]:
        with open(name, encoding="ascii") as file:
            case = json.load(file)
        proof = bytes.fromhex(case["execution"]["proof"])
        for number in range(count):
            case["execution"]["proof"] = mutant(proof, source).hex()
            try:
                verify_case(case)
            except Refused:
                continue
            accepted += 1
            print("%s: mutant %d is accepted" % (name, number))
    return 1 if accepted else 0


if __name__ == "__main__":
    sys.exit(main())
