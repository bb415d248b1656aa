#!/usr/bin/env python3
"""Verifies statements with their proofs, from the files that the prover writes. Exit code 0 only where all of them are valid.

    verify_files.py --model ID --lineage FILE [--challenges] NAME.statement...

The proof of NAME.statement is NAME.proof beside it. The lineage is verified once; neither a root nor a descriptor is taken from elsewhere.
"""

import argparse
import sys
import time

from candor_verifier.case import Linked
from candor_verifier.files import execution_of, lineage_case
from candor_verifier.refused import Refused


def content(name):
    with open(name, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description="Verifies proofs of neural-network inference.")
    parser.add_argument("--model", required=True, metavar="ID", help="the id of the model, 64 hexadecimal digits")
    parser.add_argument("--lineage", required=True, metavar="FILE", help="the model's lineage.bin")
    parser.add_argument("--challenges", action="store_true", help="print every challenge")
    parser.add_argument("statements", nargs="+", metavar="STATEMENT")
    arguments = parser.parse_args()
    log = print if arguments.challenges else None
    try:
        linked = Linked(lineage_case(content(arguments.lineage), arguments.model), frozenset(), log)
    except (OSError, Refused) as error:
        print("unlinked: %s" % error)
        return 1
    used = set()
    failed = False
    for name in arguments.statements:
        start = time.monotonic()
        try:
            stem = name[: -len(".statement")] if name.endswith(".statement") else name
            execution = execution_of(content(name), content(stem + ".proof"), arguments.model)
            linked.execution(execution, log, used)
            used.add((execution["epoch"], execution["opening"]))
            print("%s valid, %.1f s" % (name, time.monotonic() - start), flush=True)
        except (OSError, Refused) as error:
            failed = True
            print("%s refused: %s" % (name, error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
