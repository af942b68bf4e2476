"""`khoi withdraw`: a received file counts no longer, or counts again."""

from __future__ import annotations

from typing import Annotated

import typer

from khoi.cli.output import AsJson, as_json, out, refuse, table
from khoi.deployment.home import Home

_COLUMNS = {
    "decided_on": "Ngày",
    "verdict": "Quyết định",
    "file_name": "Tệp",
    "file_hash": "Mã",
    "by_role": "Vai trò",
    "reason": "Lý do",
    "is_in_force": "Hiệu lực",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("withdraw")(withdraw)


def withdraw(
    file: Annotated[
        str | None,
        typer.Argument(help="Tên tệp đã nhận, phần đầu mã của tệp, hoặc chính tệp đó; bỏ trống: xem sổ / which file"),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="Vai trò của người quyết định, không ghi họ tên / role, no name")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="Lý do / why")] = "",
    org: Annotated[
        str | None, typer.Option("--org", help="Chỉ phần của một tổ chức trong tệp nhiều tổ chức / only its part")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Cho tính lại / let it count again")] = False,
    json: AsJson = False,
) -> None:
    """Rút một tệp đã nhận khỏi số liệu; bản trước nó được tính lại / a received file counts no longer."""
    from khoi.exchange.withdrawals import withdraw as decide
    from khoi.exchange.withdrawals import withdrawals

    home = Home.from_environment()
    if file is None:
        frame = withdrawals(home)
        as_json(frame) if json else table(frame, _COLUMNS, "Sổ rút tệp / withdrawals")
        return
    if not by or not reason:
        refuse("Cần --by VAI-TRÒ và --reason LÝ-DO / --by and --reason are needed")
    decision = decide(home, file, by=by, reason=reason, organization=org, undo=undo)
    if json:
        as_json(decision)
        return
    what = "Cho tính lại" if undo else "Đã rút"
    text = f"{what}: {decision.file_name}; có hiệu lực từ lần `khoi run` tới / noted, in force from the next run"
    out.print(text, soft_wrap=True)
