"""From a figure to the cells it comes from: file, sheet, cell, what stood there, what it counted for.

A total opens to the cells of the workbooks, a count to the records of the list, a figure of the register to
its events. The contributions of the lines add up to the figure they explain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from khoi.figures.names import chosen, codes_of, measure_figure
from khoi.warehouse.errors import WarehouseError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_SQL = Path(__file__).with_name("trace.sql")
_PARTS = ("measure", "committee", "period")
"""What a measure's figure is named by, in this order."""
_REQUESTED = ("figures", "roles", "committees", "measures", "periods")
CELL_COLUMNS = (
    "organization_code",
    "organization_name",
    "period_code",
    "cell_code",
    "file_name",
    "sheet",
    "cell",
    "raw_text",
)
"""The columns of a trace that say where a number stands and what stood there: what a workbook of cells lists."""


def cell_texts(line: Mapping[str, Any]) -> list[str]:
    """`CELL_COLUMNS` of one line of a trace as texts; what is not known is empty."""
    return ["" if line[column] != line[column] else str(line[column] or "") for column in CELL_COLUMNS]


@dataclass(frozen=True)
class Trace:
    """Where a figure comes from.

    ``lines``: one row per cell, record, event or, where no record counts, list; with role (``value`` or
    ``denominator``), committee_code,
    period_code, organization_code, organization_name, measure_code, cell_code, source (``cell``, ``record``,
    ``list``, ``event``), coefficient, value, contribution (coefficient times value), state, file_name, file_hash,
    sheet, cell, raw_text, record_no, event_id and event (its text); of a corrected cell also submitted_value,
    correction_id, correction_reason, corrected_by_role and corrected_on. ``value``, ``denominator`` and
    ``percent``: the warehouse's figure; ``published``: what was printed, for a published figure.
    """

    figure: str
    title_vi: str
    title_en: str
    aggregate: str
    value: float | None
    denominator: float | None
    percent: float | None
    published: float | None
    lines: pd.DataFrame


@dataclass(frozen=True)
class _Figure:
    """What a figure's name asks for: measures by role, a committee and the periods that take part."""

    name: str
    title_vi: str
    title_en: str
    aggregate: str
    committee: str
    measures: dict[str, str]
    periods: list[str]
    numbers: tuple[float | None, float | None, float | None, float | None]


def trace(connection: duckdb.DuckDBPyConnection, figure: str) -> Trace:
    """The cells behind ``figure``: a published figure's id or ``measure@COMMITTEE@PERIOD``.

    Raises WarehouseError where the figure is unknown or has no definition in the warehouse.
    """
    return traces(connection, [figure])[figure]


def traces(connection: duckdb.DuckDBPyConnection, figures: Iterable[str]) -> dict[str, Trace]:
    """Figure as it was asked for -> the cells behind it, all in one query.

    Raises WarehouseError where a figure is unknown or has no definition in the warehouse.
    """
    names = list(dict.fromkeys(figures))
    found = _measure_figures(connection, [name for name in names if "@" in name])
    found |= _published_figures(connection, [name for name in names if "@" not in name])
    asked = {name: found[name] for name in names}
    requests = [
        (number, role, one.committee, measure, period)
        for number, one in enumerate(asked.values())
        for role, measure in one.measures.items()
        for period in one.periods
    ]
    if not requests:
        return {}
    columns = map(list, zip(*requests, strict=True))
    told = connection.execute(_SQL.read_text(encoding="utf-8"), dict(zip(_REQUESTED, columns, strict=True))).df()
    by_figure = {number: lines.reset_index(drop=True) for number, lines in told.groupby("figure_no", sort=False)}
    nothing = told.iloc[:0]
    return {
        figure: Trace(
            *(one.name, one.title_vi, one.title_en, one.aggregate, *one.numbers),
            by_figure.get(number, nothing).drop(columns="figure_no"),
        )
        for number, (figure, one) in enumerate(asked.items())
    }


_HEADLINES = """
select
    requests.name,
    requests.measure_code,
    requests.committee_code,
    requests.period_code,
    measures.label_vi,
    measures.label_en,
    measures.is_additive,
    measures.numerator_measure,
    measures.denominator_measure,
    headlines.value,
    headlines.numerator,
    headlines.denominator
from (
    select
        unnest($names) as name,
        unnest($measures) as measure_code,
        unnest($committees) as committee_code,
        unnest($periods) as period_code
) as requests
inner join dim_measures as measures on requests.measure_code = measures.measure_code
left join rpt_committee_measures as headlines
    on
        requests.measure_code = headlines.measure_code
        and requests.committee_code = headlines.committee_code
        and requests.period_code = headlines.period_code
"""


def _measure_figures(connection: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, _Figure]:
    """Name as it was asked for -> the figure, of names written ``measure@COMMITTEE@PERIOD``."""
    if not names:
        return {}
    known = [codes_of(connection, kind) for kind in _PARTS]
    columns = map(list, zip(*(_parts_of(name, known) for name in names), strict=True))
    given = dict(zip(("measures", "committees", "periods"), columns, strict=True))
    rows = connection.execute(_HEADLINES, {"names": names, **given}).fetchall()
    found = {}
    for name, measure, committee, period, label_vi, label_en, additive, over, under, *numbers in rows:
        value, numerator, denominator = numbers
        measures = {"value": measure} if additive else {"value": over, "denominator": under}
        told = (value, None, None, None) if additive else (numerator, denominator, value, None)
        figure = measure_figure(measure, committee, period)
        found[name] = _Figure(figure, label_vi, label_en, "last", committee, measures, [period], told)
    return found


def _parts_of(name: str, known: list[list[str]]) -> list[str]:
    """The codes of measure, committee and period in ``name``, in whatever case they are written."""
    parts = name.split("@")
    if len(parts) != len(_PARTS):
        raise WarehouseError(f"{name}: viết theo dạng / write as MEASURE@COMMITTEE@PERIOD")
    return [chosen(kind, part, codes) for kind, part, codes in zip(_PARTS, parts, known, strict=True)]


_PUBLISHED = """
select
    coalesce(figures.measure_vi, figures.published_measure) as title_vi,
    figures.published_measure as title_en,
    figures.status,
    figures.reason_vi,
    figures.reason_en,
    figures.committee_code,
    figures.aggregate,
    coalesce(measures.numerator_measure, figures.measure_code) as measure_code,
    coalesce(figures.denominator_measure_code, measures.denominator_measure) as denominator_code,
    figures.warehouse_value,
    figures.warehouse_denominator,
    figures.warehouse_pct,
    coalesce(figures.published_value, figures.published_pct) as published
from rpt_published_figures as figures
left join dim_measures as measures on figures.measure_code = measures.measure_code
where figures.figure_id = ?
"""


def _published_figures(connection: duckdb.DuckDBPyConnection, names: list[str]) -> dict[str, _Figure]:
    """Name as it was asked for -> the figure, of names that are ids of published figures."""
    if not names:
        return {}
    known = codes_of(connection, "figure")
    return {name: _published_figure(connection, chosen("figure", name, known)) for name in names}


def _published_figure(connection: duckdb.DuckDBPyConnection, figure: str) -> _Figure:
    (row,) = connection.execute(_PUBLISHED, [figure]).fetchall()
    title_vi, title_en, status, reason_vi, reason_en, committee, aggregate, measure, denominator, *numbers = row
    if measure is None or committee is None:
        raise WarehouseError(f"{figure}: {status}: {reason_vi or ''} / {reason_en or ''}")
    measures = {"value": measure} | ({"denominator": denominator} if denominator else {})
    value, under, percent, published = numbers
    periods = _periods(connection, figure)
    return _Figure(
        figure, title_vi, title_en, aggregate, committee, measures, periods, (value, under, percent, published)
    )


def _periods(connection: duckdb.DuckDBPyConnection, figure: str) -> list[str]:
    """The periods of a published figure, as the model that computes it has chosen them."""
    rows = connection.execute(
        "select period_code from bridge_figure_periods where figure_id = ? order by 1", [figure]
    ).fetchall()
    return [row[0] for row in rows]
