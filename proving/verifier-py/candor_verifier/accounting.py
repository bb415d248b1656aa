"""The exact bounds of a proof's rounds."""

from fractions import Fraction
from math import comb

from .field import P

BITS = 100


def column_error(l, t, n, queries):
    """More than floor((n + k) / 2) columns are within the unique-decoding radius; two polynomials of k + l coefficients agree on fewer."""
    k = l + t
    every = comb(n, queries)
    return Fraction(comb((n + k) // 2, queries) + comb(k + l - 1, queries), every)


def enough(l, t, n, queries, grinding, challenges):
    """Whether every round is at most 2^-100; `challenges` are the bad values of the largest round over K."""
    k = l + t
    if 2 * k >= n or k + l >= n:
        return False
    limit = Fraction(1, 1 << BITS)
    columns = column_error(l, t, n, queries) / (1 << grinding)
    return columns <= limit and Fraction(max(challenges, n), P * P) <= limit
