"""What the doctor looks at in the service's own records: runs that are told as under way while no service lives.

The records are Dagster's (`history/runs.db` below the service's folder). They are looked at as the SQLite file they
are, read-only: only `orchestration` may import Dagster, and a doctor must look while Dagster itself is what is broken.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from filelock import FileLock, Timeout

from khoi.deployment.home import Home
from khoi.doctor.line import Line, bad, fine, some, warning
from khoi.service.settings import has_instance, service_folder
from khoi.service.supervisor import SERVICE_LOCK

_UNDER_WAY = ("STARTING", "STARTED", "CANCELING", "NOT_STARTED")
"""A run that is QUEUED waits without a process and is taken up by the next service (`orchestration.dead_runs`)."""
_QUESTION = f"select run_id from runs where status in ({', '.join('?' * len(_UNDER_WAY))}) order by id"
_SHORT = 8


def service_runs(home: Home) -> Line:
    """Whether a run is told as under way although the service that ran it is gone."""
    records = service_folder(home) / "history" / "runs.db"
    if not records.is_file() and not has_instance(home):
        return fine("Chưa dùng `khoi serve`", "`khoi serve` was never used")
    if _lives(home):
        return fine("`khoi serve` đang chạy và tự theo dõi lượt chạy", "`khoi serve` lives and watches its runs")
    if not records.is_file():
        return fine("Lượt chạy ghi ở nơi khác, theo dagster.yaml", "Runs are recorded elsewhere, as dagster.yaml says")
    try:
        dead = _under_way(records)
    except sqlite3.DatabaseError as error:
        return bad(
            f"{records}: không đọc được ({error})",
            f"{records}: cannot be read ({error})",
            "Chuyển thư mục dagster/history đi nơi khác rồi `khoi serve`: lịch sử bắt đầu lại, số liệu không đổi",
            "Move the folder dagster/history away, then `khoi serve`: the history begins anew, no figure changes",
        )
    if not dead:
        return fine("Không có lượt chạy nào của dịch vụ bị bỏ dở", "No run of the service was left under way")
    names = some(run[:_SHORT] for run in dead)
    return warning(
        f"{len(dead)} lượt chạy ghi là đang chạy nhưng dịch vụ đã tắt: {names}",
        f"{len(dead)} runs stand as under way, and no service lives: {names}",
        "Mở lại `khoi serve`: các lượt này được ghi là hỏng và chạy lại; hoặc `khoi run`",
        "Start `khoi serve`: it settles them as failed and runs again; or `khoi run`",
    )


def _lives(home: Home) -> bool:
    """True where a service holds its lock, which goes with its process whatever ends that."""
    path = service_folder(home) / SERVICE_LOCK
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _under_way(records: Path) -> list[str]:
    """The ids of the runs that stand as under way, the oldest first. Raises sqlite3.DatabaseError."""
    with closing(sqlite3.connect(f"{records.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        return [str(run) for (run,) in connection.execute(_QUESTION, _UNDER_WAY)]
