"""The files of the journal of receipts as lines: numbered, whole, each line one object.

Belongs here: files, lines, and telling where one is damaged. Does not belong here: what a line says
(`ingest.receive.receipts`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from ingest.durable import write_bytes
from ingest.told import Told

_NAME = re.compile(r"(\d{6,})\.jsonl")
_AT_ONCE = 1_000


class DamagedReceipts(Told, ValueError):
    """A journal that cannot be read as it was written; the message names file, line and what to do."""


def redact(folder: Path, file_hashes: Collection[str]) -> None:
    """Take the names, folders and own times of ``file_hashes`` out of the journal in ``folder``.

    The one thing that is ever rewritten in it: a name may be a person's. Numbers, hashes and when it was seen stay.
    """
    for path in journal_files(folder):
        lines = list(told_lines(path, path.read_bytes()))
        named = [line for line in lines if line.get("file_hash") in file_hashes and line.get("file_name")]
        for line in named:
            line |= {"file_name": "", "folder": "", "file_time": None} | ({"beside": ""} if "beside" in line else {})
        if named:
            write_lines(path, lines)


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> bytes:
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf-8", "backslashreplace")
    write_bytes(path, content)
    return content


def journal_files(folder: Path) -> list[Path]:
    """The files of the journal in order. Raises DamagedReceipts where one is missing."""
    numbers = {int(match[1]): path for path in _listed(folder) if (match := _NAME.fullmatch(path.name))}
    missing = [number for number in range(1, max(numbers, default=0)) if number not in numbers]
    if missing:
        raise DamagedReceipts(damaged(folder / f"{missing[0]:06d}.jsonl", 0, "no such file"))
    return [numbers[number] for number in sorted(numbers)]


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def told_lines(path: Path, content: bytes) -> Iterator[dict[str, Any]]:
    """The lines of a file of the journal, parsed many at once: each by itself takes twice as long."""
    lines = _lines(path, content)
    for start in range(0, len(lines), _AT_ONCE):
        some = lines[start : start + _AT_ONCE]
        try:
            parsed = json.loads(f"[{','.join(some)}]")
        except ValueError:
            parsed = []
        if len(parsed) != len(some) or not all(isinstance(one, dict) for one in parsed):
            parsed = [_parsed(path, number, line) for number, line in enumerate(some, start=start + 1)]
        yield from parsed


def _lines(path: Path, content: bytes) -> list[str]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DamagedReceipts(damaged(path, content[: error.start].count(b"\n") + 1, "UTF-8")) from error
    if not text.endswith("\n"):
        raise DamagedReceipts(damaged(path, text.count("\n") + 1, "cut off"))
    return text.split("\n")[:-1]  # a name may hold U+2028, which splitlines() takes for an end of line


def _parsed(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        parsed = json.loads(line)
    except ValueError as error:
        raise DamagedReceipts(damaged(path, number, "no JSON")) from error
    if not isinstance(parsed, dict):
        raise DamagedReceipts(damaged(path, number, "no object"))
    return parsed


def damaged(path: Path, number: int, why: str) -> str:
    place = f"{path}, dòng / line {number}" if number else str(path)
    return (
        f"{place}: sổ nhận tệp bị hỏng ({why}). Hãy phục hồi tệp này từ bản sao lưu (`khoi restore`); không có bản sao "
        f"lưu thì chuyển cả thư mục {path.parent.name}/ đi nơi khác rồi chạy lại: thời điểm nhận được lấy từ lake/.\n"
        f"the journal of receipts is damaged; restore this file from the backup (`khoi restore`), or without one move "
        f"the folder {path.parent.name}/ away and run again: the times of arrival are then taken from lake/"
    )


def newer(path: Path, number: int) -> str:
    return (
        f"{path}, dòng / line {number}: do bản khoi mới hơn ghi; hãy dùng bản khoi đó / written by a newer khoi; use it"
    )
