"""The log of reads: what was asked of which publication and when, one line a read in `logs/access.jsonl`.

    {"at": "2026-07-01T02:00:00+00:00", "command": "query", "asked": "select * from t where name = '?'",
     "publication": 3, "rows": 12}

Written after an answer was given, by the commands that read a publication and by the pages of `khoi serve`. It must not
hold what the warehouse itself may not: a question can name a person, so texts in it are taken out. A line that cannot
be written never costs a reader his answer. `khoi prune` sets the log aside and removes what is past its term.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ingest.durable import move
from khoi.deployment.home import Home
from khoi.warehouse.versions import published_version

_LOG = "access.jsonl"
_ASIDE = "access.{moment:%Y%m%dT%H%M%S%f}.jsonl"
_OWNER_ONLY = 0o600
_LONGEST = 2000
_COMMENT = r"--[^\n]*|/\*.*?(?:\*/|\Z)"
_TEXT = r"[eE]'(?:\\.|''|[^'\\])*(?:'|\Z)|'(?:[^']|'')*(?:'|\Z)|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)"
_NAME = r'"(?:[^"]|"")*(?:"|\Z)'
_NOT_SAID = re.compile(rf"(?P<comment>{_COMMENT})|(?P<name>{_NAME})|(?P<text>{_TEXT})", re.DOTALL)
_LONG_NUMBER = re.compile(r"(?P<hash>\b[0-9a-f]{64}\b)|\d{7,}")
"""As long as a telephone number or a person's number; no year, code or count is. A file's hash is none."""
_CODE = re.compile(r"[A-Za-z0-9_.@:/-]{1,80}")
_FREE = "q"
"""The word of an address that holds what a reader searched for, which may be a name."""


def note_read(home: Home, command: str, asked: str, rows: int | None = None) -> None:
    """Write down that ``command`` answered ``asked`` with so many ``rows`` of the publication people read.

    Nothing is raised: a full disk or a closed folder is no reason to refuse a read.
    """
    with suppress(Exception):
        version = published_version(home)
        line = {
            "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "command": command,
            "asked": without_values(asked)[:_LONGEST],
            "publication": None if version is None else version.number,
            "rows": rows,
        }
        _append(home.logs / _LOG, json.dumps(line, ensure_ascii=False) + "\n")


def without_values(asked: str) -> str:
    """``asked`` without what could be a person's: texts and long numbers become ``?``, comments go."""
    plain = _NOT_SAID.sub(_said, asked)
    return " ".join(_LONG_NUMBER.sub(lambda found: found["hash"] or "?", plain).split())


def code_words(given: Mapping[str, str | None]) -> str:
    """``given`` as words ``name=value``: values that are codes; what is free text, or was searched for, is ``?``."""
    said = {name: value for name, value in given.items() if value}
    return " ".join(f"{_code(name)}={'?' if _is_free(name) else _code(value)}" for name, value in said.items())


def set_aside(home: Home) -> Path | None:
    """Let a new log begin, so that the one there ages as a whole; None where there is none.

    A reader that is writing just now ends up in the one set aside: no line is lost.
    """
    path = home.logs / _LOG
    aside = path.with_name(_ASIDE.format(moment=dt.datetime.now(dt.UTC)))
    with suppress(OSError):
        move(path, aside)
        return aside
    return None


def _said(found: re.Match[str]) -> str:
    """What stands for a comment, a quoted name or a text; a quoted name may be a heading somebody made up."""
    if found["comment"]:
        return " "
    return f'"{_code(found["name"].strip(chr(34)))}"' if found["name"] else "'?'"


def _code(text: str) -> str:
    return text if _CODE.fullmatch(text) else "?"


def _is_free(name: str) -> bool:
    return name.rpartition(".")[2] == _FREE


def _append(path: Path, line: str) -> None:
    """One write to the end of the file, so that two readers never mix their lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY)
    try:
        os.write(handle, line.encode("utf-8", "backslashreplace"))
    finally:
        os.close(handle)
