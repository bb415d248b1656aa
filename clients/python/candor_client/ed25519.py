"""Ed25519 (RFC 8032) through the package `cryptography`.

Beyond the RFC, keys and R must be canonical encodings of points of prime order, as docs/receipt.md demands, so that all verifiers agree.
"""

from __future__ import annotations

import functools

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL_BYTES = b"\x01" + bytes(31)


def _add(a, b):
    """The sum of two points (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def _is_neutral(point) -> bool:
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0


@functools.lru_cache(maxsize=64)
def is_key(raw: bytes) -> bool:
    """Whether these bytes are the canonical encoding of a point of prime order."""
    if len(raw) != 32:
        return False
    y, sign = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return False
    if x % 2 != sign:
        x = P - x
    point = (x, y, 1, x * y % P)
    result, doubled, rest = (0, 1, 1, 0), point, ORDER
    while rest:
        if rest & 1:
            result = _add(result, doubled)
        doubled, rest = _add(doubled, doubled), rest >> 1
    return _is_neutral(result) and not _is_neutral(point)


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` is `key`'s over `message`."""
    if not is_key(key) or len(signature) != 64 or int.from_bytes(signature[32:], "little") >= ORDER:
        return False
    # The library computes R without the cofactor and compares bytes, so R has prime order if the key has, or is neutral.
    if signature[:32] == NEUTRAL_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except InvalidSignature:
        return False
