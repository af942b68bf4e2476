"""Finding one's way: `khoi query`, `path`, `catalogue`, `dictionary`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from khoi.cli.output import FINDINGS, AsJson, as_json, out, refuse, table
from khoi.deployment.home import Home

if TYPE_CHECKING:
    from khoi.warehouse.query import Bounds

_COLUMNS = {
    "forms": {
        "form": "Biểu",
        "version": "Bản",
        "valid_from": "Từ",
        "item": "Mục",
        "column": "Cột",
        "label_vi": "Nhãn",
        "sheet": "Trang",
        "cell": "Ô",
    },
    "rules": {
        "rule_id": "Mã",
        "severity": "Mức",
        "title_vi": "Quy tắc",
        "expression": "Biểu thức",
        "authority": "Căn cứ",
    },
    "codes": {
        "code_list": "Danh mục",
        "code": "Mã",
        "label_vi": "Nhãn",
        "label_en": "Label",
        "valid_from": "Từ",
        "valid_to": "Đến",
    },
}


class Declared(StrEnum):
    """What `khoi catalogue` can list."""

    forms = "forms"
    rules = "rules"
    codes = "codes"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("query")(query)
    app.command("path")(path)
    app.command("catalogue")(catalogue)
    app.command("dictionary")(dictionary)


Timeout = Annotated[float | None, typer.Option("--timeout", help="Số giây tối đa (300) / most seconds")]
Memory = Annotated[str | None, typer.Option("--memory", help="Bộ nhớ tối đa (2GB) / most memory")]
Spill = Annotated[str | None, typer.Option("--spill", help="Đĩa tạm tối đa (4GB) / most temporary disk")]


def bounds_of(timeout: float | None, memory: str | None, spill: str | None) -> Bounds:
    """The bounds a question is asked in. Raises WarehouseError where one is none."""
    from khoi.warehouse.query import Bounds

    usual = Bounds()
    return Bounds(usual.seconds if timeout is None else timeout, memory or usual.memory, spill or usual.spill)


def query(
    sql: Annotated[str, typer.Argument(help="Câu SQL chỉ đọc / read-only SQL")],
    most: Annotated[
        int | None, typer.Option("--most", min=1, help="Số dòng hiện ra; bỏ trống: vừa màn hình / rows shown")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Mọi dòng, dài quá thì xem từng trang / every row, through the pager")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="In ra dạng CSV / print as CSV")] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Ghi ra tệp Excel / write a workbook")] = None,
    timeout: Timeout = None,
    memory: Memory = None,
    spill: Spill = None,
    json: AsJson = False,
) -> None:
    """Truy vấn SQL chỉ đọc trên kho đã công bố / read-only SQL on the published warehouse."""
    from khoi.access import note_read
    from khoi.warehouse.query import open_bounded
    from khoi.warehouse.query import query as queried

    home, bounds = Home.from_environment(), bounds_of(timeout, memory, spill)
    if csv + json + (xlsx is not None) > 1:
        refuse("Chọn một trong --csv, --xlsx, --json / choose one of --csv, --xlsx, --json")
    if xlsx is not None:
        _write_workbook(home, sql, xlsx, bounds)
        return
    with open_bounded(home, bounds) as connection:
        answer = queried(connection, sql, bounds)
    note_read(home, "query", sql, answer.num_rows)
    if csv:
        from khoi.exports.csv_file import write_rows

        write_rows(answer, sys.stdout)
        return
    from khoi.cli.query_answer import as_records, print_answer

    if json:
        as_json(as_records(answer))
    else:
        print_answer(answer, most, every)


def _write_workbook(home: Home, sql: str, path: Path, bounds: Bounds) -> None:
    from khoi.access import note_read
    from khoi.exports.files import export

    if path.suffix.lower() != ".xlsx":
        refuse(f"{path}: tên tệp phải kết thúc bằng .xlsx\n{path}: the name must end in .xlsx")
    written = export(home, sql, path, bounds)
    note_read(home, "query", sql, written.rows)
    out.print(f"Đã ghi {written.rows} dòng vào {path} / rows written")


def path(
    name: Annotated[str | None, typer.Argument(help="Tên; bỏ trống: tất cả / a name; without one: all")] = None,
    json: AsJson = False,
) -> None:
    """Một thứ nằm ở đâu / where a thing lies."""
    from khoi.warehouse.bi import bi_folder
    from khoi.warehouse.versions import published_file

    home = Home.from_environment()
    folders = ("inbox", "landed", "lake", "build", "published", "returned", "reports", "logs", "config", "seeds")
    places = {"home": home.root, **{folder: getattr(home, folder) for folder in folders}}
    places |= {"dictionary": home.reports / "dictionary" / "index.html"}
    places |= {"quality": home.reports / "quality" / "index.html", "warehouse": published_file(home)}
    places |= {"bi": bi_folder(home)}
    if name is not None and name not in places:
        refuse(f"{name}: không có; hãy dùng / use one of: {', '.join(sorted(places))}")
    if name is not None and places[name] is None:
        refuse("Chưa công bố kho nào; hãy chạy `khoi run` / nothing is published yet; run `khoi run`")
    chosen = places if name is None else {name: places[name]}
    if json:
        as_json({key: None if place is None else str(place) for key, place in chosen.items()})
        return
    for key, place in chosen.items():
        typer.echo(f"{key:<10} {place or '-'}" if name is None else str(place))


def catalogue(
    what: Annotated[Declared, typer.Argument(help="forms | rules | codes")] = Declared.forms, json: AsJson = False
) -> None:
    """Những gì đã khai báo: biểu, quy tắc, danh mục / what is declared."""
    from khoi.cli import declared

    home = Home.from_environment()
    frame = {
        Declared.forms: declared.declared_forms,
        Declared.rules: declared.declared_rules,
        Declared.codes: declared.declared_codes,
    }[what](home)
    if json:
        as_json(frame)
    else:
        out.print(f"{len(frame)} dòng / rows")
        table(frame, _COLUMNS[what.value])


def dictionary(
    to: Annotated[Path | None, typer.Option("--out", help="Thư mục ghi / folder to write to")] = None,
    json: AsJson = False,
) -> None:
    """Từ điển dữ liệu: biểu, chỉ tiêu, mã, bảng của kho / the data dictionary as a page."""
    from khoi.reports.dictionary import dictionary as declared
    from khoi.reports.dictionary import undocumented, write_dictionary

    home = Home.from_environment()
    catalogue, reference = home.catalogue(), home.reference()
    page = write_dictionary(catalogue, reference, to or home.reports / "dictionary")
    lacking = undocumented(declared(catalogue, reference))
    if json:
        as_json({"page": str(page), "undocumented": lacking})
    else:
        out.print(f"Đã ghi {page} / written")
        for line in lacking:
            out.print(f"Thiếu diễn giải / not documented: {line}")
    raise typer.Exit(FINDINGS if lacking else 0)
