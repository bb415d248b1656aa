"""Integer networks: descriptors, shapes and ranges."""

import hashlib
import struct
from math import isqrt

from .field import groups
from .refused import Refused

ACTIVATION = (-(1 << 15), (1 << 15) - 1)
BIAS = (-(1 << 31), (1 << 31) - 1)
MAX_ELEMENTS = 1 << 26

NAMES = {1: "dense", 2: "conv2d", 3: "requantise", 4: "relu", 5: "max_pool2d", 6: "sum_pool2d", 7: "flatten", 8: "add"}
NAMES.update({16: "reshape", 17: "permute", 18: "slice", 19: "matmul", 20: "table", 21: "centre", 22: "normalise", 23: "affine", 24: "softmax", 25: "embedding"})
TOKEN_LAYERS = frozenset(name for code, name in NAMES.items() if code >= 16)
MAX_TABLE = 1 << 16


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
        inputs = [self._number(">I") for _ in range(2 if name in ("add", "matmul") else 1)]
        if any(value >= len(self.shapes) for value in inputs):
            _malformed("a node takes a value that is not there yet")
        forms = {"dense": ">II", "conv2d": ">IIIIIIII", "requantise": ">IIii", "max_pool2d": ">IIIIII", "sum_pool2d": ">IIIIII", "add": ">II"}
        forms.update({"slice": ">iii", "matmul": ">i", "centre": ">i", "normalise": ">iii", "affine": ">i", "embedding": ">ii"})
        form = forms.get(name, ">")
        numbers = struct.unpack(form, self._take(struct.calcsize(form)))
        if name in ("reshape", "permute"):
            numbers = self._counted([], 4)
        elif name == "table":
            numbers = self._counted([self._number(">i")], MAX_TABLE)
        elif name == "softmax":
            numbers = self._counted([self._number(">i"), self._number(">i")], MAX_TABLE)
        node = Node(name, inputs, numbers)
        self.nodes.append(node)
        shape, bounds = self._output(node)
        if _product(shape) > MAX_ELEMENTS or min(shape) < 1:
            _malformed("a value has a size out of bounds")
        self.shapes.append(shape)
        self.ranges.append(bounds)

    def _counted(self, numbers, most):
        """Numbers, then how many follow, then these."""
        count = self._number(">i")
        if not 1 <= count <= most:
            _malformed("a list of the descriptor has a size out of bounds")
        return tuple(numbers) + (count,) + struct.unpack(">%di" % count, self._take(4 * count))

    def _token(self, node, shape, low, high):
        """Shape and range of the output of one of the layers of transformers."""
        largest = max(abs(low), abs(high))
        numbers = node.numbers
        rank = len(shape)
        if node.name == "reshape":
            after = numbers[1:]
            if min(after) < 1 or _product(after) != _product(shape):
                _malformed("reshape does not fit its input")
            return after, (low, high)
        if node.name == "permute":
            order = numbers[1:]
            if sorted(order) != list(range(rank)):
                _malformed("permute does not fit its input")
            return tuple(shape[d] for d in order), (low, high)
        if node.name == "slice":
            dimension, first, count = numbers
            if not 0 <= dimension < rank or first < 0 or count < 1 or first + count > shape[dimension]:
                _malformed("slice does not fit its input")
            return shape[:dimension] + (count,) + shape[dimension + 1 :], (low, high)
        if not ACTIVATION[0] <= low <= high <= ACTIVATION[1]:
            _malformed("a layer takes activations and is given others")
        if node.name == "matmul":
            other = self.shapes[node.inputs[1]]
            bounds = self.ranges[node.inputs[1]]
            if rank < 2 or len(other) != rank or other[:-2] != shape[:-2] or numbers[0] not in (0, 1):
                _malformed("matmul does not fit its inputs")
            inner, columns = (other[-1], other[-2]) if numbers[0] else (other[-2], other[-1])
            if inner != shape[-1] or not ACTIVATION[0] <= bounds[0] <= bounds[1] <= ACTIVATION[1]:
                _malformed("matmul does not fit its inputs")
            after = shape[:-1] + (columns,)
            most = largest * max(map(abs, bounds)) * inner
            self.multiply_accumulates += _product(after) * inner
            return after, (-most, most)
        if node.name == "table":
            values = numbers[2:]
            if low < numbers[0] or high > numbers[0] + numbers[1] - 1:
                _malformed("table does not have entries for its input")
            return shape, (min(values), max(values))
        if node.name == "embedding":
            tokens, columns = numbers
            if min(numbers) < 1 or low < 0 or high >= tokens:
                _malformed("embedding does not fit its input")
            return shape + (columns,), (-127, 127)
        if numbers[0] != shape[-1]:
            _malformed("rows do not fit their input")
        if node.name == "centre":
            most = (numbers[0] - 1) * (high - low)
            return shape, (-most, most)
        if node.name == "affine":
            self.multiply_accumulates += _product(shape)
            return shape, _accumulated(1, largest)
        self.multiply_accumulates += 2 * _product(shape)
        if node.name == "softmax":
            size, fraction = numbers[:2]
            table = numbers[3:]
            if not 1 <= fraction <= 44 or table[0] < 1 or min(table) < 0 or max(table) >= 1 << 15 or high - low >= len(table):
                _malformed("softmax has numbers out of bounds")
            node.bits = ((1 << fraction) // table[0]).bit_length(), (size * max(table)).bit_length()
            if sum(node.bits) > 60:
                _malformed("softmax passes its bits")
            return shape, (0, 1 << fraction)
        size, fraction, epsilon = numbers
        if not 1 <= fraction <= 25 or not 1 <= epsilon <= 1 << 30:
            _malformed("normalise has numbers out of bounds")
        squares = (epsilon + size * largest * largest).bit_length()
        factor = isqrt((1 << (2 * fraction)) // epsilon).bit_length()
        product = fraction + (squares + 1) // 2
        node.bits = factor, product, squares
        if factor + max(product, squares) > 61:
            _malformed("normalise passes its bits")
        return shape, (-(1 << fraction), 1 << fraction)

    def _output(self, node):
        shape = self.shapes[node.inputs[0]]
        low, high = self.ranges[node.inputs[0]]
        largest = max(abs(low), abs(high))
        if node.name in TOKEN_LAYERS:
            return self._token(node, shape, low, high)
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
        """The dimensions for which points are drawn."""
        shape = self.shapes[value]
        if not value:
            return shape
        node = self.nodes[value - 1]
        before = self.structure(node.inputs[0])
        if node.name == "add":
            return before
        if node.name in ("flatten", "reshape"):
            return shape if groups(before, shape) is None else before
        if node.name in ("permute", "slice"):
            found = groups(before, self.shapes[node.inputs[0]])
            if found is None:
                return shape
            parts = [tuple(before[i] for i in group) for group in found]
            if node.name == "permute":
                parts = [parts[d] for d in node.numbers[1:]]
            else:
                parts[node.numbers[0]] = (node.numbers[2],)
            return tuple(size for part in parts for size in part)
        return shape

    def is_input(self, value):
        """Whether a value is the input in whatever shape."""
        if not value:
            return True
        node = self.nodes[value - 1]
        return node.name in ("flatten", "reshape") and self.is_input(node.inputs[0])

    def is_cells(self, value):
        """Whether functionals of a value need no messages."""
        if not value:
            return True
        node = self.nodes[value - 1]
        if node.name in ("requantise", "relu", "table"):
            return True
        if node.name == "max_pool2d" and node.numbers[0] * node.numbers[1] > 1:
            return True
        if node.name in ("max_pool2d", "flatten", "add", "sum_pool2d", "reshape", "permute", "slice", "centre"):
            return all(self.is_cells(source) for source in node.inputs)
        return False


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
