"""Files of a year: one form a file, or some forms of one organization as the sheets of one workbook."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.layouts import deployment
from bench.printed import changes
from bench.printed.bases import bases_sheet
from bench.printed.lines import list_sheet
from bench.printed.office import Place
from bench.printed.sheet import YEAR, Register, Sheet
from bench.printed.wordings import FIRST, list_form, wordings
from demo.deployment import demo_reference
from khoi.deployment.home import Home

YEAR_FORMS = (2, 3, 5, 7)
COMMITTEE = "LD"
"""It still reported at the end of 2024, when the edition of 2021 was in force."""
_OPENED = "LD,2023,2024-01-20,\nLD,2024,2025-01-20,\n"
_SHARE = 0.2
_TABS = ("Biểu {0}", "Biểu số {0}", "B{0}", "Bieu {0}", "Sheet{0}")


def year_deployment(folder: Path) -> tuple[Home, list[tuple[str, str]]]:
    """A deployment that also asks one committee for two years, and that committee's organizations."""
    home, _ = deployment(folder)
    with (home.seeds / "reporting_periods.csv").open("a", encoding="utf-8") as register:
        register.write(_OPENED)
    organizations = demo_reference()["organizations"]
    mine = organizations[
        (organizations["committee_code"] == COMMITTEE) & (organizations["organization_type"] != "CAP_TREN")
    ]
    return home, list(zip(mine["organization_code"], mine["name"], strict=True))


def year_sheets(
    forms: Sequence[int], count: int, seed: int, register: Register, chosen: str = FIRST
) -> Iterator[Sheet]:
    """``count`` sheets of each of the forms of a year, the same for the same forms, seed and set of words."""
    for at in range(count):
        chance = random.Random(f"{seed}/year/{at}")
        together = [number for number in (2, 3, 7) if number in forms and (number != 7 or chance.random() < 0.5)]
        if chance.random() >= _SHARE or len(together) < 2:
            together = []
        if together:
            yield from _workbook(chance, together, at, seed, register, chosen)
        for number in forms:
            if number in YEAR_FORMS and number not in together:
                organization, name = chance.choice(list(register))
                place = Place(organization, name, f"y{at:03}-{number}")
                yield _sheet(random.Random(f"{seed}/{number}/{at}"), number, place, chosen)


def _workbook(
    chance: random.Random, numbers: list[int], at: int, seed: int, register: Register, chosen: str
) -> Iterator[Sheet]:
    """Biểu 1 and the others of one organization; what was admitted and how many there are is the same on all."""
    organization, name = chance.choice(list(register))
    tab, file = chance.choice(_TABS), f"w{at:03}"
    first = changes.invented(random.Random(f"{seed}/1/{at}"), f"{file}-1", [(organization, name)], YEAR)
    first.file, first.tab, first.label = file, tab.format(1), "1 (year)"
    yield first
    totals = {2: first.truth["IN_ADMIT"][0] or 0, 3: first.truth["CLOSE"][0]}
    for number in numbers:
        place = Place(organization, name, f"{file}-{number}", file, tab.format(number))
        yield _sheet(random.Random(f"{seed}/{number}/{at}"), number, place, chosen, totals.get(number))


def _sheet(chance: random.Random, number: int, place: Place, chosen: str, total: int | None = None) -> Sheet:
    if number == 5:
        return bases_sheet(chance, wordings(chosen)["bases"], place)
    return list_sheet(chance, list_form(number, chosen), place, total)
