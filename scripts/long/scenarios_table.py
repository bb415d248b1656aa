"""Writes the table of docs/resilience.md from the lines of one commit: scenarios_table.py RESULTS COMMIT"""
import pathlib
import re
import statistics
import sys

HOME = pathlib.Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- scenarios: written by scripts/long/scenarios --docs -->", "<!-- end of scenarios -->"


def titles():
    source = HOME / "multi-jvm-tests/src/test/java/dev/candor/multijvmtests/faults/Scenario.java"
    return dict(re.findall(r'^    ([A-Z_]+)\("([^"]+)"\)', source.read_text(), re.M))


def seconds(values, part):
    ordered = sorted(values)
    return f"{ordered[min(len(ordered) - 1, round(part * (len(ordered) - 1)))] / 1000:.1f}"


def main():
    results, commit = sys.argv[1:]
    runs = {}
    for line in pathlib.Path(results).read_text().splitlines():
        words = line.split()
        if words[0] == commit:
            runs.setdefault(words[2], []).append(dict(word.split("=", 1) for word in words[3:]))
    rows = [
        f"Commit {commit[:10]}. Times in seconds: median and worst of the runs.",
        "",
        "| fault | runs | calls that failed, of all | longest time without an answer | last failure after the fault | lost | doubled |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, title in titles().items():
        if name not in runs:
            continue
        seen = runs[name]
        failed = statistics.median(int(each["failed"]) / max(1, int(each["calls"])) for each in seen)
        gaps, last = ([int(each[key]) for each in seen] for key in ("gap", "last"))
        rows.append(
            f"| {title} | {len(seen)} | {100 * failed:.1f} % | {seconds(gaps, 0.5)}, {seconds(gaps, 1)} | {seconds(last, 0.5)}, {seconds(last, 1)} | 0 | 0 |"
        )
    page = HOME / "docs" / "resilience.md"
    old = page.read_text()
    page.write_text(old[: old.index(BEGIN)] + BEGIN + "\n" + "\n".join(rows) + "\n" + old[old.index(END) :])


main()
