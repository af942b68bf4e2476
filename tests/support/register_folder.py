"""A folder of sound registers, written from rows: two committees, three periods, a merger, a move, a renaming."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from ingest.reference import SEED_COLUMNS, SEEDS_DIR

Rows = list[list[str]]
_OWN = ("published_figures", "figure_definitions", "published_checks", "targets", "corrections")

REGISTERS: dict[str, Rows] = {
    "committees": [
        ["AA", "Đảng bộ A", "Committee A", "Tỉnh X", "", "2010-01-01", "2021-09-30", "QĐ 1"],
        ["AA", "Đảng bộ A (tên mới)", "Committee A, renamed", "Tỉnh X", "", "2021-10-01", "", "QĐ 2"],
        ["BB", "Đảng bộ B", "Committee B", "", "", "2010-01-01", "", ""],
    ],
    "organizations": [
        ["AA-1", "AA", "Chi bộ AA-1", "CBCS", "S1", "KHONG", "2010-01-01", "", ""],
        ["AA-2", "AA", "Chi bộ AA-2", "CBCS", "S1", "KHONG", "2010-01-01", "2021-02-28", ""],
        ["AA-3", "AA", 'Chi bộ "AA-3", phường', "DBCS", "S5", "KHONG", "2010-01-01", "2021-06-30", ""],
        ["AA-3", "AA", "Đảng bộ AA-3", "DBCS", "S5", "KHONG", "2021-07-01", "", "QĐ 3"],
        ["AA-4", "AA", "Chi bộ AA-4", "CBCS", "S1", "KHONG", "2010-01-01", "2021-08-14", ""],
        ["AA-4", "BB", "Chi bộ AA-4", "CBCS", "S1", "KHONG", "2021-08-15", "", ""],
        ["BB-1", "BB", "Chi bộ BB-1", "CBCS", "S1", "CO", "2010-01-01", "", ""],
    ],
    "organization_events": [
        ["E1", "merged", "2021-03-01", "AA", "AA-2", "AA-1", "", "organization", "0", "20", "QĐ 4", ""],
        ["E2", "handed_over", "2021-08-15", "AA", "AA-4", "", "KHAC", "organization", "0", "15", "QĐ 5", ""],
        ["E3", "received", "2021-08-15", "BB", "AA-4", "AA-4", "KHAC", "organization", "0", "15", "QĐ 5", ""],
    ],
    "reporting_periods": [
        [committee, period, due, ""]
        for committee in ("AA", "BB")
        for period, due in (("2021H1", "2021-07-20"), ("2021H2", "2022-01-20"), ("2022H1", "2022-07-20"))
    ],
    "rule_parameters": [
        ["percent_tolerance", "", "0.01", "2000-01-01", "", "thử"],
        ["rating_cap_base", "", "HTT_ONLY", "2000-01-01", "", "thử"],
    ],
}


def write_registers(folder: Path) -> Path:
    """Write every register into ``folder``: those above, empty ones, and the code lists that all share."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in SEED_COLUMNS.items():
        if name in REGISTERS or name in _OWN:
            write_rows(folder, name, [columns, *REGISTERS.get(name, [])])
        else:
            (folder / f"{name}.csv").write_bytes((SEEDS_DIR / f"{name}.csv").read_bytes())
    return folder


def write_rows(folder: Path, name: str, rows: Rows, separator: str = ",") -> None:
    """Write one register as CSV, header first."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8", newline="")


def read_rows_of(folder: Path, name: str) -> Rows:
    """The rows of one register, header first."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def change(folder: Path, name: str, how: Callable[[Rows], Rows]) -> None:
    """Rewrite one register: ``how`` gets its rows (header first) and gives the new ones."""
    write_rows(folder, name, how(read_rows_of(folder, name)))


def rewrite(folder: Path, name: str, how: Callable[[bytes], bytes]) -> None:
    """Rewrite the bytes of one register."""
    path = folder / f"{name}.csv"
    path.write_bytes(how(path.read_bytes()))
