"""Looking at the bytes before any reader does: what the file is, and whether it is safe to open.

The kind is told by content, never by name: a package by the part it calls its document, OLE2 by its directory.
Belongs here: sniffing and the choice of the container. Does not belong here: what is true of one container only
(`ingest.reading.containers`) and what files that hold no cells are called (`ingest.reading.foreign`).
"""

from __future__ import annotations

import io
import re

import olefile

from ingest.reading.cells import Cell
from ingest.reading.container import Preflight, Sniffed
from ingest.reading.containers import container_named, containers
from ingest.reading.foreign import refusal_of
from ingest.reading.limits import Limits
from ingest.reading.package import ZIP, UnsafeFile, ZipPackage

__all__ = ["Preflight", "UnsafeFile", "guarded", "preflight", "read_cells", "sniff"]

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")
_BEGIN_OF_BINARY_BOOK = b"\x83\x01"
_USUAL_DOCUMENTS = ("xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml")


def preflight(content: bytes, limits: Limits) -> Preflight:
    """Tell what ``content`` is and refuse what must not be opened.

    Raises UnsafeFile where the file is no workbook, is protected by a password, or breaks a limit.
    """
    return guarded(sniff(content, limits), limits)


def guarded(file: Sniffed, limits: Limits) -> Preflight:
    """`preflight` of a file whose structure is known."""
    for container in containers():
        if container.claims(file):
            return container.guard(file, limits)
    raise refusal_of(file)


def read_cells(file: Preflight) -> list[Cell]:
    """All filled cells of a workbook that passed `preflight`, its check sheets apart.

    May raise or abort: call it in a worker only.
    """
    return container_named(file.container).cells(file)


def sniff(content: bytes, limits: Limits) -> Sniffed:
    """The outermost structure of a file. Raises UnsafeFile where it is empty, too large or damaged in it."""
    if len(content) == 0:
        raise UnsafeFile("empty_file")
    if len(content) > limits.file_bytes:
        raise UnsafeFile("too_large", f"{len(content):,} byte")
    if content.startswith(ZIP):
        package = ZipPackage(content, limits)
        part = _main_part(package)
        return Sniffed(content, package, main_part=part, main_root=_root(package.head(part)) if part else "")
    if content.startswith(OLE2):
        return Sniffed(content, streams=_streams(content))
    return Sniffed(content)


def _main_part(package: ZipPackage) -> str:
    """The part that the package's own relations name as its document, else one at its usual place."""
    found = []
    if "_rels/.rels" in package:
        found = [part for kind, part in package.relations("").values() if kind == "officeDocument"]
    return next((part for part in [*found, *_USUAL_DOCUMENTS] if part in package), "")


def _root(head: bytes) -> str:
    if head.startswith(_BEGIN_OF_BINARY_BOOK):
        return "bin"
    match = _ROOT.search(head)
    return match[1].decode() if match else ""


def _streams(content: bytes) -> frozenset[str]:
    """The names of all streams, with the storages they lie in, joined by a slash."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            return frozenset("/".join(path) for path in file.listdir())
    except (OSError, ValueError, IndexError, TypeError, RecursionError) as error:
        raise UnsafeFile("damaged", "không đọc được danh mục của tệp") from error
