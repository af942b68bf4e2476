"""Workbooks from the pages: the original as it came, and the returned copy."""

from __future__ import annotations

import re
from pathlib import Path

from khoi.deployment.home import Home
from khoi.exchange.returned import known_copies
from khoi.pages.blocks import Words
from khoi.pages.view import NothingThere, View

_HASH = re.compile(r"[0-9a-f]{64}")


def original(view: View, file_hash: str) -> tuple[Path, str]:
    """The landed bytes of a published workbook and its name. Raises NothingThere."""
    found = view.rows("select file_name from fct_submissions where file_hash = $value", value=file_hash)
    if found and _HASH.fullmatch(file_hash):
        landed = sorted((view.published.home.landed / file_hash[:2]).glob(f"{file_hash}*"))
        if landed:
            return landed[0], Path(str(found[0]["file_name"])).name
    raise NothingThere(Words("Không có tệp ấy", "There is no such file"))


def returned_copy(home: Home, file_hash: str) -> tuple[Path, str]:
    """The copy that goes back to the sender. Raises NothingThere where none was written."""
    manifest = home.returned / "manifest.json"
    for name, facts in known_copies(manifest).items():
        path = home.returned / name
        if facts.get("file_hash") == file_hash and path.is_file():
            return path, path.name
    raise NothingThere(Words("Chưa có bản trả lại của tệp ấy", "No copy of that file was written"))
