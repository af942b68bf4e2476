"""Figures of the published warehouse: `khoi reconcile`, `trace`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ingest.numerals import day_vi
from khoi.cli.deciding import with_role_labels
from khoi.cli.output import FINDINGS, AsJson, as_json, number, out, table
from khoi.deployment.home import Home

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from khoi.figures.trace import Trace


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("reconcile", reconcile),
        ("trace", trace),
    ):
        app.command(name)(command)


def published() -> duckdb.DuckDBPyConnection:
    from khoi.warehouse.read import open_published

    return open_published(Home.from_environment())


def reconcile(
    every: Annotated[bool, typer.Option("--all", help="Cả số chưa có biểu thu thập / every published figure")] = False,
    json: AsJson = False,
) -> None:
    """Số đã công bố so với kho / published figures against the warehouse."""
    from khoi.figures.provenance import PROVENANCES, counted_by_provenance, told_counts
    from khoi.figures.reconcile import STATUSES, told_statuses
    from khoi.figures.reconcile import reconcile as reconciled

    with published() as connection:
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
            "from": "Từ đâu",
            "reason": "Lý do",
        }
        sources, statuses = ({code: vi for code, (vi, _) in words.items()} for words in (PROVENANCES, STATUSES))
        told = {"from": frame["provenance"].map(sources), "status": frame["status"].map(statuses)}
        table(frame.assign(**told), columns, "Đối chiếu số công bố / published figures")
        out.print(told_statuses(frame["status"].value_counts().to_dict()))
        out.print(f"Số khớp lấy từ / what agrees comes from: {told_counts(counted_by_provenance(frame))}")
    raise typer.Exit(FINDINGS if (frame["status"] == "differs").any() else 0)


def trace(
    figure: Annotated[
        str, typer.Argument(help="Mã số công bố, hoặc measure@ĐẢNG BỘ@KỲ / figure id or measure@COMMITTEE@PERIOD")
    ],
    most: Annotated[int, typer.Option("--most", help="Số dòng hiện ra / rows shown")] = 40,
    json: AsJson = False,
) -> None:
    """Một con số đến từ những ô nào / the cells a figure comes from."""
    from khoi.access import note_read
    from khoi.figures.trace import trace as traced

    with published() as connection:
        found = traced(connection, figure)
    note_read(Home.from_environment(), "trace", figure, len(found.lines))
    if json:
        as_json(found)
    else:
        _print_trace(found, most)


def _print_trace(found: Trace, most: int) -> None:
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
    out.print(f"{found.figure} · {found.title_vi} / {found.title_en}", style="bold")
    out.print(f"  {', '.join(parts)}")
    counting = found.lines["contribution"] != 0
    # A figure of zero rests on all the cells and lists that hold nothing.
    lines = found.lines[counting] if counting.any() else found.lines
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
    _print_corrections(lines)


def _print_corrections(lines: pd.DataFrame) -> None:
    corrected = lines[lines["correction_id"].notna()]
    for line in with_role_labels(Home.from_environment(), corrected, "corrected_by_role").itertuples():
        out.print(
            f"  {line.correction_id}: {line.organization_code} {line.period_code} {line.cell_code} "
            f"{number(line.submitted_value)} → {number(line.value)}; {line.correction_reason}; "
            f"{line.corrected_by_role}, {day_vi(line.corrected_on)}"
        )
