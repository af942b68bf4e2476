"""The workbooks that are tried: clean ones of the demo with some changes each, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from bench.fuzz.book import Book, Place, joined
from bench.fuzz.edits import CELL_EDITS, Spot, without_address
from bench.fuzz.layout_edits import LAYOUT_EDITS
from demo.committees import plan_committees
from demo.contents import workbook_contents
from demo.deployment import demo_reference
from ingest.catalogue import Catalogue, load_catalogue
from ingest.template import WorkbookContent, write_workbook

COMMITTEE = "LDC"
T = TypeVar("T")
_COVER = "Bìa"


@dataclass(frozen=True)
class Base:
    """A filled workbook as the product writes it, and whose."""

    organization: str
    content: bytes


@dataclass(frozen=True)
class Case:
    """One changed workbook. ``sheets`` are those that were changed or made; ``done`` says what, in order."""

    name: str
    base: int
    path: Path
    sheets: frozenset[str]
    done: tuple[str, ...]
    written: frozenset[tuple[str, Place]]


@cache
def catalogue() -> Catalogue:
    """The product's forms."""
    return load_catalogue()


@cache
def _contents() -> list[WorkbookContent]:
    reference = demo_reference()
    plan = next(plan for plan in plan_committees(reference) if plan.committee_code == COMMITTEE)
    period = plan.periods[-1]
    organizations = reference["organizations"]
    names = dict(zip(organizations["organization_code"], organizations["name"], strict=True))
    kind = reference["periods"].set_index("period_code")["kind"][period.period_code]
    forms = catalogue().form_set(dt.date.fromisoformat(period.end), kind, "organization")
    filled = workbook_contents(plan, period, forms, names)
    # Those with most records: a list without any has little to lose.
    return sorted(filled, key=lambda one: -sum(map(len, one.records.values())))


def bases(number: int, folder: Path) -> list[Base]:
    """Clean workbooks of as many organizations."""
    found = []
    for content in _contents()[:number]:
        path = folder / "base.xlsx"
        write_workbook(path, content, catalogue(), demo_reference())
        found.append(Base(content.organization_code, path.read_bytes()))
    return found


def cases(seeds: Sequence[int], clean: Sequence[Base], folder: Path, *, invents: bool) -> Iterator[Case]:
    """One case a seed, written into ``folder``."""
    for seed in seeds:
        chance = random.Random(seed)
        number = chance.randrange(len(clean))
        yield _case(f"{seed:08}", number, clean[number], chance, folder, invents)


def _case(name: str, number: int, base: Base, chance: random.Random, folder: Path, invents: bool) -> Case:
    book = Book(base.content)
    forms = [sheet for sheet in book.visible() if sheet != _COVER]
    chosen = chance.sample(forms, chance.choice((1, 1, 2, 3)))
    before = set(book.sheets)
    done: list[str] = []
    written: set[tuple[str, Place]] = set()
    for sheet in chosen:
        for _ in range(chance.randint(1, 6)):
            spot = Spot(book, sheet, _place(book, sheet, chance), chance, invents)
            edit = _drawn(CELL_EDITS, chance)
            done.append(f"{sheet}!{joined(spot.place)}: {edit(spot)}")
            written.add((sheet, spot.place))
        if chance.random() < 0.3:
            done.append(f"{sheet}: {_drawn(LAYOUT_EDITS, chance)(book, sheet, chance)}")
    if chance.random() < 0.05:
        spot = Spot(book, next(iter(book.sheets)), (1, 1), chance)
        spot.sheet = next((sheet for sheet in chosen if sheet in book.sheets), spot.sheet)
        spot.place = _place(book, spot.sheet, chance)
        done.append(f"{spot.sheet}: {without_address(spot)}")
    path = folder / f"{name}.xlsx"
    book.save(path)
    touched = (set(chosen) & set(book.sheets)) | (set(book.sheets) - before)
    return Case(name, number, path, frozenset(touched), tuple(done), frozenset(written))


def _place(book: Book, sheet: str, chance: random.Random) -> Place:
    """A cell of a figure mostly, else one with text, else one that is empty inside, beside or below the table."""
    cells = book.cells(sheet)
    how = chance.random()
    figures = [place for place, cell in cells.items() if cell.get("t") is None and place[0] > 8]
    if how < 0.75 and figures:
        return chance.choice(figures)
    if how < 0.9:
        return chance.choice(sorted(cells))
    rows, columns = (max(place[axis] for place in cells) for axis in (0, 1))
    return chance.randint(6, rows + 4), chance.randint(1, columns + 2)


def _drawn(weighted: Sequence[tuple[T, int]], chance: random.Random) -> T:
    edits, weights = zip(*weighted, strict=True)
    return chance.choices(edits, weights)[0]
