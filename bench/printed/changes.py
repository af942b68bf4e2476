"""Biểu 1 in the habits of offices: capitals, other ordinals or none, headings in one row or two, other words."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from bench.layouts import NAMES
from bench.printed.sheet import HALF, Figures, Merged, Register, Season, Sheet
from ingest.addresses import a1_address

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
RATIO = ["%", "Tỷ lệ %", "So với cùng kỳ (%)", "Tỷ lệ % (1)/(2)", "So sánh (%)"]
LEADS = ["Đơn vị: ", "Tổ chức đảng: ", "ĐƠN VỊ BÁO CÁO: ", "TCCSĐ: ", "", ""]
_TITLES = ["THỐNG KÊ TĂNG, GIẢM ĐẢNG VIÊN", "Biểu số 1-BTCTW", "BIỂU 1. TĂNG, GIẢM ĐẢNG VIÊN"]


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

    def __init__(self, chance: random.Random, register: Register, season: Season) -> None:
        self.chance, self.season = chance, season
        self.organization, self.name = chance.choice(list(register))
        self.style = chance.choice(["official", "official", "inline", "dots", "brackets", "roman", "running", "none"])
        self.roles = self._roles()
        self.left = [] if self.style in ("inline", "none") else [chance.choice(["TT", "STT", "Số TT"])]
        self.rows: list[list[Any]] = []
        self.merged: Merged = []

    def _roles(self) -> list[str]:
        some = [role for role, share in (("former", 0.8), ("percent", 0.75)) if self.chance.random() < share]
        roles = ["value", *some] if "former" in some else ["value"]
        if len(roles) > 1 and self.chance.random() < 0.2:
            roles = [roles[1], roles[0], *roles[2:]]
        return [*roles, "note"] if self.chance.random() < 0.3 else roles

    def titles(self) -> None:
        spell = self.chance.choice([*NAMES.values(), None, None])
        who = self.organization if spell is None else spell(self.name)
        self.rows += [[self.season.committees[0], None, None, "ĐẢNG CỘNG SẢN VIỆT NAM"]]
        self.rows += [[self.chance.choice(LEADS) + who], [], [self.chance.choice(_TITLES)]]
        self.rows += [[self.chance.choice(self.season.periods)]]
        self.rows += [[None, None, "Đơn vị tính: đảng viên"]] if self.chance.random() < 0.5 else []

    def headings(self) -> None:
        season = self.season
        words = {"value": season.now, "former": season.before, "percent": RATIO, "note": ["Ghi chú"]}
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


def invented(chance: random.Random, name: str, register: Register, season: Season = HALF) -> Sheet:
    """One sheet, the same for the same chance."""
    draft = _Draft(chance, register, season)
    draft.titles()
    draft.headings()
    truth, former = draft.lines()
    return Sheet(name, draft.organization, draft.rows, draft.merged, truth, former, period=season.period)


def sheets(count: int, seed: int, register: Register) -> Iterator[Sheet]:
    """``count`` sheets of a half-year, the same for the same seed."""
    return (invented(random.Random(f"{seed}/{at}"), f"b{at:03}", register) for at in range(count))
