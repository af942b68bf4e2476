"""`khoi followup`: which questions to ask first, and how far the headlines may still move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.numerals import limit_vi
from khoi.cli.committee_names import committee_names
from khoi.cli.output import AsJson, as_json, number, out, table
from khoi.cli.reading import published

if TYPE_CHECKING:
    from khoi.figures.followup import FollowUp

_KINDS = {"missing": "chưa gửi", "returned": "trả lại", "finding": "phát hiện"}
_HEADLINES = {
    "label_vi": "Số chính",
    "value": "Công bố",
    "low": "Thấp nhất",
    "high": "Cao nhất",
    "movement_pct": "Lệch %",
    "tolerance_pct": "Cho phép %",
    "questions": "Cần hỏi",
}
_QUERIES = {
    "rank": "Thứ tự",
    "kind": "Loại",
    "organization_code": "Tổ chức",
    "moves": "Ảnh hưởng lớn nhất",
    "question_vi": "Câu hỏi",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("followup")(followup)


def followup(
    committee: Annotated[str | None, typer.Option("--committee", help="Mã đảng bộ / committee")] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Kỳ; bỏ trống: kỳ gần nhất còn câu hỏi / the last one with queries")
    ] = None,
    most: Annotated[int, typer.Option("--most", help="Số câu hỏi hiện ra / queries shown")] = 20,
    json: AsJson = False,
) -> None:
    """Nên hỏi gì trước: câu hỏi còn mở theo mức ảnh hưởng đến số chính / open queries by what they can move."""
    from khoi.figures.followup import follow_up

    with published() as connection:
        found = follow_up(connection, committee, period)
        names = committee_names(connection)
    if json:
        as_json(found)
        return
    if not found:
        out.print("Không còn câu hỏi nào đang mở / no open query")
    for one in found:
        _print(one, names.get(one.committee, one.committee), most)


def _print(one: FollowUp, name: str, most: int) -> None:
    headlines = one.headlines.assign(
        value=[number(value) or "chưa có" for value in one.headlines["value"]],
        high=[limit_vi(value) for value in one.headlines["high"]],
        movement_pct=[limit_vi(value) for value in one.headlines["movement_pct"]],
    )
    table(headlines, _HEADLINES, f"{name} {one.period}: số chính và khoảng có thể / headlines, bounds")
    queries = one.queries.assign(
        kind=one.queries["kind"].map(_KINDS),
        moves=[_moves(row) for row in one.queries.to_dict("records")],
    )
    table(queries, _QUERIES, "Câu hỏi theo thứ tự nên hỏi / queries in the order to ask", most=most)
    if len(queries):
        out.print(
            f"Sau {one.questions}/{len(queries)} câu hỏi đầu, không số chính nào còn có thể lệch quá mức cho phép / "
            f"after these {one.questions} questions no headline can move by more than its tolerance"
        )


def _moves(row: dict[str, Any]) -> str:
    """``Tổng số đảng viên +84 … +102``: what a query can do to the headline it moves furthest."""
    if row["measure_code"] is None or row["measure_code"] != row["measure_code"]:
        return "–"
    unit = " điểm %" if row["is_percentage"] else ""
    low, high = (("+" if side > 0 else "") + limit_vi(side) for side in (row["low"], row["high"]))
    return f"{row['label_vi']} {low if low == high else f'{low} … {high}'}{unit}"
