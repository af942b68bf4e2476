"""The registers against `ingest/register_files/registers.yaml`: unique keys, days, numbers, vocabularies, references.

One column or one row at a time; what must hold between lines stands in `quality.registers`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pandas as pd
import pandera.pandas as pa

from ingest.declarations import Label
from ingest.privacy import UNQUOTED
from ingest.reference import Reference
from ingest.register_files.declared import Register, Target, declared_registers
from ingest.register_files.mistakes import Mistake, Place
from ingest.register_files.values import serial_day
from quality.schemas.failures import failing_rows

_ISO_DAY = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_COUNT = re.compile(r"\d{1,9}")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
# What may stand in the name of a file on every system; the dots of cell codes are inner ones.
_IDENTIFIER = re.compile(r"[^\W_](?:[\w-]|\.(?=[\w-]))*")
_RESERVED = re.compile(r"(?i:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")

ROLE_COLUMN = "by_role"

Expected = Callable[[object], Label | str]


@dataclass(frozen=True)
class Test:
    """One check of one register: the kind of mistake, the columns concerned, which rows pass, what may stand there."""

    kind: str
    columns: list[str]
    passes: Callable[[pd.DataFrame], pd.Series]
    expected: Expected = field(default=lambda _: "")


def seed_mistakes(reference: Reference, cells: Iterable[str]) -> list[Mistake]:
    """Every row of every register that breaks its schema, all registers in one pass.

    ``cells`` are the known form and register cells. Of a register that could not be read completely it is not said
    that something is missing from it.
    """
    known = frozenset(cells)
    return [
        mistake
        for name, declared in declared_registers().items()
        for mistake in _mistakes(name, reference, list(_tests(declared, reference, known)))
    ]


def _mistakes(name: str, reference: Reference, tests: list[Test]) -> Iterator[Mistake]:
    frame, places = reference.stored(name), reference.places_of(name)
    checks = [pa.Check(test.passes, name=str(number), ignore_na=False) for number, test in enumerate(tests)]
    failures = failing_rows(pa.DataFrameSchema(checks=checks), frame)
    for number, label in zip(failures["check"], failures["row"], strict=True):
        test, row = tests[int(number)], frame.index.get_loc(label)
        values = [frame[column].iloc[row] for column in test.columns]
        # What stands in the place of a role may be a name: it is pointed at and not quoted.
        is_role = test.columns == [ROLE_COLUMN] and test.kind == "reference"
        shown = UNQUOTED if is_role else ", ".join("" if value is None else str(value) for value in values)
        others: tuple[Place, ...] = ()
        if test.kind == "unique":
            others = tuple(places.of(int(one)) for one in _same(frame, test.columns, row) if one != row)
            if others and (others[0].line or 0) > (places.of(row).line or 0):
                continue  # the first of the lines is told as the other of those that follow
        yield Mistake(test.kind, name, places.of(row, test.columns[-1]), shown, test.expected(values[-1]), others)


def _same(frame: pd.DataFrame, key: list[str], row: int) -> Iterator[int]:
    text = frame[key].fillna("")
    return iter((text == text.iloc[row]).all(axis=1).to_numpy().nonzero()[0])


def _tests(declared: Register, reference: Reference, cells: frozenset[str]) -> Iterator[Test]:
    key = declared.key
    yield Test("unique", key, lambda frame: ~frame[key].fillna("").duplicated(keep=False))
    for column in declared.required:
        yield Test("filled", [column], lambda frame, c=column: frame[c].notna())  # type: ignore[misc]
    for column in declared.identifiers:
        yield Test("identifier", [column], lambda frame, c=column: _each(frame[c], _is_identifier))  # type: ignore[misc]
    for column in declared.dates:
        yield Test("day", [column], lambda frame, c=column: _each(frame[c], is_day), _day_meant)  # type: ignore[misc]
    for column in declared.numbers:
        yield Test("number", [column], lambda frame, c=column: _each(frame[c], is_number))  # type: ignore[misc]
    for column in declared.counts:
        yield Test("count", [column], lambda frame, c=column: _each(frame[c], _is_count))  # type: ignore[misc]
    for where in declared.numeric_where:
        yield Test(
            "number",
            [where.column],
            lambda frame, w=where: ~frame[w.by].isin(w.of) | _each(frame[w.column], is_number),  # type: ignore[misc]
        )
    for first, last in declared.spans:
        yield Test("span", [first, last], lambda frame, a=first, b=last: ~_turned(frame, a, b))  # type: ignore[misc]
    yield from _vocabularies(declared, reference, cells)
    for target in declared.references:
        if target.to not in reference.incomplete:
            yield Test(
                "reference",
                target.columns,
                lambda frame, t=target: _refers(frame, t, reference),  # type: ignore[misc]
                lambda _, t=target: f"{t.to}.csv",  # type: ignore[misc]
            )


def _vocabularies(declared: Register, reference: Reference, cells: frozenset[str]) -> Iterator[Test]:
    codes = reference["codes"]
    vocabularies: list[tuple[str, Iterable[str], str]] = [(c, v, "") for c, v in declared.one_of.items()]
    if "codes" not in reference.incomplete:
        vocabularies += [(c, codes.loc[codes["code_list"] == v, "code"], "") for c, v in declared.codes.items()]
    vocabularies += [(c, cells, "khoi catalogue forms") for c in declared.cells]
    if "measures" not in reference.incomplete:
        measures = cells | frozenset(reference["measures"]["measure_code"].dropna())
        vocabularies += [(c, measures, "measures.csv; khoi catalogue forms") for c in declared.measures]
    for column, values, told in vocabularies:
        allowed = list(dict.fromkeys(values))
        choice = told or ", ".join(map(str, allowed))
        among = frozenset(allowed)
        yield Test(
            "known",
            [column],
            lambda frame, c=column, a=among: frame[c].isna() | frame[c].isin(a),  # type: ignore[misc]
            lambda _, t=choice: t,  # type: ignore[misc]
        )


@cache
def is_day(text: str) -> bool:
    """True where a text is a day that exists, as ISO text."""
    if not _ISO_DAY.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _day_meant(value: object) -> Label | str:
    day = serial_day(str(value))
    if day is None:
        return ""
    return Label(vi=f"; có phải {day} không?", en=f"; is {day} meant?")


def _each(values: pd.Series, test: Callable[[str], bool]) -> pd.Series:
    """True where the text passes ``test`` or there is none. The same few texts fill a register: each is tested once."""
    return pd.Series([value is None or test(str(value)) for value in values], index=values.index, dtype=bool)


@cache
def is_number(text: str) -> bool:
    """True for a number as the registers store it."""
    return _NUMBER.fullmatch(text) is not None


@cache
def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None


@cache
def _is_identifier(text: str) -> bool:
    return _IDENTIFIER.fullmatch(text) is not None and _RESERVED.fullmatch(text) is None


def _turned(frame: pd.DataFrame, first: str, last: str) -> pd.Series:
    turned = [
        begins is not None and ends is not None and begins > ends and is_day(begins) and is_day(ends)
        for begins, ends in zip(frame[first], frame[last], strict=True)
    ]
    return pd.Series(turned, index=frame.index, dtype=bool)


def _refers(frame: pd.DataFrame, target: Target, reference: Reference) -> pd.Series:
    known = set(_rows(reference[target.to], target.of))
    refers = [None in row or row in known for row in _rows(frame, target.columns)]
    return pd.Series(refers, index=frame.index, dtype=bool)


def _rows(frame: pd.DataFrame, columns: list[str]) -> Iterator[tuple[object, ...]]:
    return zip(*(frame[column] for column in columns), strict=True)
