"""What a page is made of: tiles, pictures, choices, sentences, listings of rows, sheets, a place to drop files on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Row = Mapping[str, Any]
Kind = Literal["text", "number", "limit", "percent", "day", "code", "state"]


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    vi: str
    en: str

    def within(self, language: str) -> str:
        """The text in ``language``."""
        return self.en if language == "en" else self.vi


@dataclass(frozen=True)
class Column:
    """One column of a listing. ``kind`` says how values are written; ``link``: where a row's value leads."""

    name: str
    label: Words
    kind: Kind = "text"
    link: Callable[[Row], str | None] | None = None


@dataclass(frozen=True)
class Listing:
    """Rows under columns. ``key`` names it in the address; ``decide``: its rows can be ticked and decided on."""

    key: str
    title: Words
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: Words | None = None
    decide: str | None = None
    kind: str = "listing"


@dataclass(frozen=True)
class Rows:
    """Rows of an answer that no address leads to again: all of them, without search, order or file."""

    title: Words
    columns: Sequence[Column]
    rows: Sequence[Row]
    kind: str = "rows"


@dataclass(frozen=True)
class Upload:
    """A place to drop files on; they are posted to ``action`` under the name ``workbook``."""

    title: Words
    note: Words
    button: Words
    action: str
    kind: str = "upload"


@dataclass(frozen=True)
class Tile:
    """One figure, large: its value as text, what stands beside it, where it leads."""

    label: str
    value: str
    notes: Sequence[str] = ()
    href: str | None = None


@dataclass(frozen=True)
class Tiles:
    """Figures side by side under a title."""

    title: Words
    tiles: Sequence[Tile]
    href: str | None = None
    kind: str = "tiles"


@dataclass(frozen=True)
class Picture:
    """An SVG and the sentence that says what it shows."""

    title: Words
    svg: str
    kind: str = "picture"


@dataclass(frozen=True)
class Choice:
    """One thing to choose in the address: ``options`` are (value, label)."""

    name: str
    label: Words
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Choices:
    """Choices that make the page again."""

    choices: Sequence[Choice]
    kind: str = "choices"


@dataclass(frozen=True)
class Sentence:
    """A sentence; ``tone``: plain, warn or good."""

    text: Words
    tone: str = "plain"
    kind: str = "sentence"


@dataclass(frozen=True)
class GridCell:
    """One cell of a sheet as it stands there; ``is_here``: it is the one asked for; ``found``: what was found there."""

    text: str
    is_number: bool = False
    is_here: bool = False
    found: str = ""


@dataclass(frozen=True)
class GridRow:
    """One row of a sheet, by its number in the workbook."""

    number: int
    cells: Sequence[GridCell]


@dataclass(frozen=True)
class Grid:
    """A sheet: the letters of its columns and its rows."""

    title: Words
    letters: Sequence[str]
    rows: Sequence[GridRow]
    note: Words
    kind: str = "grid"


@dataclass(frozen=True)
class Page:
    """A page: its title, the way to it as (label, address), its blocks, and the HTTP status it is sent with."""

    title: Words
    blocks: Sequence[Listing | Rows | Tiles | Picture | Choices | Sentence | Grid | Upload]
    path: Sequence[tuple[str, str]] = field(default_factory=tuple)
    status: int = 200
