"""Writes the small networks of this folder: NAME.pt traced, NAME.onnx exported, NAME.txt with samples and PyTorch's answers.

Usage: python make_graphs.py OUT_DIR. Needs torch and onnx. In NAME.txt the first line is the shape of a sample, then come three pairs of
lines: the sample's numbers and the answer's.
"""
import sys
import warnings
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")


class Residual(nn.Module):
    """Convolutions with batch normalisation, a sum with an earlier value, a mean over the plane. Input [N, 1, 9, 7]."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.norm1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(4)
        self.conv3 = nn.Conv2d(4, 6, 1, stride=2)
        self.conv4 = nn.Conv2d(4, 6, 3, stride=2, padding=1)
        self.fc = nn.Linear(6, 10)
        for norm in (self.norm1, self.norm2):
            norm.running_mean.uniform_(-0.2, 0.2)
            norm.running_var.uniform_(0.5, 2)
            norm.weight.data.uniform_(0.5, 1.5)
            norm.bias.data.uniform_(-0.3, 0.3)

    def forward(self, x):
        x = torch.relu(self.norm1(self.conv1(x)))
        x = torch.relu(self.norm2(self.conv2(x)) + x)
        x = torch.relu(self.conv3(x) + self.conv4(x))
        return self.fc(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def sequential():
    """Modules by number, max pooling that leaves a column out, dropout. Input [N, 2, 9, 7]."""
    return nn.Sequential(nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0)), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Dropout(),
                         nn.Flatten(), nn.Linear(18, 7), nn.ReLU(), nn.Linear(7, 3))


class Pools(nn.Module):
    """Average pools with padding and overlap, a sum of two pools, a negative input. Input [N, 3, 8, 8]."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 5, 3)
        self.fc = nn.Linear(5 * 3 * 3, 4)

    def forward(self, x):
        x = self.conv(F.avg_pool2d(x, 3, stride=1, padding=1))
        x = F.avg_pool2d(x, 2) + F.max_pool2d(x, 2)
        return self.fc(x.reshape(x.size(0), -1))


class Single(nn.Module):
    """One layer. Input [N, 5]."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(5, 3)

    def forward(self, x):
        return self.fc(x)


class Tokens(nn.Module):
    """Tokens to a distribution: embedding, attention, normalised rows, both kinds of GELU. Input [N, 5] of 0..10."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 16)
        self.block = nn.TransformerEncoderLayer(16, 2, 32, activation="gelu", batch_first=True)
        self.fc = nn.Linear(5 * 16, 4)

    def forward(self, x):
        x = self.block(self.embedding(x))
        x = F.gelu(self.fc(torch.flatten(x, 1)) / 0.5, approximate="tanh")
        return torch.softmax(x, -1)


def block():
    """A transformer block. Input [N, 6, 12]."""
    return nn.TransformerEncoderLayer(12, 3, 20, activation="gelu", batch_first=True, norm_first=True)


REFUSED = {
    "softmax": (nn.Sequential(nn.Linear(3, 4), nn.Softmax(0)), (3,)),
    "groups": (nn.Conv2d(4, 4, 3, groups=2), (4, 5, 5)),
    "dilation": (nn.Conv2d(1, 1, 3, dilation=2), (1, 7, 7)),
    "transposed": (nn.ConvTranspose2d(1, 1, 3), (1, 5, 5)),
    "padded-max": (nn.MaxPool2d(3, padding=1), (1, 6, 6)),
    "sigmoid": (nn.Sequential(nn.Linear(3, 4), nn.Sigmoid()), (3,)),
}


def write_samples(path, samples, answers):
    lines = [" ".join(map(str, samples.shape[1:]))]
    for sample, answer in zip(samples, answers):
        lines += [" ".join(repr(x) for x in tensor.flatten().tolist()) for tensor in (sample, answer)]
    path.write_text("\n".join(lines) + "\n")


def main():
    out = Path(sys.argv[1])
    torch.manual_seed(3)
    torch.set_num_threads(1)
    networks = {"residual": (Residual(), (1, 9, 7)), "sequential": (sequential(), (2, 9, 7)), "pools": (Pools(), (3, 8, 8)),
                "single": (Single(), (5,))}
    for name, (network, shape) in networks.items():
        network.eval()
        samples = torch.randn(3, *shape) if name == "pools" else torch.rand(3, *shape)
        torch.jit.trace(network, samples[:1]).save(str(out / f"{name}.pt"))
        torch.onnx.export(network, samples[:1], str(out / f"{name}.onnx"), dynamo=False, input_names=["x"], output_names=["y"],
                          dynamic_axes={"x": {0: "n"}, "y": {0: "n"}})
        with torch.no_grad():
            answers = network(samples)
        write_samples(out / f"{name}.txt", samples, answers)
    for name, (network, shape) in REFUSED.items():
        torch.jit.trace(network.eval(), torch.rand(1, *shape)).save(str(out / f"{name}.pt"))
    torch.manual_seed(4)
    for name, network, samples in [("tokens", Tokens(), torch.randint(0, 11, (3, 5))), ("block", block(), torch.randn(3, 6, 12))]:
        network.eval()
        # Without gradients the block is one fused call, which says nothing of what it computes.
        torch.jit.trace(network, samples[:1], check_trace=False).save(str(out / f"{name}.pt"))
        write_samples(out / f"{name}.txt", samples, network(samples).detach())


main()
