"""What every kind of file offers: to know its own bytes, to guard them, to give their cells or the files inside.

One module of `ingest.reading.containers` (cells) or `ingest.reading.envelopes` (files) per kind; adding one touches
nothing else. Belongs here: the protocol and
what is handed from one step to the next. Does not belong here: anything that is true of one kind only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from xml.etree import ElementTree

from ingest.reading.cells import Cell
from ingest.reading.limits import Limits
from ingest.reading.package import ZipPackage
from ingest.reading.sheetxml import SheetFacts


@dataclass(frozen=True)
class Sniffed:
    """The bytes of a file with what its outermost structure tells: a ZIP directory, or the streams of OLE2.

    ``main_part`` is the part that a package names as its document, ``main_root`` the local name of the element it
    begins with (``bin`` for a binary one); both are empty for everything that is no OPC package.
    """

    content: bytes
    package: ZipPackage | None = None
    streams: frozenset[str] = frozenset()
    main_part: str = ""
    main_root: str = ""


@dataclass(frozen=True)
class Preflight:
    """A file that may be opened: its container and what a reader of cells must know.

    ``content`` are the bytes for the reader, not always those received. ``sheets`` holds what the fast reader would
    not show. ``active`` names a part that runs or fetches something; only values are read, and that is told.
    ``trees`` are parsed parts (the body first) where guarding had to parse them.
    """

    container: str
    content: bytes = b""
    sheets: Mapping[str, SheetFacts] = field(default_factory=dict)
    active: str = ""
    trees: tuple[ElementTree.Element, ...] = ()


class Container(Protocol):
    """One kind of file with cells in it."""

    name: str

    def claims(self, file: Sniffed) -> bool:
        """True where the file is of this kind; at most one kind claims a file."""
        ...

    def guard(self, file: Sniffed, limits: Limits) -> Preflight:
        """Look at everything a reader will open. Raises UnsafeFile where it must not be opened."""
        ...

    def cells(self, file: Preflight) -> list[Cell]:
        """All filled cells, in the order of sheets. May raise or abort: called in a worker only."""
        ...


class Envelope(Protocol):
    """One kind of file that holds files."""

    name: str

    def claims(self, file: Sniffed) -> bool:
        """True where the file is of this kind; no container of cells claims it."""
        ...

    def members(self, file: Sniffed, limits: Limits) -> Iterator[tuple[str, bytes | None]]:
        """(name, content) of what lies inside; None for what cannot be taken out. Raises UnsafeFile."""
        ...
