"""Workbooks as rows: written by the template, changed like a sender would, turned into cells or into files."""

from __future__ import annotations

import datetime as dt
import io
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from python_calamine import load_workbook
from shared_seeds import shared_reference

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue, Form, FormSet, FormVersion
from ingest.lake import CELLS, SUBMISSIONS
from ingest.reference import SEED_COLUMNS, Reference
from ingest.template import WorkbookContent, write_workbook

PERIOD = "2022H1"
COMMITTEE = "AA"
ITSELF = "AA-0"
ORGANIZATIONS = ("AA-1", "AA-2", "AA-3")


def small_reference(**changed: pd.DataFrame) -> Reference:
    """The seeds with a register of three organizations and one that left; ``changed`` tables replace them."""
    seeds = shared_reference()
    rows = {
        "committees": [[COMMITTEE, "Đảng bộ Khối thử nghiệm", "Test committee", "", "", "2000-01-01", None, "thử"]],
        "organizations": [
            *(
                [code, COMMITTEE, f"Tổ chức {code}", "DBCS", "S5", "KHONG", "2000-01-01", None, "thử"]
                for code in ORGANIZATIONS
            ),
            [ITSELF, COMMITTEE, "Đảng ủy cấp trên", "CAP_TREN", None, None, "2000-01-01", None, "thử"],
            ["AA-9", COMMITTEE, "Tổ chức đã giải thể", "CBCS", "S5", "KHONG", "2000-01-01", "2020-12-31", "thử"],
        ],
        "reporting_periods": [
            [COMMITTEE, code, "2030-01-20", None] for code in ("2021H2", "2022H1", "2022H2", "2025H2")
        ],
    }
    small = {name: pd.DataFrame(table, columns=SEED_COLUMNS[name], dtype=object) for name, table in rows.items()}
    return Reference(seeds.folder, {**seeds.tables, **small, **changed}, "test")


def form_set_of(
    catalogue: Catalogue, reference: Reference, period: str = PERIOD, organization: str = ORGANIZATIONS[0]
) -> FormSet:
    """The forms due in a period from an organization, or from the committee itself."""
    row = reference["periods"].set_index("period_code").loc[period]
    return catalogue.form_set(dt.date.fromisoformat(row["period_end"]), row["kind"], reference.sender(organization))


def random_content(
    seed: int, catalogue: Catalogue, reference: Reference, organization: str = "AA-1", period: str = PERIOD
) -> WorkbookContent:
    """A filled workbook of random counts, dates and codes; lists of up to six records."""
    chance = random.Random(f"{seed}/{organization}/{period}")
    matrix: dict[str, Any] = {}
    records: dict[str, Any] = {}
    for form, version in form_set_of(catalogue, reference, period, organization).forms:
        if form.kind == "matrix":
            places = [(row.item, column.column) for row in version.rows for column in version.columns]
            matrix[form.form] = {place: chance.choice([0, chance.randint(1, 20_000)]) for place in places}
        elif form.form != "cover":
            size = 1 if form.kind == "record" else chance.randint(0, 6) if _has_codes(form, version, reference) else 0
            records[form.form] = [_record(form, version, reference, chance, index) for index in range(size)]
    return WorkbookContent(COMMITTEE, organization, f"Tổ chức {organization}", period, 1, matrix, records)


def _has_codes(form: Form, version: FormVersion, reference: Reference) -> bool:
    """Whether every code list of a list form has codes: a register without targets has no list of them."""
    lists = {form.fields[column.column].code_list for column in version.columns} - {None}
    return lists <= set(reference["codes"]["code_list"])


def _record(
    form: Form, version: FormVersion, reference: Reference, chance: random.Random, index: int
) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name in [column.column for column in version.columns] or [row.item for row in version.rows]:
        declared = form.fields[name]
        if declared.type == "code":
            codes = reference["codes"]
            later = codes["valid_to"].isna() | (codes["valid_to"].fillna("") >= "2027-12-31")
            started = codes["valid_from"] <= "2012-01-01"
            if declared.code_list == "target":
                started, later = codes["valid_from"] <= "2022-06-30", codes["valid_to"] >= "2022-06-30"
            open_codes = codes[(codes["code_list"] == declared.code_list) & started & later]
            record[name] = chance.choice(list(open_codes["code"]))
        elif declared.type == "date":
            record[name] = dt.date(2022, chance.randint(1, 6), chance.randint(1, 28))
        else:
            record[name] = chance.randint(0, 40) if declared.type == "count" else f"{index + 1}-QĐ/ĐU"
    return record


@dataclass
class Sheets:
    """A workbook as values by sheet, row and column, all 1-based; changed in place."""

    cells: dict[str, dict[tuple[int, int], Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, content: WorkbookContent, catalogue: Catalogue, reference: Reference, folder: Path) -> Sheets:
        """What `write_workbook` writes."""
        path = folder / "workbook.xlsx"
        write_workbook(path, content, catalogue, reference)
        return cls.read(path.read_bytes())

    @classmethod
    def read(cls, content: bytes) -> Sheets:
        """What calamine reads."""
        book = load_workbook(io.BytesIO(content))
        return cls(
            {
                name: {
                    (row_no, column_no): value
                    for row_no, row in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
                    for column_no, value in enumerate(row, 1)
                    if value != ""
                }
                for name in book.sheet_names
            }
        )

    def find(self, sheet: str, text: str) -> tuple[int, int]:
        """Where a text stands."""
        return next(place for place, value in self.cells[sheet].items() if value == text)

    def insert_rows(self, sheet: str, at: int, number: int = 1) -> None:
        """Push everything from row ``at`` down."""
        self.cells[sheet] = {
            (row + number if row >= at else row, column): value for (row, column), value in self.cells[sheet].items()
        }

    def insert_columns(self, sheet: str, at: int, number: int = 1) -> None:
        """Push everything from column ``at`` to the right."""
        self.cells[sheet] = {
            (row, column + number if column >= at else column): value
            for (row, column), value in self.cells[sheet].items()
        }

    def frame(self, file_hash: str = "f") -> pd.DataFrame:
        """The cells as the lake holds them. A value may be given as (kind, text)."""
        rows = [
            (file_hash, sheet, row, column, a1_address(row, column), *_kind_and_text(value), None, None, None)
            for sheet, cells in self.cells.items()
            for (row, column), value in cells.items()
        ]
        return pd.DataFrame(rows, columns=CELLS.names)

    def save(self, path: Path) -> Path:
        """Write an .xlsx of plain values; a text that begins with ``=`` becomes a formula without a value."""
        with xlsxwriter.Workbook(str(path)) as book:
            dates = book.add_format({"num_format": "dd/mm/yyyy"})
            for name, cells in self.cells.items():
                sheet = book.add_worksheet(name)
                for (row, column), value in cells.items():
                    if isinstance(value, dt.date):
                        sheet.write_datetime(row - 1, column - 1, dt.datetime.combine(value, dt.time()), dates)
                    elif isinstance(value, str):
                        sheet.write_string(row - 1, column - 1, value)
                    else:
                        sheet.write(row - 1, column - 1, value)
        return path


def _kind_and_text(value: Any) -> tuple[str, str]:
    if isinstance(value, tuple):
        return value[0], value[1]
    if isinstance(value, str):
        return "text", value
    if isinstance(value, dt.date):
        return "date", value.isoformat()[:10]
    return "number", str(int(value)) if float(value).is_integer() else repr(float(value))


def submissions_of(*files: str, organizations: tuple[str, ...] = ("AA-1",), period: str = PERIOD) -> pd.DataFrame:
    """One identified submission per file hash."""
    rows = [
        {
            "file_hash": name,
            "file_name": f"{name}.xlsx",
            "read_state": "identified",
            "committee_code": COMMITTEE,
            "organization_code": organizations[index % len(organizations)],
            "period_code": period,
        }
        for index, name in enumerate(files)
    ]
    empty = {name: pd.Series([None] * len(rows), dtype=object) for name in SUBMISSIONS.names}
    return pd.DataFrame(empty).assign(**pd.DataFrame(rows, dtype=object))
