"""python -m bench.printed_forms --count 60 --seed 1 --forms 1 2 3 5 7: are official forms read as they are printed?

Invented sheets in the habits of offices: capitals, other ordinals or none, headings in one row or two, other words for
the columns and lines, parts below headings without figures or each with its group, columns in another order or missing,
rows that belong to no line, blank cells, lines left out. Biểu 1 is of a half-year; Biểu 2, 3, 5 and 7 are of a year,
some in one workbook with Biểu 1 of that year. They are files that go through receiving and normalising. A figure is
right where the lake holds it for its cell, its organization and its period; open where nothing is read of it; wrong
where the lake holds another figure or one that the sheet has not. The words of lines stand here (`bench/printed`) apart
from those of `ingest/layouts/printed_forms.yaml`: whoever adds one there does not look here. `--wordings second` writes
the forms of a year (not Biểu 1) in other words and with other rows of no line (`wordings_second.yaml`): the measure
since the first set was looked at by whoever writes the reader; `--wordings third` in a third (`wordings_third.yaml`)
for when the second was looked at too; `--wordings fourth` in a fourth (`wordings_fourth.yaml`), close to the official.
Biểu 4 and 2B (`--forms 4`), 6A to 6E (`--forms 6`) and 6F have words of their own in two sets, of which `--rated held`
was written before they were read (`wordings_groups.yaml`) and `--rated clerk` is kept back. `--retyped` lays habits of
layout over them (`bench/retyped.py`).
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.layouts import COMMITTEE, PERIOD, deployment
from bench.printed.changes import LINES, figures, invented, sheets
from bench.printed.judge import judged, tallies
from bench.printed.ratings import RATED_FORMS, RATED_SETS, group_codes, rated_sheets
from bench.printed.retyped_sheets import typed_again
from bench.printed.sheet import YEAR, Sheet, save_books
from bench.printed.wordings import FIRST, SETS
from bench.printed.year import COMMITTEE as YEAR_COMMITTEE
from bench.printed.year import YEAR_FORMS, year_deployment, year_sheets

__all__ = ["LINES", "Sheet", "deployment", "figures", "invented", "judged", "main", "sheets"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the score by form; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60, help="sheets of each form")
    parser.add_argument("--seed", type=int, default=1)
    every = ("1", *map(str, YEAR_FORMS), *RATED_FORMS)
    parser.add_argument("--forms", nargs="+", choices=every, default=every)
    parser.add_argument("--wordings", choices=tuple(SETS), default=FIRST, help="set of words of Biểu 2, 3, 5 and 7")
    parser.add_argument("--rated", choices=RATED_SETS, default="tried", help="set of words of Biểu 4, 2B and 6")
    parser.add_argument("--retyped", action="store_true", help="Biểu 4, 2B and 6 with habits of layout laid over")
    parser.add_argument("--all", action="store_true", help="every figure that is open or wrong")
    given = parser.parse_args(arguments)
    scores: dict[str, Counter[str]] = {}
    if "1" in given.forms:
        with tempfile.TemporaryDirectory() as name:
            home, register = deployment(Path(name))
            made = list(sheets(given.count, given.seed, register))
            scores |= tallies(made, save_books(made, Path(name)), home.catalogue(), home.reference())
    forms = [number for number in YEAR_FORMS if str(number) in given.forms]
    rated = [form for form in RATED_FORMS if form in given.forms]
    if forms or rated:
        with tempfile.TemporaryDirectory() as name:
            home, register = year_deployment(Path(name))
            made = list(year_sheets(forms, given.count, given.seed, register, given.wordings))
            codes = group_codes(home.reference())
            sheets_of_year = rated_sheets(rated, given.count, given.seed, register, given.rated, codes)
            made += (typed_again(one, given.seed) if given.retyped else one for one in sheets_of_year)
            scores |= tallies(made, save_books(made, Path(name)), home.catalogue(), home.reference())
    for told in scores.values() if given.all else ():
        for text in sorted(text for text, times in told.items() if " " in text and times):
            print(text)
    for label in sorted(scores):
        _print(label, scores[label])
    return 1 if any(told["wrong"] for told in scores.values()) else 0


def _print(label: str, told: Counter[str]) -> None:
    whose = f"{COMMITTEE} {PERIOD}" if label == "1" else f"{YEAR_COMMITTEE} {YEAR.period}"
    number = told["right"] + told["open"] + told["wrong"]
    print(f"Biểu {label}, {whose}: {told['right']} of {number} figures right ({told['right'] / number:.1%}; ", end="")
    print(f"{told['blank']} blank), {told['open']} open, {told['wrong']} wrong")


if __name__ == "__main__":
    raise SystemExit(main())
