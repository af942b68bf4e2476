"""The words of Biểu 2, 3, 5 and 7 in four sets (`SETS`), and the ordinals of their lines as our forms declare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.catalogue import load_catalogue

FIRST = "first"
SETS = {
    FIRST: "wordings.yaml",
    "second": "wordings_second.yaml",
    "third": "wordings_third.yaml",
    "fourth": "wordings_fourth.yaml",
}
"""Name of a set -> its file beside this one."""
_EDITION = "2021"
_OF_A_BLOCK = ("section", "inner", "continues", "below", "of_which", "alike")


@dataclass(frozen=True)
class Line:
    """What one line may say: where no heading helps it, and under the heading of its block."""

    item: str
    full: tuple[str, ...]
    short: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """Lines that stand together, and how (see the head of `wordings.yaml`)."""

    name: str
    lines: tuple[Line, ...]
    section: str = ""
    heading: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    inner: str = ""
    continues: str = ""
    below: str = ""
    of_which: bool = False
    alike: bool = False


@dataclass(frozen=True)
class Extra:
    """Rows that belong to no cell."""

    after: str
    share: float
    group: tuple[str, ...]
    full: tuple[str, ...]
    short: tuple[str, ...]


@dataclass(frozen=True)
class PrintedForm:
    """One official form in the words of offices."""

    number: int
    form: str
    stock: bool
    numbered: tuple[str, ...]
    names: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class ListForm(PrintedForm):
    """One whose lines stand below each other with one figure of the period each."""

    blocks: tuple[Block, ...]
    extras: tuple[Extra, ...]
    mean: tuple[str, ...]


@cache
def wordings(chosen: str = FIRST) -> dict[str, Any]:
    """The whole file of a set as it is."""
    file = Path(__file__).with_name(SETS[chosen])
    given: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return given


@cache
def ordinals(form: str) -> dict[str, str]:
    """Item -> its official ordinal."""
    version = next(one for one in load_catalogue().by_name[form].versions if one.version == _EDITION)
    return {row.item: row.ordinal for row in version.rows}


def line_of(item: str, said: Any) -> Line:
    """A line given as a list of words, or as words in full and in short."""
    full, short = (said["full"], said["short"]) if isinstance(said, dict) else (said, said)
    return Line(item, tuple(full), tuple(short))


def head_of(number: int, given: dict[str, Any]) -> dict[str, Any]:
    """What every printed form declares."""
    words = {name: tuple(given[name]) for name in ("numbered", "names", "units")}
    return {"number": number, "form": given["form"], "stock": given.get("stock", False), **words}


@cache
def list_form(number: int, chosen: str = FIRST) -> ListForm:
    """Biểu 2, 3 or 7 in the words of a set."""
    words = wordings(chosen)
    given = words["forms"][number]
    blocks = tuple(_block(name, words["blocks"][name]) for name in given["blocks"])
    extras = tuple(_extra(words["extras"][name]) for name in given["extras"])
    return ListForm(**head_of(number, given), blocks=blocks, extras=extras, mean=tuple(words["mean"]))


def _block(name: str, given: dict[str, Any]) -> Block:
    said: dict[str, Any] = {key: value for key, value in given.items() if key in _OF_A_BLOCK}
    said |= {key: tuple(given.get(key, ())) for key in ("heading", "group")}
    patterns = tuple(
        Line(item, *(tuple(text.format(*numbers) for text in given[kind]) for kind in ("full", "short")))
        for item, numbers in given.get("each", {}).items()
    )
    lines = tuple(line_of(item, said) for item, said in given.get("lines", {}).items())
    return Block(name, patterns + lines, **said)


def _extra(given: dict[str, Any]) -> Extra:
    full = tuple(given["full"])
    return Extra(given["after"], given["share"], tuple(given.get("group", ())), full, tuple(given.get("short", full)))
