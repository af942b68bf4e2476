"""How many cells a clerk types: the demo's workbooks of grassroots cells, each in the shortest way its form allows.

    python -m bench.clerk            # cells of 20-45 members, a first half-year with a period published before it
    python -m bench.clerk --members 28 32 --period 2025H1
    python -m bench.clerk --blank FILE   # of one blank workbook: sheets, open cells, which of them are filled in

A cell counts as typed unless the blank workbook has it filled in (`khoi template`: code, type, sector, opening, levels
that are as they were), adds it up, or prints an x there. A sheet with the mark "nothing in the period" is typed in the
way that takes fewest cells: every cell with its 0; the mark alone; or the mark "only what is filled in" and the cells
that are not 0 (control totals stay typed). A level that is carried over counts as typed where it is not as it was in
the period before.
"""

from __future__ import annotations

import argparse
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell

from demo.committees import plan_committees
from demo.contents import workbook_contents
from demo.deployment import demo_reference
from demo.plan import CommitteePlan
from ingest.catalogue import Catalogue, FormSet, load_catalogue
from ingest.reference import Reference
from ingest.template import WorkbookContent
from ingest.template.layout import SheetLayout, layouts
from ingest.template.totals import total_formulas
from ingest.words import NOTHING_ELSE

TYPE, PERIOD = "CBCS", "2026H1"
_FROM_RULES = {("membership_change", "OPEN")}
_ROLE_OF_COMPILER = 1


@dataclass(frozen=True)
class Typed:
    """One workbook: by sheet the cells typed as the form stands, and those it took before (a 0 in every open cell)."""

    members: int
    now: Counter[str]
    before: Counter[str]
    zeros: int


def typed(content: WorkbookContent, sheets: list[SheetLayout], last: WorkbookContent | None = None) -> Typed:
    """What one workbook takes to type, on the ``sheets`` of its organization; ``last`` is its workbook before."""
    now: Counter[str] = Counter({"Bìa": _ROLE_OF_COMPILER})
    before: Counter[str] = Counter({"Bìa": _ROLE_OF_COMPILER})
    zeros, totals = 0, total_formulas(sheets)
    for layout in sheets:
        form = layout.form.form
        if layout.form.kind == "matrix":
            cells = content.matrix.get(form, {})
            before[layout.sheet] = len(cells)
            zeros += sum(value == 0 for value in cells.values())
            now[layout.sheet] = _matrix(layout, cells, totals, last.matrix.get(form, {}) if last else {})
        elif form != "cover":
            records = content.records.get(form, [])
            known = {name for name, field in layout.form.fields.items() if field.registered_as}
            filled = [{name for name, value in record.items() if value is not None} for record in records]
            before[layout.sheet] = sum(map(len, filled))
            asked = sum(layout.is_asked(name) for names in filled for name in names - known)
            now[layout.sheet] = asked if records or layout.form.nil_mark is None else 1
    return Typed(int(content.matrix["membership_change"]["CLOSE", "value"]), now, before, zeros)


def _matrix(layout: SheetLayout, cells: dict, totals: dict, last: dict) -> int:
    """The fewest cells in which a sheet can be said."""
    known = {place for place in cells if (layout.form.form, place[0]) in _FROM_RULES}
    known |= totals.get(layout.form.form, {}).keys()
    known |= {place for place in cells if place[0] in layout.form.carried and last.get(place) == cells[place]}
    asked = {place: value for place, value in cells.items() if layout.is_asked(*place) and place not in known}
    ways = [len(asked)]
    if layout.form.nil_mark is not None:
        said = {place: layout.form.zero_under(*place) for place in asked}
        if all(value == 0 for place, value in asked.items() if said[place]):
            ways.append(1 + sum(not marks for marks in said.values()))
        ways.append(1 + sum(value != 0 or NOTHING_ELSE not in said[place] for place, value in asked.items()))
    return min(ways)


def workbooks(catalogue: Catalogue, reference: Reference, period_code: str) -> Iterator[Typed]:
    """The workbooks of all grassroots cells of the demo in one period."""
    end = reference.period_ends[period_code]
    before = str(reference["periods"].set_index("period_code").loc[period_code, "previous_period_code"])
    sheets = layouts(_forms(catalogue, reference, period_code), TYPE)
    for plan in plan_committees(reference):
        last, this = (_contents(plan, catalogue, reference, period) for period in (before, period_code))
        for code, content in this.items():
            if reference.organization_type(code, end) == TYPE:
                yield typed(content, sheets, last.get(code))


def _forms(catalogue: Catalogue, reference: Reference, period_code: str) -> FormSet:
    kind = reference["periods"].set_index("period_code").loc[period_code, "kind"]
    return catalogue.form_set(reference.period_ends[period_code], str(kind), "organization")


def _contents(
    plan: CommitteePlan, catalogue: Catalogue, reference: Reference, period_code: str
) -> dict[str, WorkbookContent]:
    """The workbooks of one committee in one period, by organization."""
    names = dict(zip(reference["organizations"]["organization_code"], reference["organizations"]["name"], strict=True))
    forms = _forms(catalogue, reference, period_code)
    return {
        content.organization_code: content
        for period in plan.periods
        if period.period_code == period_code
        for content in workbook_contents(plan, period, forms, names)
    }


def blank_counts(path: Path) -> dict[str, int]:
    """Sheets that are seen, cells open to typing, and how many of these are filled in or added up already."""
    sheets = [sheet for sheet in load_workbook(path).worksheets if sheet.sheet_state == "visible"]
    contents = [
        cell.value
        for sheet in sheets
        for row in sheet.iter_rows()
        for cell in row
        if not isinstance(cell, MergedCell) and not cell.protection.locked
    ]
    added_up = sum(isinstance(value, str) and value.startswith("=") for value in contents)
    filled = sum(value is not None for value in contents) - added_up
    return {"sheets": len(sheets), "open": len(contents), "filled in": filled, "added up": added_up}


def main() -> None:
    """Print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, nargs=2, default=(20, 45))
    parser.add_argument("--period", default=PERIOD)
    parser.add_argument("--blank", type=Path)
    asked = parser.parse_args()
    if asked.blank is not None:
        print(", ".join(f"{name}: {count}" for name, count in blank_counts(asked.blank).items()))
        return
    least, most = asked.members
    found = [one for one in workbooks(load_catalogue(), demo_reference(), asked.period) if least <= one.members <= most]
    now, before = (
        [sum(counts.values()) for counts in way] for way in ([one.now for one in found], [one.before for one in found])
    )
    zeros = statistics.median(one.zeros for one in found)
    print(f"{asked.period}: {len(found)} chi bộ cơ sở, {least}-{most} đảng viên / grassroots cells")
    print(f"before: median {statistics.median(before):.0f} ({min(before)}-{max(before)}), of which 0: {zeros:.0f}")
    print(f"now:    median {statistics.median(now):.0f} ({min(now)}-{max(now)})")
    for sheet in found[0].now:
        medians = [
            statistics.median(way) for way in zip(*((o.now[sheet], o.before[sheet]) for o in found), strict=True)
        ]
        print(f"  {sheet:24}{medians[0]:5.0f}  before {medians[1]:5.0f}")


if __name__ == "__main__":
    main()
