"""The registers against `ingest/register_files/registers.yaml`: unique keys, days, numbers, vocabularies, references.

One column or one row at a time; what must hold between lines stands in `quality.registers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pandas as pd
import pandera.pandas as pa

from ingest.declarations import Label
from ingest.reference import Reference
from ingest.register_files.declared import Register, Target, declared_registers
from ingest.register_files.mistakes import Mistake, Place
from ingest.register_files.values import serial_day
from quality.schemas.failures import failing_rows

_ISO_DAY = r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
_COUNT = r"\d{1,9}"
_NUMBER = r"-?\d{1,12}(\.\d{1,9})?"
# What may stand in the name of a file on every system; the dots of cell codes are inner ones.
_IDENTIFIER = r"[^\W_](?:[\w-]|\.(?=[\w-]))*"
_RESERVED = r"(?i:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?"

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
        shown = ", ".join("" if value is None else str(value) for value in values)
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
        yield Test("identifier", [column], lambda frame, c=column: _empty_or(frame[c], _is_identifier))  # type: ignore[misc]
    for column in declared.dates:
        yield Test("day", [column], lambda frame, c=column: _empty_or(frame[c], is_day), _day_meant)  # type: ignore[misc]
    for column in declared.numbers:
        yield Test("number", [column], lambda frame, c=column: _empty_or(frame[c], _is_number))  # type: ignore[misc]
    for column in declared.counts:
        yield Test("count", [column], lambda frame, c=column: _empty_or(frame[c], _is_count))  # type: ignore[misc]
    for where in declared.numeric_where:
        yield Test(
            "number",
            [where.column],
            lambda frame, w=where: ~frame[w.by].isin(w.of) | _empty_or(frame[w.column], _is_number),  # type: ignore[misc]
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


def is_day(values: pd.Series) -> pd.Series:
    """True where a text is a day that exists, as ISO text."""
    return values.str.fullmatch(_ISO_DAY) & pd.to_datetime(values, format="%Y-%m-%d", errors="coerce").notna()


def _day_meant(value: object) -> Label | str:
    day = serial_day(str(value))
    if day is None:
        return ""
    return Label(vi=f"; có phải {day} không?", en=f"; is {day} meant?")


def _empty_or(values: pd.Series, test: Callable[[pd.Series], pd.Series]) -> pd.Series:
    return values.isna() | test(values.astype("str").fillna(""))


def _is_number(values: pd.Series) -> pd.Series:
    return values.str.fullmatch(_NUMBER)


def _is_count(values: pd.Series) -> pd.Series:
    return values.str.fullmatch(_COUNT)


def _is_identifier(values: pd.Series) -> pd.Series:
    return values.str.fullmatch(_IDENTIFIER) & ~values.str.fullmatch(_RESERVED)


def _turned(frame: pd.DataFrame, first: str, last: str) -> pd.Series:
    days = frame[[first, last]].astype("str").fillna("")
    return is_day(days[first]) & is_day(days[last]) & (days[first] > days[last])


def _refers(frame: pd.DataFrame, target: Target, reference: Reference) -> pd.Series:
    values = pd.MultiIndex.from_frame(frame[target.columns])
    known = pd.MultiIndex.from_frame(reference[target.to][target.of])
    return pd.Series(values.isin(known), index=frame.index) | frame[target.columns].isna().any(axis=1)
