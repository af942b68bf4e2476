"""What the workbooks of some periods should hold, as small tables that the SQL of this package joins with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

import pandas as pd

from ingest.catalogue import Catalogue, Form, FormSet, FormVersion
from ingest.catalogue.load import COVER_FORM
from ingest.catalogue.model import FLAG_LIST, Sender, cell_code
from ingest.catalogue.tables import aggregate_conditions, declared_totals, printed_labels
from ingest.codes import code_keys, code_labels
from ingest.derived_once import derived_once
from ingest.labels import label_key
from ingest.normalise.contents import CodeWords
from ingest.reference import Reference
from ingest.template.layout import layouts
from ingest.words import EVERYWHERE, NOTHING, NOTHING_ELSE, words

_Edition = tuple[str, str]
_Due = tuple[str, Sender]
_Declared = tuple[Form, FormVersion]

_LABELS = ["edition", "axis", "code", "label", "label_key", "ordinal_key", "group_key"]
_WANTED = [
    *("edition", "code", "line", "head", "type", "code_list", "pattern", "required", "label", "applicable"),
    *("zero_under", "zero_under_else", "is_closing", "is_typed"),
]
_TYPES = {
    **{name: "int32" for name in ("edition", "position", "sign", "depth")},
    **{name: "bool" for name in ("required", "applicable", "zero_under", "zero_under_else", "is_closing", "is_typed")},
}


def form_sets(periods: Iterable[str], catalogue: Catalogue, reference: Reference) -> dict[_Due, FormSet]:
    """The form set of every period and sender. Raises KeyError for an undeclared period."""
    declared = reference["periods"].set_index("period_code")
    return {
        (period, sender): catalogue.form_set(dt.date.fromisoformat(str(row["period_end"])), str(row["kind"]), sender)
        for period in sorted(set(periods))
        for row in [declared.loc[period]]
        for sender in get_args(Sender)
    }


def expected_tables(periods: Iterable[str], catalogue: Catalogue, reference: Reference) -> dict[str, pd.DataFrame]:
    """The tables by name. An edition is one version of one form, by number.

    ``due``: one row per period, sender and form. ``labels``: per edition and printed label or heading. ``wanted``: per
    edition and value to be read (matrix cell, field of a list or record form), with its ``value_no``; ``zero_under``
    and ``zero_under_else``: an empty cell is 0 where the sheet's mark says that nothing happened, or nothing beside
    what is filled in; ``is_closing``: it is what is there on the period's last day; ``is_typed``: the blank workbook
    has nothing there. ``conditions``: per edition,
    aggregate cell, conditioned field and code. ``printed``: where the blank form prints each line and column.
    ``printed_help``: what a record form prints beside its answers, as keys.
    ``nil_answers``: what a sheet's mark may say; ``of_all_sheets``: it says so for all of them. ``not_of``: lines that
    do not apply to a type of organization.
    ``totals``: per edition, cell that adds up others, and part; ``depth`` 1 adds up what is no total itself.
    ``code_keys``: per period, code list and key: what a sender may write for a code. The cover is read by
    `ingest.receive` and left out here.
    """
    return dict(_tables(reference, catalogue, tuple(sorted(set(periods)))))


@derived_once
def _tables(reference: Reference, catalogue: Catalogue, periods: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    sets = form_sets(periods, catalogue, reference)
    pairs = [pair for form_set in sets.values() for pair in form_set.forms if pair[0].form != COVER_FORM]
    editions = {(form.form, version.version): (form, version) for form, version in pairs}
    numbers = {key: number for number, key in enumerate(sorted(editions))}
    due = [
        (period, sender, numbers[form.form, version.version], form.form, version.version, form.kind, form.label.vi)
        for (period, sender), form_set in sets.items()
        for form, version in form_set.forms
        if form.form != COVER_FORM
    ]
    wanted = [(numbers[key], *row) for key, (form, version) in editions.items() for row in _wanted(form, version)]
    return {
        "due": _frame(due, ["period_code", "sender", "edition", "form", "version", "form_kind", "title"]),
        "labels": _labels(catalogue, editions, numbers),
        "wanted": _frame(wanted, _WANTED).assign(value_no=range(len(wanted))),
        "conditions": _conditions(catalogue, reference, numbers),
        "printed": _printed(sets, numbers),
        "printed_help": _printed_help(editions, numbers),
        "nil_answers": _nil_answers(),
        "not_of": _not_of(editions, numbers),
        "totals": _totals(catalogue, editions, numbers),
        "code_keys": _code_keys(valid_codes(periods, reference)),
    }


def _frame(rows: list[tuple[Any, ...]], columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({name: _TYPES.get(name, "string") for name in columns})


def _wanted(form: Form, version: FormVersion) -> Iterator[tuple[Any, ...]]:
    if form.kind == "matrix":
        for row in version.rows:
            for column in version.columns:
                code = cell_code(form.form, row.item, column.column)
                applicable = f"{row.item}.{column.column}" not in version.not_applicable
                kind = "balance" if form.items[row.item].signed else "count"
                marks = form.zero_under(row.item, column.column) if applicable else ()
                zero = (NOTHING in marks, NOTHING_ELSE in marks)
                closing = form.level_of(row.item, column.column) == "closing"
                typed = form.is_typed(row.item, column.column)
                yield code, row.item, column.column, kind, None, None, False, code, applicable, *zero, closing, typed
        return
    for name in [column.column for column in version.columns] or [row.item for row in version.rows]:
        field = form.fields[name]
        place = (None, name) if form.kind == "list" else (name, None)
        code_list = FLAG_LIST if field.type == "flag" else field.code_list
        kind = "money" if field.money else field.type
        marks = form.zero_under(name) if form.kind == "list" else ()
        zero = (NOTHING in marks, NOTHING_ELSE in marks)
        said = (kind, code_list, field.pattern, field.required, field.label.vi)
        yield name, *place, *said, True, *zero, False, form.is_typed(name)


def _labels(catalogue: Catalogue, editions: dict[_Edition, _Declared], numbers: dict[_Edition, int]) -> pd.DataFrame:
    groups = {
        (numbers[key], column.column): label_key(column.group)
        for key, (_, version) in editions.items()
        for column in version.columns
        if column.group
    }
    rows = []
    for row in printed_labels(catalogue).itertuples():
        number = numbers.get((str(row.form), str(row.version)))
        if number is not None:
            group = groups.get((number, str(row.code)), "") if row.axis == "column" else ""
            code = row.label_key if row.axis == "ignored" else row.code
            rows.append((number, row.axis, code, row.label, row.label_key, label_key(str(row.ordinal)), group))
    for key, (form, version) in editions.items():
        grouped = {label_key(column.group) for column in version.columns if column.group}
        for axis, keys in (("group", grouped), ("structure", words().structure), ("answer", words().answer)):
            rows += [(numbers[key], axis, heading, "", heading, "", "") for heading in sorted(keys)]
        if form.nil_mark is not None:
            question = words().nil_question
            rows.append((numbers[key], "mark", "", question, label_key(question), "", ""))
    labels = _frame(rows, _LABELS).drop_duplicates(["edition", "axis", "code", "label_key"])
    return labels.assign(rank=range(len(labels)))


def _conditions(catalogue: Catalogue, reference: Reference, numbers: dict[_Edition, int]) -> pd.DataFrame:
    editions = _frame([(*key, number) for key, number in numbers.items()], ["form", "version", "edition"])
    conditions = aggregate_conditions(catalogue, reference["codes"]).astype("string")
    conditions["aggregate"] = pd.factorize(conditions["cell_code"])[0]
    return conditions.assign(position=range(len(conditions))).merge(editions[["form", "edition"]], on="form")


def _printed(sets: dict[_Due, FormSet], numbers: dict[_Edition, int]) -> pd.DataFrame:
    """One row per edition, axis (``row``, ``column``) and code: the row or column of the blank form."""
    rows = {
        (numbers[key], axis, code, position)
        for form_set in sets.values()
        for layout in layouts(form_set)
        for key in [(layout.form.form, layout.version.version)]
        if key in numbers
        for axis, places in (("row", layout.lines), ("column", layout.heads))
        for code, position in places.items()
    }
    return _frame(sorted(rows), ["edition", "axis", "code", "position"])


def _not_of(editions: dict[_Edition, _Declared], numbers: dict[_Edition, int]) -> pd.DataFrame:
    rows = [
        (numbers[key], kind, line)
        for key, (form, _) in editions.items()
        for kind, lines in form.not_of.items()
        for line in lines
    ]
    return _frame(rows, ["edition", "organization_type", "line"])


def _totals(catalogue: Catalogue, editions: dict[_Edition, _Declared], numbers: dict[_Edition, int]) -> pd.DataFrame:
    """One row per edition, total and part; left out where the edition does not print a part of the form's own."""
    declared = declared_totals(catalogue)
    rows = []
    for key, (form, version) in editions.items():
        printed = {cell_code(form.form, row.item, column.column) for row in version.rows for column in version.columns}
        for code in sorted(printed & declared.keys()):
            own = {part for part in declared[code] if part.startswith(f"{form.form}.")}
            if own <= printed:
                depth = _depth(code, declared)
                rows += [(numbers[key], code, part, sign, depth) for part, sign in declared[code].items()]
    return _frame(rows, ["edition", "code", "part", "sign", "depth"])


def _depth(code: str, declared: Mapping[str, Mapping[str, int]]) -> int:
    return 1 + max((_depth(part, declared) for part in declared[code] if part in declared), default=0)


def _nil_answers() -> pd.DataFrame:
    """One row per key of what the mark of a sheet may say: its code, whether any list may say it, and for whom."""
    rows = {
        (label_key(text), NOTHING_ELSE if code == EVERYWHERE else code, code == NOTHING, code == EVERYWHERE)
        for code, texts in words().nil_answers.items()
        for text in texts
    }
    columns = ["key", "said", "of_lists", "of_all_sheets"]
    return pd.DataFrame(sorted(rows), columns=columns).astype({"key": "string", "said": "string"})


def _printed_help(editions: dict[_Edition, _Declared], numbers: dict[_Edition, int]) -> pd.DataFrame:
    rows = {
        (numbers[key], label_key(field.help.vi))
        for key, (form, _) in editions.items()
        if form.kind == "record"
        for field in form.fields.values()
        if field.help
    }
    return _frame(sorted(rows), ["edition", "key"])


def valid_codes(periods: Iterable[str], reference: Reference) -> dict[str, dict[str, CodeWords]]:
    """Per period and code list: the codes that are valid on the period's last day, by key and with their labels."""
    return {period: _valid_codes(reference, period) for period in sorted(set(periods))}


@derived_once
def _valid_codes(reference: Reference, period: str) -> dict[str, CodeWords]:
    day = reference.period_ends[period]
    labels = code_labels(reference, day)
    return {name: CodeWords(keys, labels[name]) for name, keys in code_keys(reference, day).items()}


def _code_keys(codes: Mapping[str, Mapping[str, CodeWords]]) -> pd.DataFrame:
    rows = [(period, name, key) for period, lists in codes.items() for name, one in lists.items() for key in one.keys]
    return _frame(rows, ["period_code", "code_list", "key"])
