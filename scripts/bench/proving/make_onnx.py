"""Writes the models that the proving benchmark measures as ONNX files, and samples for each.

Usage: python make_onnx.py MODELS_DIR OUT_DIR
MODELS_DIR holds mnist-mlp.pt, lenet5.pt and the digits. cnn-264k, dense-4m and transformer-block have the published shapes and random
weights, from a fixed seed: time does not depend on them. Needs numpy and onnx only.
"""
import gzip
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RANDOM = np.random.default_rng(7)


class Graph:
    """A chain of operators, batch first."""

    def __init__(self, shape):
        self.shape, self.last, self.nodes, self.constants = shape, "input", [], []

    def add(self, operator, constants=(), **attributes):
        inputs = [self.last]
        for constant in constants:
            inputs.append(f"c{len(self.constants)}")
            self.constants.append(numpy_helper.from_array(constant.astype(np.float32), inputs[-1]))
        self.last = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [self.last], **attributes))
        return self

    def dense(self, weight, bias):
        return self.add("Gemm", (weight, bias), transB=1)

    def conv(self, weight, bias, padding=0):
        return self.add("Conv", (weight, bias), kernel_shape=list(weight.shape[2:]), strides=[1, 1], dilations=[1, 1], pads=[padding] * 4)

    def relu(self):
        return self.add("Relu")

    def pool(self, operator):
        return self.add(operator, kernel_shape=[2, 2], strides=[2, 2])

    def flatten(self):
        return self.add("Flatten")

    def after(self, name):
        """Goes on from another value."""
        self.last = name
        return self

    def whole(self, operator, *numbers, **attributes):
        """An operator that takes lists of integers behind its input."""
        inputs = [self.last]
        for list_ in numbers:
            inputs.append(f"c{len(self.constants)}")
            self.constants.append(numpy_helper.from_array(np.array(list_, np.int64), inputs[-1]))
        self.last = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [self.last], **attributes))
        return self

    def pair(self, operator, left, right):
        self.last = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, [left, right], [self.last]))
        return self

    def write(self, path, *outputs, opset=13):
        graph = helper.make_graph(
            self.nodes, path.stem,
            [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, *self.shape])],
            [helper.make_tensor_value_info(self.last, TensorProto.FLOAT, [1, *outputs])], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9 if opset > 18 else 8)
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString())


def stored(path):
    """The tensors of a TorchScript file by their number of elements; those of the two trained models differ in it."""
    with zipfile.ZipFile(path) as archive:
        found = [np.frombuffer(archive.read(name), np.float32) for name in archive.namelist()
                 if name.split("/")[-2:-1] == ["data"] and name.split("/")[-1].isdigit()]
    return {tensor.size: tensor for tensor in found}


def linear(inputs, outputs):
    return (RANDOM.normal(0, inputs ** -0.5, (outputs, inputs)), RANDOM.normal(0, 0.05, outputs))


def kernel(channels, outputs, size):
    return (RANDOM.normal(0, (channels * size * size) ** -0.5, (outputs, channels, size, size)),
            RANDOM.normal(0, 0.05, outputs))


def transformer_block(tokens, width, heads, hidden):
    """An encoder layer: attention of several heads, a sum and a normalisation, a hidden layer with GELU, a sum and a normalisation."""
    graph = Graph([tokens, width])
    part = width // heads

    def project(inputs, outputs):
        weight, bias = RANDOM.uniform(-1, 1, (inputs, outputs)) * inputs ** -0.5, RANDOM.uniform(-0.1, 0.1, outputs)
        graph.add("MatMul", (weight,)).add("Add", (bias,))
        return graph.last

    def normalise():
        weight, bias = RANDOM.uniform(0.9, 1.1, width), RANDOM.uniform(-0.1, 0.1, width)
        return graph.add("LayerNormalization", (weight, bias), epsilon=1e-5).last

    wide = project(width, 3 * width)
    rows = []
    for i in range(3):
        graph.after(wide).whole("Slice", [i * width], [(i + 1) * width], [2]).whole("Reshape", [1, tokens, heads, part])
        rows.append(graph.add("Transpose", perm=[0, 2, 1, 3]).last)
    keys = graph.after(rows[1]).add("Transpose", perm=[0, 1, 3, 2]).last
    graph.pair("MatMul", rows[0], keys).add("Div", (np.array(part ** 0.5),)).add("Softmax", axis=-1)
    graph.pair("MatMul", graph.last, rows[2]).add("Transpose", perm=[0, 2, 1, 3]).whole("Reshape", [1, tokens, width])
    graph.pair("Add", project(width, width), "input")
    attended = normalise()
    project(width, hidden)
    graph.add("Gelu")
    graph.pair("Add", project(hidden, width), attended)
    normalise()
    return graph


def main():
    models, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    images = np.frombuffer(gzip.decompress((models / "digits-test-images.idx3-ubyte.gz").read_bytes())[16:], np.uint8)
    digits = (images.reshape(-1, 784)[:256] / np.float32(255)).astype(np.float32)

    t = stored(models / "mnist-mlp.pt")
    Graph([784]).dense(t[784 * 128].reshape(128, 784), t[128]).relu().dense(
        t[1280].reshape(10, 128), t[10]).write(out / "mnist-mlp.onnx", 10)
    np.save(out / "mnist-mlp.npy", digits)

    t = stored(models / "lenet5.pt")
    (Graph([1, 28, 28]).conv(t[150].reshape(6, 1, 5, 5), t[6], 2).relu().pool("AveragePool")
     .conv(t[2400].reshape(16, 6, 5, 5), t[16]).relu().pool("AveragePool").flatten()
     .dense(t[48000].reshape(120, 400), t[120]).relu().dense(t[10080].reshape(84, 120), t[84]).relu()
     .dense(t[840].reshape(10, 84), t[10]).write(out / "lenet5.onnx", 10))
    np.save(out / "lenet5.npy", digits.reshape(-1, 1, 28, 28))

    (Graph([3, 32, 32]).conv(*kernel(3, 12, 5)).relu().pool("MaxPool").conv(*kernel(12, 33, 5)).relu().pool("MaxPool")
     .flatten().dense(*linear(825, 247)).relu().dense(*linear(247, 173)).relu().dense(*linear(173, 10))
     .write(out / "cnn-264k.onnx", 10))
    np.save(out / "cnn-264k.npy", RANDOM.random((256, 3, 32, 32), np.float32))

    graph = Graph([1024])
    for _ in range(3):
        graph.dense(*linear(1024, 1024)).relu()
    graph.dense(*linear(1024, 1000)).write(out / "dense-4m.onnx", 1000)
    np.save(out / "dense-4m.npy", RANDOM.random((256, 1024), np.float32))

    transformer_block(64, 256, 4, 1024).write(out / "transformer-block.onnx", 64, 256, opset=20)
    np.save(out / "transformer-block.npy", RANDOM.uniform(-1, 1, (16, 64, 256)).astype(np.float32))


main()
