"""Receipts, trust, and the verification of docs/receipt.md, by its names of the checks."""

from __future__ import annotations

import base64
import json
import re
import struct
import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Dict, Optional, Sequence, Tuple, Union

from .ed25519 import is_key, verify as _signed
from .errors import CandorError, VerificationError
from .tensors import MODES, Tensor, answer_digest, from_json, is_version, request_digest, salted, sha256, u32

_SPKI = bytes.fromhex("302a300506032b6570032100")
_KEY_FIELDS = {"key_id", "public_key", "role", "not_before", "not_after", "revoked_at", "note"}
_LARGEST = 1399
_LATEST = 253402300799999


def _need(holds: bool, check: str, sentence: str) -> None:
    if not holds:
        raise VerificationError(check, sentence)


@dataclass(frozen=True)
class Receipt:
    """A receipt's fields."""

    leaf: bytes
    leaf_version: int
    network: bytes
    key_id: bytes
    request_id: str
    caller: bytes
    model_name: str
    model_version: str
    content_id: bytes
    request_digest: bytes
    answer_digest: bytes
    requested: str
    achieved: str
    arithmetic: str
    device: str
    answered_at: int
    """Milliseconds since 1970-01-01 UTC, by the executor's clock."""
    index: int
    size: int
    path: Tuple[bytes, ...]
    signature: bytes

    @property
    def cached(self) -> bool:
        """Whether the answer was kept from an earlier request: the model did not run for this one."""
        return self.leaf_version == 2

    @staticmethod
    def parse(data: bytes) -> "Receipt":
        """Reads a receipt, which has exactly one form; raises a VerificationError of the check ``version`` or ``bytes``."""
        _need(10 <= len(data) <= _LARGEST and data[:4] == b"CRCP", "bytes", f"a receipt begins with CRCP and has at most {_LARGEST} bytes")
        _need(data[4] == 1, "version", f"receipts of version {data[4]} are not known")
        _need(data[9] in (1, 2), "version", f"leaves of version {data[9]} are not known")
        try:
            return _parse(data)
        except (struct.error, UnicodeDecodeError, IndexError) as problem:
            raise VerificationError("bytes", f"not the one form of a receipt: {problem}") from problem

    def root(self) -> bytes:
        """The root that leaf and path lead to (RFC 9162, section 2.1.3.2); raises a VerificationError of the check ``path``."""
        _need(self.index < self.size, "path", f"leaf {self.index} is not in a tree of {self.size}")
        fn, sn, node = self.index, self.size - 1, sha256(b"\0", self.leaf)
        for sibling in self.path:
            _need(sn != 0, "path", "it is longer than the tree is high")
            if fn % 2 == 1 or fn == sn:
                node = sha256(b"\1", sibling, node)
                while fn % 2 == 0 and fn != 0:
                    fn, sn = fn >> 1, sn >> 1
            else:
                node = sha256(b"\1", node, sibling)
            fn, sn = fn >> 1, sn >> 1
        _need(sn == 0, "path", "it is shorter than the tree is high")
        return node

    def signed_message(self) -> bytes:
        """The 120 bytes that are signed for the batch."""
        return b"candor-batch-v1\0" + self.network + self.root() + u32(self.size) + self.key_id


def _parse(data: bytes) -> Receipt:
    end = 9 + int.from_bytes(data[5:9], "big")
    leaf = data[9:end]
    version, network, key, partition, uid, caller, n = struct.unpack_from(">B32s32sB16s32sH", leaf)
    at = 116 + n
    name = leaf[116:at].decode()
    major, minor, content, request, answer, mode, achieved, arithmetic, m = struct.unpack_from(">HB32s32s32sBBBH", leaf, at)
    at += 104
    device = leaf[at:at + m].decode()
    (time,) = struct.unpack_from(">q", leaf, at + m)
    rest = leaf[at + m + 8:]
    index, size, length = struct.unpack_from(">IIB", data, end)
    tail = end + 9 + 32 * length
    _need(length <= 16 and len(data) == tail + 64 and 1 <= size <= 65536 and index < 2**31, "bytes", "not the one form of a receipt")
    _need(rest == (b"\1" if version == 2 else b""), "bytes", "not the one form of a leaf")
    _need(1 <= n <= 512 and 1 <= m <= 64 and 1 <= major <= 9999 and minor <= 99 and mode < 3 and achieved < 3 and arithmetic < 2
          and 0 <= time <= _LATEST, "bytes", "a field of the leaf has a value that it cannot have")
    return Receipt(
        leaf=leaf, leaf_version=version, network=network, key_id=key, request_id=f"{partition}-{uuid.UUID(bytes=uid)}", caller=caller,
        model_name=name, model_version=f"{major}.{minor:02d}", content_id=content, request_digest=request, answer_digest=answer,
        requested=MODES[mode], achieved=MODES[achieved], arithmetic=("float", "exact")[arithmetic], device=device, answered_at=time,
        index=index, size=size, path=tuple(data[end + 9 + 32 * i:end + 41 + 32 * i] for i in range(length)), signature=data[tail:])


@dataclass(frozen=True)
class TrustedKey:
    """A key and what it is trusted for; times are milliseconds since 1970."""

    raw: bytes
    role: str
    not_before: Optional[int] = None
    not_after: Optional[int] = None
    revoked_at: Optional[int] = None


def _once(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a field appears twice")
    return dict(pairs)


def load_exact(source: Union[str, bytes]) -> Any:
    """JSON with numbers as they were written, refusing fields that appear twice and names of numbers that JSON has not."""
    def no_number(name):
        raise ValueError(f"{name} is no JSON")
    return json.loads(source, object_pairs_hook=_once, parse_float=Decimal, parse_int=Decimal, parse_constant=no_number)


def _raw_key(text: str) -> bytes:
    pem = re.fullmatch(r"\s*-----BEGIN PUBLIC KEY-----([^-]*)-----END PUBLIC KEY-----\s*", text)
    spki = base64.b64decode("".join(pem[1].split()), validate=True) if pem else _SPKI + base64.b64decode(text, validate=True)
    if not spki.startswith(_SPKI) or not is_key(spki[len(_SPKI):]):
        raise ValueError("a public key is not the canonical encoding of an Ed25519 point of prime order")
    return spki[len(_SPKI):]


def _millis(text: Any) -> Optional[int]:
    if text is None:
        return None
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z", text):
        raise ValueError(f"{text!r} is no time in UTC with at most milliseconds")
    return round(datetime.fromisoformat(text[:-1] + "+00:00").timestamp() * 1000)


class Trust:
    """Whom you believe: keys by id, and perhaps the network that they count in. Never out of a receipt or an answer."""

    def __init__(self, network: Optional[str], keys: Dict[str, TrustedKey]):
        self.network = network
        self.keys = keys

    @staticmethod
    def load(path: Union[str, Path]) -> "Trust":
        """Reads a trust file."""
        source = Path(path).read_bytes()
        if len(source) > 1 << 20:
            raise CandorError("trust file: it has more than 1 MiB")
        return Trust.parse(source)

    @staticmethod
    def parse(source: Union[str, bytes]) -> "Trust":
        """Reads the text of a trust file; raises a CandorError with what is wrong."""
        try:
            return Trust._parse(load_exact(source))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise CandorError(f"trust file: {problem}") from problem

    @staticmethod
    def _parse(trust: dict) -> "Trust":
        if trust["format"] != "candor-trust-v1" or not set(trust) <= {"format", "network", "keys"}:
            raise ValueError("it is not of the format candor-trust-v1, or has a field that is not known")
        network = trust.get("network")
        if network is not None and not re.fullmatch("[0-9a-f]{64}", network):
            raise ValueError("network is no digest")
        if len(trust["keys"]) > 1000:
            raise ValueError("it has more than 1000 keys")
        keys: Dict[str, TrustedKey] = {}
        for each in trust["keys"]:
            if not set(each) <= _KEY_FIELDS or each["role"] not in ("executor", "validator"):
                raise ValueError("a key has a field or a role that is not known")
            raw = _raw_key(each["public_key"])
            if sha256(raw).hex() != each["key_id"] or each["key_id"] in keys:
                raise ValueError(f"{each['key_id']} is not SHA-256 of its public key, or appears twice")
            keys[each["key_id"]] = TrustedKey(raw, each["role"], _millis(each.get("not_before")), _millis(each.get("not_after")), _millis(each.get("revoked_at")))
        return Trust(network, keys)

    @staticmethod
    def pinned(public_key: str, network: Optional[str] = None) -> "Trust":
        """Trusts one executor, by base64 of its raw key or a PEM."""
        try:
            raw = _raw_key(public_key)
        except ValueError as problem:
            raise CandorError(f"pinned key: {problem}") from problem
        return Trust(network, {sha256(raw).hex(): TrustedKey(raw, "executor")})


@dataclass(frozen=True)
class Asked:
    """A request as asked; an empty version lets the node choose, no outputs stand for all."""

    model: str
    version: str
    mode: str
    inputs: Tuple[Tensor, ...]
    outputs: Tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """What came back."""

    model: str
    version: str
    request_id: str
    outputs: Tuple[Tensor, ...]


def verify_receipt(data: bytes, trust: Trust, asked: Optional[Asked] = None, answered: Optional[Answered] = None, salt: Optional[bytes] = None) -> Receipt:
    """Carries out every check that what is given allows; raises a VerificationError for the first that fails."""
    receipt = Receipt.parse(data)
    _need(trust.network in (None, receipt.network.hex()), "network", "not the trust file's")
    key = trust.keys.get(receipt.key_id.hex())
    if key is None:
        raise VerificationError("key-known", f"{receipt.key_id.hex()} is not in the trust file")
    _need(key.role == "executor", "key-role", f"it is there as {key.role}")
    _need(key.not_before is None or receipt.answered_at >= key.not_before, "key-time", "answered before the key counted")
    _need(key.not_after is None or receipt.answered_at <= key.not_after, "key-time", "answered after the key's end")
    _need(key.revoked_at is None, "key-revoked", "the key was revoked; somebody else may hold it")
    _need(_signed(key.raw, receipt.signature, receipt.signed_message()), "signature", "not the key's over the root that leaf and path lead to")
    _need(salt is None or len(salt) == 16, "request", "the salt has 16 bytes")
    if asked is not None:
        _need(asked.mode == receipt.requested, "mode", f"asked {asked.mode}, the receipt says {receipt.requested}")
        if salt is not None:
            unsalted = request_digest(asked.model, asked.version, asked.mode, asked.inputs, asked.outputs)
            _need(salted(salt, unsalted) == receipt.request_digest, "request", "not the request that was answered")
    if answered is not None and salt is not None:
        _need(salted(salt, answer_digest(answered.outputs)) == receipt.answer_digest, "answer", "not the answer that was given")
    if asked is not None:
        _need(asked.model == receipt.model_name, "model", f"asked {asked.model}, the receipt is of {receipt.model_name}")
        _need(not is_version(asked.version) or asked.version == receipt.model_version, "model", f"asked {asked.version}, the receipt is of {receipt.model_version}")
    if answered is not None:
        shown = answered.model, answered.version, answered.request_id
        said = receipt.model_name, receipt.model_version, receipt.request_id
        _need(shown == said, "model", f"the answer shows {shown}, the receipt says {said}")
    return receipt


def read_exchange(source: Union[str, bytes]) -> Tuple[bytes, Asked, Answered, bytes]:
    """Receipt, request, answer and salt of an exchange in JSON (docs/receipt.md, "From JSON")."""
    exchange = load_exact(source)
    request, response = exchange["request"], exchange["response"]
    asked = Asked(
        exchange["model"], exchange.get("version") or "", (request.get("parameters") or {}).get("verification") or "vanilla",
        tuple(map(from_json, request["inputs"])), tuple(each["name"] for each in request.get("outputs") or ()))
    said = response["parameters"]
    answered = Answered(response["model_name"], response["model_version"], said["candor_request_id"], tuple(map(from_json, response["outputs"])))
    return base64.b64decode(said["candor_receipt"], validate=True), asked, answered, base64.b64decode(said["candor_salt"], validate=True)


__all__: Sequence[str] = ("Answered", "Asked", "Receipt", "Trust", "TrustedKey", "load_exact", "read_exchange", "verify_receipt")
