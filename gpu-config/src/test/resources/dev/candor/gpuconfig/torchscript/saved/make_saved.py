"""Writes the TorchScript files beside this script, as PyTorch itself saves them: the inspector must take or refuse what PyTorch really
writes. Usage: python make_saved.py OUT_DIR; needs PyTorch (these came from 2.15)."""
import sys
import warnings
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

import torch
from torch import Tensor, nn

OUT = Path(sys.argv[1])


class Pair(NamedTuple):
    a: Tensor
    b: Tensor


class Control(nn.Module):
    """Branches, loops, lists, dictionaries, texts, submodules with names that are no identifiers, every kind of plain field."""

    names: List[str]
    options: Dict[str, float]

    def __init__(self):
        super().__init__()
        self.names = ["x", "y\"z\n"]
        self.options = {"k": 1.5}
        self.parts = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
        self.named = nn.ModuleDict({"a b": nn.ReLU()})
        self.row = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.ReLU())
        self.register_buffer("offsets", torch.arange(4.))
        self.maybe: Optional[Tensor] = None
        self.mixed = (1, 2.0, "s")
        self.numbers = [1, 2, 3]

    def forward(self, x: Tensor, flag: Tensor):
        for part in self.parts:
            x = part(x)
        for _, part in self.named.items():
            x = part(x)
        if x.dim() != 2:
            raise ValueError(f"bad dims {x.dim()}")
        assert x.size(1) == 4, "width"
        n = 0
        while n < 3 and bool(flag.any()):
            x = x * self.options["k"]
            n += 1
            if n == 2:
                break
        sums = [x + float(i) for i in self.numbers]
        found = {"p": sums[0], "q": sums[1]}
        found["p"] += self.offsets
        if self.maybe is not None:
            x = x + self.maybe
        z = self.row(x)
        z[:, 0] = 1.0
        return Pair(z, found["p"].softmax(-1)), (x > 0), x.argmax(1), -x**2 // 3 % 5


class Words(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(100, 8)
        self.lstm = nn.LSTM(8, 8, 2, batch_first=True, bidirectional=True)
        self.out = nn.Linear(16, 3)

    def forward(self, x):
        return self.out(self.lstm(self.embedding(x))[0][:, -1])


class Two(nn.Module):
    def forward(self, a, b):
        return a + b, (a * b).sum(1, keepdim=True)


class Forks(nn.Module):
    def forward(self, x: Tensor):
        return torch.jit.wait(torch.jit.fork(torch.relu, x))


class ReadsFile(nn.Module):
    def forward(self, x: Tensor):
        return x + torch.from_file("/etc/passwd", False, 4, dtype=torch.uint8).to(torch.float32)


class WritesFile(nn.Module):
    def forward(self, x: Tensor):
        torch.save(x, "/tmp/written-by-a-model")
        return x


def main():
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    script, trace = torch.jit.script, torch.jit.trace
    layer = nn.TransformerEncoderLayer(16, 2, 32, activation="gelu", batch_first=True).eval()
    convolution = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten()).eval()
    linear = nn.Sequential(nn.Linear(4, 4))
    models = {
        "control": script(Control().eval()),
        "words": trace(Words().eval(), torch.zeros(1, 5, dtype=torch.long), check_trace=False),
        "transformer": script(layer),
        "two": trace(Two(), (torch.zeros(1, 3), torch.zeros(1, 3))),
        "frozen": torch.jit.freeze(trace(convolution, torch.zeros(1, 1, 8, 8))),
        "half": script(nn.Sequential(nn.Linear(4, 4)).half()),
        "bfloat16": script(nn.Sequential(nn.Linear(4, 4)).bfloat16()),
        "forks": script(Forks()),
        "reads-file": script(ReadsFile()),
        "writes-file": script(WritesFile()),
        "quantized": script(torch.ao.quantization.quantize_dynamic(linear, {nn.Linear}, dtype=torch.qint8)),
    }
    for name, model in models.items():
        model.save(str(OUT / f"{name}.pt"))


main()
