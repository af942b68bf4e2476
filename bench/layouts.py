"""python -m bench.layouts --count 40 --seed 1: does `khoi layout suggest` map forms of others rightly?

Invented forms in the habits of committees: one organization a row or one item a row, codes or names, other words for
the same thing, sums that hold, columns that are no figures of ours. The words here are kept apart from those of
`khoi/layouts/headings.yaml`: whoever adds one there does not look here. A heading is right where its cell is, or where
it has none and nothing is proposed; open where a person is asked; wrong where another cell is proposed.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from demo.deployment import create_demo_deployment, demo_reference
from ingest.labels import without_accents
from khoi.deployment.home import Home
from khoi.layouts import NoTable, suggest_layout

COMMITTEE, PERIOD = "LDC", "2026H1"
_C = "membership_change."
WORDS: dict[str, list[str]] = {
    "OPEN": [
        "Đảng viên có mặt đầu kỳ",
        "ĐV đầu kỳ",
        "Tổng số ĐV đầu kỳ báo cáo",
        "Số ĐV kỳ trước",
        "Tổng số đảng viên đầu kỳ",
    ],
    "INC": ["Tổng số tăng", "Đảng viên tăng", "ĐV tăng trong kỳ", "Số đảng viên tăng"],
    "IN_ADMIT": ["Kết nạp", "Kết nạp ĐV", "Đảng viên mới được kết nạp", "ĐV kết nạp mới", "Số kết nạp"],
    "IN_TR": ["Chuyển đến", "ĐV chuyển đến", "Chuyển sinh hoạt đảng đến", "Tiếp nhận đảng viên chuyển đến"],
    "IN_RESTORE": ["Phục hồi đảng tịch", "Được khôi phục đảng tịch"],
    "DEC": ["Tổng số giảm", "Đảng viên giảm", "ĐV giảm trong kỳ", "Số đảng viên giảm"],
    "OUT_DEATH": ["Từ trần", "ĐV từ trần", "Đảng viên qua đời (từ trần)"],
    "OUT_EXPEL": ["Khai trừ", "Khai trừ ra khỏi Đảng", "ĐV bị khai trừ"],
    "OUT_REMOVE": ["Xoá tên", "Xóa tên ĐV", "Đảng viên bị xóa tên"],
    "OUT_RESIGN": ["Xin ra khỏi Đảng", "Xin ra khỏi đảng", "ĐV xin ra khỏi Đảng"],
    "OUT_TR": ["Chuyển đi", "ĐV chuyển đi", "Chuyển sinh hoạt đảng đi", "Giới thiệu chuyển đi"],
    "CLOSE": ["ĐV cuối kỳ", "Tổng số ĐV cuối kỳ", "Đảng viên có mặt cuối kỳ báo cáo", "Tổng số đảng viên đến cuối kỳ"],
}
_UP, _DOWN = ["IN_ADMIT", "IN_TR", "IN_RESTORE"], ["OUT_DEATH", "OUT_EXPEL", "OUT_REMOVE", "OUT_RESIGN", "OUT_TR"]
_PLENTY = {
    "IN_ADMIT": 6,
    "IN_TR": 7,
    "IN_RESTORE": 1,
    "OUT_DEATH": 2,
    "OUT_EXPEL": 1,
    "OUT_REMOVE": 2,
    "OUT_RESIGN": 1,
    "OUT_TR": 6,
}


def saved(sheets: Mapping[str, list[list[Any]]], path: Path) -> Path:
    """A workbook of sheets given as rows, written to ``path``."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@dataclass
class Form:
    """One invented form: its sheets as rows, and heading path or label -> the cell it means (None: none of ours)."""

    name: str
    sheets: dict[str, list[list[Any]]]
    truth: dict[tuple[str, ...], str | None] = field(default_factory=dict)

    def save(self, folder: Path) -> Path:
        return saved(self.sheets, folder / f"{self.name}.xlsx")


def figures(chance: random.Random, opening: int | None = None) -> dict[str, int]:
    """One organization's figures, of which every sum holds."""
    one = {item: chance.randint(0, most) for item, most in _PLENTY.items()}
    one["OPEN"] = chance.randint(25, 220) if opening is None else opening
    one["INC"], one["DEC"] = sum(one[item] for item in _UP), sum(one[item] for item in _DOWN)
    return one | {"CLOSE": one["OPEN"] + one["INC"] - one["DEC"]}


NAMES: dict[str, Callable[[str], str]] = {
    "as it is": lambda name: name,
    "in capitals": str.upper,
    "without the brackets": lambda name: name.replace(" (giả định)", ""),
    "short": lambda name: name.replace("Đảng bộ", "ĐB").replace("Chi bộ", "CB").replace(" (giả định)", ""),
    "without accents": without_accents,
}


def by_rows(chance: random.Random, number: int, register: list[tuple[str, str]]) -> Form:
    """One organization a row: the headings in one row or under groups, with columns that are none of ours."""
    spell = chance.choice([*NAMES.values(), None])
    up = [item for item in _UP if item != "IN_RESTORE" or chance.random() < 0.4]
    down = [item for item in _DOWN if item == "OUT_TR" or chance.random() < 0.7]
    grouped, with_sums = chance.random() < 0.5, chance.random() < 0.75
    columns: list[tuple[tuple[str, ...], str | None]] = [((chance.choice(WORDS["OPEN"]),), "OPEN")]
    for group, total, items in (("Tăng", "INC", up), ("Giảm", "DEC", down)):
        head = chance.choice([group, f"{group} trong kỳ", f"Đảng viên {group.lower()}"])
        told = [total, *items] if chance.random() < 0.5 else [*items, total]
        for item in told if with_sums else items:
            if item == total:
                words = (
                    (head, chance.choice(["Cộng", "Tổng số", "Tổng"])) if grouped else (chance.choice(WORDS[total]),)
                )
            else:
                words = (head, chance.choice(WORDS[item])) if grouped else (chance.choice(WORDS[item]),)
            columns.append((words, item))
    columns.append(((chance.choice(WORDS["CLOSE"]),), "CLOSE"))
    others = chance.sample(["Ghi chú", "Tỷ lệ kết nạp (%)", "Người lập", "Số chi bộ có chi ủy riêng"], 2)
    depth = 2 if grouped else 1
    name_head = chance.choice(["Tên đơn vị", "Tổ chức cơ sở đảng", "Đơn vị", "Tên TCCSĐ"])
    top, low, met = ["STT", name_head], ["", ""], ""
    for words, _ in columns:
        top.append(words[0] if words[0] != met else "")
        low.append(words[1] if len(words) > 1 else "")
        met = words[0]
    rows: list[list[Any]] = [["ĐẢNG BỘ CẤP TRÊN"], ["BIỂU TỔNG HỢP TÌNH HÌNH ĐẢNG VIÊN 6 THÁNG ĐẦU NĂM 2026"], []]
    rows += [[text or None for text in line] + (others if line is top else [None] * 2) for line in (top, low)[:depth]]
    data, people = [], chance.sample(register, chance.randint(8, 25))
    for at, (code, name) in enumerate(people, start=1):
        one = figures(chance)
        for item in (*_UP, *_DOWN):
            if item not in up and item not in down:
                one[item] = 0
        one = _summed(one)
        extra = [_of_other(chance, head) for head in others]
        data.append([at, code if spell is None else spell(name), *[one[item] for _, item in columns if item], *extra])
    rows += data
    if chance.random() < 0.7:
        sums = [sum(row[at] for row in data) for at in range(2, 2 + len(columns))]
        rows.append([None, chance.choice(["Tổng cộng", "Cộng", "TỔNG SỐ"]), *sums])
    rows += [[], [None, "NGƯỜI LẬP BIỂU"]]
    truth = {words: _C + item if item else None for words, item in columns}
    return Form(f"rows{number}", {"Tổng hợp": rows}, truth | {(head,): None for head in others})


def _summed(one: dict[str, int]) -> dict[str, int]:
    one["INC"], one["DEC"] = sum(one[item] for item in _UP), sum(one[item] for item in _DOWN)
    return one | {"CLOSE": one["OPEN"] + one["INC"] - one["DEC"]}


def _of_other(chance: random.Random, head: str) -> Any:
    if head.startswith("Tỷ lệ"):
        return round(chance.uniform(0.1, 5), 2)
    return chance.randint(1, 6) if head.startswith("Số chi bộ") else chance.choice([None, "đã rà soát"])


def by_items(chance: random.Random, number: int, register: list[tuple[str, str]], sheets: int = 1) -> Form:
    """One item a row, of one organization a sheet, beside last year's figures and a percentage."""
    spell = chance.choice([*NAMES.values(), None])
    lead = chance.choice(["Đơn vị: ", "Tổ chức đảng: ", "TCCSĐ: ", "Đơn vị báo cáo ", ""])
    this = chance.choice(["Kỳ này", "Số lượng", "Thực hiện trong kỳ", "6 tháng đầu năm 2026", "Số liệu báo cáo"])
    before = chance.choice([["Cùng kỳ năm trước"], ["Cùng kỳ", "So sánh (%)"], ["Kỳ trước", "Tỷ lệ %"], []])
    style = chance.choice(["letters", "roman", "plain", "none"])
    lines = [
        ("OPEN", 0),
        ("INC", 0),
        *[(item, 1) for item in _UP],
        ("DEC", 0),
        *[(item, 1) for item in _DOWN],
        ("CLOSE", 0),
    ]
    labels = {item: chance.choice(WORDS[item]) for item, _ in lines}
    form = Form(f"items{number}", {})
    label_head = chance.choice(["Nội dung", "Chỉ tiêu", "NỘI DUNG BÁO CÁO"])
    for at, (code, name) in enumerate(chance.sample(register, sheets), start=1):
        now, past = figures(chance), figures(chance)
        rows: list[list[Any]] = [["BÁO CÁO TĂNG, GIẢM ĐẢNG VIÊN"], [lead + (code if spell is None else spell(name))]]
        rows += [["6 tháng đầu năm 2026"], [], ["TT", label_head, this, *before]]
        major = minor = 0
        for item, level in lines:
            major, minor = (major + 1, 0) if level == 0 else (major, minor + 1)
            mark = {
                "letters": "ABCDE"[major - 1] + (str(minor) if level else ""),
                "roman": ["I", "II", "III", "IV", "V"][major - 1] if level == 0 else str(minor),
                "plain": f"{major}.{minor}" if level else str(major),
                "none": None,
            }[style]
            text = labels[item] if level == 0 or style != "none" else f"- {labels[item]}"
            row: list[Any] = [mark, text, now[item]]
            for head in before:
                row.append(round(now[item] / past[item] * 100, 1) if "%" in head and past[item] else past[item])
            rows.append(row)
            form.truth[(text,)] = _C + item
        rows += [[], [None, "NGƯỜI LẬP BIỂU", None, "T/M CẤP ỦY"]]
        form.sheets[f"Đơn vị {at}" if sheets > 1 else "Biểu"] = rows
    return form


def across(chance: random.Random, number: int, register: list[tuple[str, str]]) -> Form:
    """One item a row, one organization a column."""
    chosen = chance.sample(register, 5)
    lines = ["OPEN", "INC", *_UP[:2], "DEC", *_DOWN, "CLOSE"]
    labels = {item: chance.choice(WORDS[item]) for item in lines}
    data = []
    for _ in chosen:
        one = figures(chance)
        one["IN_RESTORE"] = 0
        data.append(_summed(one))
    rows: list[list[Any]] = [["SỐ LIỆU ĐẢNG VIÊN 6 THÁNG ĐẦU NĂM 2026"], []]
    rows += [["STT", "Chỉ tiêu", *[code for code, _ in chosen]]]
    rows += [[at, labels[item], *[one[item] for one in data]] for at, item in enumerate(lines, start=1)]
    return Form(f"across{number}", {"Số liệu": rows}, {(labels[item],): _C + item for item in lines})


def forms(count: int, seed: int, register: list[tuple[str, str]]) -> Iterator[Form]:
    """``count`` forms, the same for the same seed."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        kind = number % 5
        if kind in (0, 1):
            yield by_rows(chance, number, register)
        elif kind == 4:
            yield across(chance, number, register)
        else:
            yield by_items(chance, number, register, 1 if kind == 2 else chance.choice([2, 3]))


def judged(form: Form, home: Home, folder: Path) -> Counter[str]:
    """right, open and wrong headings of one form; one that is no table at all is open everywhere."""
    told: Counter[str] = Counter()
    try:
        suggestion = suggest_layout(home, form.save(folder), PERIOD, COMMITTEE)
    except NoTable:
        return Counter(open=len(form.truth), unseen=1)
    found = {one.field.path: one for one in suggestion.mappings}
    found |= {
        one.field.path[-1:]: one
        for one in suggestion.mappings
        if len(one.field.path) > 1 and suggestion.table.rows == "item"
    }
    for path, cell in form.truth.items():
        mapping = found.get(path)
        if mapping is None:
            told["open"] += 1
            told[f"not met {'/'.join(path)}"] += 1
        elif mapping.cell == cell:
            told["right"] += 1
        elif mapping.cell is None:
            told["open"] += 1
            told[f"open {'/'.join(path)}: {mapping.refusal or mapping.reason}"] += 1
        else:
            told["wrong"] += 1
            told[f"wrong {'/'.join(path)} -> {mapping.cell}"] += 1
    return told


def deployment(folder: Path) -> tuple[Home, list[tuple[str, str]]]:
    """A deployment with the demo's registers, and codes and names of one committee."""
    home = Home(folder / "khoi")
    create_demo_deployment(home)
    organizations = demo_reference()["organizations"]
    mine = organizations[
        (organizations["committee_code"] == COMMITTEE)
        & organizations["valid_to"].isna()
        & (organizations["organization_type"] != "CAP_TREN")
    ]
    return home, list(zip(mine["organization_code"], mine["name"], strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the score by kind of form; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true", help="every heading that is open or wrong")
    given = parser.parse_args(arguments)
    scores: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as name:
        home, register = deployment(Path(name))
        for form in forms(given.count, given.seed, register):
            told = judged(form, home, Path(name))
            scores.setdefault(form.name.rstrip("0123456789"), Counter()).update(told)
            if given.all:
                for text, times in told.items():
                    if " " in text or text == "unseen":
                        print(f"{form.name}: {text} ({times})")
    whole = sum(scores.values(), Counter())
    for kind, told in [*scores.items(), ("all", whole)]:
        number = told["right"] + told["open"] + told["wrong"]
        share = f"{told['right']} of {number} right ({told['right'] / number:.1%})"
        print(f"{kind}: {share}, {told['open']} open, {told['wrong']} wrong")
    return 1 if whole["wrong"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
