"""Ed25519 (RFC 8032) for verifiers: through the package `cryptography` where it is installed, in plain Python elsewhere.

Beyond RFC 8032, keys and R must be canonical encodings of points of prime order, as docs/receipt.md demands.
"""
import hashlib

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
NEUTRAL = (0, 1, 1, 0)


def add(a, b):
    """The sum of two points in extended coordinates (X, Y, Z, T), x = X/Z, y = Y/Z, x*y = T/Z."""
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def times(n, point):
    result = NEUTRAL
    while n:
        if n & 1:
            result = add(result, point)
        point, n = add(point, point), n >> 1
    return result


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decode(encoded):
    """The point of prime order with this canonical encoding, or None."""
    y, sign = int.from_bytes(encoded, "little") & (2**255 - 1), encoded[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    point = (x, y, 1, x * y % P)
    return point if same(times(L, point), NEUTRAL) and not same(point, NEUTRAL) else None


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def is_key(public):
    """Whether these 32 bytes are a key."""
    return len(public) == 32 and decode(public) is not None


def verify_in_python(public, signature, message):
    if len(signature) != 64:
        return False
    key, r, s = decode(public), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(k, key)))


def verify(public, signature, message):
    """Whether `signature` is `public`'s over `message`; `public` is one that is_key() accepts."""
    if Ed25519PublicKey is None:
        return verify_in_python(public, signature, message)
    try:
        # It computes R without the cofactor and compares bytes, so that R has prime order if the key has, or is neutral.
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        return signature[:32] != b"\1" + bytes(31)
    except InvalidSignature:
        return False
