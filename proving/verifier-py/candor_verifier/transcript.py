"""Transcripts: section 2 of the protocol."""

import hashlib

from .field import P

BYTES, NUMBER, DIGESTS, ELEMENTS, EXTENSIONS, ZEROS = 1, 2, 3, 4, 5, 6
CHALLENGES, POSITIONS, CHALLENGE_DIGEST = 16, 17, 18


class _Stream:
    def __init__(self, seed):
        self._seed = seed
        self._next = 0
        self._block = b""

    def take(self, size):
        if len(self._block) < size:
            self._block = hashlib.sha256(b"\x02" + self._seed + self._next.to_bytes(4, "big")).digest()
            self._next += 1
        head, self._block = self._block[:size], self._block[size:]
        return int.from_bytes(head, "little")

    def element(self):
        while True:
            value = self.take(8) & ((1 << P.bit_length()) - 1)
            if value < P:
                return value


class Transcript:
    """Absorbs messages and gives challenges; `log` is called with every challenge."""

    def __init__(self, name, log=None):
        self._hash = hashlib.sha256(b"candor-transcript-v1\0" + bytes([len(name)]) + name.encode("ascii"))
        self._name = name
        self._log = log

    def _message(self, kind, label, payload):
        self._hash.update(bytes([kind, len(label)]) + label.encode("ascii") + len(payload).to_bytes(8, "big") + payload)

    def _tell(self, label, value):
        if self._log is not None:
            self._log("%s %s %s" % (self._name, label, value))

    def bytes(self, label, value):
        self._message(BYTES, label, value)

    def number(self, label, value):
        self._message(NUMBER, label, (value % 2**64).to_bytes(8, "big"))

    def digests(self, label, values):
        self._message(DIGESTS, label, b"".join(values))

    def elements(self, label, values):
        self._message(ELEMENTS, label, b"".join((v % P).to_bytes(8, "little") for v in values))

    def extensions(self, label, raw):
        """Elements of K in their encoding."""
        self._message(EXTENSIONS, label, raw)

    def zeros(self, label, count):
        self._hash.update(bytes([ZEROS, len(label)]) + label.encode("ascii") + count.to_bytes(8, "big"))
        block = bytes(1 << 16)
        for _ in range(count >> 16):
            self._hash.update(block)
        self._hash.update(bytes(count & 0xFFFF))

    def finish(self):
        return self._hash.copy().digest()

    def challenges(self, label, count):
        self._message(CHALLENGES, label, count.to_bytes(8, "big"))
        stream = _Stream(self.finish())
        values = [(stream.element(), stream.element()) for _ in range(count)]
        for value in values:
            self._tell(label, "%016x %016x" % value)
        return values

    def challenge(self, label):
        return self.challenges(label, 1)[0]

    def challenge_digest(self, label):
        self._message(CHALLENGE_DIGEST, label, (1).to_bytes(8, "big"))
        value = self.finish()
        self._tell(label, value.hex())
        return value

    def positions(self, label, size, count):
        self._message(POSITIONS, label, size.to_bytes(8, "big") + count.to_bytes(8, "big"))
        stream = _Stream(self.finish())
        found = []
        seen = set()
        while len(found) < count:
            position = stream.take(4) % size
            if position not in seen:
                seen.add(position)
                found.append(position)
        self._tell(label, " ".join(map(str, found)))
        return found
