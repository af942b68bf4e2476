"""Names of objects as names of files: whoever may put an object into a bucket must not choose where it lies here."""

from __future__ import annotations

import re

from ingest.file_names import is_reserved

_MOST_BYTES = 200
"""Of one part of a name: file systems take 255, and a name that is not whole yet is longer than what it becomes."""
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')


def why_unsafe(name: str) -> str | None:
    """Why ``name``, parted by slashes, must be no file on some system that khoi runs on; None where it may."""
    for part in name.split("/"):
        if part in ("", ".", ".."):
            return "đường dẫn dẫn ra ngoài hoặc trống / a path that leads elsewhere, or an empty part"
        if _FORBIDDEN.search(part) or part.endswith((".", " ")):
            return "có ký tự không dùng trong tên tệp được / a character that no file name may have"
        if len(part.encode("utf-8", "replace")) > _MOST_BYTES:
            return f"tên dài quá {_MOST_BYTES} byte / longer than {_MOST_BYTES} bytes"
        if is_reserved(part):
            return "tên Windows dành riêng / a name that Windows keeps for itself"
    return None
