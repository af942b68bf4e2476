"""Biểu 2, 3 and 7 in the habits of offices: parts below headings or each with its group, and rows of no line."""

from __future__ import annotations

import random

from bench.printed.figures import admissions, members, services
from bench.printed.office import LETTERS, Place, YearDraft, list_headings, list_roles
from bench.printed.sheet import YEAR, Figures, Sheet
from bench.printed.wordings import Block, Extra, Line, ListForm, ordinals
from ingest.addresses import a1_address

_DRAWN = {2: admissions, 3: members, 7: services}
_WHOLES = ("TOTAL", "REWARDED", "BADGES", "CARDS")


class ListDraft(YearDraft):
    """One sheet of such a form being written."""

    def __init__(self, chance: random.Random, form: ListForm, place: Place, total: int | None) -> None:
        super().__init__(chance, form, place)
        self.blocks, self.extras, self.mean = self._ordered(form.blocks), form.extras, form.mean
        self.habit = chance.choice(["grouped", "grouped", "inline", "mixed"])
        self.of_which = chance.choice(["row", "first", "plain", "dash"])
        self.roles = list_roles(chance)
        self.now, self.past = _DRAWN[form.number](chance, total), _DRAWN[form.number](chance)
        self.lost = self._lost() if chance.random() < 0.2 else None
        self.grouped: dict[str, bool] = {}
        self.truth: Figures = {}
        self.former: Figures = {}
        self._ordinals, self._running, self._in_section, self._groups, self._letters = ordinals(form.form), 0, 0, 0, 0

    def _ordered(self, blocks: tuple[Block, ...]) -> list[Block]:
        """The printed order; some print temporary transfers before the official ones."""
        found = list(blocks)
        names = [block.name for block in found]
        if (
            "temporary" in names
            and self.marks in ("letters", "running", "dashes", "none")
            and self.chance.random() < 0.5
        ):
            one, other = names.index("official"), names.index("temporary")
            found[one], found[other] = found[other], found[one]
        return found

    def _lost(self) -> str:
        """A line that this office leaves out; none that the words of another rest on."""
        items = [line.item for block in self.blocks for line in block.lines]
        return self.chance.choice([item for item in items if item not in (*_WHOLES, "RETIRED")])

    def table(self) -> None:
        """All rows of the table."""
        list_headings(self, self.roles)
        for block in self.blocks:
            short = self._heading(block)
            chosen = self.chance.randrange(60)
            for at, line in enumerate(block.lines):
                if line.item == self.lost:
                    continue
                words = line.short if short else line.full
                text = words[chosen % len(words)] if block.alike else self.chance.choice(words)
                self._line(block, line, self._led(block, at, text))
                self._extras(line.item, short)
            if block.name == "ages" and self.chance.random() < 0.7:
                self._foreign(self.chance.choice(self.mean), (41.3, 40.9))
            self._extras(block.name, False)

    def _heading(self, block: Block) -> bool:
        """Write what stands over the block; whether its lines may speak in short."""
        outer = block.inner or block.continues
        if block.continues:
            return self.grouped.get(outer, False)
        if block.below:
            return block.below in self.truth and self.habit != "inline"
        share = {"grouped": 1.0, "inline": 0.0, "mixed": 0.5}[self.habit]
        if block.heading and self.chance.random() < (0.8 if share else 0.3):
            self._section(block, self.chance.choice(block.heading))
        if block.of_which and self.of_which == "row":
            self.rows.append(self.written(None, "Trong đó:"))
        if not block.group or (block.inner and not self.grouped.get(outer)) or self.chance.random() >= share:
            return False
        self.grouped[block.name] = True
        text = self.chance.choice(block.group)
        if block.section in ("III", "V") and not any(line.item in _WHOLES for line in block.lines):
            self._section(block, text)
        else:
            self._groups, self._letters = self._groups + (not block.inner), 0 if not block.inner else self._letters
            mark = f"{self._groups}." if self.marks == "letters" and not block.inner else None
            self.rows.append(self.written(mark, f"{text}{self.chance.choice(['', '', ':'])}"))
        return True

    def _section(self, block: Block, text: str) -> None:
        self._groups = self._letters = self._in_section = 0
        mark = None if self.marks in ("none", "running") else block.section
        self.rows.append(self.written(mark, text.upper() if self.chance.random() < 0.3 else text))

    def _led(self, block: Block, at: int, text: str) -> str:
        """The words of a line with what leads them: "Trong đó:" before the first of its kind, a dash."""
        if block.of_which and self.of_which == "first" and at == 0:
            return f"Trong đó: {text[0].lower()}{text[1:]}"
        inside = block.of_which or block.below or block.group
        if self.marks == "dashes" and inside and not text.startswith("Trong"):
            return f"{'+' if block.inner else '-'} {text}"
        return f"- {text}" if block.of_which and self.of_which == "dash" else text

    def _line(self, block: Block, line: Line, text: str) -> None:
        """The row of one line with its figures."""
        row = self.written(self._mark(block, line.item), text)
        now, past = self.now[line.item], self.past[line.item]
        for role in self.roles:
            place = a1_address(len(self.rows) + 1, len(row) + 1)
            if role == "value":
                blank = self.empty(now)
                self.truth[line.item] = (None if blank else now, place)
                row.append(self.blank() if blank else now)
            elif role == "former":
                self.former[line.item] = (past, place)
                row.append(past)
            else:
                row.append(round(now / past * 100, self.chance.choice([1, 2])) if role == "percent" and past else None)
        self.rows.append(row)

    def _mark(self, block: Block, item: str) -> str | None:
        """The ordinal of a line in the style of the sheet."""
        whole = item in _WHOLES
        self._running += 1
        self._in_section = 0 if whole else self._in_section + 1
        if self.marks in ("official", "inline"):
            return self._ordinals[item]
        if self.marks in ("none", "running"):
            return str(self._running) if self.marks == "running" else None
        if whole:
            self._groups = self._letters = 0
            return block.section
        if self.marks == "dashes" or item == "RETIRED_EXEMPT":
            return None
        if self.marks == "letters" and self.grouped.get(block.inner or block.continues or block.name):
            self._letters += 1
            return f"{LETTERS[self._letters - 1]})"
        if self.marks == "letters":
            self._groups += 1
            return str(self._groups)
        return str(self._ordinals[item].rpartition(".")[2])

    def _extras(self, after: str, short: bool) -> None:
        """Rows of no line, where this office has some after this line or block."""
        for extra in self.extras:
            if extra.after == after and self.chance.random() < extra.share:
                self._extra(extra, bool(extra.group) and (short or self.habit != "inline"))

    def _extra(self, extra: Extra, grouped: bool) -> None:
        if grouped:
            self.rows.append(self.written(None, self.chance.choice(extra.group)))
        for text in extra.short if grouped else extra.full:
            some = self.chance.randint(1, 20)
            if extra.after == "further_occupations":
                some = sum(figure for item, figure in self.now.items() if item.startswith("OCC_ENT_"))
            some = min(some, self.now.get("TOTAL", some))
            self._foreign(text, (some, some + self.chance.randint(1, 5)))

    def _foreign(self, text: str, figures: tuple[float, float]) -> None:
        """A row whose figures belong to no cell."""
        self._running += 1
        row = self.written(str(self._running) if self.marks == "running" else None, text)
        now, past = figures
        told = {"value": now, "former": past, "percent": round(now / past * 100, 1), "note": None}
        self.rows.append([*row, *(told[role] for role in self.roles)])


def list_sheet(chance: random.Random, form: ListForm, place: Place, total: int | None = None) -> Sheet:
    """One sheet of Biểu 2, 3 or 7; ``total`` where another form of the file binds it."""
    draft = ListDraft(chance, form, place, total)
    draft.titles()
    draft.table()
    draft.finish()
    given = (place.sheet, place.organization, draft.rows, draft.merged, draft.truth, draft.former)
    return Sheet(*given, form.form, str(form.number), YEAR.period, place.file, place.tab)
