"""The workbook of the statutory tables: a sheet a Biểu, then what each figure counts and the cells behind it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.addresses import a1_address
from ingest.durable import replacing
from ingest.new_workbook import new_workbook
from khoi.figures.names import measure_figure
from khoi.figures.trace import CELL_COLUMNS, cell_texts, traces
from khoi.reports.statutory.declared import Asked, Edition, Row, Table, edition_on
from khoi.reports.statutory.figures import Held, held_figures
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb

    from khoi.reports.word.spans import Span, Subject

SOURCES, CELLS = "Nguồn số liệu", "Ô nguồn"
NOT_COLLECTED, NOT_THERE = "không biểu nào của cơ sở hỏi", "kho chưa có số liệu"
_HEAD_ROW = 8
_SOURCES = ("Biểu", "Ô", "Dòng", "Cột", "Giá trị", "Tổ chức được tính", "Phải gửi", "Tình trạng", "Xem các ô")


@dataclass(frozen=True)
class WrittenTables:
    """Where the tables were written, by which edition, how many cells are filled, and what stays empty and why.

    ``in_force``: another guidance that is in force instead and whose tables are not known.
    """

    report: str
    edition: str
    authority: str
    tables: tuple[str, ...]
    filled: int
    left_empty: tuple[str, ...]
    in_force: str | None = None


@dataclass(frozen=True)
class _Line:
    """One cell of a table: where it stands, what it wants, what is held and what was a year before."""

    table: str
    cell: str
    row: Row
    column: str
    asked: Asked | None
    held: Held | None


def write_tables(
    connection: duckdb.DuckDBPyConnection, subject: Subject, span: Span, kind: str, day: dt.date, path: Path
) -> WrittenTables:
    """Write the tables due for a period of ``kind`` (H1, H2, Y) that ends on ``day``.

    Raises WarehouseError where the name does not end in .xlsx, no edition is in force or the file cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise WarehouseError(f"{path}: tên tệp phải kết thúc bằng .xlsx\n{path}: the name must end in .xlsx")
    edition = edition_on(day)
    due = [table for table in edition.tables if kind in table.due] if edition else []
    if edition is None or not due:
        raise WarehouseError(
            f"{subject.period}: chưa khai báo biểu nào phải gửi cho kỳ này\n"
            f"{subject.period}: no statutory table is declared for this period"
        )
    wanted = {asked for table in due for _, _, asked in table.wanted() if asked}
    held = held_figures(connection, subject.committee, span.periods, wanted)
    before = held_figures(connection, subject.committee, span.before, wanted)
    if not held:
        raise WarehouseError(
            f"{subject.committee} {subject.period}: kho chưa có số liệu của đảng bộ và kỳ này\n"
            f"{subject.committee} {subject.period}: the warehouse holds nothing for this committee and period"
        )
    try:
        with replacing(path) as temporary:
            lines = _book(connection, temporary, subject, span, edition, day, due, held, before)
    except OSError as error:
        raise WarehouseError(
            f"{path}: không ghi được ({error.strerror}); đóng tệp nếu đang mở\n"
            f"{path}: cannot be written ({error.strerror}); close it if it is open"
        ) from error
    empty = Counter((one.table, one.column or one.row.label, _why(one)) for one in lines if one.held is None)
    told = tuple(f"Biểu {table}: {name} ({why}; {count} ô)" for (table, name, why), count in empty.items())
    names = tuple(table.table for table in due)
    filled = len(lines) - empty.total()
    in_force = edition.outdated_by(day)
    return WrittenTables(str(path), edition.edition, edition.authority, names, filled, told, in_force)


def _why(line: _Line) -> str:
    return NOT_COLLECTED if line.asked is None else NOT_THERE


def _book(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    subject: Subject,
    span: Span,
    edition: Edition,
    day: dt.date,
    due: list[Table],
    held: Mapping[Asked, Held],
    before: Mapping[Asked, Held],
) -> list[_Line]:
    lines: list[_Line] = []
    with path.open("wb") as file, new_workbook(file, in_memory=True) as book:
        styles = _styles(book)
        for table in due:
            sheet = book.add_worksheet(f"Biểu {table.table}")
            _head(sheet, styles, subject, edition, table)
            _say_what_is_in_force(sheet, styles, edition, day, table)
            lines += _table(sheet, styles, span, table, held, before)
            _foot(sheet, styles, subject, table, [one for one in lines if one.table == table.table])
        sources, cells = book.add_worksheet(SOURCES), book.add_worksheet(CELLS)
        _sources(sources, styles, subject, lines)
        _cells(connection, cells, styles, subject, lines)
    return lines


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Times New Roman", "font_size": 11, "valign": "vcenter"}
    grid = {**base, "border": 1, "text_wrap": True}
    return {
        "plain": book.add_format(base),
        "bold": book.add_format({**base, "bold": True}),
        "centre": book.add_format({**base, "bold": True, "align": "center"}),
        "title": book.add_format({**base, "bold": True, "align": "center", "font_size": 13}),
        "head": book.add_format({**grid, "bold": True, "align": "center"}),
        "text": book.add_format(grid),
        "mark": book.add_format({**grid, "align": "center"}),
        "number": book.add_format({**grid, "num_format": "#,##0"}),
        "percent": book.add_format({**grid, "num_format": "0.00"}),
        "note": book.add_format({**base, "italic": True, "text_wrap": True, "valign": "top"}),
    }


def _heads(span: Span, table: Table) -> list[str]:
    if table.columns:
        return [column.label for column in table.columns]
    return [span.value_title, "Cùng kỳ năm trước", "Tỷ lệ %"]


def _head(sheet: Any, styles: Mapping[str, Any], subject: Subject, edition: Edition, table: Table) -> None:
    last = 1 + (len(table.columns) or 3)
    superior = f"TỈNH ỦY {subject.province.upper()}" if subject.province else ""
    sheet.write_string(0, 0, superior, styles["plain"])
    sheet.write_string(1, 0, subject.name.upper(), styles["bold"])
    sheet.write_string(0, last, "ĐẢNG CỘNG SẢN VIỆT NAM", styles["centre"])
    sheet.merge_range(2, 0, 2, last, f"Biểu số {table.table} – {edition.authority}", styles["centre"])
    sheet.merge_range(3, 0, 3, last, table.title, styles["title"])
    sheet.merge_range(4, 0, 4, last, subject.period_label[:1].upper() + subject.period_label[1:], styles["centre"])
    sheet.write_string(5, 0, f"Đơn vị tính: {table.unit}", styles["plain"])
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 52)
    sheet.set_column(2, last, 17)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW - 2, _HEAD_ROW - 1)


def _say_what_is_in_force(sheet: Any, styles: Mapping[str, Any], edition: Edition, day: dt.date, table: Table) -> None:
    later = edition.outdated_by(day)
    if later is not None:
        text = f"Kỳ này đã áp dụng {later}, chưa có mẫu để in: hãy đối chiếu với mẫu ấy trước khi gửi."
        sheet.merge_range(5, 1, 5, 1 + (len(table.columns) or 3), text, styles["note"])


def _table(
    sheet: Any,
    styles: Mapping[str, Any],
    span: Span,
    table: Table,
    held: Mapping[Asked, Held],
    before: Mapping[Asked, Held],
) -> Iterator[_Line]:
    """Write heads and rows; the cells of the period itself."""
    heads = _heads(span, table)
    for at, text in enumerate(("TT", "Nội dung", *heads)):
        sheet.write_string(_HEAD_ROW - 2, at, text, styles["head"])
        sheet.write_string(_HEAD_ROW - 1, at, "AB"[at] if at < 2 else str(at - 1), styles["mark"])
    width = len(table.columns) or 1
    for number, (row, column, asked) in enumerate(table.wanted()):
        row_no, column_no = _HEAD_ROW + 1 + number // width, 3 + number % width
        sheet.write_string(row_no - 1, 0, row.ordinal, styles["mark"])
        sheet.write_string(row_no - 1, 1, row.label, styles["text"])
        now = held.get(asked) if asked else None
        _value(sheet, row_no, column_no, now, styles["number"])
        if not table.columns:
            past = before.get(asked) if asked else None
            _value(sheet, row_no, column_no + 1, past, styles["number"])
            _percent(sheet, row_no, column_no + 2, now, past, styles["percent"])
        yield _Line(table.table, a1_address(row_no, column_no), row, column.label if column else "", asked, now)


def _value(sheet: Any, row_no: int, column_no: int, held: Held | None, style: Any) -> None:
    if held is None:
        sheet.write_blank(row_no - 1, column_no - 1, None, style)
    else:
        sheet.write_number(row_no - 1, column_no - 1, float(held.value), style)


def _percent(sheet: Any, row_no: int, column_no: int, now: Held | None, past: Held | None, style: Any) -> None:
    # With other coverage the percentage would tell of absent workbooks, not of members.
    alike = now and past and (now.counted == past.counted or (now.is_whole and past.is_whole))
    if now is None or past is None or not past.value or not alike:
        sheet.write_blank(row_no - 1, column_no - 1, None, style)
        return
    share = (100 * now.value / past.value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    sheet.write_number(row_no - 1, column_no - 1, float(share), style)


def _foot(sheet: Any, styles: Mapping[str, Any], subject: Subject, table: Table, lines: list[_Line]) -> None:
    """What counts and what stays empty, then who signs."""
    at = _HEAD_ROW + len(table.rows) + 1
    last = 1 + (len(table.columns) or 3)
    held = [one.held for one in lines if one.held]
    notes = [table.note] if table.note else []
    if held:
        widest = max(held, key=lambda one: one.expected)
        least = min(one.counted for one in held if one.expected == widest.expected)
        notes.append(
            f"Số liệu của {least}/{widest.expected} báo cáo phải gửi; từng ô ở trang “{SOURCES}”. "
            f"Câu hỏi còn mở với các tổ chức: {subject.open_queries}."
        )
    if not table.columns:
        notes.append("Tỷ lệ để trống ở dòng mà hai kỳ không tính cùng số tổ chức và chưa đủ biểu.")
    empty = sum(one.held is None for one in lines)
    if empty:
        notes.append(f"{empty} ô để trống vì kho không có số liệu, không phải bằng 0; lý do ở trang “{SOURCES}”.")
    for text in notes:
        sheet.merge_range(at, 0, at, last, text, styles["note"])
        sheet.set_row(at, 32)
        at += 1
    sheet.write_string(at + 1, 1, "NGƯỜI LẬP BIỂU", styles["centre"])
    sheet.write_string(at + 1, last, "T/M BAN THƯỜNG VỤ", styles["centre"])


def _sources(sheet: Any, styles: Mapping[str, Any], subject: Subject, lines: list[_Line]) -> None:
    sheet.write_row(0, 0, _SOURCES, styles["bold"])
    sheet.set_column(2, 3, 40)
    sheet.set_column(7, 8, 48)
    sheet.freeze_panes(1, 0)
    for at, one in enumerate(lines, start=1):
        sheet.write_row(at, 0, (one.table, one.cell, one.row.label, one.column))
        if one.held is None or one.asked is None:
            sheet.write_string(at, 7, _why(one))
            continue
        sheet.write_row(at, 4, (float(one.held.value), one.held.counted, one.held.expected))
        sheet.write_string(at, 7, "đủ" if one.held.counted >= one.held.expected else "còn tổ chức chưa được tính")
        sheet.write_string(at, 8, "; ".join(f"khoi trace {name}" for name in _names(one, subject)))


def _names(line: _Line, subject: Subject) -> list[str]:
    if line.asked is None or line.held is None:
        return []
    return [measure_figure(line.asked.measure, subject.committee, period) for period in line.held.periods]


def _cells(
    connection: duckdb.DuckDBPyConnection, sheet: Any, styles: Mapping[str, Any], subject: Subject, lines: list[_Line]
) -> None:
    """One row a cell behind a figure; each measure and period is traced once."""
    sheet.write_row(0, 0, ("Biểu", "Ô", *CELL_COLUMNS, "contribution"), styles["bold"])
    sheet.set_column(2, 9, 22)
    sheet.freeze_panes(1, 0)
    of = _sector_of(connection, subject.committee)
    found = traces(connection, {name: None for one in lines for name in _names(one, subject)})
    traced = {name: one.lines.to_dict("records") for name, one in found.items()}
    at = 1
    for one in lines:
        for name in _names(one, subject):
            for line in traced[name]:
                if one.asked and one.asked.sectors and of(line) not in one.asked.sectors:
                    continue
                sheet.write_row(at, 0, (one.table, one.cell, *cell_texts(line)))
                sheet.write_number(at, 2 + len(CELL_COLUMNS), float(line["contribution"]))
                at += 1


def _sector_of(connection: duckdb.DuckDBPyConnection, committee: str) -> Callable[[Mapping[str, Any]], str | None]:
    """The sector of a traced line's organization in its period."""
    rows = connection.execute(
        """
        select distinct facts.organization_code, facts.period_code, organizations.sector
        from fct_measure_values as facts inner join dim_organizations as organizations using (organization_key)
        where facts.committee_code = ?
        """,
        [committee],
    ).fetchall()
    sectors = {(code, period): sector for code, period, sector in rows}
    return lambda line: sectors.get((line["organization_code"], line["period_code"]))
