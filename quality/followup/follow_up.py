"""The follow-up of all committees and periods: queries with what they can move, and the headlines with their bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.lake import FOLLOW_UP, HEADLINE_BOUNDS
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine.context import with_previous
from quality.engine.ended import COUNTED, counted_observations
from quality.followup.effects import differences, finding_effects, missing_effects, returned_effects
from quality.followup.expected import expected_ranges
from quality.followup.figures import Headlines, figures
from quality.followup.queries import Queries, open_queries
from quality.followup.ranking import Order, Situation, order
from quality.followup.settings import Settings, load_settings

_PARTITION = ["committee_code", "period_code"]
_CELLS = f"""
SELECT v.file_hash, o.cell_code, o.value, p.value AS previous
FROM asked_files v
JOIN {COUNTED} o USING (file_hash)
LEFT JOIN observations p ON p.file_hash = v.previous_file_hash AND p.cell_code = o.cell_code
WHERE o.cell_code IN (SELECT cell_code FROM wanted_cells)
"""


@dataclass(frozen=True)
class FollowUp:
    """``queries``: `ingest.lake.FOLLOW_UP`; ``bounds``: `ingest.lake.HEADLINE_BOUNDS`."""

    queries: pd.DataFrame
    bounds: pd.DataFrame


def follow_up(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    states: pd.DataFrame,
    findings: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    today: dt.date,
) -> FollowUp:
    """What to ask first, for every committee and ended period with a published headline.

    ``connection`` has the observations as they count; ``versions`` are the identified ones (`evaluation_context`),
    ``states`` and ``findings`` what the check decided.
    """
    settings = load_settings()
    headlines = Headlines.of(reference, settings)
    queries = open_queries(versions, states, findings, reference, settings, today)
    files = states.loc[states["is_current"] | states["file_hash"].isin(queries.returned["file_hash"]), "file_hash"]
    with counted_observations(connection, versions, catalogue, reference):
        said = figures(connection, headlines, files)
        current = states[states["is_current"]].merge(said, on="file_hash")
        current = current.merge(reference["periods"][["period_code", "period_end"]], on="period_code")
        effects = _effects(connection, headlines, queries, versions, states, findings, said, current, rules, settings)
    totals = current.groupby([*_PARTITION, "measure_code"])["value"].sum()
    asked_for, rows, bounds = queries.all, [], []
    for key, known in _by_partition(headlines, totals, asked_for):
        mine = asked_for[(asked_for["committee_code"] == key[0]) & (asked_for["period_code"] == key[1])]
        situation = _situation(headlines, known or dict.fromkeys(headlines.additive, 0.0), mine, effects, settings)
        asked = order(situation)
        rows.append(_rows(situation, asked, mine))
        told = _bounds(situation, asked).assign(committee_code=key[0], period_code=key[1])
        # Where no workbook counts yet, the published figure is not 0: there is none.
        bounds.append(told if known else told.assign(value=np.nan))
    return FollowUp(_joined(rows, FOLLOW_UP.names), _joined(bounds, HEADLINE_BOUNDS.names))


def _by_partition(
    headlines: Headlines, totals: pd.Series, asked_for: pd.DataFrame
) -> Iterator[tuple[tuple[str, str], dict[str, float]]]:
    """Every committee and period with a total or a query, and its totals: none where no workbook counts yet."""
    counted = {key: part.droplevel(_PARTITION).to_dict() for key, part in totals.groupby(level=_PARTITION)}
    due = {(str(committee), str(period)) for committee, period in asked_for[_PARTITION].itertuples(index=False)}
    for key in sorted(counted.keys() | due):
        yield key, {str(measure): float(value) for measure, value in counted.get(key, {}).items()}


def _joined(parts: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    # Where no query of the deployment moves a headline, no row says how far one moves.
    return pd.concat(filled, ignore_index=True).reindex(columns=columns) if filled else pd.DataFrame(columns=columns)


def _effects(
    connection: duckdb.DuckDBPyConnection,
    headlines: Headlines,
    queries: Queries,
    versions: pd.DataFrame,
    states: pd.DataFrame,
    findings: pd.DataFrame,
    said: pd.DataFrame,
    current: pd.DataFrame,
    rules: RuleCatalogue,
    settings: Settings,
) -> pd.DataFrame:
    """One row per query and additive measure it can move (`quality.followup.effects.EFFECT`)."""
    asked = pd.concat([queries.findings["file_hash"], queries.returned["file_hash"]])
    eligible = versions[versions["file_hash"].isin(states.loc[states["is_current"], "file_hash"])]
    about = with_previous(versions[versions["file_hash"].isin(asked)], eligible)
    connection.register("asked_files", about[["file_hash", "previous_file_hash"]].astype("str"))
    connection.register("wanted_cells", headlines.terms[["cell_code"]].drop_duplicates())
    cells = connection.execute(_CELLS).df()
    connection.unregister("asked_files")
    connection.unregister("wanted_cells")
    failing = findings[(findings["outcome"] == "fail") & findings["file_hash"].isin(asked)]
    gaps = differences(failing, headlines, rules, cells)
    told = returned_effects(queries.returned, said, gaps[gaps["file_hash"].isin(queries.returned["file_hash"])])
    # A workbook that came back without figures says as little as one that never came.
    silent = queries.returned[~queries.returned["query_id"].isin(told["query_id"])]
    missing = pd.concat([queries.missing, silent], ignore_index=True)
    ranges = expected_ranges(missing, current, headlines.additive, settings)
    open_gaps = gaps[gaps["finding_id"].isin(queries.findings["finding_id"])]
    return pd.concat([missing_effects(missing, ranges), told, finding_effects(open_gaps)], ignore_index=True)


def _situation(
    headlines: Headlines, known: dict[str, float], mine: pd.DataFrame, effects: pd.DataFrame, settings: Settings
) -> Situation:
    asked = mine["query_id"].tolist()
    own = effects[effects["query_id"].isin(asked)]
    bare = Situation.of(headlines, known, asked, own, np.array([]))
    tolerances = np.array([settings.tolerance(measure) for measure in bare.shown])
    return replace(bare, tolerances=tolerances)


def _rows(situation: Situation, asked: Order, mine: pd.DataFrame) -> pd.DataFrame:
    """One row per query and headline it can move, the first to ask first; one without a measure where it moves none."""
    return _without_infinity(pd.DataFrame(_query_rows(situation, asked, mine.set_index("query_id"))))


def _query_rows(situation: Situation, asked: Order, about: pd.DataFrame) -> Iterator[dict[str, object]]:
    value, least, most = situation.bounds(situation.low, situation.high)
    alone = situation.movement(situation.low, situation.high)
    told = about.to_dict("index")
    for rank, place in enumerate(asked.queries, start=1):
        query = situation.queries[place]
        base = {"query_id": query, "rank": rank, **told[query]}
        moved = [one for one in range(len(situation.shown)) if alone[place, one] > 0]
        if not moved:
            yield {**base, "measure_code": None}
        for one in sorted(moved, key=lambda one: -alone[place, one] / situation.tolerances[one]):
            yield {
                **base,
                "measure_code": situation.shown[one],
                "low": least[place, one] - value[place, one],
                "high": most[place, one] - value[place, one],
                "movement_pct": alone[place, one],
                "remaining_pct": asked.remaining[rank - 1, one],
            }


def _bounds(situation: Situation, asked: Order) -> pd.DataFrame:
    """One row per shown headline: its value, what it can be while the queries are open, and how many settle it."""
    low, high = situation.low.sum(axis=0), situation.high.sum(axis=0)
    value, least, most = situation.bounds(low, high)
    movement = situation.movement(low, high)
    open_still = np.vstack([movement[None, :], asked.remaining]) > situation.tolerances
    # The first place from which on the headline stays within its tolerance.
    needed = [int(np.flatnonzero(column)[-1]) + 1 if column.any() else 0 for column in open_still.T]
    told = pd.DataFrame(
        {
            "measure_code": situation.shown,
            "value": value,
            "low": least,
            "high": most,
            "movement_pct": movement,
            "tolerance_pct": situation.tolerances,
            "queries": len(situation.queries),
            "questions": needed,
        }
    )
    return _without_infinity(told)


def _without_infinity(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with nothing where a side has no limit, as the tables of the lake tell it."""
    return rows.replace([np.inf, -np.inf], np.nan)
