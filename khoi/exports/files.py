"""Writing an answer to the kind of file that its name asks for, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.durable import replacing
from khoi.deployment.home import Home
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    from khoi.exports.asked import Answer
    from khoi.exports.notes import Notes
    from khoi.warehouse.query import Bounds

KINDS = (".xlsx", ".csv", ".parquet")
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True)
class Exported:
    """What was written where, and of which publication."""

    path: str
    kind: str
    asked: str
    rows: int
    columns: tuple[str, ...]
    number: int


def export(home: Home, asked: str, path: Path, bounds: Bounds, separator: str = ",") -> Exported:
    """Write what ``asked`` names (a mart, a figure, a query) to ``path``; what stood there is replaced.

    Raises WarehouseError where it names nothing, the name of the file says no kind or the file cannot be written.
    """
    from khoi.exports.asked import answer
    from khoi.exports.notes import notes_on
    from khoi.warehouse.query import open_bounded

    require_kind(path)
    if separator not in SEPARATORS:
        raise WarehouseError("--separator: dấu phẩy, dấu chấm phẩy hoặc tab\n--separator: comma, semicolon or tab")
    with open_bounded(home, bounds) as connection:
        found = answer(connection, asked, bounds)
        notes = notes_on(home, connection, found)
    try:
        with replacing(path) as temporary:
            _write(found, notes, temporary, path.suffix.lower(), separator)
    except OSError as error:
        raise WarehouseError(
            f"{path}: không ghi được ({error.strerror}); đóng tệp nếu đang mở, hoặc chọn nơi khác\n"
            f"{path}: cannot be written ({error.strerror}); close it if it is open, or choose another place"
        ) from error
    return Exported(
        str(path), found.kind, found.asked, found.table.num_rows, tuple(found.table.column_names), notes.number
    )


def require_kind(path: Path) -> None:
    """Raises WarehouseError where the name of the file does not end as one of KINDS."""
    if path.suffix.lower() not in KINDS:
        listed = ", ".join(KINDS)
        raise WarehouseError(f"{path}: tên tệp phải kết thúc bằng {listed}\n{path}: the name must end in {listed}")


def _write(found: Answer, notes: Notes, path: Path, suffix: str, separator: str) -> None:
    from khoi.exports.csv_file import write_csv
    from khoi.exports.parquet_file import write_parquet
    from khoi.exports.workbook_file import write_workbook

    if suffix == ".csv":
        write_csv(found.table, path, separator)
    elif suffix == ".parquet":
        write_parquet(found.table, path, notes)
    else:
        write_workbook(found.table, path, notes, found.descriptions)
