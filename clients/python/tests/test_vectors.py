"""Golden vectors of docs/vectors: recomputed, and every mutant of them refused. Run by ``python -m unittest``."""

import base64
import copy
import http.server
import json
import threading
import unittest
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import candor_client as c
from candor_client import ed25519, tensors
from candor_client.receipts import load_exact

ROOT = Path(__file__).resolve().parents[3]
VECTORS = [json.loads((ROOT / "docs" / "vectors" / name).read_bytes()) for name in ("receipt-v1.json", "receipt-v2.json")]


def trust_of(vectors, change=lambda trust: None):
    trust = copy.deepcopy(vectors["trust"])
    change(trust)
    return c.Trust.parse(json.dumps(trust))


def accepted(receipt, trust, asked, answered, salt):
    try:
        c.verify_receipt(receipt, trust, asked, answered, salt)
        return True
    except c.VerificationError:
        return False


def with_byte(data, at, bit=1):
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1:]


class Signatures(unittest.TestCase):
    def test_takes_no_key_of_small_order_or_in_another_encoding(self):
        small = ["00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"]
        for each in [*small, "ee" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f", "01" + "00" * 30 + "80"]:
            self.assertFalse(ed25519.is_key(bytes.fromhex(each)), each)

    def test_refuses_any_change_and_a_second_form(self):
        key = Ed25519PrivateKey.generate()
        raw, message = key.public_key().public_bytes_raw(), b"m" * 120
        signature = key.sign(message)
        self.assertTrue(ed25519.verify(raw, signature, message))
        for at in range(64):
            self.assertFalse(ed25519.verify(raw, with_byte(signature, at), message))
        above = int.from_bytes(signature[32:], "little") + ed25519.ORDER
        self.assertFalse(ed25519.verify(raw, signature[:32] + above.to_bytes(32, "little"), message))


class Values(unittest.TestCase):
    def test_rounds_decimals_to_fp32_once(self):
        for decimal, wanted in [
            ("1.00000017881393432617187499", 1.00000011920928955078125), ("1.00000017881393432617187501", 1.0000002384185791015625),
            ("1.00000017881393432617187500", 1.0000002384185791015625), ("16777217", 16777216.0), ("16777217.0000000000000001", 16777218.0),
            ("1e-45", 1.401298464324817e-45), ("7e-46", 0.0), ("3.4028235e38", 3.4028234663852886e38),
        ]:
            self.assertEqual(tensors.round_to_fp32(Decimal(decimal)), wanted, decimal)
        with self.assertRaises(ValueError):
            tensors.pack("FP32", [Decimal("3.4028236e38")])

    def test_refuses_elements_that_are_none(self):
        for datatype, each in [("INT8", 128), ("UINT8", -1), ("INT32", 1.5), ("INT32", True), ("BOOL", 2), ("FP32", "one"), ("FP32", True), ("FP16", 1.0), ("FP8", 1)]:
            with self.assertRaises(ValueError, msg=f"{datatype} {each!r}"):
                tensors.pack(datatype, [each])


class Vectors(unittest.TestCase):
    def test_recomputes_leaves_and_batches(self):
        for vectors in VECTORS:
            key = bytes.fromhex(vectors["public_key"])
            for batch in vectors["batches"]:
                for index, data in enumerate(batch["receipts"]):
                    receipt = c.Receipt.parse(bytes.fromhex(data))
                    fields = vectors["leaves"][index]["fields"]
                    self.assertEqual(receipt.leaf.hex(), vectors["leaves"][index]["bytes"])
                    self.assertEqual(
                        [receipt.request_id, receipt.model_name, receipt.model_version, receipt.requested, receipt.achieved, receipt.arithmetic, receipt.device],
                        [fields[name] for name in ("request_id", "model_name", "model_version", "requested", "achieved", "arithmetic", "device")])
                    self.assertEqual(receipt.root().hex(), batch["root"])
                    self.assertEqual(receipt.signed_message().hex(), batch["signed_message"])
                    self.assertTrue(ed25519.verify(key, receipt.signature, receipt.signed_message()))

    def test_verifies_exchanges(self):
        for vectors in VECTORS:
            for each in vectors["exchanges"]:
                receipt, asked, answered, salt = c.read_exchange(each["exchange"])
                digest = tensors.request_digest(asked.model, asked.version, asked.mode, asked.inputs, asked.outputs)
                self.assertEqual(digest.hex(), each["request_digest"], each["name"])
                self.assertEqual(tensors.answer_digest(answered.outputs).hex(), each["answer_digest"], each["name"])
                c.verify_receipt(receipt, trust_of(vectors), asked, answered, salt)

    def test_refuses_every_byte_of_a_receipt_changed_and_every_length(self):
        for vectors in VECTORS:
            receipt, *rest = c.read_exchange(vectors["exchanges"][0]["exchange"])
            trust = trust_of(vectors)
            for at in range(len(receipt)):
                self.assertFalse(accepted(with_byte(receipt, at, 1 << at % 8), trust, *rest), f"byte {at}")
                self.assertFalse(accepted(receipt[:at], trust, *rest), f"cut at {at}")
            self.assertFalse(accepted(receipt + b"\0", trust, *rest))
            self.assertTrue(accepted(receipt, trust, *rest))

    def test_refuses_what_is_not_the_exchange(self):
        for vectors in VECTORS:
            receipt, asked, answered, salt = c.read_exchange(vectors["exchanges"][0]["exchange"])

            def replaced(record, **change):
                return type(record)(**{**record.__dict__, **change})

            def flipped(each):
                return tuple(replaced(t, data=with_byte(t.data, 0)) for t in each)

            trust = trust_of(vectors)
            for name, mutant in {
                "input": (trust, replaced(asked, inputs=flipped(asked.inputs)), answered, salt),
                "output": (trust, asked, replaced(answered, outputs=flipped(answered.outputs)), salt),
                "salt": (trust, asked, answered, with_byte(salt, 15)),
                "salt's length": (trust, asked, answered, salt[1:]),
                "mode": (trust, replaced(asked, mode="zkml"), answered, salt),
                "model asked": (trust, replaced(asked, model="other"), answered, salt),
                "version asked": (trust, replaced(asked, version="9.99"), answered, salt),
                "outputs asked": (trust, replaced(asked, outputs=("logits",)), answered, salt),
                "model shown": (trust, asked, replaced(answered, model="other"), salt),
                "request id shown": (trust, asked, replaced(answered, request_id="1" + answered.request_id[1:]), salt),
                "another key": (trust_of(vectors, lambda t: t["keys"].pop(0)), asked, answered, salt),
                "network": (trust_of(vectors, lambda t: t.update(network="0" * 64)), asked, answered, salt),
                "role": (trust_of(vectors, lambda t: t["keys"][0].update(role="validator")), asked, answered, salt),
                "revoked": (trust_of(vectors, lambda t: t["keys"][0].update(revoked_at="2030-01-01T00:00:00Z")), asked, answered, salt),
                "late": (trust_of(vectors, lambda t: t["keys"][0].update(not_after="2026-01-01T12:00:00Z")), asked, answered, salt),
            }.items():
                self.assertFalse(accepted(receipt, *mutant), name)

    def test_a_path_is_refused_where_index_size_order_or_a_sibling_is_another(self):
        for batch in VECTORS[0]["batches"]:
            if batch["size"] < 3:
                continue
            receipt = c.Receipt.parse(bytes.fromhex(batch["receipts"][1]))

            def root(**change):
                try:
                    return type(receipt)(**{**receipt.__dict__, **change}).root().hex()
                except c.VerificationError as problem:
                    self.assertEqual(problem.check, "path")
                    return None

            self.assertEqual(root(), batch["root"])
            self.assertNotEqual(root(index=0), batch["root"])
            self.assertIsNone(root(index=receipt.size))
            self.assertIsNone(root(size=1))
            self.assertIsNone(root(path=receipt.path[1:]))
            self.assertIsNone(root(path=receipt.path + receipt.path[:1]))
            self.assertNotEqual(root(path=receipt.path[::-1]), batch["root"])

    def test_trust_files_are_read_strictly(self):
        trust = VECTORS[0]["trust"]
        first, second = trust["keys"][:2]
        for name, each in {
            "format": {**trust, "format": "candor-trust-v2"}, "field": {**trust, "extra": 1}, "network": {**trust, "network": "xyz"},
            "key's field": {**trust, "keys": [{**first, "extra": 1}]}, "key id": {**trust, "keys": [{**first, "key_id": second["key_id"]}]},
            "role": {**trust, "keys": [{**first, "role": "admin"}]}, "time": {**trust, "keys": [{**first, "not_after": "2026-01-01"}]},
            "twice": {**trust, "keys": [first, first]},
            "small order": {**trust, "keys": [{**first, "public_key": base64.b64encode(b"\1" + bytes(31)).decode()}]},
        }.items():
            with self.assertRaises(c.CandorError, msg=name):
                c.Trust.parse(json.dumps(each))
        with self.assertRaises(c.CandorError):
            c.Trust.parse('{"format":"candor-trust-v1","format":"candor-trust-v1","keys":[]}')
        self.assertEqual(len(c.Trust.pinned(first["public_key"]).keys), 1)

    def test_json_has_no_names_of_numbers_and_no_field_twice(self):
        for each in ["NaN", '{"a":1,"a":2}', "{"]:
            with self.assertRaises(ValueError):
                load_exact(each)


class Scripted:
    """A node that says what it is told."""

    def __init__(self, *answers):
        waiting = list(answers)

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, body, headers = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.client = c.Candor(f"http://127.0.0.1:{self.server.server_port}", trust_of(VECTORS[0]))

    def __enter__(self):
        return self.client

    def __exit__(self, *_):
        self.client.close()
        self.server.shutdown()
        self.server.server_close()


class Client(unittest.TestCase):
    def test_hands_out_what_verifies_and_nothing_else(self):
        exchange = json.loads(VECTORS[0]["exchanges"][0]["exchange"])
        inputs = [c.tensor(t["name"], t["datatype"], t["shape"], t["data"]) for t in exchange["request"]["inputs"]]
        response = exchange["response"]

        def ask(said, model="mnist-mlp"):
            with Scripted((200, json.dumps(said).encode(), {})) as client:
                return client.infer(model, inputs, encoding="json")

        self.assertEqual(ask(response).request_id, VECTORS[0]["leaves"][0]["fields"]["request_id"])
        parameters = response["parameters"]
        other = base64.b64encode(bytes.fromhex(VECTORS[0]["batches"][-1]["receipts"][1])).decode()
        for name, said in {
            "output": {**response, "outputs": [{**t, "data": [0] * len(t["data"])} for t in response["outputs"]]},
            "no receipt": {**response, "parameters": {}},
            "request id": {**response, "parameters": {**parameters, "candor_request_id": "0-0193f0c2-0000-7000-8000-000000000009"}},
            "salt": {**response, "parameters": {**parameters, "candor_salt": base64.b64encode(bytes(16)).decode()}},
            "receipt": {**response, "parameters": {**parameters, "candor_receipt": other}},
            "model": {**response, "model_name": "other"},
        }.items():
            with self.assertRaises(c.VerificationError, msg=name):
                ask(said)
        with self.assertRaises(c.VerificationError):
            ask(response, model="other")

    def test_refusals_have_the_nodes_code_sentence_and_time(self):
        said = b'{"error":"the queue is full","code":"OVERLOADED"}'
        with Scripted((503, said, {"Retry-After": "1", "Retry-After-Ms": "250"})) as client:
            with self.assertRaises(c.RefusedError) as caught:
                client.models()
        problem = caught.exception
        self.assertEqual((problem.code, problem.status, problem.args[0], problem.retry_after), ("OVERLOADED", 503, "the queue is full", 0.25))
        with Scripted((502, b"<html>", {})) as client, self.assertRaises(c.RefusedError) as caught:
            client.models()
        self.assertEqual((caught.exception.code, caught.exception.retry_after), ("HTTP_502", None))

    def test_waits_for_a_proof_until_it_is_there_has_failed_or_the_time_is_over(self):
        def states(*words):
            return [(200, json.dumps({"verification": {"state": word, "reason": "so"}}).encode(), {}) for word in words]

        with Scripted(*states("queued", "leased", "proved", "verified")) as client:
            self.assertEqual(client.wait_for_proof("x", poll=0.001)["verification"]["state"], "verified")
        for state in ("rejected", "expired", "cancelled", "none"):
            with Scripted(*states(state)) as client, self.assertRaises(c.ProofError) as caught:
                client.wait_for_proof("x", poll=0.001)
            self.assertEqual(caught.exception.state, state)
        with Scripted(*states("queued")) as client, self.assertRaises(c.WaitError):
            client.wait_for_proof("x", timeout=0.01, poll=0.001)


if __name__ == "__main__":
    unittest.main()
