"""F = Z/p with p = 2^64 - 2^32 + 1 and K = F[X]/(X^2 - g), g = 7 a generator of F, in Python integers.

An element of K is a pair of integers below p; a vector over K is a pair of lists, one for each coordinate.
"""

from operator import mul

NAME = b"goldilocks"
P = 2**64 - 2**32 + 1
GENERATOR = 7
ZERO = (0, 0)
ONE = (1, 0)
X = (0, 1)


def root_of_unity(log):
    return pow(GENERATOR, (P - 1) >> log, P)


def log2(n):
    """The least e with 2^e >= n."""
    return (n - 1).bit_length()


def reverse(i, bits):
    return int(format(i, "0%db" % bits)[::-1], 2) if bits else 0


def kadd(a, b):
    return ((a[0] + b[0]) % P, (a[1] + b[1]) % P)


def ksub(a, b):
    return ((a[0] - b[0]) % P, (a[1] - b[1]) % P)


def kmul(a, b):
    return ((a[0] * b[0] + GENERATOR * a[1] * b[1]) % P, (a[0] * b[1] + a[1] * b[0]) % P)


def scalar(n):
    return (n % P, 0)


def kinv(a):
    norm = (a[0] * a[0] - GENERATOR * a[1] * a[1]) % P
    if norm == 0:
        raise ZeroDivisionError("zero has no inverse")
    inverse = pow(norm, P - 2, P)
    return (a[0] * inverse % P, -a[1] * inverse % P)


def kinverses(values):
    """The inverses of a list over K without zeros, by one inversion."""
    inverted = inverses([(a * a - GENERATOR * b * b) % P for a, b in values])
    return [(a * i % P, -b * i % P) for (a, b), i in zip(values, inverted)]


def dot(a, b):
    """The inner product of two lists over F."""
    return sum(map(mul, a, b)) % P


def kdot(a, b):
    """The inner product of a vector over K with a list over F."""
    return (dot(a[0], b), dot(a[1], b))


def kkdot(a, b):
    """The inner product of two vectors over K."""
    return ((dot(a[0], b[0]) + GENERATOR * dot(a[1], b[1])) % P, (dot(a[0], b[1]) + dot(a[1], b[0])) % P)


def vzero(n):
    return ([0] * n, [0] * n)


def vector(elements):
    return ([e[0] for e in elements], [e[1] for e in elements])


def element(a, i):
    return (a[0][i], a[1][i])


def vscale(c, a):
    """An element of K times a vector over K."""
    c0, c1 = c
    other = GENERATOR * c1
    return (
        [(c0 * x + other * y) % P for x, y in zip(a[0], a[1])],
        [(c0 * y + c1 * x) % P for x, y in zip(a[0], a[1])],
    )


def vadd_at(a, at, b):
    """a[at + i] += b[i], in place."""
    for plane, other in zip(a, b):
        size = len(other)
        plane[at : at + size] = [(x + y) % P for x, y in zip(plane[at : at + size], other)]


def outer(a, b):
    """All products of two vectors over K, row-major."""
    low, high = [], []
    for i in range(len(a[0])):
        part = vscale(element(a, i), b)
        low += part[0]
        high += part[1]
    return (low, high)


def vtotal(a):
    return (sum(a[0]) % P, sum(a[1]) % P)


def unit(n, i):
    v = vzero(n)
    v[0][i] = 1
    return v


def eq_table(point, size):
    """eq(point, i) for i below size: the first coordinate belongs to the highest bit."""
    table = ([1], [0])
    for i, r in enumerate(point):
        upper = vscale(r, table)
        length = 2 * len(upper[0])
        planes = []
        for whole, one in zip(table, upper):
            plane = [0] * length
            plane[1::2] = one
            plane[0::2] = [(x - y) % P for x, y in zip(whole, one)]
            planes.append(plane)
        # What lies beyond the size stays beyond it.
        needed = ((size - 1) >> (len(point) - 1 - i)) + 1
        table = (planes[0][:needed], planes[1][:needed])
    return (table[0][:size], table[1][:size])


def inverses(values):
    """The inverses of a list over F without zeros, by one inversion."""
    prefix = []
    product = 1
    for value in values:
        prefix.append(product)
        product = product * value % P
    inverse = pow(product, P - 2, P)
    result = [0] * len(values)
    for i in range(len(values) - 1, -1, -1):
        result[i] = inverse * prefix[i] % P
        inverse = inverse * values[i] % P
    return result


def powers(x, count):
    result = [1] * count
    for i in range(1, count):
        result[i] = result[i - 1] * x % P
    return result


def groups(fine, sizes):
    """The consecutive entries of `fine` whose product is each of `sizes`, or None."""
    result = []
    at = 0
    for size in sizes:
        group = []
        product = 1
        while product < size and at < len(fine):
            product *= fine[at]
            group.append(at)
            at += 1
        if product != size:
            return None
        result.append(group)
    return result
