"""python -m bench.list_forms --count 40 --seed 1 --words tried: are lists of others proposed, and then read, rightly?

Invented lists in the habits of offices: one case a row with an ordinal, a column of names, remarks, headings in one row
or two, organizations in a column (each row, merged downwards, over blocks), one a sheet or one a file; subtotals, empty
rows, notes and signatures; days as days, texts or serial numbers; codes as labels, capitals, without accents, aliases,
or in words of the office's own. A column is right where its field is, or where it has none and nothing is proposed;
open where a person is asked; wrong where another field is proposed. Then the proposal is read, its open columns left
aside: a value is right where its record has it, open where nothing is read (told or of an open column), wrong where
something else is. ``--words kept`` counts wordings that the program was never mended by (`bench/list_words.py`),
``--words held`` a third set (`bench/list_words_held.py`); ``--words fifth`` is for mending (`list_words_fifth.py`),
``--words clerk`` is kept back (`list_words_clerk.py`). ``--retyped`` lays habits of layout over (`bench/retyped.py`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bench import list_words_clerk, list_words_fifth, list_words_held
from bench.layouts import COMMITTEE, NAMES, PERIOD, deployment, saved
from bench.list_words import KEPT, ORGANIZATION, OTHERS, PERSONS, SAID, TITLES, TRIED
from bench.retyped import Typed, retyped
from ingest.catalogue import load_catalogue
from ingest.codes import code_texts
from ingest.labels import without_accents
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from khoi.deployment.home import Home
from khoi.layouts import NoTable, declaration_text, suggest_layout

DAY = dt.date(2026, 6, 30)
HELD, FIFTH, CLERK = "held", "fifth", "clerk"
_MORE = {HELD: list_words_held, FIFTH: list_words_fifth, CLERK: list_words_clerk}
WORDS = {
    "tried": TRIED,
    "kept": KEPT,
    HELD: list_words_held.HELD,
    FIFTH: list_words_fifth.FIFTH,
    CLERK: list_words_clerk.CLERK,
}
OWNERS = {**ORGANIZATION, **{name: words.ORGANIZATION for name, words in _MORE.items()}}
NAMED = {**PERSONS, **{name: words.PERSONS for name, words in _MORE.items()}}
BESIDE = {**OTHERS, **{name: words.OTHERS for name, words in _MORE.items()}}
FORMS: dict[str, dict[str, str]] = {
    "discipline_cases": {
        **{"CASE_NO": "text", "SUBJECT": "discipline_subject", "DISCIPLINE_FORM": "discipline_form"},
        **{"DISCIPLINE_LEVEL": "discipline_level", "VIOLATION": "violation", "COMMITTEE_MEMBER": "yes_no"},
        **{"DECIDED_ON": "date", "DECISION_STATUS": "decision_status"},
    },
    "transfers": {
        "DIRECTION": "transfer_direction",
        "SCOPE": "transfer_scope",
        "COUNTERPART": "org",
        "MEMBERS": "count",
    },
    "party_badges": {"BADGE_YEARS": "badge_years", "PROPOSED": "count", "AWARDED": "count"},
}
_LATER = {"badge_years": {"CHUA_CHIA"}}
PEOPLE = ["Nguyễn Văn An", "Trần Thị Bình", "Lê Quang Dũng", "Phạm Minh Hà", "Hoàng Thị Kim Liên"]
STORIES = ["sinh con thứ ba", "nhận khuyết điểm trước chi bộ", None, "đã nộp bản kiểm điểm", None]
Path_ = tuple[str, ...]
Value = tuple[str, str, str]
"""Organization, field and what is meant: a code, an ISO day, a number, a text."""


@dataclass
class Listed:
    """One invented list: its sheets as rows, heading path -> field (None: none of ours), and place -> what it says."""

    name: str
    form: str
    sheets: dict[str, list[list[Any]]] = field(default_factory=dict)
    truth: dict[Path_, str | None] = field(default_factory=dict)
    values: dict[tuple[str, int, int], Value] = field(default_factory=dict)

    def save(self, folder: Path) -> Path:
        return saved(self.sheets, folder / f"{self.name}.xlsx")


class Maker:
    """Makes one list by chance. ``codes``: list -> text -> code as the registers have them on the period's last day."""

    def __init__(self, chance: random.Random, kind: str, codes: dict[str, dict[str, str]], number: int) -> None:
        self.chance, self.kind, self.codes, self.number = chance, kind, codes, number
        self.form = list(FORMS)[number % 3] if number % 5 else "discipline_cases"
        self.words = {name: chance.choice(paths) for name, paths in WORDS[kind][self.form].items()}
        self.style = {name: self._style(name) for name in self.words}
        self.spell = chance.choice(list(NAMES.values()))
        self.where = ["each row", "merged", "blocks", "sheets", "sheet name", "file"][number % 6]
        self.prefix = chance.choice(["{}-QĐ/UBKT", "QĐ {}", "{}/QĐ-ĐU", "Số {}-QĐ/ĐU"])
        self.day = chance.choice(["date", "slashes", "dots", "words", "serial"])

    def _style(self, name: str) -> str:
        return self.chance.choice(["label", "label", "capitals", "bare", "alias", "code", "own"])

    def columns(self) -> list[tuple[Path_, str | None]]:
        """The columns from the left: heading path and field, of those that are none of ours None."""
        fields = list(self.words)
        optional = [name for name in fields if name in ("COMMITTEE_MEMBER", "COUNTERPART", "DECISION_STATUS")]
        gone = self.chance.choice([None, *optional])
        fields = [name for name in fields if name != gone]
        self.chance.shuffle(fields)
        grouped = [name for name in fields if len(self.words[name]) > 1]
        ordered = [name for name in fields if name not in grouped]
        ordered += sorted(grouped, key=lambda name: self.words[name][0])  # what stands under one group stands together
        columns: list[tuple[Path_, str | None]] = [(self.words[name], name) for name in ordered]
        if self.where in ("each row", "merged"):
            columns.insert(self.chance.choice([0, len(columns)]), (self.chance.choice(OWNERS[self.kind]), "ORG"))
        if self.chance.random() < 0.5 and self.form == "discipline_cases":
            columns.insert(self.chance.randint(0, 1), (self.chance.choice(NAMED[self.kind]), None))
        if self.chance.random() < 0.7:
            columns.append((self.chance.choice(BESIDE[self.kind]), None))
        return columns

    def written(self, name: str, number: int) -> tuple[Any, str]:
        """What a cell of a field holds, and what it means."""
        kind = FORMS[self.form][name]
        if kind == "text":
            text = self.prefix.format(number + 3)
            return text, text
        if kind == "count":
            amount = self.chance.randint(1, 30)
            return amount, str(amount)
        if kind == "org":
            code = f"LDC-{self.chance.randint(10, 30)}"
            return code, code
        if kind == "date":
            return self._day()
        return self._code(kind, self.style[name])

    def _day(self) -> tuple[Any, str]:
        day = dt.date(2026, self.chance.randint(1, 6), self.chance.randint(1, 28))
        told: dict[str, Any] = {
            "date": day, "slashes": f"{day:%d/%m/%Y}", "dots": f"{day.day}.{day.month}.{day.year}",
            "words": f"ngày {day.day} tháng {day.month} năm {day.year}", "serial": (day - dt.date(1899, 12, 30)).days,
        }  # fmt: skip
        return told[self.day], day.isoformat()

    def _code(self, code_list: str, style: str) -> tuple[Any, str]:
        texts = {text: code for text, code in self.codes[code_list].items() if code not in _LATER.get(code_list, ())}
        code = self.chance.choice(sorted(set(texts.values())))
        mine = [text for text, meant in texts.items() if meant == code]
        label = mine[1] if len(mine) > 1 else mine[0]
        said = _MORE[self.kind].SAID if self.kind in _MORE else SAID
        own = said.get(code_list, {}).get(code, [])
        written = {
            "label": label, "capitals": label.upper(), "bare": without_accents(label), "code": code,
            "alias": mine[-1] if len(mine) > 3 else label,
            "own": self.chance.choice(own) if own and self.chance.random() < 0.5 else label,
        }[style]  # fmt: skip
        return written, code

    def made(self, register: list[tuple[str, str]]) -> Listed:
        """The whole list."""
        made = Listed(f"list{self.number}", self.form)
        columns = self.columns()
        made.truth = dict(columns)
        self.lead = self.chance.choice(["Đơn vị: ", "TCCSĐ: ", ""])
        people = self.chance.sample(register, 1 if self.where == "file" else self.chance.randint(2, 4))
        groups = [[one] for one in people] if self.where in ("sheets", "sheet name") else [people]
        for at, group in enumerate(groups, 1):
            title = group[0][0] if self.where == "sheet name" else f"Trang {at}" if len(groups) > 1 else "Danh sách"
            self._sheet(made, title, columns, group)
        return made

    def _sheet(
        self, made: Listed, title: str, columns: list[tuple[Path_, str | None]], people: list[tuple[str, str]]
    ) -> None:
        rows: list[list[Any]] = [["ĐẢNG BỘ CẤP TRÊN"], [None, self.chance.choice(TITLES[self.form])]]
        rows += [[None, "6 tháng đầu năm 2026"]]
        if self.where in ("sheets", "file"):
            rows.append([None, self.lead + self.spell(people[0][1])])
        rows += [[], *self._heads(columns)]
        if self.chance.random() < 0.4:
            rows.append(list(range(1, len(columns) + 2)))
        number = 0
        for code, name in people:
            if self.where == "blocks":
                rows.append([None, self.spell(name)])
            for again in range(self.chance.randint(2, 5)):
                number += 1
                rows.append(self._record(made, title, columns, (code, name), len(rows) + 1, number, again))
            if self.chance.random() < 0.3:
                rows.append([None, "Cộng", *[None] * (len(columns) - 2), number])
            if self.chance.random() < 0.2:
                rows.append([])
        if self.chance.random() < 0.6:
            rows.append([None, f"Tổng cộng: {number} dòng"])
        rows += [[], ["Nơi nhận:", None, None, "T/M BAN THƯỜNG VỤ"], [None, None, None, "BÍ THƯ"]]
        made.sheets[title] = rows

    @staticmethod
    def _heads(columns: list[tuple[Path_, str | None]]) -> list[list[Any]]:
        top: list[Any] = ["STT"]
        low: list[Any] = [None]
        former = ""
        for path, _ in columns:
            is_same = len(path) > 1 and path[0] == former
            top.append(None if is_same else path[0])
            low.append(path[1] if len(path) > 1 else None)
            former = path[0] if len(path) > 1 else ""
        return [top, low] if any(low) else [top]

    def _record(
        self, made: Listed, sheet: str, columns: list[tuple[Path_, str | None]], who: tuple[str, str], row_no: int,
        number: int, again: int,
    ) -> list[Any]:  # fmt: skip
        row: list[Any] = [number]
        for at, (path, name) in enumerate(columns, 2):
            if name == "ORG":
                row.append(self.spell(who[1]) if self.where == "each row" or again == 0 else None)
            elif name is None:
                is_person = path in NAMED[self.kind]
                row.append(self.chance.choice(PEOPLE if is_person else STORIES))
            else:
                text, meant = self.written(name, number)
                row.append(text)
                made.values[sheet, row_no, at] = (who[0], name, meant)
        return row


def lists(count: int, seed: int, kind: str, home: Home, register: list[tuple[str, str]]) -> Iterator[Listed]:
    """``count`` lists, the same for the same seed."""
    codes = code_texts(home.reference(), DAY)
    for number in range(count):
        yield Maker(random.Random(f"{seed}/{kind}/{number}"), kind, codes, number).made(register)


def retyped_list(listed: Listed, seed: int) -> Listed:
    """``listed`` as somebody else would type it (`bench/retyped.py`), amounts with a word and days in other texts."""
    chance = random.Random(f"{seed}/retyped/{listed.name}")
    made = Listed(listed.name, listed.form)
    amount, day = chance.choice(["{}", "{}", "{} đ/c", "{:02d}"]), chance.choice([None, None, "%d-%m-%Y", "%d/%m/%y"])
    state = chance.getstate()
    for title, rows in listed.sheets.items():
        chance.setstate(state)
        heads = next(number for number, row in enumerate(rows, 1) if row[:1] == ["STT"])
        below = heads + 1 + (rows[heads][:1] == [None] and any(rows[heads][1:]))
        first = below + (rows[below - 1][:2] == [1, 2])
        last = max(row_no for sheet, row_no, _ in listed.values if sheet == title)
        places = {place: value for place, value in listed.values.items() if place[0] == title}
        for (_, row_no, column_no), (_, name, meant) in places.items():
            kind = FORMS[listed.form][name]
            if kind == "date" and day:
                rows[row_no - 1][column_no - 1] = f"{dt.date.fromisoformat(meant):{day}}"
            elif kind == "count" and amount != "{}":
                rows[row_no - 1][column_no - 1] = amount.format(int(meant))
        typed = retyped(chance, Typed([list(row) for row in rows], [], heads, first, last), [])
        made.sheets[title] = typed.rows
        made.values |= {(title, *typed.place(*place[1:])): value for place, value in places.items()}
        made.truth = _paths(listed, typed)
    return made


def _paths(listed: Listed, typed: Typed) -> dict[Path_, str | None]:
    """The columns by their headings as they stand now: long ones may stand over two rows."""
    told: dict[Path_, str | None] = dict(listed.truth)
    top, low = typed.rows[typed.heads - 1], typed.rows[typed.heads]
    for text, below in zip(top, [*low, *[None] * len(top)], strict=False):
        whole = (f"{text} {below}",)
        if text and isinstance(below, str) and whole in told:
            told[str(text), below] = told.pop(whole)
        elif text == "Ghi chú":
            told[("Ghi chú",)] = None
    return told


def judged_columns(listed: Listed, proposed: dict[str, Any]) -> Counter[str]:
    """right, open and wrong columns of a proposed declaration."""
    told: Counter[str] = Counter()
    table = proposed["tables"][0]
    found = {tuple(one["header"]): one for one in table["columns"]}
    found |= {path[-1:]: one for path, one in found.items() if len(path) > 1}
    if table["rows"] != "record" or table.get("form") != listed.form:
        return Counter({"open" if table["rows"] != "record" else "wrong": len(listed.truth), f"as {table['rows']}": 1})
    for path, name in listed.truth.items():
        one = found.get(path) or found.get(path[-1:])
        meant = None if one is None else "ORG" if one.get("role") == "organization" else one.get("field")
        if one is None or ("field" in one and one["field"] is None):
            told["open"] += 1
            told[f"open {'/'.join(path)} ({name})"] += 1
        elif meant == name:
            told["right"] += 1
        elif meant is None:
            told["open"] += 1
            told[f"left out {'/'.join(path)} ({name}): {one.get('reason')}"] += 1
        else:
            told["wrong"] += 1
            told[f"wrong {'/'.join(path)} -> {meant}, not {name}"] += 1
    return told


def judged_values(listed: Listed, proposed: dict[str, Any], path: Path, home: Home, folder: Path) -> Counter[str]:
    """right, open and wrong values where the proposal is read, open columns left aside."""
    for column in proposed["tables"][0]["columns"]:
        if "field" in column and column["field"] is None:
            column.pop("field")
            column |= {"role": "ignored", "reason": "chưa rõ"}
    home_of = folder / f"layouts_{listed.name}"
    home_of.mkdir()
    (home_of / "thu.yaml").write_text(yaml.safe_dump(proposed, allow_unicode=True), encoding="utf-8")
    catalogue, reference = load_catalogue(layouts=home_of), home.reference()
    read = read_files([path], catalogue, reference)
    entries = normalise_cells(read.cells, read.submissions, catalogue, reference).entries
    told: Counter[str] = Counter()
    met = {
        (str(one.sheet), int(one.row_no), int(one.column_no)): one
        for one in entries.dropna(subset=["row_no", "column_no"]).itertuples()
    }
    for place, (organization, name, meant) in listed.values.items():
        one = met.pop(place, None)
        if one is None or one.state in ("missing", "unreadable"):
            told["open"] += 1
            told[f"open value {name}: {meant}" if one is not None else f"not read {name}"] += 1
        elif (one.organization_code, one.field, one.value_text) == (organization, name, meant):
            told["right"] += 1
        else:
            told["wrong"] += 1
            told[f"wrong value {place} {one.organization_code} {one.field} {one.value_text}, not {meant}"] += 1
    extra = [one for one in met.values() if one.state in ("value", "zero")]
    for one in extra:
        told["wrong"] += 1
        told[f"a value where no record stands: {one.sheet} {one.cell} {one.field} {one.value_text}"] += 1
    if read.submissions["layout"].isna().any():
        told[f"not read: {sorted(set(read.findings['message_vi']))}"] += 1
    return told


def judged(listed: Listed, home: Home, folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Columns and values of one list; one that is no table at all is open everywhere."""
    path = listed.save(folder)
    try:
        suggestion = suggest_layout(home, path, PERIOD, COMMITTEE)
    except NoTable:
        return Counter(open=len(listed.truth), unseen=1), Counter(open=len(listed.values))
    proposed = yaml.safe_load(declaration_text(suggestion, "thu", COMMITTEE))
    columns = judged_columns(listed, proposed)
    if proposed["tables"][0]["rows"] != "record":
        return columns, Counter(open=len(listed.values))
    return columns, judged_values(listed, proposed, path, home, folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the score of columns and of values; exit code 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--words", choices=tuple(WORDS), default="tried")
    parser.add_argument("--retyped", action="store_true", help="with habits of layout laid over")
    parser.add_argument("--all", action="store_true", help="every column and value that is open or wrong")
    given = parser.parse_args(arguments)
    scores: dict[str, Counter[str]] = {"columns": Counter(), "values": Counter()}
    with tempfile.TemporaryDirectory() as name:
        home, register = deployment(Path(name))
        made = lists(given.count, given.seed, given.words, home, register)
        for listed in (retyped_list(one, given.seed) if given.retyped else one for one in made):
            for what, told in zip(scores, judged(listed, home, Path(name)), strict=True):
                scores[what].update(told)
                if given.all:
                    for text, times in told.items():
                        if text not in ("right", "open", "wrong"):
                            print(f"{listed.name} ({listed.form}): {text} ({times})")
    for what, told in scores.items():
        number = told["right"] + told["open"] + told["wrong"]
        print(f"{what}: {told['right']} of {number} right ({told['right'] / max(number, 1):.1%}), ", end="")
        print(f"{told['open']} open, {told['wrong']} wrong")
    return 1 if any(told["wrong"] for told in scores.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
