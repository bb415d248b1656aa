#!/usr/bin/env python3
"""Prints the id of the model whose lineage a file claims to be: for runs that make their own models. It verifies nothing.

    model_id.py LINEAGE
"""

import sys

from candor_verifier.case import id_of
from candor_verifier.files import lineage_case


def main():
    with open(sys.argv[1], "rb") as file:
        print(id_of(lineage_case(file.read(), None)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
