"""Writes noop.pt: a TorchScript module that returns its input, for measuring what everything around a model costs.

Usage: python make_noop.py OUT_FILE
Needs only Python: a TorchScript file is a zip archive of code as text and objects as pickles. The same bytes come out every time.
"""
import sys
import zipfile

CODE = """class Noop(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  def forward(self: __torch__.Noop,
    x: Tensor) -> Tensor:
    return x
"""

# Protocol 2: an object of __torch__.Noop whose state is {"training": False}, and an empty tuple of constants.
DATA = b"\x80\x02c__torch__\nNoop\n)\x81}(X\x08\x00\x00\x00training\x89ub."
CONSTANTS = b"\x80\x02)."


def main():
    with zipfile.ZipFile(sys.argv[1], "w") as archive:
        for name, content in [("data.pkl", DATA), ("code/__torch__.py", CODE.encode()), ("constants.pkl", CONSTANTS),
                              ("version", b"3\n"), ("byteorder", b"little")]:
            archive.writestr(zipfile.ZipInfo("noop/" + name, (1980, 1, 1, 0, 0, 0)), content)


main()
