"""A client of a node over REST that hands out no answer whose receipt does not verify. Standard library and ``cryptography`` only."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote, urlsplit

from .errors import CandorError, ProofError, RefusedError, VerificationError, WaitError
from .receipts import Answered, Asked, Receipt, Trust, load_exact, verify_receipt
from .tensors import Tensor, from_json, pack, to_json

HEADER_LENGTH = "Inference-Header-Content-Length"
_PROVEN = {"verified", "settled"}
_ENDED = {"rejected", "expired", "cancelled", "none", "unknown", "simulated", "refused"}

Sign = Callable[[str, str, bytes], Mapping[str, str]]
"""Headers that sign a request: of method, target and body."""


@dataclass(frozen=True)
class Answer:
    """An answer whose receipt verified."""

    receipt: Receipt
    receipt_bytes: bytes
    salt: bytes
    asked: Asked
    answered: Answered
    replayed: bool
    timing: str
    """``Server-Timing``, in milliseconds."""

    @property
    def request_id(self) -> str:
        return self.receipt.request_id

    @property
    def outputs(self) -> Tuple[Tensor, ...]:
        return self.answered.outputs

    def output(self, name: str) -> Tensor:
        """The output of this name."""
        for each in self.outputs:
            if each.name == name:
                return each
        raise KeyError(f"the answer has no output {name!r}; it has {[each.name for each in self.outputs]}")


def tensor(name: str, datatype: str, shape: Sequence[int], data: Any) -> Tensor:
    """An input: nested lists, bytes, or an array of numpy."""
    return Tensor(name, datatype, tuple(shape), pack(datatype, data))


class Candor:
    """A node. One connection, kept alive; calls of several threads wait for one another."""

    def __init__(self, url: str, trust: Trust, api_key: Optional[str] = None, sign: Optional[Sign] = None,
                 timeout: float = 60.0, context: Optional[ssl.SSLContext] = None):
        """
        :param trust: whom you believe, out of a file or a key that you pinned; never what the node says of itself
        :param sign: signs each request, see :mod:`candor_client.signing`
        :param timeout: seconds for one call
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CandorError(f"{url!r} is no address of a node; it begins with http:// or https://")
        self._trust = trust
        self._api_key = api_key
        self._sign = sign
        self._lock = threading.Lock()
        if parts.scheme == "https":
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port or 443, timeout=timeout, context=context or ssl.create_default_context())
        else:
            self._connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=timeout)

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> "Candor":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def call(self, method: str, target: str, body: bytes = b"", headers: Optional[Mapping[str, str]] = None) -> Tuple[Mapping[str, str], bytes]:
        """One call; raises a RefusedError where the node refuses."""
        sent: Dict[str, str] = dict(headers or {})
        if self._api_key is not None:
            sent["X-API-Key"] = self._api_key
        if self._sign is not None:
            sent.update(self._sign(method, target, body))
        status, received, data = self._exchange(method, target, body, sent)
        if 200 <= status < 300:
            return received, data
        try:
            said = json.loads(data)
        except ValueError:  # not the node's own words: a proxy's page, perhaps
            said = {}
        said = said if isinstance(said, dict) else {}
        wait = received.get("Retry-After-Ms")
        after = float(wait) / 1000 if wait is not None else float(received["Retry-After"]) if "Retry-After" in received else None
        raise RefusedError(said.get("code", f"HTTP_{status}"), said.get("error", f"the node answered {status} to {method} {target}"),
                           status, after, received.get("Candor-Receipt"))

    def _exchange(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Tuple[int, http.client.HTTPMessage, bytes]:
        with self._lock:
            fresh = self._connection.sock is None
            while True:
                try:
                    self._connection.request(method, target, body=body or None, headers=dict(headers))
                    response = self._connection.getresponse()
                    return response.status, response.headers, response.read()
                except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                    # A kept connection that the node had closed meanwhile: nothing of the answer came. What may not be done twice is not sent again.
                    self._connection.close()
                    if fresh or not (method == "GET" or "Idempotency-Key" in headers):
                        raise
                    fresh = True
                except BaseException:
                    self._connection.close()
                    raise

    def _json(self, method: str, target: str, json_body: Any = None) -> Any:
        body = b"" if json_body is None else json.dumps(json_body, allow_nan=False).encode()
        _, data = self.call(method, target, body, {"Content-Type": "application/json"} if body else {})
        return json.loads(data)

    def infer(self, model: str, inputs: Sequence[Tensor], *, version: str = "", mode: str = "vanilla", outputs: Sequence[str] = (),
              encoding: str = "binary", idempotency_key: Optional[str] = None, parameters: Optional[Mapping[str, Any]] = None) -> Answer:
        """Asks a model; returns the answer once its receipt verifies against request, answer and trust.

        :param encoding: of the tensors on the wire, ``binary`` or ``json``
        :raises RefusedError: the node refused
        :raises VerificationError: there is an answer, and it is not to be used
        """
        binary = encoding == "binary"
        if encoding not in ("binary", "json"):
            raise ValueError("encoding is binary or json")
        asked = Asked(model, version, mode, tuple(inputs), tuple(outputs))
        options = dict(parameters or {})
        if mode != "vanilla":
            options["verification"] = mode
        if binary:
            options["binary_data_output"] = True
        head = json.dumps(_request(asked, options, binary), allow_nan=False).encode()
        headers = {"Content-Type": "application/octet-stream" if binary else "application/json"}
        if binary:
            headers[HEADER_LENGTH] = str(len(head))
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        target = f"/v2/models/{quote(model, safe='')}" + (f"/versions/{quote(version, safe='')}" if version else "") + "/infer"
        body = head + b"".join(each.data for each in inputs) if binary else head
        received, data = self.call("POST", target, body, headers)
        response, tensors = _read_answer(data, received.get(HEADER_LENGTH))
        said = response.get("parameters") or {}
        if not isinstance(said.get("candor_receipt"), str) or not isinstance(said.get("candor_salt"), str):
            raise VerificationError("bytes", "the answer carries no receipt")
        if outputs and [each.name for each in tensors] != list(outputs):
            raise VerificationError("answer", "the answer's outputs are not those asked for")
        answered = Answered(response.get("model_name", ""), response.get("model_version", ""), said.get("candor_request_id", ""), tensors)
        receipt_bytes, salt = _base64(said["candor_receipt"]), _base64(said["candor_salt"])
        receipt = verify_receipt(receipt_bytes, self._trust, asked, answered, salt)
        return Answer(receipt, receipt_bytes, salt, asked, answered, received.get("Candor-Replayed") == "true", received.get("Server-Timing", ""))

    def status(self, request_id: str) -> dict:
        """The request, its receipt, and how far its verification is."""
        return self._json("GET", f"/v1/requests/{quote(request_id, safe='')}")

    def receipt(self, request_id: str) -> bytes:
        """The bytes of a committed receipt, to be verified by :func:`verify_receipt`."""
        return _base64(self._json("GET", f"/v1/receipts/{quote(request_id, safe='')}")["receipt"])

    def finality(self, request_id: str) -> dict:
        """Whether the receipt is in a certified block, and in which: the node's word."""
        return self._json("GET", f"/v1/receipts/{quote(request_id, safe='')}/finality")

    def file(self, request_id: str, part: str) -> bytes:
        """A file of a proof, ``statement``, ``proof`` or ``lineage``, for ``candor verify``."""
        return self.call("GET", f"/v1/requests/{quote(request_id, safe='')}/{quote(part, safe='')}")[1]

    def escalate(self, answer: Answer, *, deadline_ms: Optional[int] = None, private_input: Optional[bool] = None) -> dict:
        """Has a past answer of an exact model proven: sends its request again, with its salt."""
        asked = answer.asked
        options = {} if asked.mode == "vanilla" else {"verification": asked.mode}
        body: Dict[str, Any] = {"model": asked.model, "version": asked.version, "salt": base64.b64encode(answer.salt).decode(),
                                "request": _request(asked, options, False)}
        if deadline_ms is not None:
            body["verification_deadline_ms"] = deadline_ms
        if private_input is not None:
            body["private_input"] = private_input
        return self._json("POST", f"/v1/requests/{quote(answer.request_id, safe='')}/verify", body)

    def cancel(self, request_id: str) -> dict:
        """Takes back the wish for a proof."""
        return self._json("DELETE", f"/v1/requests/{quote(request_id, safe='')}/verify")

    def models(self) -> List[dict]:
        """Models, their versions and specifications."""
        return self._json("GET", "/v1/models")["models"]

    def modes(self, model: str, version: str = "") -> dict:
        """What each mode costs for a model now."""
        return self._json("GET", f"/v1/models/{quote(model, safe='')}" + (f"/versions/{quote(version, safe='')}" if version else "") + "/verification")

    def stats(self) -> dict:
        """Public figures of all final blocks."""
        return self._json("GET", "/v1/stats")

    def wait_for_proof(self, request_id: str, timeout: float = 120.0, poll: float = 0.5) -> dict:
        """Waits until the proof of an answer was verified by its node; raises a ProofError where none comes."""
        def look() -> Optional[dict]:
            status = self.status(request_id)
            verification = status.get("verification") or {}
            state = verification.get("state", "none")
            if state in _PROVEN:
                return status
            if state in _ENDED:
                raise ProofError(state, f"no proof of {request_id}: {verification.get('reason', state)}", status)
            return None
        return _wait(look, f"a proof of {request_id}", timeout, poll)

    def wait_for_finality(self, request_id: str, timeout: float = 60.0, poll: float = 0.2) -> dict:
        """Waits until the receipt is in a certified block."""
        def look() -> Optional[dict]:
            finality = self.finality(request_id)
            return finality if finality["status"] == "final" else None
        return _wait(look, f"the block of {request_id}", timeout, poll)

    def wait_for_settlement(self, request_id: str, timeout: float = 120.0, poll: float = 0.5) -> dict:
        """Waits until the ledger has settled what the answer owed: proven or attested, expired (refunded), or disproved."""
        def look() -> Optional[dict]:
            status = self.status(request_id)
            settlement = status.get("settlement") or {"status": "none"}
            if settlement["status"] == "none":
                raise ProofError("none", f"nothing is settled for {request_id}: {settlement.get('reason', 'nothing was owed')}", status)
            return None if settlement["status"] in ("pending", "uncharged") else settlement
        return _wait(look, f"the settlement of {request_id}", timeout, poll)


def _wait(look: Callable[[], Optional[dict]], what: str, timeout: float, poll: float) -> dict:
    until = time.monotonic() + timeout
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() + poll > until:
            raise WaitError(f"{what} did not come within {timeout:g} s")
        time.sleep(poll)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as problem:
        raise VerificationError("bytes", f"no base64: {problem}") from problem


def _request(asked: Asked, parameters: Mapping[str, Any], binary: bool) -> dict:
    inputs = []
    for each in asked.inputs:
        json_tensor: Dict[str, Any] = {"name": each.name, "datatype": each.datatype, "shape": list(each.shape)}
        if binary:
            json_tensor["parameters"] = {"binary_data_size": len(each.data)}
        else:
            json_tensor["data"] = to_json(each)
        inputs.append(json_tensor)
    request: Dict[str, Any] = {"inputs": inputs}
    if asked.outputs:
        request["outputs"] = [{"name": name} for name in asked.outputs]
    if parameters:
        request["parameters"] = dict(parameters)
    return request


def _read_answer(data: bytes, header_length: Optional[str]) -> Tuple[dict, Tuple[Tensor, ...]]:
    """An answer's JSON, and its tensors, which follow behind it where they are in binary form."""
    try:
        length = len(data) if header_length is None else int(header_length)
        if not 0 <= length <= len(data):
            raise ValueError(f"{HEADER_LENGTH} is {length}, the body has {len(data)} bytes")
        response, at = load_exact(data[:length]), length
        tensors: List[Tensor] = []
        for each in response.get("outputs") or ():
            size = (each.get("parameters") or {}).get("binary_data_size")
            if size is None:
                tensors.append(from_json(each))
            else:
                tensors.append(Tensor(each["name"], each["datatype"], tuple(int(n) for n in each["shape"]), data[at:at + int(size)]))
                at += int(size)
        if at != len(data):
            raise ValueError(f"{len(data) - at} bytes follow behind the last tensor")
        return response, tuple(tensors)
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise CandorError(f"the answer cannot be read: {problem}") from problem
