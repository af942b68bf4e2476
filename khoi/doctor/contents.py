"""What the doctor looks at in the deployment: registers, inbox, receipts, lake, publications, copies, backups."""

from __future__ import annotations

import datetime as dt
import json

from ingest.lake import damaged
from ingest.receive.receipts import Receipts
from khoi.deployment.context import load_context
from khoi.deployment.home import Home
from khoi.doctor.line import Line, bad, fine, some, warning
from khoi.warehouse.bi import renewed
from khoi.warehouse.publications import publications
from khoi.warehouse.versions import is_sound, published_version

_BACKUP_DAYS = 7


def registers(home: Home) -> Line:
    """Whether registers, forms and rules can be read: every command rests on them."""
    rules = load_context(home).rules
    return fine(
        f"Sổ đăng ký, biểu và {len(rules.rules)} quy tắc đọc được",
        f"Registers, forms and {len(rules.rules)} rules can be read",
    )


def receipts(home: Home) -> Line:
    """Whether the journal of receipts is whole, and every received file there."""
    from ingest.landed import landed_path

    journal = Receipts.load(home.landed)
    known = journal.first.values()
    lost = [one.name for one in known if not landed_path(home.landed, one.file_hash, one.name).exists()]
    if not lost:
        number = len(journal.first)
        return fine(f"{number} tệp đã nhận còn đủ", f"{number} received files are all there")
    names = some(lost)
    return bad(
        f"Mất nội dung của {len(lost)} tệp đã nhận: {names}",
        f"The bytes of {len(lost)} received files are gone: {names}",
        "Phục hồi landed/ từ bản sao lưu (`khoi restore`) hoặc đặt lại các tệp vào inbox/",
        "Restore landed/ from the backup, or put the files into inbox/ again",
    )


def lake(home: Home) -> Line:
    """Whether the tables between the stages are what was written."""
    broken = [path.relative_to(home.lake).as_posix() for path in damaged(home.lake)]
    if not broken:
        return fine("lake/ nguyên vẹn", "The lake is whole")
    names = some(broken)
    return warning(
        f"Hỏng hoặc của bản khoi trước: {names}",
        f"Damaged, or of an earlier khoi: {names}",
        "Chạy `khoi run`: làm lại từ landed/. Nếu hỏng lặp lại, kiểm tra đĩa",
        "`khoi run` makes them again from landed/. If it happens again, check the disk",
    )


def work(home: Home) -> Line:
    """Whether something waits for a run."""
    from khoi.pending import pending

    left = pending(home, load_context(home))
    if not left:
        return fine("Không có việc chờ", "Nothing waits for a run")
    return warning(f"Có việc chờ: {left.told()}", f"Work waits: {left.told()}", "Chạy `khoi run`", "`khoi run`")


def publication(home: Home) -> Line:
    """Whether what people read is what was published."""
    current = published_version(home)
    if current is None:
        return warning("Chưa công bố lần nào", "Nothing is published yet", "Chạy `khoi run`", "`khoi run`")
    if is_sound(home.published, current):
        said = f"{current.number} ({current.published_at[:16]})"
        return fine(f"Đang đọc bản công bố số {said}", f"Publication {said} is read, and whole")
    return bad(
        f"Tệp kho {current.version}.duckdb không còn như khi công bố",
        f"The warehouse {current.version}.duckdb is not what was published",
        "Chạy `khoi run`: dựng lại; hoặc đọc tạm bản trước: `khoi publications rollback`. Kiểm tra đĩa",
        "`khoi run` builds it again; meanwhile `khoi publications rollback`. Check the disk",
    )


def history(home: Home) -> Line:
    """Whether the records of all publications can be read."""
    number = len(publications(home))
    return fine(f"Bản ghi của {number} lần công bố đọc được", f"The records of {number} publications can be read")


def tools(home: Home) -> Line:
    """Whether other tools open the publication that people read."""
    current, there = published_version(home), renewed(home)
    if current is None or (there is not None and there.version == current.version and not there.held):
        return fine("published/bi theo kịp bản đang đọc", "published/bi holds the publication that is read")
    held = ", ".join(there.held) if there is not None and there.held else "published/bi"
    return warning(
        f"Chưa theo kịp bản đang đọc: {held}",
        f"Still of an earlier publication: {held}",
        "Đóng chương trình đang mở tệp (Power BI, DBeaver) rồi `khoi run`",
        "Close the program that has the file open, then `khoi run`",
    )


def backup(home: Home) -> Line:
    """When the deployment was last backed up."""
    remedy = (
        "Đặt lịch hằng ngày `khoi backup DIR` sang đĩa khác",
        "`khoi backup DIR` on another disk, daily",
    )
    try:
        record = json.loads((home.logs / "backup.json").read_bytes())
        made_at, folder = dt.datetime.fromisoformat(record["made_at"]), str(record["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return warning("Chưa sao lưu lần nào", "Never backed up", *remedy)
    days = (dt.datetime.now(dt.UTC) - made_at).days
    told = f"{folder} ({made_at:%Y-%m-%d})"
    if days <= _BACKUP_DAYS:
        return fine(f"Sao lưu gần nhất: {told}", f"Last backup: {told}")
    return warning(f"Sao lưu gần nhất đã {days} ngày: {told}", f"Last backup {days} days ago: {told}", *remedy)
