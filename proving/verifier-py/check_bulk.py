#!/usr/bin/env python3
"""Compares the two ways in which the verifier computes for all opened positions at once: lists, and numpy where it is installed.

Elements are random ones and those at the ends of what a number holds. Exit code 0 where both give the same, or there is no numpy.
"""

import random
import sys

from candor_verifier import bulk
from candor_verifier.field import P

SOURCE = random.Random(1)
ENDS = [0, 1, 2**22 - 1, 2**32 - 2, 2**32 - 1, 2**32, 2**63, P - 2**32, P - 2, P - 1]


def element():
    return SOURCE.choice(ENDS) if SOURCE.randrange(3) else SOURCE.randrange(P)


def elements(count):
    return [element() for _ in range(count)]


def both(count):
    return bulk.Columns(count, plain=True), bulk.Columns(count)


def products(count, size):
    rows = [elements(size) for _ in range(count)]
    vectors = [elements(size), [P - 1] * size]
    part = slice(size // 3, size, 2)
    results = []
    for columns in both(count):
        table = columns.table(rows)
        found = table.products(slice(0, size), vectors) + table.products(part, [vector[part] for vector in vectors])
        results.append([list(map(int, column)) for column in found + [table.column(size - 1)]])
    return results


def arithmetic(count):
    a, b = ((elements(count), elements(count)) for _ in range(2))
    c, d = elements(count), (element(), element())
    results = []
    for columns in both(count):
        x, y = (tuple(map(columns.column, pair)) for pair in (a, b))
        found = [columns.add(x, y), columns.multiply(x, y), columns.times(x, columns.column(c)), columns.scalar(columns.column(c)), columns.same(d)]
        results.append([columns.elements(pair) for pair in found])
    return results


def tests_of_columns(count, size, coefficients):
    # No point is a root of unity: 7 is none times any of them.
    points = [7 * pow(SOURCE.randrange(1, P), (P - 1) // (4 * size), P) % P for _ in range(count)]
    polynomial = elements(coefficients), elements(coefficients)
    weights = [elements(size)]
    results = []
    for columns in both(count):
        lagrange = columns.lagrange(points, size)
        results.append([columns.elements(columns.polynomial(points, polynomial)), list(map(int, lagrange.products(slice(0, size), weights)[0]))])
    return results


def main():
    if bulk.numpy is None:
        print("numpy is not installed: lists are all there is")
        return 0
    cases = [products(count, size) for count, size in ((1, 1), (3, 7), (5, 511), (2, 513), (3, 1700))]
    cases += [arithmetic(count) for count in (1, 2, 40, 400)]
    cases += [tests_of_columns(*sizes) for sizes in ((1, 1, 1), (9, 64, 100), (17, 512, 1300))]
    different = sum(plain != arrays for plain, arrays in cases)
    print("%d of %d cases differ" % (different, len(cases)))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
