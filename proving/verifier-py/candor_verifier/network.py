"""Integer networks: descriptors, shapes and ranges."""

import hashlib
import struct

from .refused import Refused

ACTIVATION = (-(1 << 15), (1 << 15) - 1)
BIAS = (-(1 << 31), (1 << 31) - 1)
MAX_ELEMENTS = 1 << 26

NAMES = {1: "dense", 2: "conv2d", 3: "requantise", 4: "relu", 5: "max_pool2d", 6: "sum_pool2d", 7: "flatten", 8: "add"}


class Node:
    def __init__(self, name, inputs, numbers):
        self.name = name
        self.inputs = inputs
        self.numbers = numbers

    def window(self):
        """Kernel, stride and padding, each down and across."""
        kh, kw, sh, sw, ph, pw = self.numbers[-6:]
        return (kh, kw), (sh, sw), (ph, pw)


def _product(sizes):
    result = 1
    for size in sizes:
        result *= size
    return result


def _malformed(sentence):
    raise Refused("MALFORMED", sentence)


class Network:
    """The public part of a network; value 0 is the input and value i the output of node i - 1."""

    def __init__(self, descriptor):
        self.digest = hashlib.sha256(descriptor).digest()
        self._bytes = descriptor
        self._at = 0
        if self._take(15) != b"candor-network\0" or self._number(">H") != 1:
            _malformed("this is no descriptor of version 1")
        rank = self._number(">B")
        shape = tuple(self._number(">I") for _ in range(rank))
        low, high = self._number(">i"), self._number(">i")
        self._number(">d")
        self._number(">d")
        count = self._number(">I")
        if not 1 <= rank <= 4 or not 1 <= count <= 4096 or not 1 <= _product(shape) <= MAX_ELEMENTS:
            _malformed("the descriptor's sizes are out of bounds")
        self.shapes = [shape]
        self.ranges = [(low, high)]
        self.nodes = []
        self.multiply_accumulates = 0
        for _ in range(count):
            self._node()
        if self._at != len(descriptor):
            _malformed("the descriptor is followed by bytes")

    def _take(self, size):
        part = self._bytes[self._at : self._at + size]
        if len(part) != size:
            _malformed("the descriptor ends early")
        self._at += size
        return part

    def _number(self, form):
        return struct.unpack(form, self._take(struct.calcsize(form)))[0]

    def _node(self):
        code = self._number(">B")
        if code not in NAMES:
            _malformed("the descriptor has a node of an unknown code")
        name = NAMES[code]
        inputs = [self._number(">I") for _ in range(2 if name == "add" else 1)]
        if any(value >= len(self.shapes) for value in inputs):
            _malformed("a node takes a value that is not there yet")
        forms = {"dense": ">II", "conv2d": ">IIIIIIII", "requantise": ">IIii", "max_pool2d": ">IIIIII", "sum_pool2d": ">IIIIII", "add": ">II"}
        form = forms.get(name, ">")
        numbers = struct.unpack(form, self._take(struct.calcsize(form)))
        node = Node(name, inputs, numbers)
        self.nodes.append(node)
        shape, bounds = self._output(node)
        if _product(shape) > MAX_ELEMENTS or min(shape) < 1:
            _malformed("a value has a size out of bounds")
        self.shapes.append(shape)
        self.ranges.append(bounds)

    def _output(self, node):
        shape = self.shapes[node.inputs[0]]
        low, high = self.ranges[node.inputs[0]]
        largest = max(abs(low), abs(high))
        if node.name == "dense":
            fan_in, outputs = node.numbers
            if shape[-1] != fan_in:
                _malformed("dense does not fit its input")
            self.multiply_accumulates += _product(shape) * outputs
            return shape[:-1] + (outputs,), _accumulated(fan_in, largest)
        if node.name == "conv2d":
            channels, outputs = node.numbers[:2]
            if len(shape) != 3 or shape[0] != channels:
                _malformed("conv2d does not fit its input")
            after = (outputs,) + _windows(shape, node)
            fan_in = channels * node.numbers[2] * node.numbers[3]
            self.multiply_accumulates += _product(after) * fan_in
            return after, _accumulated(fan_in, largest)
        if node.name == "requantise":
            multiplier, shift, lower, upper = node.numbers
            if not 1 <= multiplier <= 1 << 25 or not 1 <= shift <= 44 or not -(1 << 15) <= lower <= 0 < upper < 1 << 15:
                _malformed("requantise has numbers out of bounds")
            if largest * multiplier >= 1 << 59:
                _malformed("requantise passes 2^59")
            return shape, (lower, upper)
        if node.name == "relu":
            return shape, (max(low, 0), max(high, 0))
        if node.name == "max_pool2d":
            if len(shape) != 3 or node.numbers[4] or node.numbers[5]:
                _malformed("max_pool2d does not fit its input")
            return (shape[0],) + _windows(shape, node), (low, high)
        if node.name == "sum_pool2d":
            if len(shape) != 3:
                _malformed("sum_pool2d does not fit its input")
            area = node.numbers[0] * node.numbers[1]
            bounds = (low * area, high * area)
            if node.numbers[4] or node.numbers[5]:
                bounds = (min(bounds[0], low, 0), max(bounds[1], high, 0))
            return (shape[0],) + _windows(shape, node), bounds
        if node.name == "flatten":
            return (_product(shape),), (low, high)
        left, right = node.numbers
        other = self.ranges[node.inputs[1]]
        if shape != self.shapes[node.inputs[1]] or max(left, right) > 30:
            _malformed("add does not fit its inputs")
        return shape, ((low << left) + (other[0] << right), (high << left) + (other[1] << right))

    def elements(self, value):
        return _product(self.shapes[value])

    def structure(self, value):
        """The shape before any flatten, following the first input of an add."""
        while value and self.nodes[value - 1].name in ("flatten", "add"):
            value = self.nodes[value - 1].inputs[0]
        return self.shapes[value]


def _accumulated(fan_in, largest):
    most = fan_in * 127 * largest
    return (-most + BIAS[0], most + BIAS[1])


def _windows(shape, node):
    kernel, stride, padding = node.window()
    if min(kernel) < 1 or min(stride) < 1 or any(p >= k for p, k in zip(padding, kernel)):
        _malformed("a window has numbers out of bounds")
    result = tuple((size + 2 * p - k) // s + 1 for size, k, s, p in zip(shape[1:], kernel, stride, padding))
    if min(result) < 1:
        _malformed("a window does not fit its input")
    return result
