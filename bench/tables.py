"""The tables of README.md that come from the suite's record, written between their marks: no figure is typed.

    python -m bench.tables [--check]

``--check`` writes nothing and ends with 1 where the page says something else than the record.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.suite import FLOOR, RECORD

PAGE = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- bench.tables: begin -->\n", "<!-- bench.tables: end -->\n"


def written(record: Mapping[str, Any]) -> str:
    """One table of all questions; a ratio is that of processor seconds to the floor of the question."""
    told = (
        f"{record['measured_on']}, commit {record['commit']}: {record['workbooks']} workbooks of the demo's committee "
        f"{record['committee']}, {record['runs']} runs by turns, medians; {record['cores']} cores, "
        f"load {record['load_before']} at the start, Python {record['python']}. Memory is that of the largest "
        "process; `-`: measured inside a process."
    )
    lines = [
        told,
        "",
        "| question | contender | processor s | x floor | clock s | peak MB |",
        "|---|---|---|---|---|---|",
    ]
    for question, answers in record["questions"].items():
        floor = next((one["processor_s"] for one in answers.values() if one["role"] == FLOOR), None)
        for number, (label, one) in enumerate(answers.items()):
            name = label if one["role"] != "khoi" else f"**{label}**"
            ratio = f"{one['processor_s'] / floor:.1f}" if floor else "-"
            memory = "-" if one["peak_mb"] is None else f"{one['peak_mb']:.0f}"
            lines.append(
                f"| {question if number == 0 else ''} | {name} | {one['processor_s']:.3f} | {ratio} | "
                f"{one['clock_s']:.3f} | {memory} |"
            )
    return "\n".join(lines) + "\n"


def page_with(text: str, table: str) -> str:
    """``text`` with ``table`` between its marks. Raises ValueError where the marks are not there."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"README.md has no {BEGIN.strip()} and {END.strip()}")
    return before + BEGIN + table + END + after


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or say whether it is that of the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args(arguments)
    text = PAGE.read_text(encoding="utf-8")
    wanted = page_with(text, written(json.loads(RECORD.read_text(encoding="utf-8"))))
    if not asked.check:
        PAGE.write_text(wanted, encoding="utf-8")
    return int(asked.check and wanted != text)


if __name__ == "__main__":
    sys.exit(main())
