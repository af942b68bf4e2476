"""What is shared of one publication: figures by area, period and measure, and the cells that each is a sum of.

An attacker does not think in figures but in the cells behind them, so both are read here, from the published marts.
Measures are those that people declared (`seeds/measures.csv`); a ratio is shared as the quotient of two of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import duckdb

SAME = 1e-4
"""Figures that differ by less are the same: shares of a split are rounded to six digits, sums of them are not."""


class Group(NamedTuple):
    """Organizations whose cells are added up: of a committee in a period, all that reported or (``compared_with``
    another period) those that are comparable with it."""

    area: str
    period: str
    compared_with: str = ""


@dataclass(frozen=True)
class Figure:
    """One figure that is shared, or masked. ``groups`` are added up; ``counted`` and ``expected`` are organizations,
    None where that is not told (`khoi.sharing.coverage`)."""

    kind: str
    area: str
    period: str
    compared_with: str
    measure: str
    value: float
    groups: tuple[Group, ...]
    counted: int | None
    expected: int | None

    @property
    def key(self) -> tuple[str, ...]:
        """What names the figure; with its value, what makes two of different publications the same."""
        return (self.kind, self.area, self.period, self.compared_with, self.measure)


@dataclass(frozen=True)
class Layer:
    """What one share draws from. ``before``: the reporting period before, of each committee's period."""

    cells: Mapping[Group, Mapping[str, float]]
    figures: tuple[Figure, ...]
    terms: Mapping[str, tuple[tuple[str, float], ...]]
    before: Mapping[tuple[str, str], str]


_DECLARED = "select measure_code from dim_measures where is_additive and not contains(measure_code, '.')"
_REPORTED = """
    select committee_code, period_code, measure_code, value, organizations_counted, organizations_expected
    from rpt_committee_measures inner join dim_measures using (measure_code) where is_additive and value is not null
    order by all
"""
_COMPARABLE = """
    with pairs as (
        select * from rpt_year_comparisons where break_status = 'none' and like_for_like_from is not null
    )
    select committee_code, period_from, period_to, measure_code, like_for_like_from, like_for_like_organizations_from,
        organizations_expected_from from pairs
    union all
    select committee_code, period_to, period_from, measure_code, like_for_like_to, like_for_like_organizations_to,
        organizations_expected_to from pairs
    order by all
"""
_SUMS = """
    with sums as (
        select 'year' as kind, committee_code as area, period_code, component_period_code as part_period,
            committee_code as part_area, components as parts, true as flows_only
        from bridge_period_components where components > 1
        union all
        select 'province', province, period_code, period_code, committee_code,
            count(*) over (partition by province, period_code), false
        from bridge_committee_periods inner join dim_committees using (committee_code, committee_key)
        where province is not null
    )
    select sums.kind, area, sums.period_code, measure_code, sum(value),
        list((part_area, part_period) order by part_area, part_period),
        sum(organizations_counted), sum(organizations_expected)
    from sums inner join rpt_committee_measures as headlines
        on headlines.committee_code = part_area and headlines.period_code = part_period
    inner join dim_measures as measures using (measure_code)
    where parts > 1 and is_additive and value is not null and (measures.aggregation = 'flow' or not flows_only)
    group by sums.kind, area, sums.period_code, measure_code, parts having count(*) = parts
    order by all
"""


def read_layer(connection: duckdb.DuckDBPyConnection) -> Layer:
    """What the publication of ``connection`` would share, nothing masked."""
    declared = {row[0] for row in connection.execute(_DECLARED).fetchall()}
    cells: dict[Group, dict[str, float]] = {}
    figures: list[Figure] = []
    for area, period, measure, value, counted, expected in connection.execute(_REPORTED).fetchall():
        group = Group(area, period)
        if "." in measure:
            cells.setdefault(group, {})[measure] = float(value)
        if measure in declared:
            figures.append(Figure("committee", area, period, "", measure, float(value), (group,), counted, expected))
    for area, period, other, measure, value, counted, expected in connection.execute(_COMPARABLE).fetchall():
        group = Group(area, period, other)
        if "." in measure:
            cells.setdefault(group, {})[measure] = float(value)
        if measure in declared:
            one = Figure("like_for_like", area, period, other, measure, float(value), (group,), int(counted), expected)
            figures.append(one)
    for kind, area, period, measure, value, parts, counted, expected in connection.execute(_SUMS).fetchall():
        if measure in declared:
            groups = tuple(Group(*part) for part in parts)
            figures.append(Figure(kind, area, period, "", measure, float(value), groups, int(counted), expected))
    return _without_repetitions(Layer(cells, tuple(figures), _terms(connection, declared), _before(connection)))


def _terms(connection: duckdb.DuckDBPyConnection, declared: set[str]) -> dict[str, tuple[tuple[str, float], ...]]:
    found: dict[str, list[tuple[str, float]]] = {}
    rows = connection.execute("select measure_code, cell_code, coefficient from bridge_measure_terms order by all")
    for measure, cell, coefficient in rows.fetchall():
        if measure in declared:
            found.setdefault(measure, []).append((cell, float(coefficient)))
    return {measure: tuple(terms) for measure, terms in found.items()}


def _before(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    rows = connection.execute(
        "select committee_code, period_code, reported_before from bridge_committee_periods "
        "where reported_before is not null"
    ).fetchall()
    return {(committee, period): before for committee, period, before in rows}


def _without_repetitions(layer: Layer) -> Layer:
    """Without the comparable figures of ends that no reorganisation touched: they are those reported."""

    def is_touched(group: Group) -> bool:
        return not _repeats(layer.cells[group], layer.cells[Group(group.area, group.period)])

    touched = {group for group in layer.cells if group.compared_with and is_touched(group)}
    figures = tuple(one for one in layer.figures if not one.compared_with or one.groups[0] in touched)
    return replace(layer, figures=figures)


def _repeats(part: Mapping[str, float], whole: Mapping[str, float]) -> bool:
    return all(cell in whole and abs(value - whole[cell]) < SAME for cell, value in part.items())
