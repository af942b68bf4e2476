"""Filled clean workbooks of a deployment as cells, to be spoilt and checked again by the product's own functions.

A `Source` is one accepted workbook: the cells it holds, the figures that linear rules use, the records of its lists.
A `Spoilt` is a copy with some cells changed and the truth about them. `checked` lets the product read and check many of
them at once: `ingest.normalise.normalise_cells` and `quality.check.check_tables`, as `khoi check` does, beside the
workbooks of the period before. Nothing here knows the localiser.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from bench.errors import Given
from ingest import lake
from ingest.addresses import a1_address
from ingest.catalogue import Catalogue
from ingest.normalise import normalise_cells
from ingest.reference import Reference
from khoi.deployment.home import Home
from quality.catalogue import RuleCatalogue, load_rules
from quality.check import CheckResult, check_tables
from quality.suspects import Explained

Spot = tuple[str, str]
"""(sheet, cell)."""
LISTS = ("transfers", "discipline_cases")
STUDY = "study"
AFTER_ALL = dt.date(2030, 1, 1)


@dataclass(frozen=True)
class Record:
    """One record of a list: the row it stands in, and by field its cell, code or figure."""

    sheet: str
    row_no: int
    cells: Mapping[str, str]
    values: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """One clean workbook."""

    file_hash: str
    submission: pd.Series
    given: Given
    spots: Mapping[str, Spot]
    lists: Mapping[str, tuple[Record, ...]]
    sheets: Mapping[str, str]


@dataclass
class Spoilt:
    """One workbook after errors: cells to write (None: emptied), the truth at each, the family of its errors.

    ``truth``: what should stand at each wrong cell, as text; ``removed``: (form, row) of records that were taken out;
    ``added``: (form, cells) of records that should not be there.
    """

    source: Source
    family: str
    file_hash: str
    written: dict[Spot, str | None] = field(default_factory=dict)
    truth: dict[Spot, str] = field(default_factory=dict)
    removed: list[tuple[str, int]] = field(default_factory=list)
    added: list[tuple[str, int]] = field(default_factory=list)
    mechanisms: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Checked:
    """What the product said of many workbooks: its findings, and what its localiser answered by file_hash."""

    findings: pd.DataFrame
    explained: Mapping[str, Explained]


class Deployment:
    """The accepted workbooks of a deployment and what the product needs to check copies of them."""

    def __init__(self, home: Home, committees: Iterable[str]) -> None:
        self.catalogue: Catalogue = home.catalogue()
        self.reference: Reference = home.reference()
        self.rules: RuleCatalogue = load_rules(self.catalogue, self.reference, home.config / "rules")
        states = lake.read_tables(home.lake / "checked", lake.SUBMISSION_STATES, "submission_states.parquet")
        clean = set(states.loc[states["state"].isin(["accepted"]) & states["is_current"], "file_hash"])
        submissions = lake.read_tables(home.lake / "submissions", lake.SUBMISSIONS)
        chosen = submissions["committee_code"].isin(list(committees)) & submissions["file_hash"].isin(clean)
        self.submissions = submissions[chosen & submissions["layout"].isna()].sort_values("file_hash")
        files = set(self.submissions["file_hash"])
        self.observations = _part(home.lake / "normalised", lake.OBSERVATIONS, "observations", files)
        self.entries = _part(home.lake / "normalised", lake.ENTRIES, "entries", files)
        cells = lake.read_tables(home.lake / "cells", lake.CELLS)
        self.cells = {str(name): part for name, part in cells[cells["file_hash"].isin(files)].groupby("file_hash")}
        previous = self.reference["periods"].set_index("period_code")["previous_period_code"]
        subjects = self.submissions.set_index(["organization_code", "period_code"])["file_hash"]
        self.before = {
            row.file_hash: subjects.get((row.organization_code, previous.get(row.period_code)))
            for row in self.submissions.itertuples()
        }

    @cached_property
    def sources(self) -> list[Source]:
        """Every clean workbook of an organization, in order of file_hash."""
        told = self.observations["cell_code"].isin(self._watched | self._beside)
        figures = dict(tuple(self.observations[told].groupby("file_hash")))
        entries = dict(tuple(self.entries[self.entries["form"].isin((*LISTS, STUDY))].groupby("file_hash")))
        return [
            self._source(row, figures, entries.get(row["file_hash"], self.entries.iloc[:0]))
            for _, row in self.submissions.iterrows()
            if row["file_hash"] in figures and not str(row["organization_code"]).endswith("-000")
        ]

    @cached_property
    def _watched(self) -> set[str]:
        return {term.cell_code for rule in self.rules.linear for term in self.rules.expressions[rule.id].terms}

    @cached_property
    def _beside(self) -> set[str]:
        """The other cells of the same tables: what goes along a line goes over them as well."""
        matrices = {form.form for form in self.catalogue.forms if form.items}
        cells = self.observations[self.observations["form"].isin(matrices)]
        forms = set(cells.loc[cells["cell_code"].isin(self._watched), "form"])
        return set(cells.loc[cells["form"].isin(forms), "cell_code"].astype(str)) - self._watched

    def _before(self, file_hash: str) -> list[str]:
        """The workbooks one and two periods before, as far as they are there."""
        first = self.before[file_hash]
        second = self.before.get(first)
        return [one for one in (first, second) if isinstance(one, str)]

    def _source(self, row: pd.Series, figures: dict[str, pd.DataFrame], entries: pd.DataFrame) -> Source:
        mine = figures[row["file_hash"]]
        held = mine[mine["state"].isin(["value", "zero"]) & mine["cell"].notna()]
        lists = {form for form in held["form"].unique() if form in LISTS or form == "organization_profile"}
        # A figure that stands in several cells is counted from them; nobody writes it.
        matrix = held[~held["form"].isin(lists) & ~held["cell"].str.contains(":")]
        values = {str(code): int(value) for code, value in zip(matrix["cell_code"], matrix["value"], strict=True)}
        previous: dict[str, int] = {}
        for earlier in reversed(self._before(row["file_hash"])):
            held_then = figures.get(earlier, mine.iloc[:0])
            held_then = held_then[held_then["state"].isin(["value", "zero"])]
            previous |= {
                str(code): int(value) for code, value in zip(held_then["cell_code"], held_then["value"], strict=True)
            }
        places = {
            str(cell.cell_code): (str(cell.sheet), int(cell.row_no), int(cell.column_no))
            for cell in matrix.itertuples()
        }
        sheets = {str(form): str(part["sheet"].iloc[0]) for form, part in mine[mine["sheet"].notna()].groupby("form")}
        sums, within, twins = relations(self.rules, set(values) - self._beside)
        flows = frozenset(
            code for code in values if code.startswith(("membership_change.IN_", "membership_change.OUT_"))
        )
        return Source(
            str(row["file_hash"]),
            row,
            Given(values, previous, places, sums, within, flows, twins, frozenset(values) & self._beside),
            {str(cell.cell_code): (str(cell.sheet), str(cell.cell)) for cell in matrix.itertuples()},
            {form: tuple(_records(part)) for form, part in entries.groupby("form")},
            sheets,
        )

    def checked(self, spoilt: list[Spoilt]) -> Checked:
        """What the product says of the spoilt workbooks, one of an organization at a time beside its periods before."""
        findings, explained = [], {}
        for _, result in self.batches(spoilt):
            findings.append(result.findings)
            explained |= {one.file_hash: one for one in result.explained}
        return Checked(pd.concat(findings, ignore_index=True), explained)

    def batches(self, spoilt: list[Spoilt]) -> Iterator[tuple[list[Spoilt], CheckResult]]:
        """The same batch by batch, for more workbooks than can be kept at once."""
        for batch in _one_of_each_organization(spoilt):
            yield batch, self._checked(batch)

    def _checked(self, spoilt: list[Spoilt]) -> CheckResult:
        cells = pd.concat([self._spoilt_cells(one) for one in spoilt], ignore_index=True)
        submissions = pd.DataFrame([one.source.submission for one in spoilt])
        submissions["file_hash"] = [one.file_hash for one in spoilt]
        read = normalise_cells(cells, submissions, self.catalogue, self.reference)
        before = {self.before[one.source.file_hash] for one in spoilt} - {None}
        earlier = before | {self.before[file_hash] for file_hash in before} - {None}
        return check_tables(
            pd.concat([self.submissions[self.submissions["file_hash"].isin(earlier)], submissions], ignore_index=True),
            pd.concat([self.observations[self.observations["file_hash"].isin(earlier)], read.observations]),
            pd.concat([self.entries[self.entries["file_hash"].isin(earlier)], read.entries], ignore_index=True),
            read.findings,
            self.catalogue,
            self.reference,
            self.rules,
            as_of=AFTER_ALL,
        )

    def _spoilt_cells(self, one: Spoilt) -> pd.DataFrame:
        cells = self.cells[one.source.file_hash].copy()
        for form, row_no in sorted(one.removed, reverse=True):
            sheet = one.source.sheets[form]
            listed = (cells["sheet"] == sheet) & (cells["column_no"] > 1)
            cells = cells[~(listed & (cells["row_no"] == row_no))]
            last = max(record.row_no for record in one.source.lists[form])
            below = (cells["sheet"] == sheet) & (cells["column_no"] > 1) & cells["row_no"].between(row_no + 1, last)
            cells.loc[below, "row_no"] -= 1
            cells.loc[below, "cell"] = [
                a1_address(row, column)
                for row, column in zip(cells.loc[below, "row_no"], cells.loc[below, "column_no"], strict=True)
            ]
        spots = pd.MultiIndex.from_frame(cells[["sheet", "cell"]])
        cells = cells[~spots.isin(list(one.written))] if one.written else cells
        new = [_new_cell(sheet, cell, text) for (sheet, cell), text in one.written.items() if text is not None]
        if new:
            cells = pd.concat([cells, pd.DataFrame(new)], ignore_index=True)
        return cells.assign(file_hash=one.file_hash)


def _one_of_each_organization(spoilt: list[Spoilt]) -> list[list[Spoilt]]:
    """The workbooks in batches in which no organization stands twice: each is checked as if it were the only one."""
    batches: list[list[Spoilt]] = []
    held: list[set[str]] = []
    for one in spoilt:
        organization = str(one.source.submission["organization_code"])
        number = next((n for n, there in enumerate(held) if organization not in there), len(held))
        if number == len(held):
            held.append(set())
            batches.append([])
        held[number].add(organization)
        batches[number].append(one)
    return batches


def relations(
    rules: RuleCatalogue, known: set[str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, str], dict[str, str]]:
    """As the linear rules say of known figures: total -> parts, part -> what contains it, cell -> its twin."""
    sums, within, twins = {}, {}, {}
    for rule in rules.linear:
        expression = rules.expressions[rule.id]
        left = [term for term in expression.terms if term.side == "left"]
        right = [term for term in expression.terms if term.side == "right"]
        if any(term.lag or term.cell_code not in known for term in expression.terms) or len(left) != 1:
            continue
        plain = all(term.coefficient == 1 for term in expression.terms)
        if expression.operator == "=" and len(right) > 1 and plain:
            sums[left[0].cell_code] = tuple(term.cell_code for term in right)
        elif expression.operator == "=" and len(right) == 1 and plain:
            twins[left[0].cell_code] = right[0].cell_code
        elif expression.operator == "<=" and len(right) == 1 and plain:
            within[left[0].cell_code] = right[0].cell_code
    return sums, within, twins


def _part(folder: Path, schema: object, name: str, files: set[str]) -> pd.DataFrame:
    frame = lake.read_tables(folder, schema, f"*/*/{name}.parquet")  # type: ignore[arg-type]
    return frame[frame["file_hash"].isin(files)].reset_index(drop=True)


def _records(entries: pd.DataFrame) -> Iterator[Record]:
    for _, part in entries.groupby("record_no"):
        yield Record(
            str(part["sheet"].iloc[0]),
            int(part["row_no"].iloc[0]),
            dict(zip(part["field"], part["cell"], strict=True)),
            {str(row.field): str(row.value_text) for row in part.itertuples() if row.state in ("value", "zero")},
        )


def _new_cell(sheet: str, cell: str, text: str) -> dict[str, object]:
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    kind = "number" if text.lstrip("-").isdigit() else "text"
    row_no = int(cell[len(letters) :])
    return {"sheet": sheet, "row_no": row_no, "column_no": column, "cell": cell, "kind": kind, "text": text}
