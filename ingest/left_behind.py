"""What operating systems and office programs leave beside the files that people keep: nobody sent it.

Belongs here: names. Does not belong here: what is in a file.
"""

from __future__ import annotations

from pathlib import PurePosixPath

_BEGINNINGS = ("~$", "._", ".~", ".DS_Store")
_NAMES = frozenset({"Thumbs.db", "desktop.ini"})
_SENT = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".eml", ".msg", ".zip", ".rar", ".7z"})


def is_left_behind(name: str) -> bool:
    """True for the name (its last part) of a lock, a resource fork, a thumbnail or half a copy.

    A dot before the name of a workbook, a mail or an archive hides it from its sender's eyes only; it was sent.
    """
    *folders, last = name.replace("\\", "/").split("/")
    if "__MACOSX" in folders or last == "__MACOSX" or last.startswith(_BEGINNINGS) or last in _NAMES:
        return True
    return last.startswith(".") and PurePosixPath(last).suffix.lower() not in _SENT
