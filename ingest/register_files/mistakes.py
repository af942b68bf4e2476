"""A mistake in a register, and how it is told: file, line, column, what stands there, what to do.

The words stand in `mistakes.yaml`. A ``hard`` mistake keeps every command that rests on the registers from running, a
``soft`` one is told as a finding against the register.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.addresses import column_letters
from ingest.declarations import Label, read_declaration
from ingest.findings import shown
from ingest.told import Told

TEXTS_FILE = Path(__file__).with_name("mistakes.yaml")
_LONGEST = 80


@dataclass(frozen=True)
class Place:
    """Where something stands: a line of a file (or of a sheet of a workbook of registers) and the column."""

    file: str
    line: int | None = None
    column: str | None = None
    letter: str | None = None
    sheet: str | None = None

    @property
    def cell(self) -> str | None:
        """The A1 address, where line and column are known."""
        return f"{self.letter}{self.line}" if self.letter and self.line else None

    def told(self, language: Literal["vi", "en"]) -> str:
        """The place in words."""
        words = {"vi": ("trang", "dòng", "cột", "ô"), "en": ("sheet", "line", "column", "cell")}[language]
        parts = [self.file]
        parts += [f"{words[0]} «{self.sheet}»"] if self.sheet else []
        parts += [f"{words[1]} {self.line}"] if self.line else []
        parts += [f"{words[2]} {self.column}"] if self.column else []
        return ", ".join(parts) + (f" ({words[3]} {self.cell})" if self.cell else "")


@dataclass(frozen=True)
class TablePlaces:
    """Where the rows and columns of one register stand: row number -> line, column -> its number from 1."""

    file: str
    columns: dict[str, int]
    lines: list[int] = field(default_factory=list)
    sheet: str | None = None

    def of(self, row: int | None = None, column: str | None = None) -> Place:
        """The place of a row (0-based, in the order of the table) and column."""
        line = None if row is None else self.lines[row] if row < len(self.lines) else row + 2
        number = self.columns.get(column or "")
        return Place(self.file, line, column, column_letters(number) if number else None, self.sheet)


class MistakeText(BaseModel):
    """How one kind of mistake is told, and whether it stops the commands."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    severity: Literal["hard", "soft"] = "hard"
    vi: str
    en: str
    remedy_vi: str
    remedy_en: str


@cache
def mistake_texts() -> dict[str, MistakeText]:
    """Kind of mistake -> its words."""
    content = read_declaration(TEXTS_FILE)
    return {kind: MistakeText.model_validate(text) for kind, text in content.items()}


@dataclass(frozen=True)
class Mistake:
    """One mistake: its kind, where it stands, the other lines concerned and the words it is told with."""

    kind: str
    register: str
    place: Place
    observed: str = ""
    expected: Label | str = ""
    others: tuple[Place, ...] = ()

    @property
    def severity(self) -> Literal["hard", "soft"]:
        """``hard`` where no command may run on it."""
        return mistake_texts()[self.kind].severity

    def told(self, language: Literal["vi", "en"]) -> str:
        """What is wrong and what to do, without the place."""
        text = mistake_texts()[self.kind]
        expected = getattr(self.expected, language) if isinstance(self.expected, Label) else self.expected
        words = {
            "observed": _short(self.observed),
            "expected": _short(str(expected), 4 * _LONGEST),
            "other": "; ".join(place.told(language) for place in self.others),
        }
        said, remedy = (text.vi, text.remedy_vi) if language == "vi" else (text.en, text.remedy_en)
        return f"{said.format(**words)}. {remedy.format(**words)}"

    def line(self, language: Literal["vi", "en"]) -> str:
        """The whole sentence: place, what is wrong, what to do."""
        return f"{self.place.told(language)}: {self.told(language)}"


class SeedError(Told, ValueError):
    """A register that cannot be used; the message names file, line and what to change."""


class RegisterMistakes(SeedError):
    """The registers have mistakes: all of them, told in one pass."""

    def __init__(self, folder: Path, mistakes: Iterable[Mistake]) -> None:
        self.folder = folder
        self.mistakes = in_order(mistakes)
        number = len(self.mistakes)
        lines = [
            f"{folder}: sổ đăng ký có {number} lỗi, sửa hết rồi chạy lại / the registers have {number} mistakes, mend "
            "them and run again"
        ]
        for one in self.mistakes:
            lines += [f"- {one.line('vi')}", f"  {one.line('en')}"]
        super().__init__("\n".join(lines))


def in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """Hard ones first, by file, line and column, each once."""
    return sorted(
        dict.fromkeys(mistakes),
        key=lambda one: (
            one.severity,
            one.place.file,
            one.place.sheet or "",
            one.place.line or 0,
            one.place.letter or "",
            one.kind,
            one.observed,
        ),
    )


def _short(text: str, most: int = _LONGEST) -> str:
    told = shown(text)
    return told if len(told) <= most else told[: most - 1] + "…"
