"""What is said beside figures taken along: what was asked, of which publication, how many organizations count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from khoi.deployment.home import Home
from khoi.warehouse.versions import published_version

if TYPE_CHECKING:
    import duckdb

    from khoi.exports.asked import Answer

_COVERAGE = """
    select committee_code, period_code, committees.name_vi, periods.label_vi,
        count(*) filter (is_counted), count(*)
    from rpt_completeness
    left join (select distinct on (committee_code) committee_code, name_vi from dim_committees
        order by committee_code, valid_from desc) as committees using (committee_code)
    left join dim_periods as periods using (period_code)
    where not is_committee_itself and ($committees is null or list_contains($committees, committee_code))
        and ($periods is null or list_contains($periods, period_code))
    group by all order by committee_code, period_code
"""


@dataclass(frozen=True)
class Coverage:
    """Of one committee and period: organizations counted, of those due."""

    committee_code: str
    period_code: str
    committee_vi: str
    period_vi: str
    counted: int
    expected: int


@dataclass(frozen=True)
class Notes:
    """``number``, ``version`` and ``published_at`` are of the publication the figures are read from."""

    kind: str
    asked: str
    number: int
    version: str
    published_at: str
    coverage: tuple[Coverage, ...]


def notes_on(home: Home, connection: duckdb.DuckDBPyConnection, answer: Answer) -> Notes:
    """The notes on ``answer``; coverage of the committees and periods that stand in it, of all where none does."""
    version = published_version(home)
    rows = connection.execute(
        _COVERAGE,
        {
            "committees": _those_in(answer, "committee_code"),
            "periods": _those_in(answer, "period_code"),
        },
    ).fetchall()
    coverage = tuple(Coverage(row[0], row[1], row[2] or row[0], row[3] or row[1], row[4], row[5]) for row in rows)
    number, name, moment = (version.number, version.version, version.published_at) if version else (0, "", "")
    return Notes(answer.kind, answer.asked, number, name, moment, coverage)


def _those_in(answer: Answer, column: str) -> list[str] | None:
    if column not in answer.table.column_names or answer.table.column_names.count(column) != 1:
        return None
    return sorted({str(value) for value in answer.table.column(column).to_pylist() if value is not None}) or None
