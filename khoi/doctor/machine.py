"""What the doctor looks at outside the figures: Python, libraries, folders and their modes, disk, lock, clock."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sys
from importlib import metadata

from filelock import Timeout

from ingest.receive.receipts import Receipts
from khoi.deployment.home import Home
from khoi.deployment.lock import deployment_lock
from khoi.doctor.line import Line, bad, fine, some, warning
from khoi.warehouse.versions import published_file

_PYTHON = ((3, 11), (3, 14))
_ROOM = 3
"""A build, its publication and the copy for other tools are as large as three warehouses."""
_LEAST_ROOM = 500 << 20
_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;]+)(?!.*extra)")
_OTHERS = 0o077


def python(home: Home) -> Line:
    """Whether this Python is one that khoi was tried with."""
    now = f"Python {sys.version.split()[0]}, khoi {metadata.version('khoi')}"
    if _PYTHON[0] <= sys.version_info[:2] < _PYTHON[1]:
        return fine(now, now)
    return bad(now, now, "Cài Python 3.11 đến 3.13", "Install Python 3.11 to 3.13")


def libraries(home: Home) -> Line:
    """Whether the libraries that are pinned exactly are those."""
    wrong = []
    for requirement in metadata.requires("khoi") or []:
        pin = _PIN.match(requirement)
        if pin and "extra ==" not in requirement:
            there = _version(pin[1])
            if there != pin[2]:
                wrong.append(f"{pin[1]} {there or '–'} (cần / needs {pin[2]})")
    if not wrong:
        return fine("Thư viện đúng phiên bản", "The libraries are those that were tried")
    listed = ", ".join(wrong)
    return bad(listed, listed, "Cài lại theo requirements.lock (`make install`)", "Install requirements.lock again")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def folders(home: Home) -> Line:
    """Whether a run can read and write where it must."""
    needed = (home.inbox, home.landed, home.lake, home.build, home.published, home.returned, home.reports, home.logs)
    lacking = [path.name for path in needed if not path.is_dir()]
    closed = [path.name for path in needed if path.is_dir() and not os.access(path, os.R_OK | os.W_OK | os.X_OK)]
    if closed:
        names = some(closed)
        return bad(
            f"Không đọc hoặc ghi được: {names}",
            f"Cannot be read or written: {names}",
            "Cấp quyền cho tài khoản chạy khoi",
            "Give the rights to the account that runs khoi",
        )
    if lacking:
        names = some(lacking)
        return warning(
            f"Chưa có thư mục: {names}",
            f"Folders not there yet: {names}",
            "Lần `khoi run` tới sẽ tạo; nếu bị xóa nhầm, phục hồi bằng `khoi restore`",
            "The next run makes them; if they were deleted, restore from the backup",
        )
    return fine("Các thư mục đọc và ghi được", "The folders can be read and written")


def modes(home: Home) -> Line:
    """Whether others on this machine can read what was sent."""
    if os.name == "nt":
        return fine("Windows: xem quyền của thư mục", "Windows: look at the rights of the folder")
    open_ones = [
        path.name
        for path in (home.inbox, home.landed, home.returned, home.lake, home.config)
        if path.is_dir() and path.stat().st_mode & _OTHERS
    ]
    if not open_ones or not home.root.stat().st_mode & _OTHERS:
        return fine("Chỉ chủ sở hữu đọc được tệp đã nhận", "What was sent is readable by its owner only")
    names = " ".join(str(home.root / name) for name in open_ones)
    return warning(
        f"Tài khoản khác trên máy đọc được: {some(open_ones)}",
        f"Other accounts of this machine can read: {some(open_ones)}",
        f"chmod 700 {names}",
        f"chmod 700 {names}",
    )


def disk(home: Home) -> Line:
    """Whether there is room for the next publication."""
    published = published_file(home)
    needed = max(_LEAST_ROOM, _ROOM * published.stat().st_size if published else 0)
    free = shutil.disk_usage(home.root).free
    told = f"{free >> 20} MB", f"{needed >> 20} MB"
    if free >= needed:
        return fine(f"Đĩa còn {told[0]}", f"{told[0]} free")
    return bad(
        f"Đĩa chỉ còn {told[0]}, một lần công bố cần {told[1]}",
        f"Only {told[0]} free, a publication needs {told[1]}",
        "Dọn đĩa: `khoi prune`, `khoi publications prune --keep 1`",
        "Free the disk: `khoi prune`, `khoi publications prune --keep 1`",
    )


def lock(home: Home) -> Line:
    """Whether a run is under way."""
    held = deployment_lock(home)
    try:
        held.acquire(timeout=0)
    except Timeout:
        return warning(
            "Một lượt chạy đang làm việc: các dòng dưới có thể đổi ngay",
            "A run is under way: what stands below may change at once",
            "Chờ chạy xong rồi xem lại; nếu treo nhiều giờ, dừng tiến trình đó rồi `khoi run`",
            "Wait and look again; if it hangs for hours, end that process and `khoi run`",
        )
    held.release()
    return fine("Không có lượt chạy nào", "No run is under way")


def unfinished(home: Home) -> Line:
    """What runs that died left behind; a run removes or goes over all of it."""
    left = [path for folder in (home.root, home.landed, home.published, home.build) for path in folder.glob(".*.tmp")]
    left += [path for path in (home.build / "warehouse.duckdb.wal",) if path.exists()]
    left += list(home.root.parent.glob(f".{home.root.name}.restoring"))
    if not left:
        return fine("Không còn dấu vết của lượt chạy bị ngắt", "No run that died left anything")
    names = some(path.name for path in left)
    return warning(
        f"Một lượt chạy đã bị ngắt, còn lại: {names}",
        f"A run died and left: {names}",
        "Chạy `khoi run`: việc dở được làm tiếp; `khoi prune` dọn phần thừa",
        "`khoi run`: it goes on where that one stopped; `khoi prune` removes what is left",
    )


def clock(home: Home) -> Line:
    """Whether the clock stands behind what was received already."""
    jump = Receipts.load(home.landed).clock_jump(dt.datetime.now(dt.UTC))
    if jump is None:
        return fine("Đồng hồ không đi lùi", "The clock has not gone back")
    last = jump.last_seen_at.isoformat(timespec="minutes")
    return bad(
        f"Đồng hồ máy đứng trước lần nhận gần nhất ({last})",
        f"The clock stands before the last arrival ({last})",
        'Chỉnh giờ máy; nếu giờ nay đúng và lần trước sai: `khoi run --clock-is-right "LÝ DO"`',
        'Set the clock; if it is right now and was wrong before: `khoi run --clock-is-right "REASON"`',
    )
