"""Asking the published warehouse: `khoi reconcile`, `compare`, `trace`, `query`, `path`, `catalogue`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from khoi.cli.output import FINDINGS, AsJson, as_json, number, out, refuse, table
from khoi.home import Home

if TYPE_CHECKING:
    import duckdb

    from khoi.warehouse.compare import Comparison


class Declared(StrEnum):
    """What `khoi catalogue` can list."""

    forms = "forms"
    rules = "rules"
    codes = "codes"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("reconcile", reconcile),
        ("compare", compare),
        ("trace", trace),
        ("query", query),
        ("path", path),
        ("catalogue", catalogue),
    ):
        app.command(name)(command)


@contextmanager
def _published() -> Iterator[duckdb.DuckDBPyConnection]:
    from khoi.warehouse.errors import WarehouseError
    from khoi.warehouse.read import open_published

    try:
        with open_published(Home.from_environment()) as connection:
            yield connection
    except WarehouseError as error:
        refuse(error)


def reconcile(
    every: Annotated[bool, typer.Option("--all", help="Cả số chưa có biểu thu thập / every published figure")] = False,
    json: AsJson = False,
) -> None:
    """Số đã công bố so với kho / published figures against the warehouse."""
    from khoi.warehouse.reconcile import reconcile as reconciled

    with _published() as connection:
        frame = reconciled(connection, all=every)
    frame = frame.assign(reason=frame["reason_vi"])
    if json:
        as_json(frame)
    else:
        columns = {
            "figure_id": "Mã",
            "measure_vi": "Chỉ tiêu",
            "published": "Công bố",
            "warehouse": "Kho",
            "status": "Kết quả",
            "reason": "Lý do",
        }
        table(frame, columns, "Đối chiếu số công bố / published figures")
        counts = frame["status"].value_counts()
        out.print(", ".join(f"{status} {count}" for status, count in counts.items()), highlight=False)
    raise typer.Exit(FINDINGS if (frame["status"] == "differs").any() else 0)


def compare(
    measure: Annotated[str, typer.Argument(help="Mã chỉ tiêu, ví dụ members_total / measure code")],
    period_from: Annotated[str, typer.Option("--from", help="Kỳ đầu / first period")],
    period_to: Annotated[str, typer.Option("--to", help="Kỳ sau / second period")],
    committee: Annotated[str | None, typer.Option("--committee", help="Mã đảng bộ / committee")] = None,
    like_for_like: Annotated[
        bool, typer.Option("--like-for-like", help="Chỉ hiện thêm so sánh cùng phạm vi / like for like")
    ] = False,
    json: AsJson = False,
) -> None:
    """So sánh hai kỳ: như báo cáo, cùng phạm vi, và các phần của chênh lệch / compare two periods."""
    from khoi.warehouse.compare import compare as compared

    with _published() as connection:
        comparisons = compared(connection, measure, period_from, period_to, committee, like_for_like=True)
    if json:
        as_json(comparisons)
        return
    for comparison in comparisons:
        _print_comparison(comparison)


def _print_comparison(comparison: Comparison) -> None:
    unit = comparison.unit_vi or ""
    out.print(
        f"\n[bold]{comparison.committee} · {comparison.label_vi} ({unit})[/bold] / {comparison.label_en}",
        highlight=False,
    )
    for title, change in (
        ("Như báo cáo / as reported", comparison.as_reported),
        ("Cùng phạm vi / like for like", comparison.like_for_like),
    ):
        if change is not None:
            percent = "" if change.percent is None else f" ({number(change.percent)} %)"
            out.print(
                f"  {title}: {number(change.value_from)} → {number(change.value_to)}, chênh lệch {number(change.difference)}{percent}",
                highlight=False,
            )
    for side in (comparison.side_from, comparison.side_to):
        out.print(
            f"  {side.period}: {side.organizations_counted}/{side.organizations_expected} tổ chức có số liệu / organizations counted",
            highlight=False,
        )
    for part in comparison.parts:
        if part.value:
            out.print(f"    {part.label_vi} / {part.label_en}: {part.value:+,.0f}".replace(",", "."), highlight=False)
    if comparison.parts:
        total = sum(part.value for part in comparison.parts)
        out.print(f"    = {total:+,.0f}".replace(",", "."), highlight=False)


def trace(
    figure: Annotated[
        str, typer.Argument(help="Mã số công bố, hoặc measure@ĐẢNG BỘ@KỲ / figure id or measure@COMMITTEE@PERIOD")
    ],
    most: Annotated[int, typer.Option("--most", help="Số dòng hiện ra / rows shown")] = 40,
    json: AsJson = False,
) -> None:
    """Một con số đến từ những ô nào / the cells a figure comes from."""
    from khoi.warehouse.trace import trace as traced

    with _published() as connection:
        found = traced(connection, figure)
    if json:
        as_json(found)
        return
    parts = [
        f"{name} {number(value)}"
        for name, value in (
            ("công bố", found.published),
            ("kho", found.value),
            ("mẫu số", found.denominator),
            ("%", found.percent),
        )
        if value is not None
    ]
    out.print(
        f"[bold]{found.figure} · {found.title_vi}[/bold] / {found.title_en}\n  {', '.join(parts)}", highlight=False
    )
    lines = found.lines[found.lines["contribution"] != 0]
    columns = {
        "organization_code": "Tổ chức",
        "period_code": "Kỳ",
        "cell_code": "Mục",
        "file_name": "Tệp",
        "sheet": "Trang",
        "cell": "Ô",
        "raw_text": "Ghi",
        "contribution": "Góp vào",
    }
    table(lines.sort_values("contribution", ascending=False, kind="stable"), columns, most=most)


def query(sql: Annotated[str, typer.Argument(help="Câu SQL chỉ đọc / read-only SQL")], json: AsJson = False) -> None:
    """Truy vấn SQL chỉ đọc trên kho đã công bố / read-only SQL on the published warehouse."""
    from khoi.warehouse.query import query as queried

    with _published() as connection:
        frame = queried(connection, sql)
    if json:
        as_json(frame)
    else:
        table(frame, {name: str(name) for name in frame.columns}, most=200)


def path(
    name: Annotated[
        str, typer.Argument(help="inbox, landed, lake, published, warehouse, reports, returned, logs, config, quality")
    ],
) -> None:
    """Một thứ nằm ở đâu / where a thing lies."""
    from khoi.warehouse.publish import published_file

    home = Home.from_environment()
    places = {
        folder: getattr(home, folder)
        for folder in (
            "inbox",
            "landed",
            "lake",
            "build",
            "published",
            "returned",
            "reports",
            "logs",
            "config",
            "seeds",
        )
    }
    places |= {"home": home.root, "warehouse": published_file(home), "quality": home.reports / "quality" / "index.html"}
    if name not in places:
        refuse(f"{name}: không có; hãy dùng / use one of: {', '.join(sorted(places))}")
    if places[name] is None:
        refuse("Chưa công bố kho nào; hãy chạy `khoi run` / nothing is published yet")
    typer.echo(str(places[name]))


def catalogue(
    what: Annotated[Declared, typer.Argument(help="forms | rules | codes")] = Declared.forms, json: AsJson = False
) -> None:
    """Những gì đã khai báo: biểu, quy tắc, danh mục / what is declared."""
    from khoi.declared import declared_codes, declared_forms, declared_rules

    home = Home.from_environment()
    if what is Declared.forms:
        frame = declared_forms(home)
        columns = {
            "form": "Biểu",
            "version": "Bản",
            "valid_from": "Từ",
            "item": "Mục",
            "column": "Cột",
            "label_vi": "Nhãn",
            "sheet": "Trang",
            "cell": "Ô",
        }
    elif what is Declared.rules:
        frame = declared_rules(home)
        columns = {
            "rule_id": "Mã",
            "severity": "Mức",
            "title_vi": "Quy tắc",
            "expression": "Biểu thức",
            "authority": "Căn cứ",
        }
    else:
        frame = declared_codes(home)
        columns = {
            "code_list": "Danh mục",
            "code": "Mã",
            "label_vi": "Nhãn",
            "label_en": "Label",
            "valid_from": "Từ",
            "valid_to": "Đến",
        }
    if json:
        as_json(frame)
    else:
        table(frame, columns)
