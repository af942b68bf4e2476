"""Biểu 4, 2B and 6A to 6F in the habits of offices: lists of groups, and matrices either way round or a line a sheet.

Words stand in `wordings_groups.yaml` in two sets. A combined workbook has Biểu 4 and 2B, or Biểu 6A to 6E, as sheets.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bench.printed.office import Place, YearDraft
from bench.printed.sheet import YEAR, Register, Sheet
from bench.printed.wordings import PrintedForm
from ingest.addresses import a1_address
from ingest.reference import Reference

RATED_FORMS = ("4", "6", "6F")
LETTERS = {"TCCSD": "6A", "CBTT": "6B", "DV": "6C", "TTLD": "6D", "CBLD": "6E"}
LEVELS = ["HTXS", "HTT", "HTNV", "KHT"]
REASONS = ["ND_NEW", "ND_SHORT", "ND_EXEMPT", "ND_SUSPENDED", "ND_OTHER"]
RATED_SETS = ("tried", "held", "fifth", "clerk")
_FILES = ("wordings_groups.yaml", "wordings_groups_fifth.yaml", "wordings_groups_clerk.yaml")
Words = dict[str, Any]
Codes = list[tuple[str, str]]


@cache
def words_of(chosen: str) -> Words:
    """The words of one set."""
    given: Words = {}
    for name in _FILES:
        given |= yaml.safe_load(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    mine: Words = given[chosen]
    return mine


def group_codes(reference: Reference) -> Codes:
    """The codes of ethnic groups and religions with their names, in the printed order."""
    codes = reference["codes"]
    mine = codes[codes["code_list"] == "member_group"].sort_values("code")
    return list(zip(mine["code"], mine["label_vi"], strict=True))


class Draft(YearDraft):
    """One sheet being written; cells of the form are put with their truth."""

    def __init__(self, chance: random.Random, form: str, words: Words, head: dict[str, Any], place: Place) -> None:
        named, names = tuple(head["numbered"]), tuple(head["names"])
        super().__init__(chance, PrintedForm(0, form, False, named, names, ("đảng viên", "người")), place)
        self.words, self.name = words, form
        self.truth: dict[str, tuple[int | None, str]] = {}

    def pick(self, *path: str) -> str:
        """One of the words at a path of the set."""
        found: Any = self.words
        for step in path:
            found = found[step]
        return str(self.chance.choice(found))

    def put(self, row: list[Any], item: str, figure: int) -> None:
        """A figure of the form at the end of a row that is the next to be written."""
        blank = self.empty(figure)
        self.truth[item] = (None if blank else figure, a1_address(len(self.rows) + 1, len(row) + 1))
        row.append(self.blank() if blank else figure)

    def sheet(self, label: str) -> Sheet:
        """What was written."""
        self.finish()
        place = self.place
        return Sheet(
            place.sheet, place.organization, self.rows, self.merged, self.truth, {}, form=self.name, label=label,
            period=YEAR.period, file=place.file, tab=place.tab,
        )  # fmt: skip


def group_sheet(chance: random.Random, number: str, words: Words, codes: Codes, place: Place) -> Sheet:
    """Biểu 4 or 2B: all groups or those that are there, in the printed order."""
    head = {"numbered": words["numbered"][number], "names": words["names"][number]}
    draft = Draft(chance, "year_member_groups", words, head, place)
    fields = ("MEMBERS", "FEMALE") if number == "4" else ("ADMITTED", "ADMITTED_FEMALE")
    every = chance.random() < 0.5
    have = {code for code, _ in codes if chance.random() < (0.2 if every else 0.25)} | {"DT01", "DT02"}
    has_percent = chance.random() < 0.6
    draft.titles()
    _group_heads(draft, number, has_percent)
    if chance.random() < 0.5:
        draft.rows.append([*draft.written(None, draft.pick("total")), 400, 150, *([100] if has_percent else [])])
    running = 0
    for kind, sections in (("DT", "ethnic"), ("TG", "religious")):
        draft.rows.append(draft.written(None, draft.pick(sections)))
        running = running if chance.random() < 0.5 else 0
        for code, label in codes:
            if code.startswith(kind) and (every or code in have):
                running += 1
                _group_line(draft, code, label, str(running), fields if code in have else (), has_percent)
        if kind == "DT" and chance.random() < 0.3:
            draft.rows.append([*draft.written(None, draft.pick("minority")), 40, 12])
    return draft.sheet(number)


def _group_heads(draft: Draft, number: str, has_percent: bool) -> None:
    low = [draft.pick("all", number), draft.pick("female"), *([draft.pick("percent")] if has_percent else [])]
    left: list[Any] = [*draft.left, draft.pick("group")]
    if draft.chance.random() < 0.3:
        draft.rows.append(
            [*left, draft.pick("over") if number == "4" else "Số lượng", None, low[2] if has_percent else None]
        )
        draft.merged.append((len(draft.rows), len(left) + 1, len(draft.rows), len(left) + 2))
        draft.rows.append([*[None] * len(left), *low[:2]])
    else:
        draft.rows.append([*left, *low])
    if draft.left and draft.chance.random() < 0.3:
        draft.rows.append(["A", "B", *range(1, len(low) + 1)])


def _group_line(draft: Draft, code: str, label: str, number: str, fields: tuple[str, ...], has_percent: bool) -> None:
    chance, said = draft.chance, draft.words["said"].get(code)
    plain = label.removeprefix("Dân tộc ") if code != "DT56" else label
    text = chance.choice(said) if said and chance.random() < 0.6 else chance.choice([label, plain, plain])
    row = draft.written(None if draft.marks == "none" else number, text)
    figure = chance.randint(1, 90)
    for name, one in zip(fields, (figure, chance.randint(0, figure)), strict=False):
        draft.put(row, f"{code}.{name}", one)
    draft.rows.append([*row, *([round(figure / 4, 2)] if has_percent and fields else [])])


def _split(chance: random.Random, total: int, parts: Sequence[str]) -> dict[str, int]:
    found = dict.fromkeys(parts, 0)
    for _ in range(total):
        found[chance.choice(parts)] += 1
    return found


def rated(chance: random.Random, most: int) -> dict[str, int]:
    """The figures of one line of Biểu 6A to 6E."""
    total, apart = chance.randint(1, most), chance.randint(0, 4)
    levels = _split(chance, total, LEVELS)
    return {"ELIGIBLE": total + apart, "RATED": total, **levels, "NOT_RATED": apart}


def rating_sheet(chance: random.Random, item: str, words: Words, place: Place) -> Sheet:
    """One of Biểu 6A to 6E: levels across or down, by kind of base or of all."""
    head = {"numbered": [one.format(LETTERS[item]) for one in words["numbered"]], "names": words["titles"][item]}
    draft = Draft(chance, "year_ratings", words, head, place)
    kinds = chance.sample(words["kinds"], chance.choice([0, 2, 4]))
    members = ["ELIGIBLE", *(["RATED"] if chance.random() < 0.5 else []), *LEVELS]
    members += ["NOT_RATED"] if chance.random() < 0.5 else []
    figures = [rated(chance, 60) for _ in kinds] or [rated(chance, 200)]
    draft.titles()
    (_levels_across if chance.random() < 0.5 else _levels_down)(draft, item, kinds, members, figures)
    return draft.sheet("6")


def _heads_of(draft: Draft, names: list[str], has_percent: bool) -> list[Any]:
    heads: list[Any] = []
    for name in names:
        heads += [draft.pick("levels", name), *([draft.pick("percent")] if has_percent and name in LEVELS else [])]
    return heads


def _levels_across(
    draft: Draft, item: str, kinds: list[str], members: list[str], figures: list[dict[str, int]]
) -> None:
    has_percent = draft.chance.random() < 0.4
    left: list[Any] = [*draft.left, draft.pick("label")]
    if has_percent or draft.chance.random() < 0.4:
        top: list[Any] = []
        low: list[Any] = []
        for name in members:
            wide = has_percent and name in LEVELS
            top += [draft.pick("levels", name), *([None] if wide else [])]
            low += ["SL", draft.pick("percent")] if wide else [None]
        if has_percent:
            draft.rows += [[*left, *top], [*[None] * len(left), *low]]
        else:
            over = [None if name in LEVELS[1:] else draft.pick("over") if name == LEVELS[0] else top[at]
                    for at, name in enumerate(members)]  # fmt: skip
            draft.rows += [[*left, *over], [*[None] * len(left), *(top[at] if name in LEVELS else None
                                                                   for at, name in enumerate(members))]]  # fmt: skip
    else:
        draft.rows.append([*left, *_heads_of(draft, members, False)])
    whole = {name: sum(one[name] for one in figures) for name in members}
    lines: list[tuple[str, dict[str, int], bool]] = [(draft.pick("whole"), whole, True)]
    lines += [(kind, one, False) for kind, one in zip(kinds, figures, strict=False)]
    if draft.chance.random() < 0.5:
        lines.reverse()
    for number, (text, told, is_whole) in enumerate(lines, 1):
        row = draft.written(None if is_whole else str(number), text)
        for name in members:
            if is_whole:
                draft.put(row, f"{item}.{name}", told[name])
            else:
                row.append(told[name])
            if has_percent and name in LEVELS:
                row.append(round(told[name] / max(told["ELIGIBLE"], 1) * 100, 1))
        draft.rows.append(row)


def _levels_down(draft: Draft, item: str, kinds: list[str], members: list[str], figures: list[dict[str, int]]) -> None:
    first = draft.chance.random() < 0.5
    whole = draft.pick("whole") if kinds else draft.pick("now")
    heads: list[str] = [whole, *kinds] if first else [*kinds, whole]
    if not kinds and draft.chance.random() < 0.5:
        heads += [draft.chance.choice(draft.words["percent"])]
    draft.rows.append([*draft.left, draft.pick("label"), *heads])
    for number, name in enumerate(members, 1):
        row = draft.written(str(number), draft.pick("levels", name))
        for head in heads:
            if head == whole:
                draft.put(row, f"{item}.{name}", sum(one[name] for one in figures))
            elif head in kinds:
                row.append(figures[kinds.index(head)][name])
            else:
                row.append(round(figures[0][name] / max(figures[0]["ELIGIBLE"], 1) * 100, 1))
        draft.rows.append(row)


def summary_sheet(chance: random.Random, words: Words, place: Place) -> Sheet:
    """All subjects on one sheet, levels across."""
    head = {
        "numbered": [one.format("6") for one in words["numbered"]],
        "names": ["KẾT QUẢ ĐÁNH GIÁ, XẾP LOẠI CHẤT LƯỢNG"],
    }
    draft = Draft(chance, "year_ratings", words, head, place)
    members = ["ELIGIBLE", *LEVELS, "NOT_RATED"]
    draft.titles()
    draft.rows.append([*draft.left, draft.pick("label"), *_heads_of(draft, members, False)])
    for number, item in enumerate(LETTERS, 1):
        row = draft.written(str(number), draft.pick("subjects", item))
        told = rated(chance, 80)
        for name in members:
            draft.put(row, f"{item}.{name}", told[name])
        draft.rows.append(row)
    return draft.sheet("6")


def reviewed(chance: random.Random) -> dict[str, int]:
    """The figures of one line of Biểu 6F."""
    done, reasons = chance.randint(1, 90), _split(chance, chance.randint(0, 9), REASONS)
    not_done = sum(reasons.values())
    return {"DUE": done + not_done, "DONE": done, "NOT_DONE": not_done, **reasons, "ASKED": chance.randint(0, 3)}


def review_sheet(chance: random.Random, words: Words, place: Place) -> Sheet:
    """Biểu 6F: subjects in lines, in columns, or as parts below each other."""
    head = {"numbered": words["numbered"], "names": words["titles"]}
    draft = Draft(chance, "year_self_reviews", words, head, place)
    figures = {item: reviewed(chance) for item in ("TTLD", "DV")}
    members = list(figures["DV"])
    draft.titles()
    way = chance.choice(["across", "down", "parts"])
    label: list[Any] = [*draft.left, draft.pick("label")]
    said = {name: draft.pick("statuses", name) for name in members}
    subjects = {item: draft.pick("subjects", item) for item in figures}
    if way == "across":
        top = [
            draft.pick("over") if name == REASONS[0] else None if name in REASONS else said[name] for name in members
        ]
        low = [said[name] if name in REASONS else None for name in members]
        draft.rows += [[*label, *top], [*[None] * len(label), *low]]
        for item, told in figures.items():
            row = draft.written(None, subjects[item])
            for name in members:
                draft.put(row, f"{item}.{name}", told[name])
            draft.rows.append(row)
    elif way == "down":
        draft.rows.append([*label, *subjects.values()])
        for number, name in enumerate(members, 1):
            row = draft.written(str(number), said[name])
            for item, told in figures.items():
                draft.put(row, f"{item}.{name}", told[name])
            draft.rows.append(row)
    else:
        draft.rows.append([*label, "Số lượng"])
        for mark, (item, told) in zip(("I", "II"), figures.items(), strict=True):
            draft.rows.append(draft.written(mark, subjects[item]))
            for number, name in enumerate(members, 1):
                row = draft.written(str(number), said[name])
                draft.put(row, f"{item}.{name}", told[name])
                draft.rows.append(row)
    return draft.sheet("6F")


def rated_sheets(
    forms: Sequence[str], count: int, seed: int, register: Register, chosen: str, codes: Codes
) -> Iterator[Sheet]:
    """``count`` files of each of the forms, the same for the same forms, seed and set of words."""
    words = words_of(chosen)
    for form in forms:
        for at in range(count):
            chance = random.Random(f"{seed}/{chosen}/{form}/{at}")
            organization, name = chance.choice(list(register))
            file = f"{form}-r{at:03}"
            if form == "6F":
                yield review_sheet(chance, words["reviews"], Place(organization, name, file))
            elif form == "4":
                numbers = chance.choice([["4"], ["2B"], ["4", "2B"]])
                for one in numbers:
                    place = Place(organization, name, f"{file}-{one}", file, f"Biểu {one}")
                    yield group_sheet(chance, one, words["groups"], codes, place)
            elif chance.random() < 0.2:
                yield summary_sheet(chance, words["ratings"], Place(organization, name, file))
            else:
                items = list(LETTERS) if chance.random() < 0.3 else [chance.choice(list(LETTERS))]
                for item in items:
                    place = Place(organization, name, f"{file}-{item}", file, f"Trang {LETTERS[item][-1]}")
                    yield rating_sheet(chance, item, words["ratings"], place)
