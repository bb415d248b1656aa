"""Turns the results of a run into the section "Whole proofs": python report.py RESULTS [--into PAGE.md]"""
import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

NAMES = ["mnist-mlp", "lenet5", "cnn-264k", "dense-4m", "transformer-block"]
# Milliseconds of proving and verifying, MiB of a proof: batch 1, warm, two cores.
AIMS = {"mnist-mlp": (5, 50, 0.3), "lenet5": (25, 50, 0.35), "cnn-264k": (80, 50, 0.5), "dense-4m": (80, 150, 1.2),
        "transformer-block": (500, 50, 0.9)}
BEGIN, END = "<!-- whole proofs: written by scripts/bench/proving/run -->", "<!-- end of whole proofs -->"
PUBLISHED = """Published by others for shapes of this size, on their machines, not measured here:

| system | figure | zero-knowledge |
|---|---|---|
| DeepProve-1 ([Lagrange, zkml benchmarks](https://github.com/Lagrange-Labs/deep-prove)) | CNN-264k 1.24 s, Dense-4M 2.34 s | no |
| EZKL, in the same comparison | CNN-264k 196.6 s, Dense-4M 126.8 s | yes |
| DeepProve ([its README](https://github.com/Lagrange-Labs/deep-prove), 24 cores) | GPT-2 whole, 512 tokens: 7.6 min, verify 1.3 s, 10.7 MiB | no |
| JSTprove ([Inference Labs](https://github.com/inference-labs-inc/JSTprove)) | LeNet-5 75 ms | no |
| zkCNN ([eprint 2021/673](https://eprint.iacr.org/2021/673)) | VGG-16 88 s | yes |
"""


def load(path):
    return json.loads(path.read_text()) if path.exists() and path.stat().st_size else None


def ms(value):
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def proofs(folder):
    lines = ["| model | batch | prove ms (CPU) | cold | verify ms (CPU) | cold | proof KiB | peak MiB | registration s | roll-over / P ms | prove / inference |",
             "|---|---|---|---|---|---|---|---|---|---|---|"]
    notes, aims = [], []
    two = min(2, os.cpu_count() or 1)
    for name in NAMES:
        for batch in (1, 8, 32):
            r = load(folder / f"{name}-b{batch}-t{two}.json")
            if r is None:
                continue
            if "refused" in r:
                lines.append(f"| {name} | {batch} | refused: {r['refused']} | | | | | | | | |")
                continue
            p, v = r["prove"], r["verify"]
            inference = r["inference"]["wall_ms"]
            lines.append(
                f"| {name} | {batch} | {ms(p['wall_ms'])} ({ms(p['cpu_ms'])}) | {ms(r['prove_cold']['wall_ms'])} | {ms(v['wall_ms'])} ({ms(v['cpu_ms'])}) "
                f"| {ms(r['verify_cold']['wall_ms'])} | {r['proof_bytes'] / 1024:.0f} | {r['peak_mib']} | {r['registration']['wall_ms'] / 1000:.2f} "
                f"| {ms(r['roll_over']['wall_ms'] / r['openings'])} | {p['wall_ms'] / inference if inference else 0:.0f} |")
            notes.append(f"- {name}, batch {batch}: l {r['l']}, t {r['t']}, n {r['n']}, Q {r['queries']}, P {r['openings']}; {r['accounting']}")
            if batch == 1:
                prove, verify, size = AIMS[name]
                mib = r["proof_bytes"] / 2**20
                aims.append(f"| {name} | {prove} / {ms(p['wall_ms'])} ms | {verify} / {ms(v['wall_ms'])} ms | {size} / {mib:.2f} MiB | "
                            f"{'met' if p['wall_ms'] <= prove and v['wall_ms'] <= verify and mib <= size else 'missed'} |")
    return lines, notes, aims


def scaling(folder):
    multiply = load(folder / "multiply.json")
    lines = []
    for name in ("dense-4m", "transformer-block"):
        one, two = load(folder / f"{name}-b1-t1.json"), load(folder / f"{name}-b1-t2.json")
        if one and two and "prove" in one and "prove" in two:
            lines.append(f"| {name}, batch 1 | {one['prove']['wall_ms'] / two['prove']['wall_ms']:.2f} |")
    if multiply:
        lines.append(f"| a loop of multiplications | {multiply['scaling']:.2f} |")
    return ["| from one thread to two | times faster |", "|---|---|", *lines] if lines else []


def ezkl(folder):
    lines = []
    for name in NAMES:
        for visibility in ("private", "hashed", "fixed"):
            r = load(folder / f"ezkl-{name}-{visibility}.json")
            if r is None:
                continue
            if "failed" in r:
                lines.append(f"| {name} | {visibility} | failed: {r['failed']} | | | | | |")
                continue
            lines.append(f"| {name} | {visibility} | {r['prove']['wall_s']:.1f} ({r['prove']['cpu_s']:.1f}) | {r['witness']['wall_s']:.2f} "
                         f"| {r['verify']['wall_s']:.3f} | {r['setup']['wall_s']:.1f} | {r['proof_bytes'] / 1024:.0f} | {r['peak_mib']} |")
    if not lines:
        return []
    return ["EZKL on the same ONNX files, one sample, public inputs and outputs, Freivalds' check on, a reference string made locally:", "",
            "| model | parameters | prove s (CPU) | witness s | verify s | setup s | proof KiB | peak MiB |", "|---|---|---|---|---|---|---|---|", *lines]


def git(*arguments):
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False).stdout.strip()


def section(folder):
    lines, notes, aims = proofs(folder)
    cpu = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
               platform.processor())
    one = load(folder.parent / "load.json")
    stolen = max(((load(each) or {}).get("stolen", 0) for each in folder.glob("*-b*-t*.json")), default=0)
    head = [BEGIN, "## Whole proofs", "",
            f"{cpu}, {os.cpu_count()} cores, commit {git('rev-parse', '--short', 'HEAD')}, {datetime.date.today()}; others had "
            f"{one['others'] if one else 'an unknown number'} runnable tasks on the machine when the run began, and the hypervisor gave at most {stolen:.0%} of a line's time to other machines. Written by `scripts/bench/proving/run`. Two threads, weights hidden, inputs public, 10 bits of "
            "grinding, P proofs an epoch as listed. Warm medians of wall time, with the mean processor time of all threads in brackets; cold is the first of a new process. "
            "Proving is from input integers in memory to the bytes on disk, every batch another one: inference, witness, commitment, grinding and the count of the "
            "opening, synced to disk; verifying is from the file, by as many threads. A roll-over's share falls to each of the P proofs of an epoch and is not in the first column.", ""]
    parts = [head, lines]
    if aims:
        parts.append(["", "Aim and measured, batch 1, warm:", "", "| model | prove | verify | proof | |", "|---|---|---|---|---|", *aims])
    parts.append(["", "The accounting of each line:", "", *notes] if notes else [])
    parts.append(["", *scaling(folder)])
    parts.append(["", *ezkl(folder)])
    parts.append(["", PUBLISHED.rstrip(), END])
    return "\n".join(line for part in parts for line in part) + "\n"


def main():
    text = section(Path(sys.argv[1]))
    if "--into" not in sys.argv:
        print(text, end="")
        return
    page = Path(sys.argv[sys.argv.index("--into") + 1])
    old = page.read_text()
    if BEGIN in old:
        start, end = old.index(BEGIN), old.index(END) + len(END) + 1
        page.write_text(old[:start] + text + old[end:])
    else:
        page.write_text(old.rstrip("\n") + "\n\n" + text)


main()
