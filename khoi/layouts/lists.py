"""A list of records proposed for an unknown sheet: where it stands, which field each column is, or why none is said.

A sheet is taken for a list only where half of what a form must have is found on it and a column of its codes is among
it. Of two columns for one field, and of two fields for one column, that are as likely neither is proposed. Belongs
here: the choice. Does not belong here: how like one column and one field are (`khoi.layouts.field_likeness`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat

import numpy as np
from scipy.optimize import linear_sum_assignment

from ingest.catalogue import FormSet
from ingest.catalogue.model import Field
from ingest.identity_headers import asks_for_person
from ingest.labels import clean_text, label_key
from ingest.layouts.grid import Content, Grid
from ingest.normalise.contents import CodeWords, near_code
from ingest.privacy import is_masked
from ingest.words import words
from khoi.layouts.field_likeness import FieldLikeness, Likeness, declared_headings
from khoi.layouts.likeness import same_words
from khoi.layouts.names import OrganizationNames
from khoi.layouts.office_words import meant_by
from khoi.layouts.what_is_left import NOTHING_LEFT, ONLY_ONE, WhatIsLeft

LEAST = 0.6
"""A field is proposed from this score on."""
LEAST_OF_CODES = 0.25
"""What the words over a column of codes must have in common with the field's: codes alone may be of something else."""
MARGIN = 0.1
_ORDINALS = frozenset({"tt", "stt", "s t t", "số tt", "số thứ tự"})
_DEEPEST = 3
_LAST_TOP = 40
_FEWEST_HEADINGS = 3
_FEWEST_FIELDS = 2
_HALF = 0.5
_MOST_NAMED = 0.8
_MOST_IN_A_FOOT = 3
_UNKNOWN_SHOWN = 5
_FEWEST_NUMBERED, _WORDS_OF_A_NUMBER = 2, 3
Path = tuple[str, ...]


@dataclass(frozen=True)
class ListColumn:
    """One column: its heading, and what is proposed. Without ``role``, ``name`` and ``reason`` a person decides.

    ``role``: ordinal, organization or ignored; ``name``: the field; ``refusal``: why nothing is proposed; ``words``:
    what an office writes there -> the code that it can only mean.
    """

    path: Path
    role: str | None = None
    name: str | None = None
    score: float = 0.0
    reason: str | None = None
    refusal: str | None = None
    evidence: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DetectedList:
    """A list: ``form``, where its heading stands, its columns, and how its organization is told (``title``: in a text
    of the sheet or its name). ``lacking``: label of what the form asks for and no column has. ``sheets``: how many.
    """

    sheet: str
    form: str
    header_rows: int
    first_row: int
    columns: tuple[ListColumn, ...]
    organizations: int
    title: str | None = None
    lacking: Mapping[str, str] = field(default_factory=dict)
    score: float = 0.0
    sheets: int = 1

    @property
    def shape(self) -> object:
        """What sheets of one form have in common."""
        return self.form, [column.path for column in self.columns]


class ListFinder:
    """Finds lists of the forms of one period. ``codes``: the code lists that are valid on its last day; ``days``: its
    first and last day.
    """

    def __init__(
        self, form_set: FormSet, codes: Mapping[str, CodeWords], names: OrganizationNames, days: tuple[str, str] | None
    ) -> None:
        self._forms = [FieldLikeness(form, version, codes) for form, version in form_set.forms if form.kind == "list"]
        self._names, self._days = names, days

    def found(self, sheets: Sequence[Grid]) -> DetectedList | None:
        """The list of the sheet that is one best, None where no sheet is one or two forms are as likely."""
        lists = [one for grid in sheets if (one := self._on_sheet(grid)) is not None]
        best = max(lists, key=lambda one: one.score, default=None)
        if best is None:
            return None
        alike = [one for one in lists if one.shape == best.shape]
        known = {column.path: column for one in alike for column in one.columns if column.name or column.role}
        return _of_sheets(best, alike, known) if len(alike) > 1 else best

    def _on_sheet(self, grid: Grid) -> DetectedList | None:
        tried = [
            one for form in self._forms for top, rows in _headers(grid) if (one := self._at(grid, form, top, rows))
        ]
        # Of as many fields the heading that says whose the records are: it may be typed over two rows.
        ranked = sorted(tried, key=lambda one: (-one.score, one.organizations == 0))
        if not ranked:
            return None
        other = next((one for one in ranked if one.form != ranked[0].form), None)
        return None if other is not None and ranked[0].score - other.score < MARGIN else ranked[0]

    def _at(self, grid: Grid, form: FieldLikeness, top: int, rows: int) -> DetectedList | None:
        bottom = top + rows - 1
        paths = grid.paths(top, bottom)
        below = _below(grid, bottom)
        records = [row for row in below if self._heads_block(grid, row) is None]
        content = {at: [grid.cells[row, at] for row in records if (row, at) in grid.keys] for at in paths}
        owner = self._owner(grid, top, paths, content, form)
        mapped = _Mapped(form, paths, content, owner)
        mapped.is_organization, mapped.days = self._names.is_code, self._days
        columns = mapped.columns()
        fields = [one for one in columns.values() if one.name is not None]
        # Words alone make no column of codes: "Nội dung" heads the lines of any table.
        of_codes = [
            one for at, one in columns.items() if one.name is not None and _has_codes(form, one.name, content[at])
        ]
        # A title that says what the form is of stands for one column: the others are asked for.
        said = 1 if form.is_said_by([grid.text(place) for place in grid.cells if place[0] < top]) else 0
        if len(fields) + said < max(_FEWEST_FIELDS, len(_required(form)) * _HALF) or not of_codes:
            return None
        title, organizations = self._title(grid, top, below, owner)
        lacking = {name: form.fields[name].label.vi for name in form.fields if name not in {one.name for one in fields}}
        return DetectedList(
            grid.sheet, form.form.form, rows, top, tuple(columns.values()), organizations, title, lacking,
            sum(one.score for one in fields),
        )  # fmt: skip

    def _owner(
        self, grid: Grid, top: int, paths: Mapping[int, Path], content: Mapping[int, list[Content]], form: FieldLikeness
    ) -> int | None:
        """The column that says whose a record is: of those that name organizations the one headed so."""
        naming = {}
        for at, path in paths.items():
            texts = [clean_text(text) for kind, text in content[at] if kind == "text"]
            named = [text for text in texts if self._names.code(text) is not None]
            if named and len(named) >= _MOST_NAMED * len(texts):
                likest = max((form.of(path, content[at], name).words for name in form.fields), default=0.0)
                naming[at] = (_is_owner(path), -likest)
        headed = [at for at, (is_owner, _) in naming.items() if is_owner]
        if len(headed) == 1:
            return headed[0]
        rest = [at for at, (_, likest) in naming.items() if -likest < LEAST]
        return rest[0] if not headed and len(rest) == 1 and self._names.title(_above(grid, top)) is None else None

    def _title(self, grid: Grid, top: int, below: Sequence[int], owner: int | None) -> tuple[str | None, int]:
        """How the one organization of the sheet, or those over blocks of rows, are named; and how many there are."""
        if owner is not None:
            named = {self._names.code(grid.text((row, owner))) for row in below if (row, owner) in grid.keys}
            return None, len(named - {None})
        over = {code for row in below if (code := self._heads_block(grid, row)) is not None}
        title = self._names.title(_above(grid, top))
        if over:
            return title or "^(.+)$", len(over)
        if title is None and self._names.code(grid.sheet) is not None:
            return "^(.+)$", 1
        return title, int(title is not None)

    def _heads_block(self, grid: Grid, row: int) -> str | None:
        texts = [grid.text((row, at)) for at in grid.rows[row] if (row, at) in grid.keys]
        return self._names.code(max(texts, key=len)) if len(texts) in (1, 2) else None


class _Mapped:
    """The columns of one list against the fields of one form."""

    def __init__(
        self, form: FieldLikeness, paths: Mapping[int, Path], content: Mapping[int, list[Content]], owner: int | None
    ) -> None:
        self._form, self._paths, self._content, self._owner = form, paths, content, owner
        self.is_organization: Callable[[str], bool] = lambda _: False
        self.days: tuple[str, str] | None = None

    def columns(self) -> dict[int, ListColumn]:
        """Column -> what is proposed for it."""
        told = {at: one for at in self._paths if (one := self._told(at)) is not None}
        told |= {
            at: ListColumn(self._paths[at], refusal=_same(self._paths[at])) for at in self._twice() if at not in told
        }
        rest = [at for at in self._paths if at not in told]
        names = list(self._form.fields)
        likes = {(at, name): self._form.of(self._paths[at], self._content[at], name) for at in rest for name in names}
        scores = np.array([[_score(likes[at, name], self._form, name) for name in names] for at in rest])
        chosen = dict(zip(*map(list, linear_sum_assignment(-scores)), strict=True)) if rest else {}
        for position, at in enumerate(rest):
            told[at] = self._choice(at, position, chosen.get(position), scores, names, likes)
        told |= self._left([at for at in rest if told[at].refusal is not None], told, likes)
        return {at: told[at] for at in self._paths}

    def _left(
        self, still: list[int], told: Mapping[int, ListColumn], likes: Mapping[tuple[int, str], Likeness]
    ) -> dict[int, ListColumn]:
        """Of the columns that are still open those that what is left of the form decides."""
        taken = {one.name for one in told.values()}
        left = [name for name in self._form.fields if name not in taken]
        heads = {at: " ".join(self._paths[at]) for at in still}
        content = {at: self._content[at] for at in still}
        rest = WhatIsLeft(self._form, content, left, likes, heads, self.is_organization, self.days)
        found = {}
        for at in still:
            name = rest.field(at)
            if name is not None:
                found[at] = self._proposed(at, name, likes[at, name], likes[at, name].score, ONLY_ONE)
            elif rest.is_none(at):
                found[at] = ListColumn(self._paths[at], role="ignored", reason=NOTHING_LEFT)
        return found

    def _twice(self) -> list[int]:
        keys = {at: tuple(map(label_key, path)) for at, path in self._paths.items()}
        return [at for at, key in keys.items() if list(keys.values()).count(key) > 1]

    def _told(self, at: int) -> ListColumn | None:
        """What a column is by itself: the ordinals, whose a record is, what asks for persons."""
        path, content = self._paths[at], self._content[at]
        leaf = label_key(path[-1])
        if leaf in _ORDINALS:
            return ListColumn(path, role="ordinal")
        if at == self._owner:
            return ListColumn(path, role="organization")
        masked = sum(is_masked(text) for _, text in content)
        if asks_for_person(leaf) or (content and masked / len(content) >= _HALF):
            reason = "thông tin cá nhân, không được nhận: hãy bỏ cột này / personal data, never taken in"
            return ListColumn(path, role="ignored", reason=reason)
        if leaf in self._form.ignored:
            return ListColumn(path, role="ignored", reason=self._form.ignored[leaf])
        is_coded = any(map(self._has_codes_of, self._form.fields.values(), repeat(content)))
        is_numbered = len(content) >= _FEWEST_NUMBERED and all(map(_has_number, content))
        if not (is_coded or is_numbered) and any(
            leaf.startswith(word) for word in declared_headings()["remark_columns"]
        ):
            return ListColumn(path, role="ignored", reason="lời ghi thêm, biểu không có / remarks, none of the form's")
        return None

    def _has_codes_of(self, field: Field, content: Sequence[Content]) -> bool:
        """True where a code of the field stands, or yes and no in half of the cells: a remark may be "Không"."""
        share = self._form.share(field, content) if field.type == "code" else 0.0
        return share > 0 and (field.code_list != "yes_no" or share >= _HALF)

    def _choice(
        self, at: int, position: int, chosen: int | None, scores: np.ndarray, names: list[str],
        likes: Mapping[tuple[int, str], Likeness],
    ) -> ListColumn:  # fmt: skip
        path, mine = self._paths[at], scores[position]
        ranked = sorted(range(len(names)), key=lambda number: -mine[number])
        if chosen is None or mine[chosen] < LEAST:
            near = ", ".join(f"{names[number]} ({likes[at, names[number]].words:.2f})" for number in ranked[:2])
            told = "khoi từ chối: không trường nào đủ giống; hãy ghi field hoặc role: ignored / no field is like it"
            return ListColumn(path, refusal=f"{told}; {near}")
        fields = [number for number in ranked if number != chosen and mine[chosen] - mine[number] < MARGIN]
        rivals = [names[number] for number in fields if mine[number] >= LEAST]
        columns = [row for row in range(len(scores)) if row != position]
        near_columns = [row for row in columns if scores[row, chosen] > mine[chosen] - MARGIN]
        # A column that is another field with a good deal more certainty claims nothing here.
        claims = [row for row in near_columns if scores[row].max() < scores[row, chosen] + MARGIN]
        if rivals or claims:
            who = ", ".join([names[chosen], *rivals])
            told = f"khoi từ chối: {who}: hơn một cột hoặc một trường giống như nhau / more than one is as likely"
            return ListColumn(path, refusal=told)
        return self._proposed(at, names[chosen], likes[at, names[chosen]], float(mine[chosen]))

    def _proposed(self, at: int, name: str, like: Likeness, score: float, *more: str) -> ListColumn:
        told = self._meant(at, name)
        evidence = (*self._evidence(at, name, like, told), *more)
        return ListColumn(self._paths[at], name=name, score=score, evidence=evidence, words=told)

    def _unknown(self, at: int, name: str) -> list[str]:
        """What stands in a column of codes and is not in the list."""
        one = self._form.fields[name]
        filled = (text for _, text in self._content[at] if clean_text(text) not in words().nothing)
        return sorted({clean_text(text) for text in filled if self._form.share(one, [("text", text)]) == 0})

    def _meant(self, at: int, name: str) -> dict[str, str]:
        """Of these those whose words leave one code."""
        one = self._form.fields[name]
        if one.type != "code" or one.code_list == "yes_no":
            return {}
        keys, label = self._form.codes_of(one).keys, one.label.vi
        told = {text: meant_by(text, keys, label) for text in self._unknown(at, name) if not is_masked(text)}
        return {text: code for text, code in told.items() if code is not None}

    def _evidence(self, at: int, name: str, like: Likeness, told: Mapping[str, str]) -> Iterator[str]:
        """How the words and the contents speak for it, and what of them the list does not know."""
        one = self._form.fields[name]
        yield f"nhãn / words {like.words:.2f} “{one.label.vi}”; nội dung hợp / content fits {like.content:.0%}"
        keys = self._form.codes_of(one).keys if one.type in ("code", "flag") else None
        if keys is None:
            return
        if told:
            yield "chữ của đơn vị hiểu theo words, cần xác nhận / its own words as told in words, to be confirmed"
        unknown = [text for text in self._unknown(at, name) if text not in told]
        for text in unknown[:_UNKNOWN_SHOWN]:
            near = near_code(text, keys)
            like_what = f"; gần giống / nearly {near}" if near else ""
            yield f"không có trong danh mục / not in the list: “{text}”{like_what}; thêm words: {{…: mã}}"


def _has_codes(form: FieldLikeness, name: str, content: Sequence[Content]) -> bool:
    """True for a field of codes where nothing stands below its heading yet, or a code of its list."""
    one, filled = form.fields[name], [text for text in content if clean_text(text[1]) not in words().nothing]
    return one.type == "code" and (not filled or form.share(one, filled) > 0)


def _has_number(content: Content) -> bool:
    """True for a short text with a number in it: of what is numbered, no remark."""
    kind, text = content
    return kind == "text" and any(map(str.isdigit, text)) and len(text.split()) <= _WORDS_OF_A_NUMBER


def _score(like: Likeness, form: FieldLikeness, name: str) -> float:
    if form.fields[name].type == "code" and like.words < LEAST_OF_CODES:
        return 0.0
    return like.score


def _required(form: FieldLikeness) -> list[str]:
    return [name for name, one in form.fields.items() if one.required]


def _same(path: Path) -> str:
    return f"khoi từ chối: hơn một cột có tiêu đề “{path[-1]}” / more than one column is headed so"


def _is_owner(path: Path) -> bool:
    headings = declared_headings()["organization_columns"]
    return any(same_words(text, heading) for heading in headings for text in (path[-1], " ".join(path)))


def _above(grid: Grid, top: int) -> Grid:
    return Grid(grid.sheet, {place: content for place, content in grid.cells.items() if place[0] < top})


def _headers(grid: Grid) -> Iterator[tuple[int, int]]:
    """First row and number of rows of what may be a heading: texts side by side, none of them numbering."""
    for top in grid.rows:
        texts = [at for at in grid.rows[top] if (top, at) in grid.keys and grid.cells[top, at][0] == "text"]
        if top > _LAST_TOP or len(texts) < _FEWEST_HEADINGS or grid.is_numbering(top):
            continue
        for rows in range(1, _DEEPEST + 1):
            lower = range(top + 1, top + rows)
            if all(row in grid.rows and _is_text(grid, row) for row in lower):
                yield top, rows


def _is_text(grid: Grid, row: int) -> bool:
    return not grid.is_numbering(row) and all(kind == "text" for kind, _ in grid.rows[row].values())


def _below(grid: Grid, bottom: int) -> list[int]:
    """The rows below a heading, up to the notes and signatures; numbering and totals left out."""
    rows = []
    for row in grid.rows:
        if row <= bottom or (row <= bottom + 2 and grid.is_numbering(row)) or grid.is_total(row):
            continue
        # A day in words begins as the line over signatures does.
        if grid.is_end(row) and len(grid.rows[row]) <= _MOST_IN_A_FOOT:
            break
        rows.append(row)
    return rows


def _of_sheets(best: DetectedList, alike: list[DetectedList], known: Mapping[Path, ListColumn]) -> DetectedList:
    """One list of several sheets: of a column that is empty on one of them what the others say."""
    columns = tuple(
        known.get(column.path, column) if not (column.name or column.role) else column for column in best.columns
    )
    return DetectedList(
        best.sheet, best.form, best.header_rows, best.first_row, columns, sum(one.organizations for one in alike),
        best.title, best.lacking, best.score, len(alike),
    )  # fmt: skip
