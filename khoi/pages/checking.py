"""A workbook dropped on a page: checked as `khoi check` does, told, and gone.

Belongs here: holding what was dropped for as long as a check takes, the checker that stays between two of them, the
page that tells. Does not belong here: what is wrong with a workbook (`khoi.exchange.precheck`). Nothing is sent in: no
byte of a dropped file stays in the deployment.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pandas as pd

from ingest.reading.limits import Limits
from khoi.deployment.home import Home
from khoi.pages.blocks import Column, Page, Row, Rows, Sentence, Upload, Words
from khoi.pages.findings import state_word
from khoi.pages.view import View, page_address
from khoi.reports.quality.layout import word
from quality.said_once import by_place_en, by_place_vi, said_once

if TYPE_CHECKING:
    from khoi.exchange.kept_checker import KeptChecker
    from khoi.exchange.precheck import Precheck, Prechecker

MOST_FILES = 20
MOST_BYTES = Limits().file_bytes
"""So much can be dropped at once: as much as the largest workbook that is read."""

_TITLE = Words("Kiểm tra biểu trước khi gửi", "Check a workbook before it is sent in")
_NOT_SENT = Words(
    "Chỉ kiểm tra, chưa gửi đi đâu: tệp thả ở đây được đọc, kiểm tra rồi xoá ngay. Muốn nộp, hãy gửi tệp theo cách "
    "vẫn gửi.",
    "This only checks; nothing was sent in: a file dropped here is read, checked and deleted at once. To hand it in, "
    "send it the way you always do.",
)
_NEVER_IN_A_NAME = frozenset('<>:"/\\|?*')
_LONGEST_NAME = 120
_TONES = {"accepted": "good", "accepted_with_warnings": "plain", "opened": "plain"}


class Desk:
    """The checker of one deployment, made with the first workbook and kept while nothing declared changes.

    One check at a time: what a person drops waits for what was dropped before.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._kept: KeptChecker | None = None

    def check(self, files: Sequence[tuple[str, BinaryIO]]) -> Precheck:
        """Check ``files`` (name, content) together. Raises Told, NotAFile and WorkersDoNotStart."""
        with self._lock, tempfile.TemporaryDirectory(prefix="khoi-") as folder:
            paths = []
            for number, (name, content) in enumerate(files):
                path = Path(folder) / str(number) / plain_name(name)
                path.parent.mkdir()
                with path.open("wb") as target:
                    while chunk := content.read(1 << 20):
                        target.write(chunk)
                paths.append(path)
            return self._checker().check(paths)

    def close(self) -> None:
        """End the reading process."""
        with self._lock:
            if self._kept is not None:
                self._kept.close()

    def _checker(self) -> Prechecker:
        from khoi.exchange.kept_checker import KeptChecker

        self._kept = self._kept or KeptChecker(self._home)
        return self._kept.ready()


Stamps = tuple[tuple[str, int, int], ...]


def stamps(folder: Path) -> Stamps:
    """What every file below ``folder`` was last: path, time of writing, size."""
    facts = ((str(path), path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple((path, one.st_mtime_ns, one.st_size) for path, one in facts)


def plain_name(name: str) -> str:
    """The name of a dropped file as that of a file of any system; of a long one the beginning and the extension."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join("_" if letter in _NEVER_IN_A_NAME or not letter.isprintable() else letter for letter in last)
    stem, dot, suffix = kept.strip(" .").rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    return f"{stem[:_LONGEST_NAME] or 'workbook'}{dot}{suffix[:10]}"


def form(view: View) -> Page:
    """The page with the place to drop workbooks on."""
    return Page(_TITLE, [_upload(), Sentence(_NOT_SENT)])


def told(view: View, result: Precheck) -> Page:
    """The page that says what was found in each of the dropped workbooks."""
    blocks: list[Any] = [Sentence(_NOT_SENT)]
    for file in _records(result.files):
        blocks.append(_state(view, file))
        found = result.findings[result.findings["file_hash"] == file["file_hash"]]
        if not found.empty:
            blocks.append(_findings(view, str(file["file_name"]), _records(found), result.rule_ids))
    return Page(_TITLE, [*blocks, _upload()])


def _upload() -> Upload:
    return Upload(
        Words("Thả biểu vào đây", "Drop workbooks here"),
        Words(
            f"Kéo tệp Excel thả vào khung, hoặc bấm vào khung để chọn: mỗi lần tối đa {MOST_FILES} tệp, tổng cộng "
            f"{MOST_BYTES // 1_000_000} MB.",
            f"Drag Excel files onto the frame or click it to choose: at most {MOST_FILES} files and "
            f"{MOST_BYTES // 1_000_000} MB at once.",
        ),
        Words("Kiểm tra", "Check"),
        page_address("kiem-tra"),
    )


def _state(view: View, file: Mapping[str, Any]) -> Sentence:
    """One sentence: the file, whose it is, what it would come to, how much was found."""
    state = str(file["state"])
    subject = " ".join(str(file[name]) for name in ("organization_code", "period_code") if file[name])
    hard, soft = int(file["hard_findings"] or 0), int(file["soft_findings"] or 0)
    name = f"{file['file_name']} ({subject})" if subject else str(file["file_name"])
    said = word("before_sending", state)
    if said["vi"] == state:
        said = word("state", state)
    counts_vi = f" Phải sửa: {hard}; cần giải trình: {soft}." if hard or soft else ""
    counts_en = f" To mend: {hard}; to explain: {soft}." if hard or soft else ""
    told_here = Words(f"{name}: {said['vi']}.{counts_vi}", f"{name}: {said['en']}.{counts_en}")
    return Sentence(told_here, _TONES.get(state, "warn"))


def _findings(view: View, name: str, rows: Sequence[Mapping[str, Any]], known: Collection[str]) -> Rows:
    shown = [
        {
            **row,
            "grade": state_word(view, row["severity"]),
            "place": "!".join(part for part in (row["sheet"], row["cell"]) if part) or None,
            "told": row["message_en"] if view.language == "en" else row["message_vi"],
        }
        for row in said_once(rows, by_place_en if view.language == "en" else by_place_vi)
    ]

    def to_rule(row: Row) -> str | None:
        # What reading says has no page: it is no rule.
        return page_address("quy-tac", str(row["rule_id"])) if row["rule_id"] in known else None

    columns = [
        Column("grade", Words("Mức", "Grade"), "state"),
        Column("rule_id", Words("Quy tắc", "Rule"), "code", to_rule),
        Column("place", Words("Ô", "Cell"), "code"),
        Column("told", Words("Nội dung", "What is said")),
        Column("suggested", Words("Đề nghị", "Proposal")),
    ]
    return Rows(Words(f"Phát hiện trong {name}", f"Found in {name}"), columns, shown)


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of ``frame``, with None for what is not there."""
    whole = frame.astype(object)
    return [
        {str(name): value for name, value in row.items()} for row in whole.where(whole.notna(), None).to_dict("records")
    ]
