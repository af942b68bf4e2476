"""Why figures changed from one publication to another: late workbooks, new versions, corrections, register, rules,
definitions, code - adding up to the revision.

Every cause is read from what the two publications recorded, in this fixed order: a cell of a workbook that was not
there before (late) or replaced another (new version); a file that both knew and only one counted (corrections where
those of the organization are not the same, else rules, forms, register or code, whichever changed first in this order;
with none of them changed it follows from other late workbooks); the same file read otherwise (definitions where the
forms changed, else code); decided corrections; events of the register; coefficients of the measure (definitions);
what is left (the program where it changed, else definitions, register or rules, whichever changed first in this order).
A file that was withdrawn or restored says so before anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from khoi.deployment.fingerprint import InputKind, changed_kinds
from khoi.deployment.home import Home
from khoi.figures.names import chosen, known_codes, measure_figure
from khoi.figures.parts import Part, parts_in_points, with_remainder
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.vintages import Vintage, open_vintages, vintage_named

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_SQL = Path(__file__).with_name("revisions.sql")
CAUSES = {
    "late_workbooks": ("Báo cáo đến muộn", "Workbooks that came later"),
    "new_versions": ("Báo cáo gửi lại", "New versions of workbooks"),
    "withdrawn": ("Báo cáo bị rút, hoặc được nhận lại", "Workbooks withdrawn, or taken back in"),
    "corrections": ("Quyết định sửa số liệu", "Decided corrections"),
    "register": ("Sổ tổ chức và sự kiện", "Register of organizations and events"),
    "rules": ("Quy tắc kiểm tra thay đổi", "Changed rules"),
    "definitions": ("Định nghĩa thay đổi", "Changed definitions"),
    "code": ("Chương trình thay đổi", "Changed code"),
}
"""The causes in the order in which they are told, with their labels."""
_SELECTION = {
    InputKind.RULES: "rules",
    InputKind.DEFINITIONS: "definitions",
    InputKind.REGISTER: "register",
    InputKind.CALENDAR: "register",
    InputKind.CODE: "code",
}
"""What another choice among the same files follows from, and what it is called; the first that changed is named."""
_READING = {InputKind.DEFINITIONS: "definitions", InputKind.CODE: "code"}
_LEFT = {
    InputKind.CODE: "code",
    InputKind.DEFINITIONS: "definitions",
    InputKind.MEASURES: "definitions",
    InputKind.REGISTER: "register",
    InputKind.RULES: "rules",
}


@dataclass(frozen=True)
class Revision:
    """One figure that changed: ``value_from`` and ``value_to`` as published, ``parts`` adding up to the difference."""

    figure: str
    committee: str
    period: str
    measure: str
    value_from: float
    value_to: float
    difference: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Revisions:
    """What two publications say differently. ``changed``: the kinds of input whose fingerprint differs."""

    earlier: Vintage
    later: Vintage
    changed: tuple[str, ...]
    revisions: tuple[Revision, ...]


def revisions(
    home: Home,
    earlier: str,
    later: str,
    *,
    measure: str | None = None,
    committee: str | None = None,
    period: str | None = None,
) -> Revisions:
    """The figures (measure@COMMITTEE@PERIOD) that differ between the publications ``earlier`` and ``later``.

    Raises WarehouseError where a publication or a name is unknown or the first is not the earlier one.
    """
    first, second = vintage_named(home, earlier), vintage_named(home, later)
    if first.version >= second.version:
        raise WarehouseError(f"{earlier} phải trước {later} / the first publication must be the earlier one")
    differing = changed_kinds(first.fingerprints, second.fingerprints)
    changed = tuple(kind for kind in differing if kind != InputKind.WORKBOOKS)  # those are told one by one
    with open_vintages(home, first, second) as connection:
        measure, committee, period = (
            None if asked is None else chosen(kind, asked, known_codes(connection, "v1.figures", f"{kind}_code"))
            for kind, asked in (("measure", measure), ("committee", committee), ("period", period))
        )
        causes = _causes(connection, changed)
        found = [*_additive(causes), *_ratios(connection, causes)]
    wanted = [
        revision
        for revision in sorted(found, key=lambda revision: (revision.committee, revision.period, revision.measure))
        if measure in (None, revision.measure)
        and committee in (None, revision.committee)
        and period in (None, revision.period)
    ]
    return Revisions(first, second, changed, tuple(wanted))


def _causes(connection: duckdb.DuckDBPyConnection, changed: tuple[str, ...]) -> pd.DataFrame:
    def first(causes: Mapping[InputKind, str], otherwise: str) -> str:
        return next((cause for kind, cause in causes.items() if kind in changed), otherwise)

    parameters = {
        "selection_cause": first(_SELECTION, "late_workbooks"),
        "reading_cause": first(_READING, "code"),
        "left_cause": first(_LEFT, "code"),
    }
    return connection.execute(_SQL.read_text(encoding="utf-8"), parameters).df()


def _additive(causes: pd.DataFrame) -> list[Revision]:
    keys = ["committee_code", "period_code", "measure_code", "value_before", "value_after"]
    return [
        _revision(committee, period, measure, before, after, _parts(group))
        for (committee, period, measure, before, after), group in causes.groupby(keys, sort=False)
        if round(after - before, 6)
    ]


def _parts(group: pd.DataFrame) -> tuple[Part, ...]:
    values = dict(zip(group["cause"], group["value"], strict=True))
    return tuple(Part(cause, "revision", *CAUSES[cause], values[cause]) for cause in CAUSES if cause in values)


def _revision(
    committee: str, period: str, measure: str, before: float, after: float, parts: tuple[Part, ...]
) -> Revision:
    figure = measure_figure(measure, committee, period)
    return Revision(figure, committee, period, measure, before, after, after - before, parts)


def _ratios(connection: duckdb.DuckDBPyConnection, causes: pd.DataFrame) -> list[Revision]:
    """The ratios that differ and both publications knew: their terms are explained, then told in points."""
    rows = connection.execute(
        """
        select after.committee_code, after.period_code, after.measure_code, before.value, after.value,
            before.numerator, before.denominator, measures.numerator_measure, measures.denominator_measure
        from v0.figures as before
        inner join v1.figures as after using (figure)
        inner join v1.measures as measures on after.measure_code = measures.measure_code
        where after.period_code is not null and before.denominator > 0 and after.denominator > 0
            and round(after.value - before.value, 9) != 0
        """
    ).fetchall()
    by_figure = {key: _parts(group) for key, group in causes.groupby(["committee_code", "period_code", "measure_code"])}
    found = []
    for committee, period, measure, before, after, over, under, over_measure, under_measure in rows:
        numerators, denominators = (by_figure.get((committee, period, m), ()) for m in (over_measure, under_measure))
        points = parts_in_points(numerators, denominators, over, under)
        found.append(_revision(committee, period, measure, before, after, with_remainder(points, after - before)))
    return found
