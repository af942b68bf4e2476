"""Figures of the published warehouse: `khoi reconcile`, `compare`, `trace`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from khoi.cli.output import FINDINGS, AsJson, as_json, number, out, table
from khoi.home import Home

if TYPE_CHECKING:
    import duckdb

    from khoi.warehouse.compare import Change, Comparison


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("reconcile", reconcile),
        ("compare", compare),
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
    from khoi.warehouse.reconcile import reconcile as reconciled

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
    basis: Annotated[
        str, typer.Option("--basis", help="as-was | as-is | as-of:YYYY-MM-DD | like-for-like: cơ sở so sánh / basis")
    ] = "as-was",
    like_for_like: Annotated[
        bool, typer.Option("--like-for-like", help="Như --basis like-for-like / the same as that basis")
    ] = False,
    json: AsJson = False,
) -> None:
    """So sánh hai kỳ: như báo cáo, theo một cơ sở, và các phần của chênh lệch / compare two periods."""
    from khoi.warehouse.compare import compare as compared

    with published() as connection:
        comparisons = compared(connection, measure, period_from, period_to, committee, like_for_like, basis=basis)
    if json:
        as_json(comparisons)
        return
    for comparison in comparisons:
        _print_comparison(comparison)


_BASES = {
    "as-is": "Theo tổ chức hiện nay / as is",
    "as-of": "Theo tổ chức ngày / as of",
    "like-for-like": "Cùng phạm vi / like for like",
}


def _print_comparison(comparison: Comparison) -> None:
    unit = f" ({comparison.unit_vi})" if comparison.unit_vi else ""
    _say(f"\n[bold]{comparison.committee} · {comparison.label_vi}{unit}[/bold] / {comparison.label_en}")
    for found in comparison.breaks:
        told = "đã quy đổi / bridged" if found.bridged else "không so sánh được / not comparable"
        _say(f"  [yellow]! {found.measure}: {told}. {found.note_vi} / {found.note_en}[/yellow]")
    kind, _, day = comparison.basis.partition(":")
    _print_change("Như báo cáo / as reported", comparison.as_reported)
    if kind in _BASES:
        _print_change(" ".join([_BASES[kind], day]).strip(), comparison.restated)
    for side in (comparison.side_from, comparison.side_to):
        counted = f"{side.organizations_counted}/{side.organizations_expected}"
        outside = f"; ngoài phạm vi / outside {number(side.outside)}" if side.outside else ""
        _say(f"  {side.period}: {counted} tổ chức có số liệu / organizations counted{outside}")
    for part in comparison.parts:
        if part.value:
            _say(f"    {_signed(part.value):>8}  {part.label_vi} / {part.label_en}")
    if comparison.parts:
        _say(f"    {_signed(round(sum(part.value for part in comparison.parts), 6)):>8}  cộng / sum")


def _print_change(title: str, change: Change | None) -> None:
    if change is None:
        _say(f"  {title}: –")
        return
    percent = "" if change.percent is None else f" ({number(change.percent)} %)"
    ends = f"{number(change.value_from)} → {number(change.value_to)}"
    _say(f"  {title}: {ends}, chênh lệch {number(change.difference)}{percent}")


def _say(text: str) -> None:
    out.print(text, highlight=False)


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + number(value)


def trace(
    figure: Annotated[
        str, typer.Argument(help="Mã số công bố, hoặc measure@ĐẢNG BỘ@KỲ / figure id or measure@COMMITTEE@PERIOD")
    ],
    most: Annotated[int, typer.Option("--most", help="Số dòng hiện ra / rows shown")] = 40,
    json: AsJson = False,
) -> None:
    """Một con số đến từ những ô nào / the cells a figure comes from."""
    from khoi.warehouse.trace import trace as traced

    with published() as connection:
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
