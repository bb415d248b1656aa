#!/usr/bin/env python3
"""Verifies receipts without any of Candor's code: verify_receipt.py --trust TRUST FILE...

Each FILE is {"model": ..., "version": ..., "request": BODY SENT, "response": BODY RECEIVED}. Written from docs/receipt.md.
Exit code 0: all receipts verified; 1: one did not, and what failed is printed.
"""
import argparse, base64, hashlib, json, math, re, struct, sys, uuid
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from ed25519_verify import is_key, verify as signed

TYPES = {"BOOL": (1, "?"), "UINT8": (2, "B"), "UINT16": (3, "H"), "UINT32": (4, "I"), "UINT64": (5, "Q"),
         "INT8": (6, "b"), "INT16": (7, "h"), "INT32": (8, "i"), "INT64": (9, "q"),
         "FP16": (10, "H"), "FP32": (11, "f"), "FP64": (12, "d"), "BF16": (13, "H"), "BYTES": (14, "x")}
NANS = {"FP16": ("H", 0x7C00, 0x7E00), "BF16": ("H", 0x7F80, 0x7FC0), "FP32": ("I", 0x7F800000, 0x7FC00000),
        "FP64": ("Q", 0x7FF0000000000000, 0x7FF8000000000000)}
MODES = ["vanilla", "tee", "zkml"]
SPKI = bytes.fromhex("302a300506032b6570032100")


def need(holds, what):
    if not holds:
        raise ValueError(what)


def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def u32(n): return struct.pack(">I", n)
def text(s): return struct.pack(">H", len(s.encode())) + s.encode()
def b64(s): return base64.b64decode(s, validate=True)


def element(kind, x):
    if kind == "BYTES":
        return struct.pack("<I", len(x.encode())) + x.encode()
    need(kind not in ("FP16", "BF16"), f"{kind} has no form in JSON")
    if kind in ("FP32", "FP64"):
        need(type(x) is Decimal or x in ("NaN", "Infinity", "-Infinity"), f"{x!r} is no {kind}")
        d = float(x)
        need(type(x) is str or math.isfinite(d), f"{x} is too large")
        if kind == "FP32" and type(x) is Decimal and Decimal(d) != x and struct.pack("<d", d)[0] % 2 == 0:
            d = math.nextafter(d, math.inf if x > d else -math.inf)  # rounding to odd first makes the two roundings one
        return struct.pack("<" + TYPES[kind][1], d)
    need(kind == "BOOL" and x in (0, 1) or type(x) is Decimal and x.as_tuple().exponent == 0, f"{x!r} is no {kind}")
    return struct.pack("<" + TYPES[kind][1], int(x))


def tensor(t):
    def flat(x): return [leaf for each in x for leaf in flat(each)] if isinstance(x, list) else [x]
    kind, shape = t["datatype"], [int(n) for n in t["shape"]]
    code, form = TYPES[kind]
    data = b64(t["raw"]) if "raw" in t else b"".join(element(kind, x) for x in flat(t["data"]))
    need(kind == "BYTES" or len(data) == math.prod(shape) * struct.calcsize(form), f"{t['name']} does not fit its shape")
    if kind in NANS:
        form, infinity, nan = NANS[kind]
        magnitude = (1 << 8 * struct.calcsize("<" + form) - 1) - 1
        words = [nan if w & magnitude > infinity else w for (w,) in struct.iter_unpack("<" + form, data)]
        data = struct.pack(f"<{len(words)}{form}", *words)
    return text(t["name"]) + bytes([code, len(shape)]) + struct.pack(f">{len(shape)}q", *shape) + u32(len(data)) + data


def digests(exchange):
    """The mode asked, the request digest and the answer digest, both without salt."""
    request, outputs = exchange["request"], exchange["response"]["outputs"]
    mode = MODES.index((request.get("parameters") or {}).get("verification") or "vanilla")
    inputs = sorted(request["inputs"], key=lambda t: t["name"].encode())
    wanted = [text(output["name"]) for output in request.get("outputs") or []]
    asked = text(exchange["model"]) + text(exchange["version"]) + bytes([mode])
    return (mode, sha(b"candor-request-v1\0", asked, u32(len(inputs)), *map(tensor, inputs), u32(len(wanted)), *wanted),
            sha(b"candor-answer-v1\0", u32(len(outputs)), *map(tensor, outputs)))


def parse(receipt):
    need(receipt[:5] == b"CRCP\1" and receipt[9:10] in (b"\1", b"\2"), "version: not a receipt of version 1 and a leaf of version 1 or 2")
    cached = receipt[9] == 2
    end = 9 + int.from_bytes(receipt[5:9], "big")
    leaf = receipt[9:end]
    network, key, partition, uid, caller, n = struct.unpack_from(">x32s32sB16s32sH", leaf)
    name, at = leaf[116:116 + n].decode(), 116 + n
    major, minor, content, request, answer, mode, achieved, arithmetic, m = struct.unpack_from(">HB32s32s32sBBBH", leaf, at)
    device, at = leaf[at + 104:at + 104 + m].decode(), at + 104 + m
    (time,) = struct.unpack_from(">q", leaf, at)
    index, size, length = struct.unpack_from(">IIB", receipt, end)
    path = [receipt[end + 9 + 32 * i:end + 41 + 32 * i] for i in range(length)]
    signature = receipt[end + 9 + 32 * length:]
    need(leaf[at + 8:] == (b"\1" if cached else b"") and len(signature) == 64 and length <= 16 and 1 <= size <= 65536 and index < 2**31
         and 1 <= n <= 512 and 1 <= m <= 64 and 1 <= major <= 9999 and minor <= 99 and mode < 3 and achieved < 3
         and arithmetic < 2 and 0 <= time <= 253402300799999, "bytes: not the one form of a receipt")
    return SimpleNamespace(**locals(), id=f"{partition}-{uuid.UUID(bytes=uid)}", version=f"{major}.{minor:02d}")


def root(h, index, size, path):
    need(index < size and (size > 1) == (len(path) > 0), "path: it does not fit index and tree size")
    if size == 1:
        return h
    k = 1 << (size - 1).bit_length() - 1
    if index < k:
        return sha(b"\1", root(h, index, k, path[:-1]), path[-1])
    return sha(b"\1", path[-1], root(h, index - k, size - k, path[:-1]))


def once(pairs):
    need(len(dict(pairs)) == len(pairs), "a field or key appears twice")
    return dict(pairs)


def load(source):
    return json.loads(source, object_pairs_hook=once, parse_float=Decimal, parse_int=Decimal, parse_constant=int)


def load_trust(source):
    trust = load(source)
    need(trust["format"] == "candor-trust-v1" and set(trust) <= {"format", "network", "keys"}, "trust file: unknown format")
    need("network" not in trust or re.fullmatch("[0-9a-f]{64}", trust["network"]), "trust file: network is no digest")
    for key in trust["keys"]:
        need(set(key) <= {"key_id", "public_key", "role", "not_before", "not_after", "revoked_at", "note"}, "trust file: unknown field")
        pem = re.fullmatch(r"\s*-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----\s*", key["public_key"])
        spki = b64("".join(pem[1].split())) if pem else SPKI + b64(key["public_key"])
        key["raw"] = spki[len(SPKI):]
        need(spki.startswith(SPKI) and is_key(key["raw"]), "trust file: not an Ed25519 key")
        need(sha(key["raw"]).hex() == key["key_id"], "trust file: key_id is not the key's")
    return trust.get("network"), once([(key["key_id"], key) for key in trust["keys"]])


def verify(exchange, trust):
    """Raises what failed."""
    (network, keys), response = trust, exchange["response"]
    salt, r = b64(response["parameters"]["candor_salt"]), parse(b64(response["parameters"]["candor_receipt"]))
    def millis(time): return round(datetime.fromisoformat(time[:-1] + "+00:00").timestamp() * 1000)
    need(len(salt) == 16, "salt: it has 16 bytes")
    need(network in (None, r.network.hex()), "network: not the trust file's")
    key = keys.get(r.key.hex())
    need(key, "key-known: not in the trust file")
    need(key["role"] == "executor", "key-role: not an executor's key")
    need("not_before" not in key or r.time >= millis(key["not_before"]), "key-time: answered before not_before")
    need("not_after" not in key or r.time <= millis(key["not_after"]), "key-time: answered after not_after")
    need("revoked_at" not in key, "key-revoked: the key was revoked")
    message = b"candor-batch-v1\0" + r.network + root(sha(b"\0", r.leaf), r.index, r.size, r.path) + u32(r.size) + r.key
    need(signed(key["raw"], r.signature, message), "signature: not the key's over this leaf and path")
    mode, request, answer = digests(exchange)
    need(mode == r.mode, "mode: not the requested one")
    need(sha(b"candor-salted-v1\0", salt, request) == r.request, "request: not the one that was answered")
    need(sha(b"candor-salted-v1\0", salt, answer) == r.answer, "answer: not the one that was given")
    shown = exchange["model"], response["model_name"], response["model_version"], response["parameters"]["candor_request_id"]
    need(shown == (r.name, r.name, r.version, r.id), f"model: {shown} is not what the receipt says")
    asked = exchange["version"]
    need(not re.fullmatch(r"[0-9]+\.[0-9]{2}", asked) or asked == r.version, "model: not the version asked")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trust", required=True)
    parser.add_argument("files", nargs="+", metavar="FILE")
    given = parser.parse_args()
    trust, failed = load_trust(Path(given.trust).read_bytes()), 0
    for name in given.files:
        try:
            verify(load(Path(name).read_bytes()), trust)
        except Exception as problem:  # whatever is wrong with the file: its receipt does not verify
            failed += 1
            print(f"{name}: FAILED {problem if type(problem) is ValueError else repr(problem)}")
    print(f"{len(given.files) - failed} of {len(given.files)} receipts verified")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
