"""Writes the table of docs/fuzzing.md from the lines that scripts/long/fuzz kept: python3 fuzz_table.py RESULTS COMMIT"""

import pathlib
import re
import sys

BEGIN = "<!-- fuzz table -->\n"
END = "<!-- end of the fuzz table -->"


def main() -> None:
    results, commit = sys.argv[1:]
    rows = {}
    for line in pathlib.Path(results).read_text().splitlines():
        at, name, *figures = line.split()
        if at == commit:
            rows[name] = [int(figure) for figure in figures]
    if not rows:
        sys.exit(f"{results} has no hunt of {commit}")
    table = ["| target | seconds | inputs | edges | corpus, files | corpus, KiB | findings | live heap at most, MiB |", "|---|---|---|---|---|---|---|---|"]
    for name, (seconds, inputs, edges, files, size, findings, heap) in sorted(rows.items()):
        table.append(f"| `{name}` | {seconds} | {inputs:,} | {edges:,} | {files:,} | {size / 1024:,.0f} | {findings} | {heap} |")
    text = f"\nCommit `{commit}`, {len(rows)} targets, heap of 256 MiB each.\n\n" + "\n".join(table) + "\n\n"
    page = pathlib.Path(__file__).parents[2] / "docs" / "fuzzing.md"
    old = page.read_text()
    page.write_text(re.sub(re.escape(BEGIN) + ".*?" + re.escape(END), lambda _: BEGIN + text + END, old, flags=re.S))


if __name__ == "__main__":
    main()
