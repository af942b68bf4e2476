"""Codes of registers as names of files: a code that would lead out of its folder never becomes one."""

from __future__ import annotations

import hashlib
import re

_SAFE = re.compile(r"\w(?:[\w.-]{0,62}\w)?")
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


class UnsafeName(ValueError):
    """A code that cannot be a file's name; the message names it and says what to do."""


def is_file_name(code: str) -> bool:
    """True for letters, digits, points, hyphens and underlines that no system takes for anything but a name."""
    return bool(_SAFE.fullmatch(code)) and ".." not in code and not is_reserved(code)


def is_reserved(name: str) -> bool:
    """True for a name that Windows takes for a device, whatever its extension."""
    return name.partition(".")[0].rstrip().lower() in _RESERVED


def as_file_name(code: str) -> str:
    """``code`` itself. Raises UnsafeName where it is none."""
    if not is_file_name(code):
        raise UnsafeName(
            f"Mã “{code}” trong sổ đăng ký không dùng làm tên tệp được: chỉ dùng chữ, số, dấu “-”, “_” và “.” ở giữa. "
            "Hãy sửa mã trong sổ đăng ký / this code of the register cannot be a file's name; use letters, digits, "
            "hyphens and underlines"
        )
    return code


def some_file_name(code: str) -> str:
    """``code`` where it can be a name, else one made from it that no other code has."""
    if is_file_name(code):
        return code
    return f"x{_UNSAFE.sub('_', code)[:40]}_{hashlib.sha256(code.encode('utf-8', 'replace')).hexdigest()[:8]}"
