"""Writes a copy of a TorchScript model in which two outputs of its last linear layer have changed places.

Usage: python swap_output_rows.py IN.pt OUT.pt ROW ROW [LAYER]
LAYER is a field of the model, such as fc2; without it the last field with a weight and a bias is taken. Needs only Python. A demo that
runs on the copy must print the accuracy that follows from the swap: whoever sees the old one is not looking at the model's answers.
"""
import io
import pickle
import sys
import zipfile
from collections import OrderedDict

ELEMENT_BYTES = {"FloatStorage": 4, "DoubleStorage": 8, "HalfStorage": 2, "BFloat16Storage": 2}


class Thing:
    """Stands for an object of one of the model's classes."""

    def __setstate__(self, state):
        self.fields = state


class Reader(pickle.Unpickler):
    """Reads data.pkl without PyTorch: storages become tuples, tensors (storage, offset, shape, strides)."""

    def find_class(self, module, name):
        if module.startswith("__torch__"):
            return Thing
        if module == "torch" and name in ELEMENT_BYTES:
            return name
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, shape, strides)
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        raise pickle.UnpicklingError(f"{module}.{name} is not expected in a plain model")

    def persistent_load(self, pid):
        _, kind, key, _, _ = pid
        return kind, key


def swap_rows(content, tensor, first, second):
    (kind, _), offset, shape, strides = tensor
    row = 1
    for size in shape[1:]:
        row *= size
    if strides[0] != row:
        sys.exit("the layer's rows are not stored one after the other")
    size = row * ELEMENT_BYTES[kind]
    start = offset * ELEMENT_BYTES[kind]
    a, b = start + first * size, start + second * size
    content[a:a + size], content[b:b + size] = content[b:b + size], content[a:a + size]


def main():
    source, target, first, second = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    with zipfile.ZipFile(source) as archive:
        folder = archive.namelist()[0].split("/")[0]
        model = Reader(io.BytesIO(archive.read(f"{folder}/data.pkl"))).load()
        layers = [name for name, field in model.fields.items()
                  if isinstance(field, Thing) and {"weight", "bias"} <= set(field.fields)]
        layer = sys.argv[5] if len(sys.argv) > 5 else layers[-1]
        changed = {}
        for name in ("weight", "bias"):
            tensor = model.fields[layer].fields[name]
            if not 0 <= min(first, second) <= max(first, second) < tensor[2][0]:
                sys.exit(f"{layer} has the rows 0 to {tensor[2][0] - 1}")
            entry = f"{folder}/data/{tensor[0][1]}"
            content = changed.setdefault(entry, bytearray(archive.read(entry)))
            swap_rows(content, tensor, first, second)
        with zipfile.ZipFile(target, "w") as copy:
            for info in archive.infolist():
                written = zipfile.ZipInfo(info.filename, (1980, 1, 1, 0, 0, 0))
                written.compress_type = info.compress_type
                copy.writestr(written, bytes(changed.get(info.filename, archive.read(info.filename))))
    print(f"{target}: rows {first} and {second} of {layer} swapped")


main()
