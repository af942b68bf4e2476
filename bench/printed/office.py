"""What an office does throughout a sheet of a year: who it says it is, how it names the form, its columns."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from bench.layouts import NAMES
from bench.printed.changes import LEADS, RATIO
from bench.printed.sheet import STOCK_PERIODS, YEAR, Merged
from bench.printed.wordings import PrintedForm

MARKS = ["official", "official", "short", "letters", "running", "dashes", "inline", "inline short", "none"]
"""II.10; 10; 1 and a) below; 1, 2, 3 throughout; a dash in the label; the first two in the label; nothing."""
LETTERS = list("abcdđeghiklmnopqrstuvxy")


@dataclass(frozen=True)
class Place:
    """Where a sheet stands: of whom, in which file, under which tab."""

    organization: str
    name: str
    sheet: str
    file: str = ""
    tab: str = ""


class YearDraft:
    """One sheet being written: its head, and what its office does throughout."""

    def __init__(self, chance: random.Random, form: PrintedForm, place: Place) -> None:
        self.chance, self.form, self.place = chance, form, place
        self.marks = chance.choice(MARKS)
        self.upper = chance.random() < 0.15
        self.blanks = chance.random() < 0.3
        self.separator = chance.choice([". ", ") "] if self.marks == "inline short" else [". ", ") ", " - "])
        in_label = self.marks in ("inline", "inline short", "none")
        self.left = [] if in_label else [chance.choice(["TT", "STT", "Số TT"])]
        self.rows: list[list[Any]] = []
        self.merged: Merged = []

    def titles(self) -> None:
        """The committee and the organization, the form by number or by its name alone, the period, the unit."""
        chance = self.chance
        number = chance.choice(self.form.numbered) if chance.random() < 0.8 else None
        name, period = chance.choice(self.form.names), self._period()
        if chance.random() < 0.2:
            year = "NĂM 2024" if name.isupper() else "năm 2024"
            name, period = f"{name} {year}", None
        corner = number is not None and chance.random() < 0.4
        right = number if corner else "ĐẢNG CỘNG SẢN VIỆT NAM"
        spell = chance.choice([*NAMES.values(), None, None])
        who = self.place.organization if spell is None else spell(self.place.name)
        self.rows += [[chance.choice(YEAR.committees), None, None, right], [chance.choice(LEADS) + who]]
        if corner or number is None:
            titles = [[name]]
        else:
            titles = chance.choice([[[number], [name]], [[f"{number}. {name}"]], [[number]]])
            if period is None and titles == [[number]]:
                titles = [[f"{number} {year}"]]
        self.rows += [[], *titles]
        if chance.random() < 0.3:
            self.rows.append(["(Theo Hướng dẫn số 11-HD/BTCTW ngày 13/12/2021 của Ban Tổ chức Trung ương)"])
        self.rows += [[period]] if period else []
        self.rows += [[None, None, f"Đơn vị tính: {chance.choice(self.form.units)}"]] if chance.random() < 0.5 else []

    def _period(self) -> str | None:
        stock = STOCK_PERIODS if self.form.stock and self.chance.random() < 0.5 else ()
        return self.chance.choice(stock or YEAR.periods)

    def finish(self) -> None:
        """What stands below the table."""
        note = self.chance.choice(["Ghi chú: số liệu tính đến cuối năm", "NGƯỜI LẬP BIỂU", "Người lập biểu"])
        self.rows += [[], [None, note, "T/M CẤP ỦY"]]

    def empty(self, figure: int) -> bool:
        """Whether the office leaves this cell blank."""
        return self.blanks and figure == 0 and self.chance.random() < 0.6

    def blank(self) -> str | None:
        """How it does so."""
        return self.chance.choice([None, None, "-"])

    def written(self, mark: str | None, text: str) -> list[Any]:
        """The cells left of the figures."""
        if self.marks.startswith("inline") and mark:
            text = f"{mark}{self.separator}{text}"
        text = text.upper() if self.upper else text
        return [_number(mark), text] if self.left else [text]


def list_headings(draft: YearDraft, roles: list[str]) -> None:
    """The headings of a form with one figure of the period in each line, in one row or in two."""
    chance = draft.chance
    words = {"value": YEAR.now, "former": YEAR.before, "percent": RATIO, "note": ["Ghi chú"]}
    heads: list[str | None] = [chance.choice(words[role]) for role in roles]
    label = [*draft.left, chance.choice(["Nội dung", "NỘI DUNG", "Chỉ tiêu", "Các chỉ tiêu"])]
    wide = sum(role in ("value", "former") for role in roles)
    if chance.random() < 0.3:
        low, at = [*[None] * len(label), *heads[:wide]], len(draft.rows) + 1
        if wide > 1:
            draft.merged.append((at, len(label) + 1, at, len(label) + wide))
        heads[:wide] = ["Số lượng", *[None] * (wide - 1)]
        draft.rows += [[*label, *heads], low]
    else:
        draft.rows.append([*label, *heads])
    if draft.left and chance.random() < 0.4:
        draft.rows.append(["A", "B", *range(1, len(roles) + 1)])


def list_roles(chance: random.Random) -> list[str]:
    """The columns of such a form in their order."""
    roles = ["value"]
    if chance.random() < 0.8:
        roles += ["former", "percent"] if chance.random() < 0.75 else ["former"]
    if len(roles) > 1 and chance.random() < 0.2:
        roles = [roles[1], roles[0], *roles[2:]]
    return [*roles, "note"] if chance.random() < 0.3 else roles


def _number(mark: str | None) -> str | int | None:
    return int(mark) if mark is not None and mark.isdigit() else mark
