"""`khoi withdraw`, `khoi forget`: a received file counts no longer, or is deleted with all that came of it."""

from __future__ import annotations

from typing import Annotated

import typer

from khoi.cli.deciding import ByRole, Reason, print_decided, require_role_and_reason
from khoi.cli.output import AsJson, as_json, out
from khoi.deployment.home import Home

ReceivedFile = Annotated[
    str | None,
    typer.Argument(help="Tên tệp đã nhận, phần đầu mã của tệp, hoặc chính tệp đó; bỏ trống: xem sổ / which file"),
]
_COLUMNS = {
    "decided_on": "Ngày",
    "verdict": "Quyết định",
    "file_name": "Tệp",
    "file_hash": "Mã",
    "by_role": "Vai trò",
    "reason": "Lý do",
    "is_in_force": "Hiệu lực",
}
_FORGOTTEN = {"erased_at": "Lúc (UTC)", "file_hash": "Mã", "by_role": "Vai trò", "reason": "Lý do"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("withdraw")(withdraw)
    app.command("forget")(forget)


def withdraw(
    file: ReceivedFile = None,
    by: ByRole = "",
    reason: Reason = "",
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
        print_decided(home, withdrawals(home), _COLUMNS, "Sổ rút tệp / withdrawals", json=json)
        return
    require_role_and_reason(by, reason)
    decision = decide(home, file, by=by, reason=reason, organization=org, undo=undo)
    if json:
        as_json(decision)
        return
    what = "Cho tính lại" if undo else "Đã rút"
    text = f"{what}: {decision.file_name}; có hiệu lực từ lần `khoi run` tới / noted, in force from the next run"
    out.print(text)


def forget(
    file: ReceivedFile = None,
    by: ByRole = "",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Xóa hẳn một tệp đã nhận và mọi thứ từ tệp đó mà có / delete a received file and all that came of it."""
    from khoi.deployment.lock import locked
    from khoi.exchange.erasures import forget as decide
    from khoi.exchange.erasures import forgotten

    home = Home.from_environment()
    if file is None:
        print_decided(home, forgotten(home), _FORGOTTEN, "Sổ quên tệp / forgotten files", json=json)
        return
    require_role_and_reason(by, reason)
    with locked(home):
        told = decide(home, file, by=by, reason=reason)
    if json:
        as_json(told)
        return
    out.print(
        f"Đã xóa {told.files} tệp đã nhận ({told.file_hash[:12]}) và {told.copies} bản trả lại. Kho công bố và các "
        "trang còn nhắc đến cho đến lần `khoi run` tới; bản sao lưu trước đây vẫn giữ / deleted; publications and "
        "pages lose it with the next run, backups made before still hold it"
    )
    for name in told.in_inbox:
        text = f"Vẫn nằm trong hộp thư, không nhận lại; hãy xóa: {name} / still in the inbox, not taken; delete it"
        out.print(text, style="yellow")
