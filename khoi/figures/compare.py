"""Comparing two periods: as reported, on one basis, and what the change is made of.

Periods may be cumulative (a year, a term): flows are added over the reporting periods that tile them, of stocks the
last one counts. A ratio is never restated: its numerator and denominator are. `docs/comparison.md` says it all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from khoi.figures.basis import Basis
from khoi.figures.comparison import Break, Change, Comparison, Side, change, points
from khoi.figures.names import known_committee, known_measure, known_period
from khoi.figures.parts import parts_in_points, summed_parts, with_remainder
from khoi.figures.restate import OUTSIDE, restated
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(frozen=True)
class Measure:
    """A measure as the warehouse describes it; of a ratio ``over`` and ``under`` are its sides."""

    code: str
    label_vi: str
    label_en: str
    unit_vi: str | None
    unit_en: str | None
    aggregation: str | None
    over: str | None
    under: str | None


@dataclass(frozen=True)
class _Asked:
    """One committee's question: the reporting periods of both ends, and their pairs one to one."""

    committee: str
    period_from: str
    period_to: str
    components: dict[str, list[str]]
    basis: Basis
    text: str


def compare(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    period_from: str,
    period_to: str,
    committee: str | None = None,
    like_for_like: bool = False,
    *,
    basis: str = "as-was",
) -> list[Comparison]:
    """One comparison per committee that has both periods, in the order of their codes.

    ``basis``: as-was, as-is, as-of:YYYY-MM-DD or like-for-like (which ``like_for_like`` says as well).
    Raises WarehouseError for an unknown measure, period, committee or basis and where no committee has figures at
    both periods.
    """
    text = "like-for-like" if like_for_like else basis
    chosen = Basis.parse(text)
    names = named(connection, measure, period_from, period_to, committee)
    wanted, ends = described(connection, names.measure), (names.period_from, names.period_to)
    found = [
        comparison
        for code, components in _components(connection, *ends, names.committee).items()
        if (comparison := _compared(connection, wanted, _Asked(code, *ends, components, chosen, text)))
    ]
    if not found:
        raise WarehouseError(
            f"{measure}: không cấp ủy nào có số liệu ở cả hai kỳ {period_from} và {period_to} "
            f"/ no committee has figures at both periods"
        )
    return found


@dataclass(frozen=True)
class Names:
    """What is compared, by the warehouse's own codes."""

    measure: str
    period_from: str
    period_to: str
    committee: str | None


def named(
    connection: duckdb.DuckDBPyConnection, measure: str, period_from: str, period_to: str, committee: str | None
) -> Names:
    """The codes that were meant, in any case. Raises WarehouseError for an unknown one, and periods out of order."""
    names = Names(
        known_measure(connection, measure),
        known_period(connection, period_from),
        known_period(connection, period_to),
        None if committee is None else known_committee(connection, committee),
    )
    ends = dict(connection.execute("select period_code, period_end from dim_periods").fetchall())
    if ends[names.period_from] >= ends[names.period_to]:
        raise WarehouseError(
            f"--from {period_from} phải trước --to {period_to} / the first period must be before the second"
        )
    return names


def described(connection: duckdb.DuckDBPyConnection, code: str) -> Measure:
    row = connection.execute(
        "select measure_code, label_vi, label_en, unit_vi, unit_en, aggregation, numerator_measure, "
        "denominator_measure from dim_measures where measure_code = ?",
        [code],
    ).fetchone()
    assert row is not None  # found by `named` or by the warehouse itself
    return Measure(*row)


def _components(
    connection: duckdb.DuckDBPyConnection, period_from: str, period_to: str, committee: str | None
) -> dict[str, dict[str, list[str]]]:
    """Committee -> period -> its reporting periods in order, of the committees that have both."""
    rows = connection.execute(
        "select committee_code, period_code, component_period_code from bridge_period_components "
        "where period_code in (?, ?) and committee_code = coalesce(?, committee_code) "
        "order by committee_code, period_code, position",
        [period_from, period_to, committee],
    ).fetchall()
    found: dict[str, dict[str, list[str]]] = {}
    for code, period, component in rows:
        found.setdefault(code, {}).setdefault(period, []).append(component)
    return {code: periods for code, periods in found.items() if len(periods) == 2}


def _compared(connection: duckdb.DuckDBPyConnection, measure: Measure, asked: _Asked) -> Comparison | None:
    if measure.over is None or measure.under is None:
        return _additive(connection, measure, asked)
    over = _additive(connection, described(connection, measure.over), asked)
    under = _additive(connection, described(connection, measure.under), asked)
    return None if over is None or under is None else ratio_of(measure, over, under)


def _additive(connection: duckdb.DuckDBPyConnection, measure: Measure, asked: _Asked) -> Comparison | None:
    """The comparison of an additive measure; None where an end lacks figures."""
    ends = {period: _ends(measure, asked.components[period]) for period in (asked.period_from, asked.period_to)}
    earlier, later = ends.values()
    sides = [_side(connection, measure, asked, period, periods) for period, periods in ends.items()]
    if sides[0] is None or sides[1] is None:
        return None
    pairs = list(zip(earlier, later, strict=True)) if len(earlier) == len(later) else []
    rows = _pair_rows(connection, measure, asked.committee, pairs)
    breaks = _breaks(measure, rows)
    reported = change(sides[0].value, sides[1].value)
    restated_change, outside = _restated(connection, measure, asked, (earlier, later), rows, reported)
    return Comparison(
        asked.committee,
        measure.code,
        measure.label_vi,
        measure.label_en,
        measure.unit_vi,
        measure.unit_en,
        replace(sides[0], outside=outside[0]),
        replace(sides[1], outside=outside[1]),
        reported,
        restated_change if asked.basis.kind == "like-for-like" else None,
        with_remainder(summed_parts(connection, asked.committee, measure.code, pairs), reported.difference),
        asked.text,
        restated_change,
        breaks,
        same_organizations=_same_organizations(connection, asked.committee, earlier, later),
    )


def _ends(measure: Measure, components: list[str]) -> list[str]:
    """The reporting periods whose figures make up one end: all of them for a flow, the last one for a stock."""
    return components if measure.aggregation == "flow" else components[-1:]


def _side(
    connection: duckdb.DuckDBPyConnection, measure: Measure, asked: _Asked, period: str, periods: list[str]
) -> Side | None:
    counted = connection.execute(
        "select count(value), sum(value), sum(organizations_counted), sum(organizations_expected), "
        "case when count(*) = 1 then any_value(low) end, case when count(*) = 1 then any_value(high) end "
        "from rpt_committee_measures "
        "where committee_code = ? and measure_code = ? and list_contains(?, period_code)",
        [asked.committee, measure.code, periods],
    ).fetchone()
    assert counted is not None
    if counted[0] != len(periods):
        return None
    value, organizations, expected, low, high = counted[1:]
    return Side(period, float(value), int(organizations or 0), int(expected or 0), low=low, high=high)


def _same_organizations(
    connection: duckdb.DuckDBPyConnection, committee: str, earlier: list[str], later: list[str]
) -> bool | None:
    """Whether the same organizations are counted at both ends; None where an end is more than one period."""
    if len(earlier) != 1 or len(later) != 1:
        return None
    found = connection.execute(
        "select count(*) from (select organization_code from rpt_completeness where committee_code = $committee "
        "and period_code in ($earlier, $later) and is_counted and not is_committee_itself "
        "group by organization_code having count(*) = 1)",
        {"committee": committee, "earlier": earlier[0], "later": later[0]},
    ).fetchone()
    return found is not None and found[0] == 0


def _pair_rows(
    connection: duckdb.DuckDBPyConnection, measure: Measure, committee: str, pairs: list[tuple[str, str]]
) -> pd.DataFrame:
    """The rows of rpt_year_comparisons for ``pairs``."""
    return connection.execute(
        """
        select comparisons.*
        from (select unnest($earlier) as period_from, unnest($later) as period_to) as pairs
        inner join rpt_year_comparisons as comparisons using (period_from, period_to)
        where committee_code = $committee and measure_code = $measure
        """,
        {
            "committee": committee,
            "measure": measure.code,
            "earlier": [earlier for earlier, _ in pairs],
            "later": [later for _, later in pairs],
        },
    ).df()


def _breaks(measure: Measure, rows: pd.DataFrame) -> tuple[Break, ...]:
    crossed = rows[rows["break_status"] != "none"]
    notes = crossed[["break_status", "break_note_vi", "break_note_en"]].drop_duplicates()
    return tuple(Break(measure.code, status == "bridged", vi, en) for status, vi, en in notes.itertuples(index=False))


Restated = tuple[Change | None, tuple[float | None, float | None]]


def _restated(
    connection: duckdb.DuckDBPyConnection,
    measure: Measure,
    asked: _Asked,
    ends: tuple[list[str], list[str]],
    rows: pd.DataFrame,
    reported: Change,
) -> Restated:
    """The change on the asked basis, and what lies outside the committee at both ends."""
    nothing = (None, None)
    broken = (rows["break_status"] == "broken").any()
    if asked.basis.kind == "as-was":
        return reported, nothing
    if broken:
        return None, nothing
    if asked.basis.as_of is None:
        ends_known = not rows.empty and rows[["like_for_like_from", "like_for_like_to"]].notna().all(axis=None)
        sums = rows[["like_for_like_from", "like_for_like_to"]].sum()
        return (change(*map(float, sums)) if ends_known else None), nothing
    bridges = rows["bridge_measure_code"].dropna().unique()
    later_measure = str(bridges[0]) if len(bridges) else measure.code
    figures = [(measure.code, period) for period in ends[0]] + [(later_measure, period) for period in ends[1]]
    frame = restated(connection, figures, asked.basis.as_of)
    frame = frame[frame["committee_code"] == asked.committee]
    sums = [
        frame[frame["period_code"].isin(periods) & (frame["measure_code"] == code)]
        for periods, code in zip(ends, (measure.code, later_measure), strict=True)
    ]
    inside = [float(end.loc[end["organization_code"] != OUTSIDE, "value"].sum()) for end in sums]
    outside = [float(end.loc[end["organization_code"] == OUTSIDE, "value"].sum()) for end in sums]
    return change(inside[0], inside[1]), (outside[0], outside[1])


def ratio_of(measure: Measure, over: Comparison, under: Comparison) -> Comparison | None:
    """The ratio's comparison from those of its numerator and denominator; None where one end has no denominator."""
    reported = points(over.as_reported, under.as_reported)
    if reported is None:
        return None
    restated_change = points(over.restated, under.restated)
    in_points = parts_in_points(over.parts, under.parts, over.as_reported.value_from, under.as_reported.value_from)
    return Comparison(
        over.committee,
        measure.code,
        measure.label_vi,
        measure.label_en,
        measure.unit_vi,
        measure.unit_en,
        _ratio_side(over.side_from, under.side_from, reported.value_from),
        _ratio_side(over.side_to, under.side_to, reported.value_to),
        reported,
        restated_change if over.basis == "like-for-like" else None,
        with_remainder(in_points, reported.difference),
        over.basis,
        restated_change,
        over.breaks + under.breaks,
        (over, under),
        over.same_organizations,
    )


def _ratio_side(over: Side, under: Side, value: float) -> Side:
    counted = min(over.organizations_counted, under.organizations_counted)
    return Side(over.period, value, counted, over.organizations_expected)
