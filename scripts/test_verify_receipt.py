#!/usr/bin/env python3
"""Tests verify_receipt.py: on the published vectors, and with --demo-dir on the files that a demo saved (trust.json and exchanges).

Every honest receipt must verify, and every mutant of a receipt, request, answer or trust file must be refused.
"""
import argparse, base64, copy, json, sys, uuid
from datetime import datetime
from decimal import Decimal
from pathlib import Path
import ed25519_verify
import verify_receipt as v

VECTORS = Path(__file__).resolve().parent.parent / "docs" / "vectors"
KINDS = ["float", "exact"]
SOURCES = ["", "cache"]
# The check "mode" is not among them: only an executor that signs another mode than was asked gets past the request digest.
REMOVED = ["network", "key-role", "key-time", "key-revoked", "signature", "request", "answer", "model"]


def check(holds, what):
    if not holds:
        sys.exit(f"FAILED {what}")


def b64(data):
    return base64.b64encode(data).decode()


def accepts(exchange, trust):
    try:
        v.verify(exchange, trust)
        return True
    except Exception:
        return False


def leaf_bytes(f):
    """The leaf's bytes from its fields, by the table in docs/receipt.md and nothing of verify_receipt."""
    def digest(name): return bytes.fromhex(f[name])
    def number(n, size): return n.to_bytes(size, "big")
    def text(s): return number(len(s.encode()), 2) + s.encode()
    partition, uid = f["request_id"].split("-", 1)
    major, minor = f["model_version"].split(".")
    millis = round(datetime.fromisoformat(f["answered_at"].replace("Z", "+00:00")).timestamp() * 1000)
    return b"".join([
        number(f["leaf_version"], 1), digest("network"), digest("key_id"), number(int(partition), 1), uuid.UUID(uid).bytes,
        digest("caller"), text(f["model_name"]), number(int(major), 2), number(int(minor), 1), digest("model_content_id"),
        digest("request_digest"), digest("answer_digest"), number(v.MODES.index(f["requested"]), 1),
        number(v.MODES.index(f["achieved"]), 1), number(KINDS.index(f["arithmetic"]), 1), text(f["device"]), number(millis, 8),
        *([number(SOURCES.index(f["source"]), 1)] if f["leaf_version"] == 2 else [])])


def test_vectors(name):
    """Recomputes everything in the vectors; gives back the exchanges and the trust file."""
    vectors = json.loads((VECTORS / name).read_bytes())
    trust = v.load_trust(json.dumps(vectors["trust"]))
    key, network = bytes.fromhex(vectors["public_key"]), bytes.fromhex(vectors["network"])
    check(v.sha(key).hex() == vectors["key_id"], "key id")
    for leaf in vectors["leaves"]:
        check(leaf_bytes(leaf["fields"]).hex() == leaf["bytes"], "leaf bytes")
        check(v.sha(b"\0", bytes.fromhex(leaf["bytes"])).hex() == leaf["hash"], "leaf hash")
    for batch in vectors["batches"]:
        size = batch["size"]
        message = b"candor-batch-v1\0" + network + bytes.fromhex(batch["root"]) + v.u32(size) + v.sha(key)
        check(message.hex() == batch["signed_message"], "signed message")
        signature = bytes.fromhex(batch["signature"])
        check(ed25519_verify.verify(key, signature, message), "signature")
        check(ed25519_verify.verify_in_python(key, signature, message), "signature in plain Python")
        check(len(batch["receipts"]) == size, "batch size")
        for i, receipt in enumerate(batch["receipts"]):
            r = v.parse(bytes.fromhex(receipt))
            check(r.leaf.hex() == vectors["leaves"][i]["bytes"] and (r.index, r.size) == (i, size), "place")
            check(v.root(v.sha(b"\0", r.leaf), i, size, r.path).hex() == batch["root"], "root")
            check(r.signature == signature, "one signature a batch")
    exchanges = []
    for case in vectors["exchanges"]:
        exchange = v.load(case["exchange"])
        _, request, answer = v.digests(exchange)
        check((request.hex(), answer.hex()) == (case["request_digest"], case["answer_digest"]), "digests of " + case["name"])
        exchanges.append((case["name"], exchange))
    print(f"{name}: {len(vectors['leaves'])} leaves, {len(vectors['batches'])} batches, {len(exchanges)} exchanges recomputed")
    return exchanges, vectors["trust"]


def test_ed25519():
    """RFC 8032, section 7.1, test 2; keys and signatures that only lenient verifiers accept."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    s = int.from_bytes(signature[32:], "little")
    for verify in (ed25519_verify.verify, ed25519_verify.verify_in_python):
        check(verify(key, signature, b"\x72"), "RFC 8032")
        check(not verify(key, signature, b"\x73"), "another message")
        check(not verify(key, signature[:32] + (s + ed25519_verify.L).to_bytes(32, "little"), b"\x72"), "S above the order")
        check(not verify(key, bytes(64), b"\x72"), "a signature of zeros")
        check(not verify(key, b"\1" + bytes(63), b"\x72"), "a neutral R")
        check(not verify(key, signature[:63], b"\x72"), "a short signature")
    small = ["01" + "00" * 31, "ec" + "ff" * 30 + "7f", "00" * 32, "00" * 31 + "80",
             "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
             "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
             "ed" + "ff" * 30 + "7f", "ee" + "ff" * 30 + "7f", "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d"]
    check(not any(ed25519_verify.is_key(bytes.fromhex(hex)) for hex in small), "a key of small or mixed order")
    check(ed25519_verify.is_key(key), "a good key")


def changed(value, *path):
    """A copy of an exchange's part with the last step of the path set to what the last argument makes of it."""
    *steps, last, change = path
    copied = copy.deepcopy(value)
    part = copied
    for step in steps:
        part = part[step]
    part[last] = change(part[last]) if callable(change) else change
    return copied


def leaves_of(data, path=()):
    for i, each in enumerate(data):
        yield from leaves_of(each, path + (i,)) if isinstance(each, list) else [path + (i,)]


def other(x):
    return not x if isinstance(x, bool) else Decimal(9) if isinstance(x, Decimal) and 4 < x < 6 else Decimal(5)


def mutants_of_tensors(exchange, *where):
    tensors = exchange
    for step in where:
        tensors = tensors[step]
    for i, t in enumerate(tensors):
        places = [] if "raw" in t else list(leaves_of(t["data"]))
        for place in places if len(places) <= 16 else places[::len(places) // 8]:
            yield f"{where[0]} {t['name']} element {place}", changed(exchange, *where, i, "data", *place, other)
        for place in places:
            element = t["data"]
            for step in place:
                element = element[step]
            if t["datatype"] in ("FP32", "FP64") and element == 0:
                negated = Decimal("0.0") if element.is_signed() else Decimal("-0.0")
                yield f"{where[0]} {t['name']} zero's sign", changed(exchange, *where, i, "data", *place, negated)
                break
        if t.get("raw"):
            yield f"{where[0]} {t['name']} raw", changed(exchange, *where, i, "raw", lambda raw: b64(v.b64(raw)[:-1] + bytes([v.b64(raw)[-1] ^ 1])))
        yield f"{where[0]} {t['name']} name", changed(exchange, *where, i, "name", t["name"] + "x")
        yield f"{where[0]} {t['name']} shape", changed(exchange, *where, i, "shape", lambda shape: [Decimal(1)] + shape)
        for kind in v.TYPES:
            if kind != t["datatype"]:
                yield f"{where[0]} {t['name']} as {kind}", changed(exchange, *where, i, "datatype", kind)
        yield f"{where[0]} {t['name']} left out", changed(exchange, *where, lambda all: all[:i] + all[i + 1:])
        yield f"{where[0]} {t['name']} doubled", changed(exchange, *where, lambda all: all + [all[i]])
    if len(tensors) > 1 and where[0] == "response":
        yield "outputs reversed", changed(exchange, *where, lambda all: all[::-1])


def mutants_of_receipt(exchange):
    where = ("response", "parameters", "candor_receipt")
    receipt = v.b64(exchange["response"]["parameters"]["candor_receipt"])
    r = v.parse(receipt)
    def with_receipt(changed_receipt): return changed(exchange, *where, b64(changed_receipt))
    for i in range(len(receipt)):
        yield f"receipt byte {i}", with_receipt(receipt[:i] + bytes([receipt[i] ^ 1]) + receipt[i + 1:])
    for i in range(0, len(receipt), 7):
        yield f"receipt without byte {i}", with_receipt(receipt[:i] + receipt[i + 1:])
        yield f"receipt cut at {i}", with_receipt(receipt[:i])
    yield "receipt with a byte more", with_receipt(receipt + b"\0")
    yield "receipt twice", with_receipt(receipt + receipt)
    s = int.from_bytes(receipt[-32:], "little") + ed25519_verify.L
    yield "S with the order added", with_receipt(receipt[:-32] + s.to_bytes(32, "little"))
    if len(r.path) > 1:
        start = r.end + 9
        yield "path reversed", with_receipt(receipt[:start] + b"".join(r.path[::-1]) + receipt[start + 32 * len(r.path):])
    if r.path:  # a batch of one has none to shorten
        yield "path shorter", with_receipt(receipt[:r.end + 8] + bytes([max(0, len(r.path) - 1)]) + b"".join(r.path[1:]) + r.signature)
    yield "path longer", with_receipt(receipt[:r.end + 8] + bytes([len(r.path) + 1]) + bytes(32) + receipt[r.end + 9:])
    salt = v.b64(exchange["response"]["parameters"]["candor_salt"])
    for i in range(len(salt)):
        yield f"salt byte {i}", changed(exchange, "response", "parameters", "candor_salt", b64(salt[:i] + bytes([salt[i] ^ 1]) + salt[i + 1:]))
    yield "salt shorter", changed(exchange, "response", "parameters", "candor_salt", b64(salt[:15]))


def mutants_of_exchange(exchange):
    yield "model asked", changed(exchange, "model", "other")
    for version in ("latest", "9.99", "x" + exchange["version"]):
        yield f"version asked {version}", changed(exchange, "version", version)
    r = v.parse(v.b64(exchange["response"]["parameters"]["candor_receipt"]))
    if exchange["version"] != r.version:
        yield "the version that ran as version asked", changed(exchange, "version", r.version)
    yield "model shown", changed(exchange, "response", "model_name", "other")
    yield "version shown", changed(exchange, "response", "model_version", "9.99")
    yield "request id shown", changed(exchange, "response", "parameters", "candor_request_id", "0-" + str(uuid.UUID(int=1)))
    asked = (exchange["request"].get("parameters") or {}).get("verification", "vanilla")
    for mode in v.MODES:
        if mode != asked:
            yield f"mode {mode}", changed(exchange, "request", "parameters", {"verification": mode})
    if "outputs" not in exchange["request"]:
        exchange = copy.deepcopy(exchange)
        exchange["request"]["outputs"] = []
    yield "an output asked", changed(exchange, "request", "outputs", lambda all: all + [{"name": "more"}])
    if exchange["request"]["outputs"]:
        yield "outputs asked in another order", changed(exchange, "request", "outputs", lambda all: all[::-1])
        yield "no output asked", changed(exchange, "request", "outputs", [])


def not_covered(exchange):
    """Changes that a receipt says nothing about."""
    request = exchange["request"]
    for field in ("priority", "timeout", "idempotency_key"):
        yield field, exchange | {"request": request | {"parameters": (request.get("parameters") or {}) | {field: Decimal(1)}}}
    yield "id", exchange | {"request": request | {"id": "another"}}
    yield "id echoed", changed(exchange, "response", exchange["response"] | {"id": "another"})


def mutants_of_trust(trust, exchange):
    """Trust files under which the exchange must not verify."""
    r = v.parse(v.b64(exchange["response"]["parameters"]["candor_receipt"]))
    at = next(i for i, key in enumerate(trust["keys"]) if key["key_id"] == r.key.hex())
    def key_with(**fields): return changed(trust, "keys", at, lambda key: key | fields)
    yield "key missing", changed(trust, "keys", lambda keys: keys[:at] + keys[at + 1:])
    yield "key of another role", key_with(role="validator")
    yield "key revoked before", key_with(revoked_at="2000-01-01T00:00:00Z")
    yield "key revoked after", key_with(revoked_at="2999-01-01T00:00:00Z")
    yield "key not valid yet", key_with(not_before="2999-01-01T00:00:00Z", not_after="2999-01-02T00:00:00Z")
    yield "key not valid any more", key_with(not_before="2000-01-01T00:00:00Z", not_after="2000-01-02T00:00:00Z")
    yield "another network", trust | {"network": "00" * 32}


def broken_trusts(trust):
    """Trust files that must not load."""
    key = trust["keys"][0]
    yield "another format", trust | {"format": "candor-trust-v2"}
    yield "an unknown field", trust | {"more": 1}
    yield "an unknown field of a key", changed(trust, "keys", 0, key | {"more": 1})
    yield "a key twice", changed(trust, "keys", lambda keys: keys + keys[:1])
    yield "a false key id", changed(trust, "keys", 0, "key_id", "00" * 32)
    yield "another public key", changed(trust, "keys", 0, "public_key", b64(bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")))
    small = b"\1" + bytes(31)
    yield "a key of small order", changed(trust, "keys", 0, key | {"public_key": b64(small), "key_id": v.sha(small).hex()})
    yield "a network that is no digest", trust | {"network": "ab"}


def test_mutants(named, trust_json):
    """Refuses all mutants; then, with each check taken out in turn, shows that some mutant needs it."""
    trust, count, cases = v.load_trust(json.dumps(trust_json)), 0, []
    for i, (name, exchange) in enumerate(named):
        check(accepts(exchange, trust), f"honest exchange {name}")
        changes = [*mutants_of_receipt(exchange), *mutants_of_exchange(exchange),
                   *mutants_of_tensors(exchange, "request", "inputs"), *mutants_of_tensors(exchange, "response", "outputs")]
        swapped = named[(i + 1) % len(named)][1]["response"]
        changes.append(("another answer", changed(exchange, "response", swapped)))
        changes.append(("another receipt", changed(exchange, "response", "parameters", swapped["parameters"])))
        cases += [(f"{name}: {what}", mutant, trust) for what, mutant in changes]
        for what, other_trust in mutants_of_trust(trust_json, exchange):
            cases.append((f"{name}: {what}", exchange, v.load_trust(json.dumps(other_trust))))
        for what, same in not_covered(exchange):
            check(accepts(same, trust), f"{name}: {what} is not covered by the receipt")
    for what, exchange, against in cases:
        check(not accepts(exchange, against), f"accepted {what}")
    for what, broken in broken_trusts(trust_json):
        try:
            v.load_trust(json.dumps(broken))
            check(False, f"loaded a trust file with {what}")
        except (ValueError, KeyError):
            count += 1
    need = v.need
    for removed in REMOVED:
        v.need = lambda holds, what: need(holds or what.startswith(removed + ":"), what)
        check(any(accepts(exchange, against) for _, exchange, against in cases), f"no mutant needs the check {removed}")
    v.need = need
    print(f"mutants: {len(cases) + count} refused over {len(named)} exchanges; each of {len(REMOVED)} checks is needed")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--demo-dir", type=Path, help="folder with trust.json and exchanges, searched recursively")
    parser.add_argument("--mutate", type=int, default=8, help="how many of the demo's exchanges to mutate (default 8)")
    given = parser.parse_args()
    test_ed25519()
    for name in ("receipt-v1.json", "receipt-v2.json"):
        exchanges, trust = test_vectors(name)
        test_mutants(exchanges, trust)
    if given.demo_dir:
        trust = json.loads((given.demo_dir / "trust.json").read_bytes())
        files = sorted(path for path in given.demo_dir.rglob("*.json") if path.name != "trust.json")
        check(files, f"{given.demo_dir} holds no exchanges")
        loaded, keys = [(path.name, v.load(path.read_bytes())) for path in files], v.load_trust(json.dumps(trust))
        for name, exchange in loaded:
            check(accepts(exchange, keys), f"honest exchange {name}")
        print(f"demo: {len(loaded)} receipts verified")
        test_mutants(loaded[::max(1, len(loaded) // given.mutate)][:given.mutate], trust)
    print("ok")


if __name__ == "__main__":
    main()
