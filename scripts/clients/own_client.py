"""Drives a node with clients/python: own_client.py URL TRUST-FILE API-KEY SIGNER-KEY [EXACT-MODEL]"""

import json
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "clients" / "python"))

import candor_client as candor  # noqa: E402
from candor_client.signing import signed_by  # noqa: E402

url, trust_file, api_key, signer_key, *exact = sys.argv[1:]
trust = candor.Trust.load(trust_file)
client = candor.Candor(url, trust, api_key=api_key)
image = candor.tensor("image", "FP32", [1, 784], [(i % 28) / 28 for i in range(784)])
FAILED = 0


def held(what):
    def run(check):
        global FAILED
        try:
            detail = check()
            if detail is False or detail is None:
                raise AssertionError("it does not hold")
            print(f"ok      python: {what}" + (f": {detail}" if isinstance(detail, str) else ""))
        except Exception:
            FAILED += 1
            print(f"FAILED  python: {what}:\n{traceback.format_exc()}")
        return check
    return run


def refused(call, kind, said):
    try:
        call()
    except kind as problem:
        return getattr(problem, "check", None) == said or getattr(problem, "code", None) == said
    return False


class Altering(candor.Candor):
    """A line on which somebody sits."""

    def __init__(self, *given, request=False, **more):
        super().__init__(*given, **more)
        self._of_request = request

    def _exchange(self, method, target, body, headers):
        def altered(data, at):
            return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 or len(data):]
        if self._of_request:
            return super()._exchange(method, target, altered(body, -2), headers)
        status, received, data = super()._exchange(method, target, body, headers)
        return status, received, altered(data, -1)


first = client.infer("mnist-mlp", [image])


@held("an answer in binary verifies")
def _():
    return len(first.output("logits").elements) == 10


@held("the same in JSON, bit for bit")
def _():
    return client.infer("mnist-mlp", [image], encoding="json").output("logits").data == first.output("logits").data


@held("an alias, a version, an output by name")
def _():
    return client.infer("mnist-mlp", [image], version="latest", outputs=["logits"]).receipt.model_version == client.infer("mnist-mlp", [image], version="1.00").receipt.model_version


@held("a retry under its key brings the same answer and receipt")
def _():
    key = f"py-{time.time_ns()}"
    one, two = (client.infer("mnist-mlp", [image], idempotency_key=key) for _ in range(2))
    return not one.replayed and two.replayed and one.receipt_bytes == two.receipt_bytes


@held("a pinned key does as well")
def _():
    pinned = candor.Trust.pinned(json.loads(Path(trust_file).read_text())["keys"][0]["public_key"])
    with candor.Candor(url, pinned, api_key=api_key) as other:
        return bool(other.infer("mnist-mlp", [image]).request_id)


@held("another key is refused")
def _():
    with candor.Candor(url, candor.Trust(None, {}), api_key=api_key) as other:
        return refused(lambda: other.infer("mnist-mlp", [image]), candor.VerificationError, "key-known")


@held("an answer altered on its way is refused")
def _():
    with Altering(url, trust, api_key=api_key) as other:
        return refused(lambda: other.infer("mnist-mlp", [image]), candor.VerificationError, "answer")


@held("a request altered on its way is refused")
def _():
    with Altering(url, trust, api_key=api_key, request=True) as other:
        return refused(lambda: other.infer("mnist-mlp", [image]), candor.VerificationError, "request")


@held("refusals carry the node's code")
def _():
    codes = []
    stranger = candor.Candor(url, trust, api_key="wrong")
    for call in (lambda: client.infer("none", [image]), lambda: client.infer("mnist-mlp", [image], mode="tee"), stranger.models,
                 lambda: client.infer("mnist-mlp", [candor.Tensor("image", "FP32", (2, 392), image.data)])):
        try:
            call()
        except candor.RefusedError as problem:
            codes.append(problem.code)
    stranger.close()
    return codes == ["MODEL_NOT_FOUND", "MODE_UNAVAILABLE", "UNAUTHENTICATED", "INVALID_TENSOR"] and ", ".join(codes)


@held("the committed receipt is the one of the answer, and verifies")
def _():
    data = client.receipt(first.request_id)
    candor.verify_receipt(data, trust, first.asked, first.answered, first.salt)
    return data == first.receipt_bytes


@held("it becomes final")
def _():
    return f"block {client.wait_for_finality(first.request_id, timeout=60)['height']}"


@held("status, modes, models, statistics")
def _():
    return client.status(first.request_id)["state"] == "answered" and client.modes("mnist-mlp")["modes"]["vanilla"]["served"] \
        and len(client.models()) > 0 and len(client.stats()["days"]) > 0


@held("a request signed by a wallet (eth-account, EIP-712)")
def _():
    from eth_account import Account
    network = json.loads(client.call("GET", "/health")[1])["network"]
    sign, sent = signed_by(Account.from_key(signer_key), network), []

    def remembering(method, target, body):
        sent.append((method, target, body, dict(sign(method, target, body))))
        return sent[-1][3]

    with candor.Candor(url, trust, sign=remembering) as wallet:
        answer = wallet.infer("mnist-mlp", [image])
    method, target, body, headers = sent[0]
    with candor.Candor(url, trust) as nobody:
        again = refused(lambda: nobody.call(method, target, body, headers), candor.RefusedError, "UNAUTHENTICATED")
    return again and bool(answer.request_id) and "the same nonce again: UNAUTHENTICATED"


if exact:
    pixels = candor.tensor("image", "FP32", [1, 784], [float(i % 100) for i in range(784)])

    @held("a past answer is escalated and proven")
    def _():
        answer = client.infer(exact[0], [pixels])
        client.escalate(answer)
        verification = client.wait_for_proof(answer.request_id, timeout=300)["verification"]
        return f"{verification['state']}, {verification['proof']['bytes']} bytes, statement {len(client.file(answer.request_id, 'statement'))} bytes"

    @held("an answer in the mode zkml is proven")
    def _():
        answer = client.infer(exact[0], [pixels], mode="zkml")
        return client.wait_for_proof(answer.request_id, timeout=300)["verification"]["state"]

client.close()
sys.exit(1 if FAILED else 0)
