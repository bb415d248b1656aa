"""Proof files, read strictly: section 13."""

from .field import P
from .refused import Refused


class Reader:
    def __init__(self, data):
        self._data = data
        self._at = 0

    def take(self, size):
        part = self._data[self._at : self._at + size]
        if len(part) != size:
            raise Refused("MALFORMED", "the proof ends early")
        self._at += size
        return part

    def number(self, size):
        return int.from_bytes(self.take(size), "big")

    def elements(self, count):
        raw = self.take(8 * count)
        values = [int.from_bytes(raw[i : i + 8], "little") for i in range(0, len(raw), 8)]
        if any(value >= P for value in values):
            raise Refused("MALFORMED", "an element of the field is not canonical")
        return raw, values

    def extensions(self, count):
        raw, values = self.elements(2 * count)
        return raw, list(zip(values[0::2], values[1::2]))

    def end(self):
        if self._at != len(self._data):
            raise Refused("MALFORMED", "the proof is followed by bytes")
