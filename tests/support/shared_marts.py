"""A small published warehouse made of organizations, for what is shared of it: in memory, without a build.

An organization reports in some periods of one committee; what it reports of each obeys the rules of `RULES`. Figures
are summed here the way the marts are: as reported, and at both ends of every pair of periods over the organizations
that report at both.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pandas as pd

from quality.localise.problem import Constraint

PERIODS = ("2021H1", "2021H2", "2022H1")
MEASURES = {
    "members": {"f.CLOSE": 1},
    "opening": {"f.OPEN": 1},
    "admitted": {"f.IN": 1},
    "left": {"f.OUT": 1},
    "growth": {"f.IN": 1, "f.OUT": -1},
    "women": {"s.WOMEN": 1},
    "cases": {"d.ALL": 1},
    "cases_light": {"d.LIGHT": 1},
    "cases_heavy": {"d.HEAVY": 1, "d.HEAVIEST": 1},
}
FLOWS = frozenset({"admitted", "left", "growth", "cases", "cases_light", "cases_heavy"})
CELLS = ("f.OPEN", "f.IN", "f.OUT", "f.CLOSE", "s.WOMEN", "d.ALL", "d.LIGHT", "d.HEAVY", "d.HEAVIEST")
RULES = (
    Constraint("closing", (("f.CLOSE", 1), ("f.OPEN", -1), ("f.IN", -1), ("f.OUT", 1))),
    Constraint("opening", (("f.OPEN", 1), ("prev.f.CLOSE", -1))),
    Constraint("all", (("d.ALL", 1), ("d.LIGHT", -1), ("d.HEAVY", -1), ("d.HEAVIEST", -1))),
    Constraint("women", (("s.WOMEN", 1), ("f.CLOSE", -1)), "<="),
)


def rules(period: str, cells: frozenset[str], earlier: frozenset[str]) -> Iterable[Constraint]:
    """The rules that can be assessed, as `khoi.sharing.knowledge` asks for them."""
    return [rule for rule in RULES if rule.key != "opening" or earlier]


@dataclass(frozen=True)
class Organization:
    """``periods``: numbers of those it reports in, one after another; ``reported`` in each of them: came, left, women,
    light, heavy and heaviest cases."""

    code: int
    committee: str
    periods: tuple[int, ...]
    opening: int
    reported: tuple[tuple[int, int, int, int, int, int], ...]

    def cells(self, period: int) -> dict[str, int]:
        """What it reports; more leave or are women than there are: as many as there are."""
        opening = self.opening
        for number, (came, went, women, *cases) in zip(self.periods, self.reported, strict=True):
            went = min(went, opening + came)
            closing = opening + came - went
            values = (opening, came, went, closing, min(women, closing), sum(cases), *cases)
            if number == period:
                return dict(zip(CELLS, values, strict=True))
            opening = closing
        raise KeyError(period)


def sums(organizations: Iterable[Organization], period: int) -> dict[str, int]:
    """Every cell over ``organizations``."""
    found = [one.cells(period) for one in organizations]
    return {cell: sum(values[cell] for values in found) for cell in CELLS}


def measured(cells: dict[str, int], measure: str) -> int:
    """A measure of such sums."""
    return sum(factor * cells[cell] for cell, factor in MEASURES[measure].items())


_TABLES = """
create table dim_committees (committee_code varchar, committee_key varchar, province varchar);
create table dim_measures (measure_code varchar, label_vi varchar, label_en varchar, unit_vi varchar, unit_en varchar,
    kind varchar, aggregation varchar, numerator_measure varchar, denominator_measure varchar, is_additive boolean);
create table bridge_measure_terms (measure_code varchar, cell_code varchar, coefficient double);
create table bridge_committee_periods (committee_code varchar, period_code varchar, committee_key varchar,
    reported_before varchar);
create table bridge_period_components (committee_code varchar, period_code varchar, component_period_code varchar,
    position integer, components integer);
create table rpt_committee_measures (committee_code varchar, period_code varchar, measure_code varchar, value double,
    organizations_counted bigint, organizations_expected bigint);
create table rpt_year_comparisons (committee_code varchar, measure_code varchar, period_from varchar, period_to varchar,
    break_status varchar, like_for_like_from double, like_for_like_to double,
    like_for_like_organizations_from hugeint, like_for_like_organizations_to hugeint,
    organizations_expected_from bigint, organizations_expected_to bigint);
"""


def shared_marts(organizations: Iterable[Organization]) -> duckdb.DuckDBPyConnection:
    """The marts that `khoi.sharing.layer` reads, over ``organizations``."""
    there = sorted({(one.committee, period) for one in organizations for period in one.periods})
    tables = _declarations(there)
    for committee, period in there:
        mine = reporting(organizations, committee, period)
        tables["rpt_committee_measures"] += _rows(committee, PERIODS[period], sums(mine, period), len(mine))
    for (committee, earlier), (other, later) in itertools.product(there, there):
        if committee == other and earlier < later:
            both = reporting(organizations, committee, earlier, later)
            ends = [_rows(committee, "", sums(both, period), len(both)) for period in (earlier, later)]
            tables["rpt_year_comparisons"] += [
                (committee, first[2], PERIODS[earlier], PERIODS[later], "none", first[3], last[3], *(len(both),) * 4)
                for first, last in zip(*ends, strict=True)
            ]
    connection = duckdb.connect()
    connection.execute(_TABLES)
    for table, rows in tables.items():
        frame = pd.DataFrame(rows, dtype="object")
        if len(frame):
            connection.register("frame", frame)
            connection.execute(f"insert into {table} select * from frame")
    return connection


def reporting(organizations: Iterable[Organization], committee: str, *periods: int) -> list[Organization]:
    """Those of ``committee`` that report in all of ``periods``."""
    return [one for one in organizations if one.committee == committee and set(periods) <= set(one.periods)]


def _declarations(there: list[tuple[str, int]]) -> dict[str, list[tuple]]:
    tables: dict[str, list[tuple]] = defaultdict(list)
    for committee in sorted({committee for committee, _ in there}):
        tables["dim_committees"].append((committee, committee, "Tỉnh Thử"))
        if {(committee, 0), (committee, 1)} <= set(there):
            tables["bridge_period_components"] += [(committee, "2021", PERIODS[one], one + 1, 2) for one in (0, 1)]
    for committee, period in there:
        before = PERIODS[period - 1] if (committee, period - 1) in there else None
        tables["bridge_committee_periods"].append((committee, PERIODS[period], committee, before))
    named = [(code, "flow" if code in FLOWS else "stock", terms) for code, terms in MEASURES.items()]
    for code, aggregation, terms in [*named, *((cell, "stock", {cell: 1}) for cell in CELLS)]:
        tables["dim_measures"].append((code, code, code, "n", "n", "count", aggregation, None, None, True))
        tables["bridge_measure_terms"] += [(code, cell, float(factor)) for cell, factor in terms.items()]
    ratio = ("women_pct", "w", "w", "%", "%", "ratio", "stock", "women", "members", False)
    tables["dim_measures"].append(ratio)
    return tables


def _rows(committee: str, period: str, cells: dict[str, int], counted: int) -> list[tuple]:
    values = {**{measure: measured(cells, measure) for measure in MEASURES}, **cells}
    return [(committee, period, measure, float(value), counted, counted) for measure, value in values.items()]
