"""The figures of the statutory tables: one value for each wanted cell, with what it counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from khoi.reports.statutory.declared import Asked
from khoi.reports.word.rounding import rounded_sum

if TYPE_CHECKING:
    import duckdb

_OF_ALL = """
    select measure_code, period_code, aggregation, value, organizations_counted, organizations_expected
    from rpt_committee_measures
    where committee_code = $committee and list_contains($periods, period_code)
        and list_contains($measures, measure_code) and value is not null
"""
_OF_SECTORS = """
    select facts.measure_code, facts.period_code, organizations.sector, sum(facts.value), count(facts.value)
    from fct_measure_values as facts
    inner join dim_organizations as organizations using (organization_key)
    where facts.committee_code = $committee and list_contains($periods, facts.period_code)
        and list_contains($measures, facts.measure_code) and facts.is_additive
    group by all
"""
_DUE = """
    select completeness.period_code, organizations.sector, count(*)
    from rpt_completeness as completeness
    inner join dim_organizations as organizations using (organization_key)
    where completeness.committee_code = $committee and list_contains($periods, completeness.period_code)
        and not completeness.is_committee_itself
    group by all
"""
_AGGREGATIONS = "select measure_code, aggregation from dim_measures where list_contains(?, measure_code)"


@dataclass(frozen=True)
class Held:
    """A figure as it is printed: a flow summed over ``periods``, a stock of the one period, with what it counts.

    ``counted`` of the ``expected`` workbooks of these periods are in it.
    """

    value: Decimal
    counted: int
    expected: int
    periods: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """True where every workbook that was due is in it."""
        return self.counted >= self.expected


def held_figures(
    connection: duckdb.DuckDBPyConnection, committee: str, periods: tuple[str, ...], wanted: Collection[Asked]
) -> dict[Asked, Held]:
    """The wanted figures that the warehouse holds of ``committee`` over ``periods`` (in their order).

    A flow that is not there in every period, and what no organization has sent, is not held. A sector without any
    organization has 0.
    """
    if not periods:
        return {}
    measures = sorted({one.measure for one in wanted})
    given = {"committee": committee, "periods": list(periods), "measures": measures}
    flows = {code for code, kind in connection.execute(_AGGREGATIONS, [measures]).fetchall() if kind == "flow"}
    whole = {(row[0], row[1]): row[3:] for row in connection.execute(_OF_ALL, given).fetchall()}
    parts = {(row[0], row[1], row[2]): row[3:] for row in connection.execute(_OF_SECTORS, given).fetchall()}
    due = {
        (row[0], row[1]): row[2]
        for row in connection.execute(_DUE, {"committee": committee, "periods": list(periods)}).fetchall()
    }
    found: dict[Asked, Held] = {}
    for one in wanted:
        taken = periods if one.measure in flows else periods[:1] if one.at_beginning else periods[-1:]
        # Of a measure that was not asked for at all in a period, sectors have no figure either.
        if not all((one.measure, period) in whole for period in taken):
            continue
        if not one.sectors:
            rows = [whole[one.measure, period] for period in taken]
            found[one] = Held(rounded_sum(row[0] for row in rows), _sum(rows, 1), _sum(rows, 2), taken)
            continue
        places = [(period, sector) for period in taken for sector in one.sectors]
        there = [parts[one.measure, *place] for place in places if (one.measure, *place) in parts]
        there = [row for row in there if row[0] is not None]
        expected = sum(due.get(place, 0) for place in places)
        if there or not expected:
            found[one] = Held(rounded_sum(row[0] for row in there), _sum(there, 1), expected, taken)
    return found


def _sum(rows: list[tuple[float, ...]], at: int) -> int:
    return int(sum(row[at] for row in rows))
