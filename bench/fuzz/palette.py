"""What is put into cells: number formats, numbers, texts, as offices and other programs write them.

What somebody wrote down stands in `palette.yaml`. The bounded run of the tests takes formats and numbers from there
only, so that what LibreOffice shows of every pair can be kept in `shown.csv`; the whole run also makes some of its own.
"""

from __future__ import annotations

import random
from pathlib import Path

import yaml

_WRITTEN: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
FORMATS = tuple(_WRITTEN["formats"])
NUMBERS = tuple(_WRITTEN["numbers"])
MORE_NUMBERS = tuple(_WRITTEN["more_numbers"])
TEXTS = tuple(_WRITTEN["texts"])
ERRORS = tuple(_WRITTEN["errors"])


def invented_format(chance: random.Random) -> str:
    """A number format of one to four sections that nobody wrote down here."""
    return ";".join(_section(chance) for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4))))


def _section(chance: random.Random) -> str:
    before, after = (_literal(chance) if chance.random() < 0.35 else "" for _ in range(2))
    return f"{chance.choice(_WRITTEN['conditions'])}{before}{chance.choice(_WRITTEN['places'])}{after}"


def _literal(chance: random.Random) -> str:
    text = chance.choice(_WRITTEN["literals"])
    how = chance.random()
    if how < 0.6:
        return f'"{text}"'
    return "".join(f"\\{letter}" for letter in text) if how < 0.9 else chance.choice(("_-", "_)", "* ", "-", "+", " "))


def invented_number(chance: random.Random) -> str:
    """A number of any size."""
    how = chance.random()
    if how < 0.5:
        return str(chance.randint(0, 10 ** chance.randint(1, 7)))
    if how < 0.8:
        return repr(round(chance.uniform(-10, 10) * 10 ** chance.randint(-2, 6), chance.randint(0, 6)))
    return repr(chance.uniform(0, 1) * 10 ** chance.randint(-12, 12))


def invented_text(chance: random.Random) -> str:
    """A text that looks like a number: digits, and what stands between and around them."""
    groups = [str(chance.randint(0, 10 ** chance.randint(1, 3))) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.6:
        groups = [groups[0], *(group.zfill(3)[-3:] for group in groups[1:])]
    sign = chance.choice((".", ",", " ", "\u00a0", "'", "\n", "/", "-", "", "  ", ". ", "·"))
    around = _WRITTEN["around"]
    return f"{chance.choice(around) if chance.random() < 0.2 else ''}{sign.join(groups)}{chance.choice(around)}"
