"""Getting workbooks out and in: `khoi init`, `template`, `check`, `explain`, `run`."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from khoi.cli.output import FINDINGS, FINE, UNUSABLE, AsJson, as_json, out, refuse, showing_progress, table
from khoi.deployment.home import Home
from khoi.deployment.resting import load_for_good, resting_collector

if TYPE_CHECKING:
    from khoi.exchange.precheck import Precheck

_LOOK_SECONDS = 0.5
"""Between two looks at a watched folder; a file lies still when two looks find it alike."""
Period = Annotated[str, typer.Option("--period", help="Kỳ, ví dụ 2022H1 / period")]
Wait = Annotated[
    float, typer.Option(help="Chờ tệp đang ghi nhiều nhất mấy giây / seconds to wait for files being written")
]
ByFileTime = Annotated[
    str | None,
    typer.Option(
        help="Lý do lấy giờ của tệp mới làm lúc nhận (nhập số liệu các năm trước) / why new files arrived when their "
        "own time says (taking over earlier years)"
    ),
]
ClockIsRight = Annotated[
    str | None,
    typer.Option(
        help="Lý do sửa các lúc nhận nằm ở tương lai: đồng hồ máy đã từng chạy sai / why arrivals dated in the future "
        "are put right: the clock had run ahead"
    ),
]
Full = Annotated[
    bool, typer.Option("--full", help="Làm lại tất cả từ các tệp đã lưu / everything anew from the landed files")
]
FINDING_COLUMNS = {
    "severity": "Mức",
    "rule_id": "Quy tắc",
    "sheet": "Trang",
    "cell": "Ô",
    "observed": "Đang ghi",
    "expected": "Đối chiếu",
    "suggested": "Ô có khả năng sai → đề nghị",
    "message_vi": "Nội dung",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("init")(init)
    app.command("template")(template)
    app.command("check")(check)
    app.command("explain")(explain)
    app.command("run")(run)


def init(
    directory: Annotated[Path, typer.Argument(help="Thư mục của bản triển khai mới / folder of the deployment")],
) -> None:
    """Lập bản triển khai mới: cấu hình, sổ đăng ký, hộp thư / a new deployment: config, registers, inbox."""
    from khoi.deployment.create import create_deployment

    guide = create_deployment(Home(directory.resolve()))
    out.print(f"Đã lập {directory}. Đọc tiếp: {guide} / created; read on there")


def template(
    period: Period,
    org: Annotated[
        str | None, typer.Option("--org", help="Mã một tổ chức; bỏ trống: tất cả / one organization")
    ] = None,
    to: Annotated[Path, typer.Option("--out", help="Nơi ghi / where to write")] = Path("bieu-mau"),
    json: AsJson = False,
) -> None:
    """Biểu mẫu trống, mỗi tổ chức một tệp / the blank workbooks, one an organization."""
    from khoi.exchange.blank_workbooks import write_blank_workbooks

    written = write_blank_workbooks(Home.from_environment(), period, org, to)
    if json:
        as_json({"written": [str(path) for path in written]})
    else:
        out.print(f"Đã ghi {len(written)} biểu mẫu vào {to} / workbooks written")


def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Các tệp cần kiểm tra / workbooks", exists=True, dir_okay=False)
    ] = None,
    annotate: Annotated[
        bool, typer.Option("--annotate", help="Ghi bản trả lại: tô ô, ghi chú, trang trả lời / write marked copies")
    ] = False,
    to: Annotated[Path, typer.Option("--out", help="Nơi ghi bản trả lại / folder of the copies")] = Path("tra-lai"),
    account: Annotated[
        bool, typer.Option("--account", help="Mỗi ô có nội dung đã thành gì / what became of every filled cell")
    ] = False,
    watch: Annotated[
        Path | None,
        typer.Option(
            help="Theo dõi thư mục: kiểm tra ngay tệp mới hoặc vừa sửa; Ctrl-C để dừng / check what is new in it",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Kiểm tra biểu trước khi gửi / validate workbooks before they are sent in."""
    copies = to if annotate else None
    if bool(files) == (watch is not None) or (watch and account):
        refuse("Cần các tệp, hoặc chỉ --watch THƯ-MỤC / either workbooks or --watch DIR alone is needed")
    if watch is not None:
        _watch(watch, copies, json)
        return
    if account:
        _print_account(files or [], json)
        return
    _check_once(files or [], copies, json)


def _check_once(files: list[Path], copies: Path | None, json: bool) -> NoReturn:
    """Check ``files`` and end; the reading process loads what it needs while this one does."""
    with resting_collector():
        from ingest.bounded import READING, start_server

        start_server(READING)
        load_for_good()
        from khoi.exchange.precheck import check_files

    result = check_files(Home.from_environment(), files, copies)
    _print_checked(result, json)
    # A mail or an archive that was opened is judged by what lay in it.
    if result.files.loc[result.files["state"] != "opened", "state"].isin(["unreadable", "unidentified"]).all():
        raise typer.Exit(2)
    raise typer.Exit(FINDINGS if (result.findings["severity"] != "info").any() else 0)


def _watch(folder: Path, copies: Path | None, json: bool) -> None:
    """Check what is new or changed in ``folder`` until Ctrl-C; a file that is held open is tried again.

    Ctrl-C is only noted, so that nothing is cut off in its middle. It reaches the reading process as well, so what a
    check under way then finds may be of a reader that died, and is not told.
    """
    from ingest.receive import NotAFile
    from khoi.exchange.kept_checker import KeptChecker
    from khoi.exchange.watching import WatchedFolder

    watched, stop = WatchedFolder(folder), threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with KeptChecker(Home.from_environment()) as kept:
        kept.ready()
        if not json:
            out.print(f"Đang theo dõi {folder}; Ctrl-C để dừng / watching, Ctrl-C stops")
        while not stop.wait(_LOOK_SECONDS):
            for path in watched.settled():
                try:
                    result = kept.ready().check([path], copies)
                except NotAFile:
                    watched.again(path)
                    continue
                if stop.is_set():
                    break
                _print_checked(result, json)


def _print_checked(result: Precheck, json: bool) -> None:
    """State and findings of the workbooks, and the marked copies that were written."""
    if json:
        written = [str(path) for path in result.written]
        as_json({"files": result.files, "findings": result.findings, "written": written})
    else:
        import pandas as pd

        from quality.said_once import by_place_vi, said_once

        table(
            result.files,
            {"file_name": "Tệp", "state": "Trạng thái", "hard_findings": "Phải sửa", "soft_findings": "Cần xem"},
        )
        for name, found in result.findings.groupby("file_name"):
            once = said_once(found.to_dict("records"), by_place_vi)
            table(pd.DataFrame(once, columns=found.columns), FINDING_COLUMNS, str(name))
        for path in result.written:
            out.print(f"Bản trả lại: {path} / marked copy")


_OUTCOMES = {
    "value": "đọc / read",
    "unreadable": "không đọc được / unreadable",
    "ignored": "để ngoài / left aside",
    "unread": "chưa đọc, có phát hiện / unread, told",
}


def _print_account(files: list[Path], json: bool) -> None:
    """Per sheet how many cells became what, then every cell that was not read; exit 1 where there is one."""
    from khoi.exchange.precheck import account_files

    told = account_files(Home.from_environment(), files)
    open_cells = told[told["outcome"].isin(["unread", "unreadable"])]
    if json:
        as_json({"cells": told})
    elif told.empty:
        refuse("Không rõ tệp của tổ chức nào, kỳ nào: khoi check FILE nói vì sao / whose file it is is not known")
    else:
        keys = ["file_name", "sheet", "outcome", "reason_vi", "reason_en"]
        counted = told.groupby(keys, sort=False).size().rename("cells").reset_index()
        counted["outcome"] = counted["outcome"].map(_OUTCOMES)
        columns = {"sheet": "Trang", "outcome": "Đã", "reason_vi": "Lý do", "reason_en": "Reason", "cells": "Số ô"}
        for name, of_file in counted.groupby("file_name", sort=True):
            table(of_file, columns, f"{name}: mọi ô có nội dung / every filled cell")
        table(
            open_cells, {"sheet": "Trang", "cell": "Ô", "text": "Đang ghi", "reason_vi": "Lý do"}, "Chưa đọc / not read"
        )
    raise typer.Exit(FINDINGS if len(open_cells) else FINE)


def explain(
    file: Annotated[Path, typer.Argument(help="Tệp cần giải thích / the workbook", exists=True, dir_okay=False)],
    rule: Annotated[str | None, typer.Option("--rule", help="Chỉ quy tắc này / only this rule")] = None,
    json: AsJson = False,
) -> None:
    """Vì sao chỉ ra ô ấy: đã thử gì, giải thích nào, xác suất / what was tried, the explanations, why none."""
    from khoi.exchange.precheck import check_files
    from khoi.figures.names import chosen
    from quality.explanations import contradictions, in_lines

    result = check_files(Home.from_environment(), [file])
    rule = None if rule is None else chosen("rule", rule, result.rule_ids)
    told = [entry for one in result.explained for entry in contradictions(one, rule)]
    if json:
        as_json({"file_name": file.name, "rule": rule, "contradictions": told})
    else:
        for entry in told:
            for line in in_lines(entry):
                out.print(line)
        if not told:
            out.print(_nothing_to_explain(result, rule))
    # A mail or an archive that was opened is judged by what lay in it.
    if result.files.loc[result.files["state"] != "opened", "state"].isin(["unreadable", "unidentified"]).all():
        raise typer.Exit(UNUSABLE)
    raise typer.Exit(FINDINGS if told else FINE)


def _nothing_to_explain(result: Precheck, rule: str | None) -> str:
    """Why there is no explanation: nothing contradicts, or what was found is no contradiction of figures."""
    found = result.findings[result.findings["severity"] != "info"]
    chosen = found if rule is None else found[found["rule_id"] == rule]
    if chosen.empty:
        return "Không có mâu thuẫn nào để giải thích / nothing contradicts"
    rules = ", ".join(sorted(chosen["rule_id"].unique()))
    return (
        f"{rules}: tự chỉ ra ô hoặc dòng của mình, không phải mâu thuẫn giữa các số liệu; xem `khoi check` / "
        "these name their cell or line themselves and are no contradiction between figures; see `khoi check`"
    )


def run(
    period: Annotated[str | None, typer.Option("--period", help="Chỉ chuẩn hóa lại kỳ này / only this period")] = None,
    settle: Annotated[float, typer.Option(help="Giây chờ tệp ghi xong / seconds a file must be still")] = 2.0,
    wait: Wait = 30.0,
    arrived_by_file_time: ByFileTime = None,
    clock_is_right: ClockIsRight = None,
    accept_gate: Annotated[
        str | None,
        typer.Option("--accept-gate", help="Lý do công bố dù cổng đóng / why a break with the last one is intended"),
    ] = None,
    full: Full = False,
    json: AsJson = False,
) -> None:
    """Hộp thư → công bố, chỉ phần thay đổi / inbox to published, only what changed."""
    from ingest.receive import ArrivalTerms
    from khoi import stages
    from khoi.cli.summary import print_run
    from khoi.gate import GateClosed
    from khoi.service.reporting import tell_closed_gate, tell_run

    home = Home.from_environment()
    if full and period:
        refuse("--full làm lại mọi kỳ, không dùng cùng --period / --full makes every period anew; leave --period out")
    period = _meant(home, period)
    terms = ArrivalTerms(wait_seconds=wait, vouched=arrived_by_file_time, clock_is_right=clock_is_right)
    try:
        with showing_progress(quiet=json) as progress:
            asked: dict[str, Any] = {"settle_seconds": settle, "accept_gate": accept_gate, "full": full}
            report = stages.run(home, period=period, terms=terms, progress=progress, **asked)
    except GateClosed:
        tell_closed_gate(home)
        raise
    untold = tell_run(home, report)
    if json:
        as_json({"changed": report.changed, "report": report})
        return
    print_run(home, report)
    if untold:
        told = f"Giao diện điều phối chưa biết lượt chạy này / the orchestration UI was not told of this run: {untold}"
        out.print(told)


def _meant(home: Home, period: str | None) -> str | None:
    """The declared period that was meant, in any case; None for none. Raises WarehouseError for an unknown one."""
    from khoi.figures.names import chosen

    return None if period is None else chosen("period", period, home.reference().period_ends)
