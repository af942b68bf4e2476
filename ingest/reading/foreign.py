"""Files without readable cells: what each is called and what its sender should do, told by content.

The kinds stand in `foreign.yaml` as data. Belongs here: naming. Does not belong here: anything that is opened.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ingest.program_yaml import declared_in
from ingest.reading.container import Sniffed
from ingest.reading.package import UnsafeFile

KINDS_FILE = Path(__file__).with_name("foreign.yaml")
_HEAD = 8192


@cache
def _kinds() -> dict[str, list[dict[str, Any]]]:
    kinds: dict[str, list[dict[str, Any]]] = declared_in(KINDS_FILE)
    return kinds


def refusal_of(file: Sniffed) -> UnsafeFile:
    """Why a file that no container claims is not opened."""
    if file.package is not None:
        facts = {f"root:{file.main_root}", *file.package.names, *_folders(file.package.names)}
        return _refusal(_named("packages", facts), "ZIP")
    if file.streams:
        return _refusal(_named("streams", file.streams), "OLE2")
    return _refusal(_beginning(file.content), "không rõ loại")


def _refusal(kind: dict[str, Any] | None, otherwise: str) -> UnsafeFile:
    if kind is None:
        return UnsafeFile("not_a_workbook", otherwise)
    return UnsafeFile(kind.get("finding", "not_a_workbook"), kind.get("name", ""))


def _folders(names: list[str]) -> set[str]:
    return {name.partition("/")[0] + "/" for name in names if "/" in name}


def _named(section: str, facts: set[str] | frozenset[str]) -> dict[str, Any] | None:
    return next((kind for kind in _kinds()[section] if kind["holds"] in facts), None)


def _beginning(content: bytes) -> dict[str, Any] | None:
    """The kind whose beginning fits; where it also names a word, that must stand near the beginning."""
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    text = head.lower().decode("latin-1")
    for kind in _kinds()["beginnings"]:
        begins = bytes.fromhex(kind["hex"]) if "hex" in kind else None
        fits = head.startswith(begins) if begins else text.startswith(kind["begins"])
        if fits and kind.get("with", "") in text:
            return kind
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head:
        return _kinds()["text"][0]
    return None
