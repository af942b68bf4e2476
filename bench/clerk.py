"""How many cells a clerk types: the demo's workbooks of grassroots cells, each in the shortest way its form allows.

    python -m bench.clerk            # cells of 20-45 members, a first half-year with a period published before it
    python -m bench.clerk --members 28 32 --period 2025H1
    python -m bench.clerk --cells    # and which cells these are, by organization and sheet
    python -m bench.clerk --blank FILE   # of one blank workbook: sheets, open cells, which of them are filled in

A cell counts as typed unless the blank workbook has it filled in (`khoi template`: code, type, sector, opening, levels
that are as they were, topics of the last list), adds it up, or prints an x there. A sheet with the mark "nothing in the
period" is typed in the way that takes fewest cells: every cell with its 0; the mark alone; or the mark "only what is
filled in" and the cells that are not 0 (control totals stay typed). The last may be said once, for all sheets in which
something is filled in; a matrix left empty takes a mark of its own all the same. What is carried over counts as typed
where it is not as it was in the period before.
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
    """One workbook: by sheet the cells typed as the form stands, and those it took before (a 0 in every open cell).

    ``cells``: the former by sheet, each as ``place=value``.
    """

    organization: str
    members: int
    now: Counter[str]
    before: Counter[str]
    zeros: int
    cells: dict[str, list[str]]


@dataclass(frozen=True)
class Ways:
    """The cells of a sheet that are typed: ``own`` whatever the other sheets say, ``shared`` where one mark speaks."""

    own: list[str]
    shared: list[str]


def typed(content: WorkbookContent, sheets: list[SheetLayout], last: WorkbookContent | None = None) -> Typed:
    """What one workbook takes to type, on the ``sheets`` of its organization; ``last`` is its workbook before."""
    before: Counter[str] = Counter({"Bìa": _ROLE_OF_COMPILER})
    ways = {"Bìa": Ways(*[["REPORTER_ROLE"] * _ROLE_OF_COMPILER] * 2)}
    zeros, totals = 0, total_formulas(sheets)
    for layout in sheets:
        form = layout.form.form
        if layout.form.kind == "matrix":
            cells = content.matrix.get(form, {})
            before[layout.sheet] = len(cells)
            zeros += sum(value == 0 for value in cells.values())
            ways[layout.sheet] = _matrix(layout, cells, totals, last.matrix.get(form, {}) if last else {})
        elif form != "cover":
            records = content.records.get(form, [])
            before[layout.sheet] = sum(value is not None for record in records for value in record.values())
            former = last.records.get(form, []) if last else []
            ways[layout.sheet] = _record(layout, records, former)
            if layout.form.kind == "list":
                ways[layout.sheet] = _list(layout, records, former)
    kinds = [{sheet: way.own for sheet, way in ways.items()}, {sheet: way.shared for sheet, way in ways.items()}]
    cells = min(kinds, key=lambda kind: sum(map(len, kind.values())))
    now = Counter({sheet: len(typed) for sheet, typed in cells.items()})
    members = int(content.matrix["membership_change"]["CLOSE", "value"])
    return Typed(content.organization_code, members, now, before, zeros, cells)


def _matrix(layout: SheetLayout, cells: dict, totals: dict, last: dict) -> Ways:
    """The fewest cells in which a sheet can be said."""
    form = layout.form
    known = {place for place in cells if (form.form, place[0]) in _FROM_RULES}
    known |= totals.get(form.form, {}).keys()
    known |= {place for place in cells if form.is_carried(*place) and last.get(place) == cells[place]}
    asked = {place: value for place, value in cells.items() if layout.is_asked(*place) and place not in known}
    everything = [_shown(place, value) for place, value in asked.items()]
    if form.nil_mark is None:
        return Ways(everything, everything)
    said = {place: form.zero_under(*place) for place in asked}
    # Over a level that was filled in a 0 has to be typed as well.
    over = {place for place in asked if form.is_carried(*place) and place in last}
    needed = [place for place, value in asked.items() if value != 0 or place in over or NOTHING_ELSE not in said[place]]
    some = [_shown(place, asked[place]) for place in needed]
    ways = [everything, ["mark", *some]]
    if all(value == 0 and place not in over for place, value in asked.items() if said[place]):
        ways.append(["mark", *(_shown(place, asked[place]) for place, marks in said.items() if not marks)])
    own = min(ways, key=len)
    if form.nil_mark.for_all:
        return Ways(own, ["mark of all sheets", *some])
    is_written = any(form.is_typed(*place) for place in needed)
    return Ways(own, min(some, own, key=len) if is_written else own)


def _record(layout: SheetLayout, records: list[dict], last: list[dict]) -> Ways:
    """The answers of a record form."""
    known = {name for name, field in layout.form.fields.items() if field.registered_as}
    former = last[0] if last else {}
    filled = {
        name: value
        for record in records
        for name, value in record.items()
        if value is not None and name not in known and layout.is_asked(name)
    }
    asked = [
        _shown((name,), value)
        for name, value in filled.items()
        if not (layout.form.is_carried(name) and former.get(name) == value)
    ]
    return Ways(asked, asked)


def _list(layout: SheetLayout, records: list[dict], last: list[dict]) -> Ways:
    """The rows of a list; a code that was reported last stands there, and is taken away where it is not wanted."""
    form = layout.form
    key = form.carried[0] if form.carried else None
    codes, former = {record.get(key) for record in records}, {record.get(key) for record in last} if key else set()
    typed, needed = [], []
    for number, record in enumerate(records, start=1):
        for name, value in record.items():
            if value is None or (name == key and value in former):
                continue
            typed.append(_shown((str(number), name), value))
            if value != 0 or NOTHING_ELSE not in form.zero_under(name):
                needed.append(typed[-1])
    gone = [f"{code} taken away" for code in former - codes]
    if form.nil_mark is None:
        return Ways(typed + gone, typed + gone)
    if not records:
        return Ways(["mark"], ["mark"] if former else [])
    shortened = ["mark", *needed] if form.nil_mark.of_records else typed + gone
    return Ways(min(typed + gone, shortened, key=len), needed if form.nil_mark.of_records else typed + gone)


def _shown(place: tuple[str, ...], value: object) -> str:
    return f"{'.'.join(name for name in place if name != 'value')}={value}"


def workbooks(catalogue: Catalogue, reference: Reference, period_code: str) -> Iterator[Typed]:
    """The workbooks of all grassroots cells of the demo in one period."""
    end = reference.period_ends[period_code]
    before = str(reference["periods"].set_index("period_code").loc[period_code, "previous_period_code"])
    sheets = layouts(forms_of(catalogue, reference, period_code), TYPE)
    for plan in plan_committees(reference):
        last, this = (contents_of(plan, catalogue, reference, period) for period in (before, period_code))
        for code, content in this.items():
            if reference.organization_type(code, end) == TYPE:
                yield typed(content, sheets, last.get(code))


def forms_of(catalogue: Catalogue, reference: Reference, period_code: str) -> FormSet:
    """The forms that an organization fills in for a period."""
    kind = reference["periods"].set_index("period_code").loc[period_code, "kind"]
    return catalogue.form_set(reference.period_ends[period_code], str(kind), "organization")


def contents_of(
    plan: CommitteePlan, catalogue: Catalogue, reference: Reference, period_code: str
) -> dict[str, WorkbookContent]:
    """The workbooks of one committee in one period, by organization."""
    names = dict(zip(reference["organizations"]["organization_code"], reference["organizations"]["name"], strict=True))
    forms = forms_of(catalogue, reference, period_code)
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
    parser.add_argument("--cells", action="store_true")
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
    print(f"now:    median {statistics.median(now):.0f}, mean {statistics.mean(now):.1f} ({min(now)}-{max(now)})")
    for sheet in found[0].now:
        medians = [
            statistics.median(way) for way in zip(*((o.now[sheet], o.before[sheet]) for o in found), strict=True)
        ]
        print(f"  {sheet:24}{medians[0]:5.0f}  before {medians[1]:5.0f}")
    for one in found if asked.cells else ():
        print(f"{one.organization}: {one.members} đảng viên, {sum(one.now.values())} ô")
        for sheet, cells in one.cells.items():
            print(f"  {sheet:24}{len(cells):3}  {', '.join(cells)}")


if __name__ == "__main__":
    main()
