"""Keeping a deployment for years: `khoi backup`, `restore`, `doctor`, `prune`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khoi.cli.output import FINDINGS, AsJson, as_json, err, out, showing_progress
from khoi.deployment.home import Home

_MARKS = {"fine": "tốt    ", "warning": "chú ý  ", "bad": "HỎNG   "}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("doctor")(doctor)
    app.command("prune")(prune)


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục sao lưu, nên ở đĩa khác / on another disk")],
    keep: Annotated[int | None, typer.Option("--keep", help="Chỉ giữ N bản gần nhất / keep the last N only")] = None,
    wait: Annotated[float, typer.Option("--wait", help="Số giây chờ lượt chạy khác / wait for another run")] = 600.0,
    json: AsJson = False,
) -> None:
    """Sao lưu những gì không thể làm lại: tệp đã nhận, sổ, quyết định, các lần công bố / back up what is owned."""
    from khoi.backup import make_backup
    from khoi.deployment.lock import locked

    home = Home.from_environment()
    with locked(home, wait), showing_progress(quiet=json) as tell:
        progress = None if tell is None else lambda done, total: tell("backup", done, total)
        report = make_backup(home, folder, keep=keep, progress=progress)
    if json:
        as_json(report)
    else:
        out.print(
            f"Bản sao số {report.number} tại {folder}: {report.files} tệp, {_megabytes(report.size_bytes)}; "
            f"mới {report.new_files} tệp, {_megabytes(report.new_bytes)} / backup, new files"
        )
    _tell_left_out(report.left_out, json)


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Thư mục sao lưu / the folder of the backup")],
    to: Annotated[
        Path | None, typer.Argument(metavar="[HOME]", help="Nơi phục hồi, mới hoặc trống / a new or empty folder")
    ] = None,
    number: Annotated[int | None, typer.Option("--number", help="Bản sao số mấy / which backup")] = None,
    check: Annotated[bool, typer.Option("--check", help="Chỉ kiểm tra, không ghi / only look at every byte")] = False,
    json: AsJson = False,
) -> None:
    """Phục hồi bản sao lưu vào thư mục mới, sau khi kiểm tra từng tệp / put a backup back, every sum looked at."""
    from khoi.backup import check_backup, restore_backup

    home = Home.from_environment() if to is None else Home(to.resolve())
    with showing_progress(quiet=json) as tell:
        progress = None if tell is None else lambda done, total: tell("restore", done, total)
        report = check_backup(folder, number, progress) if check else restore_backup(folder, home, number, progress)
    if json:
        as_json(report)
    else:
        made = f"Bản sao số {report.number} ({report.made_at[:16]} UTC): {report.files} tệp, "
        out.print(f"{made}{_megabytes(report.size_bytes)}, nguyên vẹn / whole")
        if report.home is not None:
            out.print(f"Đã phục hồi vào {report.home}. Đặt KHOI_HOME tới đó rồi chạy `khoi run`: còn lại được làm lại")
            out.print("restored; set KHOI_HOME to it and run `khoi run`: everything else is made again")
    _tell_left_out(report.left_out, json)


def doctor(json: AsJson = False) -> None:
    """Tình trạng của kho và việc cần làm; không sửa gì / in what state the deployment is, and what to do."""
    from khoi.doctor import State, examine

    lines = examine(Home.from_environment())
    if json:
        as_json(lines)
    else:
        for line in lines:
            out.print(f"{_MARKS[line.state]} {line.check}: {line.found_vi} / {line.found_en}")
            if line.remedy_vi:
                out.print(f"        → {line.remedy_vi} / {line.remedy_en}")
    if any(line.state is State.BAD for line in lines):
        raise typer.Exit(FINDINGS)


def prune(
    dry: Annotated[bool, typer.Option("--dry-run", help="Chỉ cho biết / only tell")] = False,
    json: AsJson = False,
) -> None:
    """Bỏ những gì hết hạn giữ, theo từng lớp tệp; tệp gốc và sổ luôn được giữ / remove what is past its term."""
    from khoi.deployment.lock import locked
    from khoi.retention import prune as pruned

    home = Home.from_environment()
    with locked(home):
        told = pruned(home, dry=dry)
    if json:
        as_json(told)
        return
    for one in told:
        verb = "sẽ bỏ / would go" if dry else "đã bỏ / removed"
        out.print(f"{one.name}: {one.label_vi} / {one.label_en}: {verb} {one.files}, {_megabytes(one.size_bytes)}")


def _tell_left_out(left_out: tuple[tuple[str, str], ...], json: bool) -> None:
    """Exit code 1 where a file is not in the backup, each named with the reason."""
    if not json:
        for name, why in left_out:
            err.print(f"Không có trong bản sao / not in the backup: {name}: {why}")
    if left_out:
        raise typer.Exit(FINDINGS)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB".replace(".", ",")
