"""Many changed workbooks read by the product and looked at by LibreOffice; where the two disagree is a fault.

What must hold in every sheet that was changed: a figure that was taken equals what its cell shows, it stands in the
line and column that the form prints for it, a figure that is called missing is not there to be seen, and every filled
cell is accounted for and, where it was not read, named in a finding. In all other sheets nothing changes.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from bench.fuzz.book import Book, Place, joined, split
from bench.fuzz.cases import Base, Case, catalogue
from bench.fuzz.clerk import NOTHING, number_in_number_cell, number_in_text
from bench.fuzz.office import Seen, Shown
from demo.deployment import demo_reference
from ingest.catalogue.model import Field
from ingest.normalise import account_of, normalise_cells
from ingest.receive import file_reader

_COUNTED = frozenset(
    {"ordinal", "ignored_column", "total", "numbering", "printed_mark", "value", "title", "note", "help"}
)
"""Reasons for which a figure may be left aside; the last three only where it is no bare number."""
_TOLD_ONCE = frozenset({"duplicate_label", "table_not_found", "unknown_sheet", "second_cover", "unread_form_sheet"})
_EPOCH = dt.date(1899, 12, 30)
_NOISE = 1e-9


@dataclass(frozen=True)
class Fault:
    """A disagreement: in which case, of which kind, where, and what both sides say."""

    case: Case
    kind: str
    place: str
    said: str

    def __str__(self) -> str:
        return f"{self.case.name} {self.kind}: {self.place} {self.said}\n    {' | '.join(self.case.done)}"


@dataclass
class Outcome:
    """What a trial came to: how many workbooks were read, refused or not identified, figures compared, faults."""

    read: int = 0
    refused: int = 0
    unseen: int = 0
    figures: int = 0
    cells: int = 0
    untold: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Count another trial in."""
        for name in ("read", "refused", "unseen", "figures", "cells", "untold"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.faults += other.faults


@dataclass(frozen=True)
class Product:
    """What the product made of some workbooks, one row per value, entry, cell or finding."""

    observations: pd.DataFrame
    entries: pd.DataFrame
    account: pd.DataFrame
    findings: pd.DataFrame
    names: Mapping[str, str]


def read_by_product(paths: Sequence[Path]) -> Product:
    """The workbooks as `khoi check` reads them."""
    reference = demo_reference()
    with file_reader(catalogue(), reference, workers=1) as read:
        files = read(paths)
    normalised = normalise_cells(files.cells, files.submissions, catalogue(), reference)
    account = account_of(files.cells, files.submissions, catalogue(), reference)
    told = pd.concat([files.findings, normalised.findings], ignore_index=True)
    identified = files.submissions[files.submissions["read_state"] == "identified"]
    names = dict(zip(identified["file_hash"], identified["file_name"], strict=True))
    return Product(normalised.observations, normalised.entries, account, told, names)


class Clean:
    """What is printed beside every figure of the clean workbooks, by cell code or field, and what they hold."""

    def __init__(self, bases: Sequence[Base], folder: Path) -> None:
        paths = [folder / f"clean{number}.xlsx" for number in range(len(bases))]
        for path, base in zip(paths, bases, strict=True):
            path.write_bytes(base.content)
        product = read_by_product(paths)
        self.headings: dict[str, set[str]] = {}
        self.labels: dict[str, str] = {}
        self.values: dict[int, dict[tuple[str, str], object]] = defaultdict(dict)
        self._matrices = {form.form for form in catalogue().forms if form.kind == "matrix"}
        texts = [_texts(Book(base.content)) for base in bases]
        for row in product.observations.itertuples():
            number = int(product.names[row.file_hash][5:-5])
            self.values[number][row.form, row.cell_code] = (row.state, row.value)
            if row.form in self._matrices and isinstance(row.cell, str):
                self._learn(row.cell_code, texts[number].get(row.sheet, {}), split(row.cell), with_label=True)
        for row in product.entries.itertuples():
            number = int(product.names[row.file_hash][5:-5])
            if isinstance(row.cell, str):
                code = f"{row.form}.{row.field}"
                self._learn(code, texts[number].get(row.sheet, {}), split(row.cell), with_label=False)
        self.sheets = {
            str(form): str(part["sheet"].dropna().iloc[0])
            for form, part in product.observations.groupby("form")
            if part["sheet"].notna().any()
        }

    def _learn(self, code: str, texts: Mapping[Place, str], place: Place, *, with_label: bool) -> None:
        row, column = place
        above = {text for (r, c), text in texts.items() if c == column and 6 < r < row and not text.isdigit()}
        self.headings[code] = self.headings[code] & above if code in self.headings else above
        left = [(c, text) for (r, c), text in texts.items() if r == row and c < column and len(text) > 3]
        if with_label and left:
            self.labels[code] = max(left)[1]

    def is_matrix(self, form: str) -> bool:
        """True for a form of lines and columns."""
        return form in self._matrices


def _texts(book: Book) -> dict[str, dict[Place, str]]:
    return {
        sheet: {place: _key(book.text(cell)) for place, cell in book.cells(sheet).items() if cell.get("t") == "s"}
        for sheet in book.visible()
    }


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def compared(cases: Sequence[Case], seen: Sequence[Seen | None], clean: Clean) -> Outcome:
    """The product's reading of the cases held against what is seen of each."""
    product = read_by_product([case.path for case in cases])
    by_name = {name: file_hash for file_hash, name in product.names.items()}
    outcome = Outcome()
    parts = {
        name: dict(tuple(getattr(product, name).groupby("file_hash")))
        for name in ("observations", "entries", "account", "findings")
    }
    for case, shown in zip(cases, seen, strict=True):
        file_hash = by_name.get(case.path.name)
        if file_hash is None:
            outcome.refused += 1
        elif shown is None:
            outcome.unseen += 1
        else:
            outcome.read += 1
            mine = {name: part.get(file_hash, getattr(product, name).iloc[:0]) for name, part in parts.items()}
            _Comparison(case, shown, clean, mine, outcome).run()
    return outcome


class _Comparison:
    """One workbook."""

    def __init__(
        self, case: Case, seen: Seen, clean: Clean, product: Mapping[str, pd.DataFrame], outcome: Outcome
    ) -> None:
        self._case, self._seen, self._clean, self._product = case, seen, clean, product
        self._outcome = outcome
        findings = product["findings"]
        self._named = {place for cells in findings["cells"].dropna() for place in str(cells).split("; ")} | {
            f"{row.sheet}!{row.cell}" for row in findings.itertuples() if isinstance(row.cell, str)
        }
        self._hard = {
            place
            for cells in findings.loc[findings["severity"] != "info", "cells"].dropna()
            for place in str(cells).split("; ")
        } | set(_merged(findings))
        self._keys = {sheet: {place: _key(one.text) for place, one in cells.items()} for sheet, cells in seen.items()}

    def run(self) -> None:
        """Every law in turn."""
        for row in self._product["observations"].itertuples():
            if isinstance(row.sheet, str) and row.sheet in self._case.sheets and self._clean.is_matrix(row.form):
                self._figure(row)
            elif row.sheet not in self._case.sheets and isinstance(row.sheet, str):
                self._unchanged(row)
        for row in self._product["entries"].itertuples():
            if row.sheet in self._case.sheets:
                self._entry(row)
        self._accounted()

    def _fault(self, kind: str, place: str, said: str) -> None:
        self._outcome.faults.append(Fault(self._case, kind, place, said))

    def _unchanged(self, row: Any) -> None:
        known = self._clean.values[self._case.base].get((row.form, row.cell_code))
        now = (row.state, row.value)
        if known is not None and str(known) != str(now):
            self._fault("changed elsewhere", f"{row.sheet}!{row.cell}", f"{known} -> {now}")

    def _figure(self, row: Any) -> None:
        if not isinstance(row.cell, str):
            return
        place = f"{row.sheet}!{row.cell}"
        at = split(row.cell)
        shown = self._seen.get(row.sheet, {}).get(at)
        state, value = row.state, row.value
        if state in ("value", "zero"):
            self._outcome.figures += 1
            if (shown is None or shown.is_known) and not _shows(shown, float(value)):
                self._fault("other figure", place, f"taken {value}, shown {shown}")
            self._in_its_place(row.cell_code, row.sheet, at, place, with_label=True)
        elif state == "missing" and _is_there(shown):
            self._fault("called missing", place, f"shown {shown}")
        elif state == "unreadable":
            self._outcome.untold += 1
            if place not in self._hard:
                self._fault("unreadable, not told", place, f"shown {shown}")

    def _in_its_place(self, code: str, sheet: str, at: Place, place: str, *, with_label: bool) -> None:
        keys = self._keys.get(sheet, {})
        label, headings = self._clean.labels.get(code), self._clean.headings.get(code, set())
        there = set(keys.values())
        if with_label and label in there and label not in {text for (r, _), text in keys.items() if r == at[0]}:
            self._fault("other line", place, f"{code} without “{label}”")
        above = {text for (r, c), text in keys.items() if c == at[1] and r < at[0]}
        lost = {heading for heading in headings & there if heading not in above}
        if lost and not above & headings:
            self._fault("other column", place, f"{code} without {lost}")

    def _entry(self, row: Any) -> None:
        if not isinstance(row.cell, str):
            return
        place, at = f"{row.sheet}!{row.cell}", split(row.cell)
        shown = self._seen.get(row.sheet, {}).get(at)
        state, text = row.state, row.value_text
        kind = _fields()[row.form, row.field]
        if state == "missing" and _is_there(shown):
            self._fault("called missing", place, f"shown {shown}")
        if state == "unreadable" and place not in self._hard:
            self._fault("unreadable, not told", place, f"shown {shown}")
        if state in ("value", "zero") and (shown is None or shown.is_known):
            self._outcome.figures += 1
            self._in_its_place(f"{row.form}.{row.field}", row.sheet, at, place, with_label=False)
            if shown is None or shown.is_covered or not _says(shown, row, kind):
                self._fault(f"other {kind.type}", place, f"taken {text!r}, shown {shown}")

    def _accounted(self) -> None:
        account = {(row.sheet, row.cell): row for row in self._product["account"].itertuples()}
        sheets = {sheet for sheet, _ in account}
        for sheet in self._case.sheets:
            for at, shown in self._seen.get(sheet, {}).items():
                if not shown.text.strip():
                    continue
                place = f"{sheet}!{joined(at)}"
                self._outcome.cells += 1
                row = account.get((sheet, joined(at)))
                if row is None:
                    if sheet in sheets or place not in self._named:
                        self._fault("not accounted", place, f"shown {shown}")
                elif row.outcome in ("unread", "unreadable"):
                    if place not in self._named and not self._told_as_a_whole(row):
                        self._fault("unread, not told", place, f"{row.reason}, shown {shown}")
                elif (
                    row.outcome == "ignored"
                    and _is_bare(shown)
                    and _number(shown) is not None
                    and (
                        row.reason not in _COUNTED
                        or (row.reason in ("title", "note", "help") and shown.text.strip().isdigit())
                    )
                ):
                    self._fault("left aside", place, f"{row.reason}, shown {shown}")

    def _told_as_a_whole(self, row: Any) -> bool:
        """A sheet that was not read, a table that was not found, a line that stands twice are told once."""
        findings = self._product["findings"]
        of_sheet = findings.loc[findings["sheet"] == row.sheet, "rule_id"]
        return row.reason in _TOLD_ONCE and len(of_sheet) > 0


def _merged(findings: pd.DataFrame) -> Iterator[str]:
    """The cells under merged ones: the finding of their first cell names the whole area in its sentence."""
    for row in findings[findings["rule_id"] == "merged_cells"].itertuples():
        for first, last in re.findall(r"\b([A-Z]+[0-9]+):([A-Z]+[0-9]+)\b", str(row.message_vi)):
            (top, left), (bottom, right) = split(first), split(last)
            for at in itertools.product(range(top, bottom + 1), range(left, right + 1)):
                yield f"{row.sheet}!{joined(at)}"


def _number(shown: Shown) -> float | None:
    if shown.kind == "string":
        return number_in_text(shown.plain)
    return (
        number_in_number_cell(shown.plain)
        if shown.kind not in ("date", "time", "boolean") and shown.text.strip()
        else None
    )


def _is_bare(shown: Shown) -> bool:
    """Digits and what parts them: a unit or a footnote beside them makes a remark of a number."""
    return shown.text == shown.plain and re.fullmatch(r"[0-9.,\s]+", shown.text) is not None


def _shows(shown: Shown | None, value: float) -> bool:
    if shown is None or shown.is_covered or shown.kind in ("date", "time", "boolean"):
        return False
    # What is raised or struck as a whole is read; within a number such a part is none of it.
    text = shown.plain if shown.plain.strip() else shown.text
    read = number_in_text(text) if shown.kind == "string" else number_in_number_cell(text)
    return read is not None and abs(read - value) <= _NOISE


def _says(shown: Shown, row: Any, kind: Field) -> bool:
    """Whether a cell shows the answer that was taken from it."""
    if kind.type in ("count", "balance", "money"):
        return _shows(shown, float(row.value))
    if kind.type == "date":
        return str(row.value_text) in set(_days(shown))
    if kind.type in ("code", "flag"):
        known = _words_of("yes_no" if kind.type == "flag" else kind.code_list or "", str(row.value_text))
        return (_key(shown.plain) or _key(shown.text)).strip(" ().,:;-*") in {word.strip(" ().,:;-*") for word in known}
    return _key(shown.plain or shown.text) == _key(str(row.value_text))


def _is_there(shown: Shown | None) -> bool:
    return shown is not None and not shown.is_covered and _key(shown.text) not in NOTHING


def _days(shown: Shown) -> Iterator[str]:
    text = shown.plain.strip()
    if shown.kind not in ("date", "string"):
        serial = number_in_number_cell(text)
        if serial is not None and serial == int(serial):
            yield (_EPOCH + dt.timedelta(days=int(serial))).isoformat()
        return
    for pattern, order in (
        (r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", (3, 2, 1)),
        (r"(?:ngày )?(\d{1,2}) tháng (\d{1,2}) năm (\d{4})", (3, 2, 1)),
        (r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2})", (3, 2, 1)),
        (r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00.*)?", (1, 2, 3)),
    ):
        match = re.fullmatch(pattern, text, re.IGNORECASE)
        if match:
            year, month, day = (int(match[number]) for number in order)
            yield f"{year + 2000 if year < 100 else year:04}-{month:02}-{day:02}"


@cache
def _fields() -> dict[tuple[str, str], Field]:
    return {(form.form, name): field for form in catalogue().forms for name, field in form.fields.items()}


@cache
def _words_of(code_list: str, code: str) -> frozenset[str]:
    """What a code may be written as."""
    codes = demo_reference()["codes"]
    mine = codes[(codes["code_list"] == code_list) & (codes["code"] == code)]
    found = {*mine["code"], *mine["label_vi"], *mine["label_en"]}
    found |= {alias for aliases in mine["aliases"].dropna() for alias in str(aliases).split("|")}
    return frozenset(_key(str(text)) for text in found)
