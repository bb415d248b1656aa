"""Tensors: elements as little-endian bytes, canonical form, and the digests of requests and answers (docs/receipt.md, "Digests")."""

from __future__ import annotations

import base64
import hashlib
import math
import re
import struct
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Iterable, List, Sequence, Tuple

DATATYPES = {
    "BOOL": (1, "?"), "UINT8": (2, "B"), "UINT16": (3, "H"), "UINT32": (4, "I"), "UINT64": (5, "Q"),
    "INT8": (6, "b"), "INT16": (7, "h"), "INT32": (8, "i"), "INT64": (9, "q"),
    "FP16": (10, "H"), "FP32": (11, "f"), "FP64": (12, "d"), "BF16": (13, "H"), "BYTES": (14, ""),
}
MODES = ("vanilla", "tee", "zkml")
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
# Form of an element's word, the word of infinity, and the quiet NaN without sign and payload, which stands for all of them.
_NANS = {"FP16": ("H", 0x7C00, 0x7E00), "BF16": ("H", 0x7F80, 0x7FC0), "FP32": ("I", 0x7F800000, 0x7FC00000),
         "FP64": ("Q", 0x7FF0000000000000, 0x7FF8000000000000)}


@dataclass(frozen=True)
class Tensor:
    """A tensor; ``data`` are its elements in row-major order, little-endian."""

    name: str
    datatype: str
    shape: Tuple[int, ...]
    data: bytes

    def __post_init__(self):
        if self.datatype not in DATATYPES:
            raise ValueError(f'"{self.datatype}" is no datatype; these are: {", ".join(DATATYPES)}')
        have = len(unpack("BYTES", self.data)) if self.datatype == "BYTES" else len(self.data) / struct.calcsize(DATATYPES[self.datatype][1])
        if any(n < 0 for n in self.shape) or have != math.prod(self.shape):
            raise ValueError(f"{self.name}: {have:g} elements of {self.datatype} do not fit the shape {list(self.shape)}")

    @property
    def elements(self) -> list:
        """The elements, flat; FP16 and BF16 as their 16-bit words."""
        return unpack(self.datatype, self.data)


def sha256(*parts: bytes) -> bytes:
    """SHA-256 of the parts as one."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def u32(value: int) -> bytes:
    return struct.pack(">I", value)


def text(value: str) -> bytes:
    """UTF-8 with its length in two bytes."""
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


def round_to_fp32(exact: Decimal) -> float:
    """A decimal rounded to FP32 once. Raises OverflowError past the largest."""
    double = float(exact)
    # Rounding to odd first makes the two roundings one.
    if Decimal(double) != exact and struct.pack("<d", double)[0] % 2 == 0:
        double = math.nextafter(double, math.inf if exact > Decimal(double) else -math.inf)
    return struct.unpack("<f", struct.pack("<f", double))[0]


def _element(datatype: str, value: Any) -> bytes:
    if datatype == "BYTES":
        encoded = value.encode() if isinstance(value, str) else bytes(value)
        return struct.pack("<I", len(encoded)) + encoded
    form = "<" + DATATYPES[datatype][1]
    if datatype in ("FP32", "FP64"):
        if isinstance(value, str) and value in _NOT_FINITE or isinstance(value, float) and not math.isfinite(value):
            return struct.pack(form, float(value))
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            negative_zero = value == 0 and (math.copysign(1, value) < 0 if isinstance(value, float) else isinstance(value, Decimal) and value.is_signed())
            if negative_zero:
                return struct.pack(form, -0.0)
            # A float of the caller stands for the decimal that JSON would carry.
            exact = value if isinstance(value, Decimal) else Decimal(repr(value))
            number = round_to_fp32(exact) if datatype == "FP32" else float(exact)
            if math.isfinite(number):
                return struct.pack(form, number)
        raise ValueError(f"{value!r} is no {datatype}")
    if datatype in ("FP16", "BF16"):
        raise ValueError(f"{datatype} has no form in JSON; give its bytes")
    if datatype == "BOOL":
        if value in (True, False) and not isinstance(value, float):  # a Decimal out of JSON is 1 or 0 as well
            return bytes([int(value)])
        raise ValueError(f"{value!r} is no BOOL")
    whole = isinstance(value, int) and not isinstance(value, bool) or isinstance(value, Decimal) and value.as_tuple().exponent == 0
    if not whole:
        raise ValueError(f"{value!r} is no {datatype}")
    return struct.pack(form, int(value))


def _flat(data: Any) -> Iterable[Any]:
    if isinstance(data, (list, tuple)):
        for each in data:
            yield from _flat(each)
    else:
        yield data


def pack(datatype: str, data: Any) -> bytes:
    """The elements as bytes: of nested lists, of bytes already packed, or of anything with ``tobytes`` (an array of numpy, little-endian)."""
    if datatype not in DATATYPES:
        raise ValueError(f'"{datatype}" is no datatype; these are: {", ".join(DATATYPES)}')
    if isinstance(data, (bytes, bytearray)) and datatype != "BYTES":
        return bytes(data)
    if hasattr(data, "tobytes") and not isinstance(data, memoryview) and datatype != "BYTES":
        return data.tobytes()
    try:
        return b"".join(_element(datatype, each) for each in _flat(data))
    except (struct.error, OverflowError) as problem:
        raise ValueError(f"an element is no {datatype}: {problem}") from problem


def unpack(datatype: str, data: bytes) -> list:
    """The elements of bytes, flat."""
    if datatype != "BYTES":
        form = DATATYPES[datatype][1]
        return list(struct.unpack(f"<{len(data) // struct.calcsize(form)}{form}", data))
    elements, at = [], 0
    while at < len(data):
        if at + 4 > len(data):
            raise ValueError("an element of BYTES ends too early")
        (length,) = struct.unpack_from("<I", data, at)
        if at + 4 + length > len(data):
            raise ValueError("an element of BYTES ends too early")
        elements.append(data[at + 4:at + 4 + length])
        at += 4 + length
    return elements


def to_json(tensor: Tensor) -> list:
    """The elements as JSON has them, flat."""
    if tensor.datatype in ("FP16", "BF16"):
        raise ValueError(f"{tensor.datatype} has no form in JSON; send it in binary")
    elements = tensor.elements
    if tensor.datatype == "BYTES":
        return [each.decode() for each in elements]
    if tensor.datatype in ("FP32", "FP64"):
        return [each if math.isfinite(each) else "NaN" if math.isnan(each) else "Infinity" if each > 0 else "-Infinity" for each in elements]
    return elements


def from_json(json: dict) -> Tensor:
    """A tensor out of JSON: with ``data``, or with ``raw`` in base64 where it went over the wire in binary form."""
    data = base64.b64decode(json["raw"], validate=True) if "raw" in json else pack(json["datatype"], json["data"])
    return Tensor(json["name"], json["datatype"], tuple(int(n) for n in json["shape"]), data)


def canonical(tensor: Tensor) -> bytes:
    """The bytes that are hashed."""
    data = tensor.data
    if tensor.datatype in _NANS:
        form, infinity, nan = _NANS[tensor.datatype]
        magnitude = (1 << 8 * struct.calcsize("<" + form) - 1) - 1
        words = [nan if word & magnitude > infinity else word for (word,) in struct.iter_unpack("<" + form, data)]
        data = struct.pack(f"<{len(words)}{form}", *words)
    head = text(tensor.name) + bytes([DATATYPES[tensor.datatype][0], len(tensor.shape)])
    return head + struct.pack(f">{len(tensor.shape)}q", *tensor.shape) + u32(len(data)) + data


def request_digest(model: str, version: str, mode: str, inputs: Sequence[Tensor], outputs: Sequence[str]) -> bytes:
    """Digest of a request as asked, without salt; no outputs stand for all."""
    if mode not in MODES:
        raise ValueError(f'"{mode}" is no mode; these are: {", ".join(MODES)}')
    ordered: List[Tensor] = sorted(inputs, key=lambda each: each.name.encode())
    return sha256(b"candor-request-v1\0", text(model), text(version), bytes([MODES.index(mode)]), u32(len(ordered)),
                  *map(canonical, ordered), u32(len(outputs)), *map(text, outputs))


def answer_digest(outputs: Sequence[Tensor]) -> bytes:
    """Digest of an answer, without salt."""
    return sha256(b"candor-answer-v1\0", u32(len(outputs)), *map(canonical, outputs))


def salted(salt: bytes, digest: bytes) -> bytes:
    """What stands in a receipt."""
    return sha256(b"candor-salted-v1\0", salt, digest)


def is_version(asked: str) -> bool:
    """Whether a version was asked for as a number, not as an alias."""
    return re.fullmatch(r"[0-9]+\.[0-9]{2}", asked) is not None
