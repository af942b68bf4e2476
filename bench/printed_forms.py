"""python -m bench.printed_forms --count 60 --seed 1: is the official Biểu 1 read as organizations send it?

Invented sheets of Biểu 1 in the habits of offices: capitals, other ordinals or none, headings in one row or two, other
words for the columns and lines, columns in another order or missing, notes below, blank cells, lines left out. They are
files that go through receiving and normalising. A figure is right where the lake holds it for its cell, its
organization and its period; open where nothing is read of it; wrong where the lake holds another figure. The words of
lines stand here apart from those of `ingest/layouts/printed_forms.yaml`: whoever adds one there does not look here.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from bench.layouts import COMMITTEE, NAMES, PERIOD, deployment
from ingest.addresses import a1_address
from ingest.catalogue import Catalogue
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from ingest.reference import Reference

_C = "membership_change."
LINES: dict[str, tuple[str, list[str]]] = {
    "OPEN": ("A", ["Tổng số đảng viên cuối kỳ trước chuyển sang", "Số ĐV đầu kỳ", "Đảng viên kỳ trước chuyển sang"]),
    "INC": ("B", ["Đảng viên tăng trong kỳ (B1+B2+B3)", "Số đảng viên tăng", "Tổng số ĐV tăng trong kỳ báo cáo"]),
    "IN_ADMIT": ("B1", ["Kết nạp", "Đảng viên mới kết nạp", "Kết nạp ĐV mới", "Số đảng viên được kết nạp"]),
    "IN_TR": ("B2", ["Chuyển đến", "ĐV chuyển sinh hoạt đến", "Đảng viên từ nơi khác chuyển đến"]),
    "IN_TR_EXT": ("a", ["Từ tỉnh khác", "Từ ngoài tỉnh chuyển đến", "Tỉnh, thành phố khác chuyển đến"]),
    "IN_TR_INT": ("b", ["Từ huyện khác trong tỉnh", "Trong tỉnh chuyển đến", "Từ đảng bộ khác trong tỉnh chuyển đến"]),
    "IN_RESTORE": ("B3", ["Phục hồi đảng tịch", "Được khôi phục đảng tịch"]),
    "DEC": ("C", ["Đảng viên giảm trong kỳ (C1+C2+C3+C4+C5)", "Số đảng viên giảm", "Tổng số ĐV giảm trong kỳ"]),
    "OUT_DEATH": ("C1", ["Từ trần", "ĐV từ trần", "Qua đời"]),
    "OUT_EXPEL": ("C2", ["Khai trừ", "Bị khai trừ ra khỏi Đảng", "ĐV bị khai trừ"]),
    "OUT_REMOVE": ("C3", ["Xóa tên", "Xoá tên trong danh sách đảng viên", "ĐV bị xóa tên"]),
    "OUT_REMOVE_PROB": ("", ["Trong đó: đảng viên dự bị", "Trong đó ĐV dự bị", "- Trong đó: ĐVDB"]),
    "OUT_RESIGN": ("C4", ["Xin ra khỏi Đảng", "Đảng viên xin ra Đảng"]),
    "OUT_TR": ("C5", ["Chuyển đi", "ĐV chuyển sinh hoạt đi", "Đảng viên chuyển đi nơi khác"]),
    "OUT_TR_EXT": ("a", ["Đi tỉnh khác", "Chuyển ra ngoài tỉnh", "Chuyển đi tỉnh, thành phố khác"]),
    "OUT_TR_INT": ("b", ["Đi huyện khác trong tỉnh", "Chuyển đi trong tỉnh", "Chuyển đến đảng bộ khác trong tỉnh"]),
    "CLOSE": ("D", ["Đảng viên trong danh sách cuối kỳ (A+B-C)", "Tổng số ĐV cuối kỳ", "Đảng viên có mặt đến cuối kỳ"]),
}
_WHOLES, _PARTS = ("OPEN", "INC", "DEC", "CLOSE"), ("IN_TR_EXT", "IN_TR_INT", "OUT_TR_EXT", "OUT_TR_INT")
_NOW = ["Kỳ này", "Kỳ báo cáo", "Thực hiện kỳ này", "Số lượng", "6 tháng đầu năm 2026", "Số liệu kỳ báo cáo"]
_BEFORE = ["Cùng kỳ năm trước", "Cùng kỳ", "6 tháng đầu năm 2025", "Số cùng kỳ năm trước"]
_RATIO = ["%", "Tỷ lệ %", "So với cùng kỳ (%)", "Tỷ lệ % (1)/(2)", "So sánh (%)"]
_LEADS = ["Đơn vị: ", "Tổ chức đảng: ", "ĐƠN VỊ BÁO CÁO: ", "TCCSĐ: ", "", ""]
_PERIODS = ["6 tháng đầu năm 2026", "6 THÁNG ĐẦU NĂM 2026", "Kỳ báo cáo: 6 tháng đầu năm 2026", "(Đến ngày 30/6/2026)"]
_TITLES = ["THỐNG KÊ TĂNG, GIẢM ĐẢNG VIÊN", "Biểu số 1-BTCTW", "BIỂU 1. TĂNG, GIẢM ĐẢNG VIÊN"]
Figures = dict[str, tuple[int | None, str]]


@dataclass
class Sheet:
    """One invented sheet: whose it is, its rows, and item -> the figure and its address (None where it is blank)."""

    name: str
    organization: str
    rows: list[list[Any]]
    merged: list[tuple[int, int, int, int]]
    truth: Figures
    former: Figures

    def save(self, folder: Path) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = self.name[:12]
        for row in self.rows:
            sheet.append(row)
        for top, left, bottom, right in self.merged:
            sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        path = folder / f"{self.name}.xlsx"
        book.save(path)
        return path


def figures(chance: random.Random) -> dict[str, int]:
    """The seventeen figures of one organization; every sum holds."""
    one = {item: chance.choice([0, 0, 1, 2, 3, 5]) for item in LINES if item not in _WHOLES}
    one["OPEN"] = chance.randint(30, 220)
    for way in ("IN", "OUT"):
        one[f"{way}_TR"] = one[f"{way}_TR_EXT"] + one[f"{way}_TR_INT"]
    one["OUT_REMOVE_PROB"] = min(one["OUT_REMOVE_PROB"], one["OUT_REMOVE"])
    one["INC"] = sum(one[item] for item in ("IN_ADMIT", "IN_TR", "IN_RESTORE"))
    one["DEC"] = sum(one[item] for item in ("OUT_DEATH", "OUT_EXPEL", "OUT_REMOVE", "OUT_RESIGN", "OUT_TR"))
    return one | {"CLOSE": one["OPEN"] + one["INC"] - one["DEC"]}


class _Marks:
    """The ordinals of one style: official, dots, brackets, roman, running, inline (in the label) or none."""

    def __init__(self, style: str) -> None:
        self._style, self._counts = style, [0, 0, 0]

    def of(self, item: str, at: int) -> str | int | None:
        own = LINES[item][0]
        if self._style in ("official", "inline"):
            return own or None
        if self._style == "none" or not own:
            return None
        if self._style == "running":
            return at
        level = 0 if item in _WHOLES else 2 if item in _PARTS else 1
        self._counts = [*self._counts[:level], self._counts[level] + 1, *[0] * (2 - level)]
        number = self._counts[level]
        told = ("I" * number if number < 4 else "IV", str(number), "abc"[number % 3 - 1])[level]
        return told + {"dots": ".", "brackets": ")", "roman": ""}[self._style]


class _Draft:
    """One sheet being written: what its office does throughout, then its rows."""

    def __init__(self, chance: random.Random, number: int, register: Sequence[tuple[str, str]]) -> None:
        self.chance, self.number = chance, number
        self.organization, self.name = chance.choice(list(register))
        self.style = chance.choice(["official", "official", "inline", "dots", "brackets", "roman", "running", "none"])
        self.roles = self._roles()
        self.left = [] if self.style in ("inline", "none") else [chance.choice(["TT", "STT", "Số TT"])]
        self.rows: list[list[Any]] = []
        self.merged: list[tuple[int, int, int, int]] = []

    def _roles(self) -> list[str]:
        some = [role for role, share in (("former", 0.8), ("percent", 0.75)) if self.chance.random() < share]
        roles = ["value", *some] if "former" in some else ["value"]
        if len(roles) > 1 and self.chance.random() < 0.2:
            roles = [roles[1], roles[0], *roles[2:]]
        return [*roles, "note"] if self.chance.random() < 0.3 else roles

    def titles(self) -> None:
        spell = self.chance.choice([*NAMES.values(), None, None])
        who = self.organization if spell is None else spell(self.name)
        self.rows += [["ĐẢNG BỘ ỦY BAN NHÂN DÂN TỈNH LÂM ĐỒNG", None, None, "ĐẢNG CỘNG SẢN VIỆT NAM"]]
        self.rows += [[self.chance.choice(_LEADS) + who], [], [self.chance.choice(_TITLES)]]
        self.rows += [[self.chance.choice(_PERIODS)]]
        self.rows += [[None, None, "Đơn vị tính: đảng viên"]] if self.chance.random() < 0.5 else []

    def headings(self) -> None:
        words = {"value": _NOW, "former": _BEFORE, "percent": _RATIO, "note": ["Ghi chú"]}
        heads: list[str | None] = [self.chance.choice(words[role]) for role in self.roles]
        label = [*self.left, self.chance.choice(["Nội dung", "NỘI DUNG", "Chỉ tiêu"])]
        figures_wide = sum(role in ("value", "former") for role in self.roles)
        if self.chance.random() < 0.3:
            low = [*[None] * len(label), *heads[:figures_wide]]
            at = len(self.rows) + 1
            if figures_wide > 1:
                self.merged.append((at, len(label) + 1, at, len(label) + figures_wide))
            heads[:figures_wide] = ["Số lượng đảng viên", *[None] * (figures_wide - 1)]
            self.rows += [[*label, *heads], low]
        else:
            self.rows.append([*label, *heads])
        if self.left and self.chance.random() < 0.5:
            self.rows.append(["A", "B", *range(1, len(self.roles) + 1)])

    def lines(self) -> tuple[Figures, Figures]:
        """Item -> figure and address, of the period and of the same period a year before."""
        chance = self.chance
        now, past, marks = figures(chance), figures(chance), _Marks(self.style)
        upper, blanks = chance.random() < 0.2, chance.random() < 0.3
        lost = chance.choice(["IN_RESTORE", "OUT_RESIGN", "OUT_REMOVE_PROB"]) if chance.random() < 0.2 else None
        truth: Figures = {}
        former: Figures = {}
        for at, item in enumerate(LINES, start=1):
            if item == lost:
                continue
            row: list[Any] = self._label(item, marks.of(item, at), upper)
            for role in self.roles:
                place = a1_address(len(self.rows) + 1, len(row) + 1)
                if role == "value":
                    blank = blanks and now[item] == 0 and chance.random() < 0.5
                    truth[item] = (None if blank else now[item], place)
                    row.append(chance.choice([None, "-"]) if blank else now[item])
                elif role == "former":
                    former[item] = (past[item], place)
                    row.append(past[item])
                else:
                    ratio = role == "percent" and past[item]
                    row.append(round(now[item] / past[item] * 100, chance.choice([1, 2])) if ratio else None)
            self.rows.append(row)
        self.rows += [[], [None, chance.choice(["Ghi chú: số liệu tính đến cuối kỳ", "NGƯỜI LẬP BIỂU"]), "T/M CẤP ỦY"]]
        return truth, former

    def _label(self, item: str, mark: str | int | None, upper: bool) -> list[Any]:
        text = self.chance.choice(LINES[item][1])
        if self.style == "inline":
            text = f"{mark}{self.chance.choice(['. ', ') ', ' - '])}{text}" if mark else text
        elif item in _PARTS and self.chance.random() < 0.5:
            text = f"- {text}"
        return [*([mark] if self.left else []), text.upper() if upper else text]


def invented(chance: random.Random, number: int, register: Sequence[tuple[str, str]]) -> Sheet:
    """One sheet, the same for the same chance."""
    draft = _Draft(chance, number, register)
    draft.titles()
    draft.headings()
    truth, former = draft.lines()
    return Sheet(f"b{number:03}", draft.organization, draft.rows, draft.merged, truth, former)


def sheets(count: int, seed: int, register: Sequence[tuple[str, str]]) -> Iterator[Sheet]:
    """``count`` sheets, the same for the same seed."""
    return (invented(random.Random(f"{seed}/{number}"), number, register) for number in range(count))


def judged(given: Sequence[Sheet], paths: Sequence[Path], catalogue: Catalogue, reference: Reference) -> Counter[str]:
    """right, open and wrong figures of all sheets, and what was open or wrong by name."""
    read = read_files(list(paths), catalogue, reference)
    tables = normalise_cells(read.cells, read.submissions, catalogue, reference)
    told: Counter[str] = Counter()
    for sheet in given:
        mine = read.submissions[read.submissions["file_name"].str.startswith(sheet.name)]
        found = tables.observations[tables.observations["file_hash"].isin(mine["file_hash"])]
        held = {row.cell_code: (row.value, row.cell) for row in found.itertuples() if row.state in ("value", "zero")}
        subjects = {(row.organization_code, row.period_code) for row in found.itertuples()}
        for item, (figure, cell) in sheet.truth.items():
            value = held.pop(_C + item, None)
            if value == (figure, cell) and subjects == {(sheet.organization, PERIOD)}:
                told["right"] += 1
            elif value is None and (figure is None or not found.empty or set(mine["read_state"]) == {"unidentified"}):
                told["right" if figure is None and not found.empty else "open"] += 1
                told[f"open {sheet.name} {item}"] += figure is not None
            else:
                told["wrong"] += 1
                told[f"wrong {sheet.name} {item}: {value}"] += 1
        for code in held:  # a figure for a line that the sheet has not
            told["wrong"] += 1
            told[f"wrong {sheet.name} {code}"] += 1
    return told


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the score; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="every figure that is open or wrong")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home, register = deployment(folder)
        made = list(sheets(given.count, given.seed, register))
        told = judged(made, [sheet.save(folder) for sheet in made], home.catalogue(), home.reference())
    for text in sorted(told) if given.all else ():
        if " " in text and told[text]:
            print(text)
    number = told["right"] + told["open"] + told["wrong"]
    print(f"{COMMITTEE} {PERIOD}, {given.count} sheets: {told['right']} of {number} figures right ", end="")
    print(f"({told['right'] / number:.1%}), {told['open']} open, {told['wrong']} wrong")
    return 1 if told["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
