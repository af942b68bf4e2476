"""What senders answered and what the reviewers decide on it: `khoi answer list`, `accept`, `withdraw`."""

from __future__ import annotations

from typing import Annotated

import typer

from khoi.cli.deciding import ByRole
from khoi.cli.output import AsJson, as_json, out, table
from khoi.deployment.home import Home

Key = Annotated[str, typer.Argument(help="Mã phát hiện (cột Mã của `khoi answer list`) / finding key")]
At = Annotated[str | None, typer.Option("--period", help="Kỳ của phát hiện; bỏ trống: kỳ gần nhất / its period")]
_COLUMNS = {
    "finding_key": "Mã",
    "state": "Trạng thái",
    "severity": "Mức",
    "organization_code": "Tổ chức",
    "period_code": "Kỳ",
    "rule_id": "Quy tắc",
    "sheet": "Trang",
    "cell": "Ô",
    "observed": "Đang ghi",
    "answer": "Trả lời",
    "explanation": "Giải trình",
}


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(no_args_is_help=True, help="Trả lời của nơi gửi biểu và quyết định về giải trình / answers")
    group.command("list")(listed)
    group.command("accept")(accept)
    group.command("withdraw")(withdraw)
    app.add_typer(group, name="answer")


def listed(
    state: Annotated[
        str, typer.Option("--state", help="open, answered, accepted, closed; bỏ trống: chờ quyết định / which")
    ] = "answered",
    json: AsJson = False,
) -> None:
    """Phát hiện theo trạng thái, mặc định: đã trả lời, chờ quyết định / findings by state."""
    from khoi.exchange.answers import findings_in

    frame = findings_in(Home.from_environment(), state)
    if json:
        as_json(frame)
    else:
        from khoi.reports.quality.layout import word

        worded = frame.assign(state=[word("answer_state", str(one))["vi"] for one in frame["state"]])
        table(worded, _COLUMNS, f"Phát hiện: {state} / findings")


def accept(
    key: Key,
    by: ByRole,
    until: Annotated[str, typer.Option("--until", help="Kỳ cuối còn hiệu lực / last period it holds for")],
    period: At = None,
    note: Annotated[str, typer.Option("--note", help="Lý do / reason")] = "",
    json: AsJson = False,
) -> None:
    """Chấp nhận một giải trình: không hỏi lại đến hết kỳ ghi ở --until / accept an explanation."""
    from khoi.exchange.answers import decide

    _tell(decide(Home.from_environment(), key, "accept", by=by, until=until, period=period, note=note), json)


def withdraw(
    key: Key,
    by: ByRole,
    period: At = None,
    note: Annotated[str, typer.Option("--note", help="Lý do / reason")] = "",
    json: AsJson = False,
) -> None:
    """Rút lại việc chấp nhận / take an acceptance back."""
    from khoi.exchange.answers import decide

    _tell(decide(Home.from_environment(), key, "withdraw", by=by, period=period, note=note), json)


def _tell(decision: object, json: bool) -> None:
    if json:
        as_json(decision)
    else:
        out.print("Đã ghi; có hiệu lực từ lần `khoi run` tới / noted, in force from the next run")
