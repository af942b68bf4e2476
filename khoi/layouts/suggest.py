"""A layout proposed for a file: one cell for each field, with the evidence, or a refusal where two are as likely."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from ingest.catalogue import Catalogue, FormSet
from ingest.layouts.grid import Grid, grids
from ingest.normalise.expected import valid_codes
from ingest.receive import read_files
from ingest.reference import Reference
from ingest.rosters import Period, Rosters
from khoi.deployment.home import Home
from khoi.layouts.crossed import CrossedFinder
from khoi.layouts.heading_words import is_bare, is_former, is_of_part, plain, says_other, spoken
from khoi.layouts.likeness import Likeness
from khoi.layouts.lists import DetectedList, ListColumn, ListFinder
from khoi.layouts.names import OrganizationNames
from khoi.layouts.period_columns import reason_aside
from khoi.layouts.roles import Role, roles, totals_of
from khoi.layouts.table_detection import DetectedTable, MappableField, NoTable, detect_table, period_named
from quality.catalogue import RuleCatalogue, load_rules

LEAST = 0.6
"""A cell is proposed from this score on: the likeness of the words, and what adding up says."""
MARGIN = 0.1
"""Two candidates nearer to each other than this are not chosen between."""
ADDS_UP = 0.3
"""What an equality that holds adds to the score of each of its cells."""
ONE_FORM = 0.15
"""What it adds that most other fields of the table are of the same form."""
_FEWEST_ALIKE = 3

_IGNORED = {
    "ordinal": "số thứ tự / ordinals",
    "text": "lời giải thích không phải số liệu / remarks",
    "ratio": "tỷ lệ luôn được tính lại / a ratio is always computed anew",
    "empty": "không có số liệu trong tệp đã xem / no figures in the file that was seen",
}


@dataclass(frozen=True)
class FieldMapping:
    """What is proposed for one field. ``cell`` is None where it is ignored (``reason``) or refused (``refusal``)."""

    field: MappableField
    cell: str | None = None
    score: float = 0.0
    reason: str | None = None
    refusal: str | None = None
    evidence: list[str] = dataclasses.field(default_factory=list)
    words: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """The table found in the file and a mapping of each of its fields.

    ``members``: where lines and columns cross, the column of the form that each column is, its code in ``cell``.
    """

    table: DetectedTable
    mappings: list[FieldMapping]
    members: list[FieldMapping] = dataclasses.field(default_factory=list)

    @property
    def refused(self) -> list[FieldMapping]:
        """The fields that a person must decide."""
        return [mapping for mapping in (*self.mappings, *self.members) if mapping.refusal is not None]


def suggest_layout(home: Home, path: Path, period: str | None = None, committee: str | None = None) -> Suggestion:
    """Propose a layout for ``path``; ``period`` where the file names none, or more than one.

    Organizations are those of ``committee`` where it is given: names repeat in other committees.

    Raises NoTable where it has no table of the committee's organizations, or no period is known.

    Personal data are dropped while reading, as from every received file.
    """
    catalogue, reference = home.catalogue(), home.reference()
    read = read_files([path], Catalogue(catalogue.forms, catalogue.fingerprint), reference, keeps_unknown=True)
    if read.submissions["read_state"].eq("unreadable").any():
        raise NoTable(read.findings["message_vi"].iloc[0] + " / " + read.findings["message_en"].iloc[0])
    columns = ["sheet", "row_no", "column_no", "kind", "text"]
    rosters = Rosters(reference)
    sheets = grids(read.cells[columns].itertuples(index=False, name=None))
    told = rosters.period(period) if period else period_named(sheets, rosters)
    committees = (committee,) if committee else ()
    if told is not None:
        names = OrganizationNames(rosters, told.end, committees)
        of_form = _listed(sheets, told, names, catalogue, reference) or _crossed(sheets, told, names, catalogue)
        if of_form is not None:
            return of_form
    found = detect_table(sheets, rosters, told, committees)
    rules = load_rules(catalogue, reference, home.config / "rules")
    if found.period is None:
        raise NoTable(
            "Không thấy kỳ báo cáo, hoặc thấy hơn một kỳ, nên không rõ bộ biểu nào có hiệu lực; "
            "hãy dùng --period / no period, or more than one, is named: say which with --period"
        )
    day = dt.date.fromisoformat(found.period.end)
    form_set = catalogue.form_set(day, found.period.kind, "organization")
    return Suggestion(found, map_fields(found.fields, form_set, rules, day, _days_of(reference, found.period)))


def _days_of(reference: Reference, period: Period) -> tuple[str, str] | None:
    """The last day before a period and its last day, as headings name them."""
    days = _days(reference, period)
    return None if days is None else (str(dt.date.fromisoformat(days[0]) - dt.timedelta(days=1)), days[1])


def _listed(
    sheets: list[Grid], period: Period, names: OrganizationNames, catalogue: Catalogue, reference: Reference
) -> Suggestion | None:
    """What is proposed where a sheet is a list of records."""
    form_set = catalogue.form_set(dt.date.fromisoformat(period.end), period.kind, "organization")
    codes = valid_codes([period.code], reference)[period.code]
    found = ListFinder(form_set, codes, names, _days(reference, period)).found(sheets)
    if found is None:
        return None
    table = DetectedTable(
        found.sheet, "record", found.header_rows, found.first_row, [],
        [(one.path, one.role) for one in found.columns if one.role in ("ordinal", "organization")],
        found.organizations, found.title, period, sheets=found.sheets, form=found.form, lacking=found.lacking,
    )  # fmt: skip
    return Suggestion(table, [_of_list(found, one) for one in found.columns if one.role in (None, "ignored")])


def _crossed(sheets: list[Grid], period: Period, names: OrganizationNames, catalogue: Catalogue) -> Suggestion | None:
    """What is proposed where lines and columns of one form cross, of one organization a sheet."""
    form_set = catalogue.form_set(dt.date.fromisoformat(period.end), period.kind, "organization")
    found = CrossedFinder(form_set, names).found(sheets)
    if found is None:
        return None
    ordinal = [(found.ordinal, "ordinal")] if found.ordinal is not None else []
    table = DetectedTable(
        found.sheet, "item", found.header_rows, found.first_row, [], [(found.label, "label"), *ordinal], found.sheets,
        found.title, period, [(path, reason_aside(path)) for path in found.strange], found.sheets,
    )  # fmt: skip
    members = [_of_crossed(MappableField(path, "", "count", np.array([])), name) for path, name in found.columns]
    lines = [_of_crossed(one, item and f"{found.form}.{item}") for one, item in found.lines]
    return Suggestion(table, lines, members)


def _of_crossed(one: MappableField, cell: str | None) -> FieldMapping:
    if cell is None:
        refusal = "khoi từ chối: không mục nào đủ giống, hoặc hai mục như nhau / nothing is like it, or two are"
        return FieldMapping(one, refusal=refusal)
    return FieldMapping(one, cell, 1.0, evidence=["dòng và cột của một biểu / lines and columns of one form"])


def _days(reference: Reference, period: Period) -> tuple[str, str] | None:
    """The first and the last day of a period."""
    periods = reference["periods"]
    first = periods.loc[periods["period_code"] == period.code, "period_start"]
    return (str(first.iloc[0])[:10], period.end) if len(first) else None


def _of_list(found: DetectedList, one: ListColumn) -> FieldMapping:
    cell = f"{found.form}.{one.name}" if one.name is not None else None
    place = MappableField(one.path, "", "text", np.array([]))
    return FieldMapping(place, cell, one.score, one.reason, one.refusal, list(one.evidence), one.words)


def map_fields(
    fields: list[MappableField],
    form_set: FormSet,
    rules: RuleCatalogue,
    day: dt.date,
    days: tuple[str, str] | None = None,
) -> list[FieldMapping]:
    """One mapping per field, in order. Every cell is proposed once at most. ``days``: see `spoken`."""
    likeness = Likeness(form_set, totals_of(rules, day), bare=is_bare(text for one in fields for text in one.path))
    cells = likeness.cells
    alike = {
        number: likeness.of_all(spoken(one.path, days), cells)
        for number, one in enumerate(fields)
        if one.nature == "count"
    }
    others = {number: said for number in alike if (said := _said_other(fields[number], alike[number], likeness))}
    counts = [number for number in alike if number not in others]
    if not counts:
        return [_ignored(one, others.get(number)) for number, one in enumerate(fields)]
    words = np.array([alike[number] for number in counts])
    values = np.array([fields[number].values for number in counts])
    held = roles(words, cells, values, rules, day)
    scores = words + ADDS_UP * _added(held, words.shape, cells)
    scores = scores + ONE_FORM * (_of_one_form(scores, cells) + _of_one_line(scores, cells))
    chosen = dict(zip(*map(list, linear_sum_assignment(-scores)), strict=True))
    claimed = _claimed_twice(scores, chosen)
    mapped = {
        number: _mapping(fields[number], position, chosen.get(position), scores, words, held, likeness)
        if position not in claimed
        else _with_others(fields[number], [fields[counts[other]] for other in claimed[position]])
        for position, number in enumerate(counts)
    }
    return [mapped.get(number) or _ignored(one, others.get(number)) for number, one in enumerate(fields)]


def _said_other(one: MappableField, alike: list[float], likeness: Likeness) -> str | None:
    """The words by which a heading says that it is no figure of the period, where no cell that it is like says them."""
    if is_former(one.path):
        return one.path[-1]
    if is_of_part(one.path):
        return " ".join(one.path[:-1])
    said = says_other(one.path)
    if said is None:
        return None
    near = [cell for cell, score in zip(likeness.cells, alike, strict=True) if score >= LEAST]
    is_called = any(f" {said} " in f" {plain(text)} " for cell in near for text in likeness.labels(cell))
    return None if is_called else said


def _claimed_twice(scores: np.ndarray, chosen: Mapping[int, int]) -> dict[int, list[int]]:
    """Field -> the others that claim the cell chosen for it, or for one of them, nearly as well, and have no better.

    One cell comes from one column or line: of two that it may as well be neither is proposed.
    """
    claims: dict[int, set[int]] = {}
    for position, cell in chosen.items():
        mine = scores[position, cell]
        for other in range(len(scores)):
            theirs = scores[other, cell]
            own = scores[other, chosen[other]] if other in chosen else 0.0
            if other != position and theirs > own and theirs >= LEAST and abs(mine - theirs) < MARGIN:
                claims.setdefault(position, set()).add(other)
                claims.setdefault(other, set()).add(position)
    return {position: sorted(others) for position, others in claims.items()}


def _with_others(one: MappableField, others: list[MappableField]) -> FieldMapping:
    named = ", ".join(f"“{' / '.join(other.path)}” ({other.place})" for other in others)
    return FieldMapping(
        one, refusal=f"khoi từ chối: cũng có thể là cùng một mục với / khoi refuses, as likely the same cell as {named}"
    )


def _of_one_form(scores: np.ndarray, cells: list[str]) -> np.ndarray:
    """1 for the cells of the form that most fields are likeliest of, where half are: a table is of one thing."""
    forms = [cell.partition(".")[0] for cell in cells]
    likeliest = Counter(forms[int(row.argmax())] for row in scores if row.max() >= LEAST)
    form, times = likeliest.most_common(1)[0] if likeliest else ("", 0)
    is_telling = times * 2 > len(scores) and times >= _FEWEST_ALIKE
    return np.where(np.array(forms) == form, 1.0, 0.0)[None, :] * (scores > 0) * is_telling


def _of_one_line(scores: np.ndarray, cells: list[str]) -> np.ndarray:
    """1 for the cells of the line that most fields are likeliest of, of a form with several columns: it may be named
    over one of them alone. A field that is as like two lines speaks for neither.
    """
    lines = np.array([cell.rpartition(".")[0] if cell.count(".") > 1 else "" for cell in cells])
    told: Counter[str] = Counter()
    for row in scores:
        best = row.max()
        near = {str(line) for line in lines[row > best - MARGIN]}
        if best >= LEAST and len(near) == 1:
            told[near.pop()] += 1
    line, times = told.most_common(1)[0] if told else ("", 0)
    is_telling = bool(line) and times * 2 > len(scores) and times >= _FEWEST_ALIKE
    return np.where(lines == line, 1.0, 0.0)[None, :] * (scores > 0) * is_telling


def _ignored(one: MappableField, said: str | None) -> FieldMapping:
    return FieldMapping(one, reason=reason_aside(one.path) if said else _IGNORED[one.nature])


def _added(held: list[Role], shape: tuple[int, ...], cells: list[str]) -> np.ndarray:
    """1 where an equality that holds has this field as this cell."""
    added = np.zeros(shape)
    for role in held:
        for cell, position in role.fields.items():
            added[position, cells.index(cell)] = 1.0
    return added


def _mapping(
    one: MappableField,
    position: int,
    chosen: int | None,
    scores: np.ndarray,
    words: np.ndarray,
    held: list[Role],
    likeness: Likeness,
) -> FieldMapping:
    """The choice for one field, or why there is none."""
    cells, mine = likeness.cells, scores[position]
    ranked = [int(number) for number in np.argsort(-mine, kind="stable")[:3]]
    better = chosen is not None and scores[:, chosen].max() > mine[chosen]
    if chosen is None or better or mine[chosen] < LEAST:
        nearest = ", ".join(f"{cells[number]} ({mine[number]:.2f})" for number in ranked)
        return FieldMapping(one, refusal=f"khoi từ chối: không mục nào đủ giống / nothing is like it; {nearest}")
    # Another cell is a rival where no other field has a better claim to it, or where it is better than the choice.
    rivals = [
        number
        for number in ranked
        if number != chosen
        and mine[chosen] - mine[number] < MARGIN
        and (mine[number] > mine[chosen] or scores[:, number].max() < mine[number] + MARGIN)
    ]
    if rivals:
        close = ", ".join(f"{cells[number]} ({mine[number]:.2f})" for number in [chosen, *rivals])
        told = f"khoi từ chối: các ứng viên cách nhau dưới {MARGIN:.2f} / khoi refuses, candidates that near: {close}"
        return FieldMapping(one, refusal=told)
    cell = cells[chosen]
    evidence = [f"nhãn / words {words[position, chosen]:.2f} “{likeness.label(cell)}”"]
    evidence += [
        f"cộng đúng ở {role.rows} dòng / adds up in {role.rows} rows ({role.rule_id}: {role.text})"
        for role in held
        if role.fields.get(cell) == position
    ]
    second = next(number for number in ranked if number != chosen)
    evidence.append(f"tiếp theo / next {cells[second]} ({mine[second]:.2f})")
    return FieldMapping(one, cell, float(mine[chosen]), evidence=evidence)
