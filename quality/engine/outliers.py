"""Questions about figures that break no rule: the tests of `quality.outliers` over all organizations and periods.

Only the latest clean version of each organization and period is looked at, and only periods of committees that have
enough periods before them. What is asked is a soft finding at the figure's cell; an accepted explanation silences it
like every other soft finding (`quality.submissions.decisions`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.database import ask, frame_of, give
from ingest.numerals import number_en, number_vi
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import (
    COPIED_NEIGHBOUR,
    COPIED_PERIOD,
    COPIED_SHEET,
    COUNT_OUTLIER,
    EXCHANGED_ROWS,
    HEAPS,
    MOVED_LEVEL,
    MOVED_LEVELS,
    PEER_OUTLIER,
    STOCK_OUTLIER,
    WRITTEN_FOR_ALL,
)
from quality.engine import OUTCOME_COLUMNS, SUBJECT, VIOLATION_COLUMNS, Verdicts, nothing_found
from quality.engine.context import latest_versions, with_previous
from quality.outliers.copies import QUESTIONS, ROUND_FROM, TELLING, copy_questions
from quality.outliers.counts import FLAGS, count_flags
from quality.outliers.moves import moved_flags
from quality.outliers.peers import flow_flags, peer_flags
from quality.outliers.rows import level_cells, row_cells, row_flags, row_violations
from quality.outliers.settings import Settings, load_settings

# Numbers instead of texts: some ten thousand rows are sorted, and looked through by every test.
_FIGURES = """
SELECT v.version_no, j.cell_no, o.value, CASE WHEN v.is_asked THEN o.sheet END AS sheet,
    CASE WHEN v.is_asked THEN o.cell END AS cell, p.value AS previous
FROM judged_versions v
JOIN observations o USING (file_hash)
JOIN judged_cells j USING (cell_code)
LEFT JOIN (
    SELECT file_hash, cell_code, value FROM observations
    WHERE file_hash IN (SELECT looked_back FROM judged_versions WHERE looked_back IS NOT NULL)
) p ON p.file_hash = v.looked_back AND p.cell_code = o.cell_code
WHERE o.state IN ('value', 'zero') AND (v.is_asked OR o.value >= $telling OR j.is_past)
ORDER BY v.version_no, j.cell_no
"""
_KNOWN = "SELECT DISTINCT cell_code FROM observations ORDER BY ALL"
_REGISTER = """
SELECT v.file_hash, r.cell_code, CASE WHEN count(*) = count(r.value) THEN sum(r.value) END AS value
FROM judged_versions v JOIN register_observations r USING (organization_code, period_code) GROUP BY ALL
"""
_TOLD = ["committee", "organization", "period", "test", "file_hash"]
_TESTS = (
    *(COUNT_OUTLIER, STOCK_OUTLIER, PEER_OUTLIER, MOVED_LEVEL),
    *(MOVED_LEVELS, EXCHANGED_ROWS, WRITTEN_FOR_ALL),
    *(COPIED_PERIOD, COPIED_SHEET, COPIED_NEIGHBOUR, HEAPS),
)
_MOVES = ("levels", "attendances", "ended")


def check_outliers(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    rules: RuleCatalogue,
    settings: Settings | None = None,
    asked: Collection[str] | None = None,
) -> Verdicts:
    """Ask about the figures of the latest of ``versions`` (clean file versions of `evaluation_context`).

    ``connection`` has observations and register_observations. ``asked``: only these file versions are asked, with what
    the others say beside them, and no outcomes are counted; all unless given.
    """
    settings = settings or load_settings()
    latest = latest_versions(versions)
    with_past = latest[_with_history(latest, settings)]
    judged = with_past if asked is None else with_past[with_past["file_hash"].isin(asked)]
    if judged.empty:
        return nothing_found()
    figures, register = _figures(connection, _compared(latest, judged, asked), settings)
    compared, asked_of = (figures["file_hash"].isin(one["file_hash"]) for one in (with_past, judged))
    lately = compared & figures["period"].isin(judged["period_end"])
    only = None if asked is None else frozenset(judged["organization_code"])
    flags = _joined(
        [
            _counts(figures, judged, settings, only),
            _peers(figures[compared], judged, settings, only),
            *_beside_the_period_before(figures[asked_of], register, settings),
        ]
    )
    copies = _copies(figures[lately], settings, only)
    rows = _rows(figures, asked_of, judged, settings)
    found = [_figure_violations(flags, figures)] if len(flags) else []
    found += [row_violations(rows, figures)] if len(rows) else []
    found += [_return_violations(copies, figures)] if len(copies) else []
    return _verdicts(found, judged, rules, is_counted=asked is None)


def _copies(figures: pd.DataFrame, settings: Settings, only: Collection[str] | None) -> pd.DataFrame:
    """What is nearly another return, or nearly last period's."""
    alike, repeats, sheets = (figures[_looked_at(figures, test, settings)] for test in ("copies", "repeats", "sheets"))
    return copy_questions(alike, settings, repeats, sheets, only)


def _verdicts(found: list[pd.DataFrame], judged: pd.DataFrame, rules: RuleCatalogue, *, is_counted: bool) -> Verdicts:
    """What was ``found`` of the ``judged`` versions, with counted outcomes where that is wanted."""
    if not found and not is_counted:
        return nothing_found()
    violations = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=_TOLD)
    outcomes = _outcomes(violations, judged, rules) if is_counted else nothing_found().outcomes
    return Verdicts(_declared(violations, judged, rules), outcomes)


def _joined(flags: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All flags (columns FLAGS) as one frame."""
    found = [one for one in flags if len(one)]
    return pd.concat(found, ignore_index=True).reindex(columns=FLAGS) if found else pd.DataFrame(columns=FLAGS)


def _compared(latest: pd.DataFrame, judged: pd.DataFrame, asked: Collection[str] | None) -> pd.DataFrame:
    """The versions whose figures are looked at, with previous_file_hash and whether they are asked (``is_asked``).

    Nothing is held against other committees, nor against what came after.
    """
    known = with_previous(latest, latest)
    if asked is None:
        return known.assign(is_asked=True)
    near = known["committee_code"].isin(judged["committee_code"]) & (known["period_end"] <= judged["period_end"].max())
    return known.assign(is_asked=known["file_hash"].isin(asked))[near]


def _with_history(versions: pd.DataFrame, settings: Settings) -> pd.Series:
    """True for the periods before which their committee has enough others."""
    committees, periods = versions["committee_code"].tolist(), versions["period_end"].tolist()
    ends: dict[str, list[str]] = {}
    for committee, end in sorted(set(zip(committees, periods, strict=True))):
        ends.setdefault(committee, []).append(end)
    least = settings.number("least_periods")
    late = {(committee, end) for committee, all_of_it in ends.items() for end in all_of_it[int(least) :]}
    found = [subject in late for subject in zip(committees, periods, strict=True)]
    return pd.Series(found, index=versions.index, dtype=bool)


def _figures(
    connection: duckdb.DuckDBPyConnection, versions: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures the tests look at, with members and last period's value; and the register's cells by file.

    Of who is not asked those are left out that no test looks at (`quality.outliers.copies`: small ones say nothing).
    """
    known = [row[0] for row in ask(connection, _KNOWN).fetchall()]
    cells, past = sorted(figure_cells(known, settings)), past_cells(known, settings)
    ordered = versions.sort_values("file_hash", ignore_index=True)
    text = ordered[[*SUBJECT, "file_hash"]].astype("str")
    looked_back = ordered["previous_file_hash"].where(ordered["is_asked"]).astype("str")
    given = {
        "judged_versions": text.assign(
            version_no=range(len(text)), is_asked=ordered["is_asked"], looked_back=looked_back
        ),
        "judged_cells": pd.DataFrame(
            {"cell_code": cells, "cell_no": range(len(cells)), "is_past": [code in past for code in cells]}
        ),
    }
    give(connection, given)
    rows = frame_of(connection, _FIGURES, {"telling": TELLING})
    return _named(rows, ordered, cells, str(settings.values["exposure"])), ask(connection, _REGISTER).df()


def _named(rows: pd.DataFrame, versions: pd.DataFrame, cells: Sequence[str], exposure: str) -> pd.DataFrame:
    """``rows`` with what their numbers of ``versions`` and ``cells`` stand for, and the members of each workbook.

    Texts that come again and again are categories in their own order.
    """
    version, cell = rows["version_no"].to_numpy(), rows["cell_no"].to_numpy()
    members = np.full(len(versions), np.nan)
    of_members = cell == (cells.index(exposure) if exposure in cells else -1)
    members[version[of_members]] = rows["value"].to_numpy()[of_members]
    names = {
        "file_hash": "file_hash",
        "committee": "committee_code",
        "organization": "organization_code",
        "organization_type": "organization_type",
        "period": "period_end",
    }
    told = {name: pd.Categorical(versions[column], ordered=True).take(version) for name, column in names.items()}
    forms = pd.Categorical([code.partition(".")[0] for code in cells])
    codes = pd.Categorical.from_codes(cell, pd.Index(cells, dtype="str"))
    kept = rows[["value", "sheet", "cell", "previous"]]
    return kept.assign(**told, form=forms.take(cell), cell_code=codes, members=members[version])


def figure_cells(known: Iterable[str], settings: Settings) -> set[str]:
    """Those of the ``known`` cells that any test looks at, and the cells of the flows."""
    flows, codes = settings.values["stock"]["flows"], list(known)
    parts = {code for flow in flows.values() for code in (*flow["came"], *flow["left"])}
    wanted = {
        code
        for test in ("counts", "peers", "copies", "repeats", "sheets", *_MOVES)
        for code in settings.cells(test, codes)
    }
    together = {code for group in settings.values["exchanged"]["groups"] for code in group}
    together |= {*level_cells(settings), *settings.cells("for_all", codes), str(settings.values["for_all"]["part"])}
    return {*wanted, *parts, *flows, *together, str(settings.values["exposure"])}


def past_cells(known: Iterable[str], settings: Settings) -> set[str]:
    """Those of the ``known`` cells that are looked at in the periods before the one asked about as well."""
    codes = list(known)
    wanted = {code for test in ("counts", "peers") for code in settings.cells(test, codes)}
    return {*wanted, *level_cells(settings), str(settings.values["exposure"])}


def _rows(figures: pd.DataFrame, asked_of: pd.Series, judged: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """What several figures together say otherwise than the same organization's before."""
    levels = figures["cell_code"].isin(level_cells(settings)) & figures["organization"].isin(
        judged["organization_code"]
    )
    wanted = figures["cell_code"].isin(row_cells(settings))
    return row_flags(figures[asked_of & wanted], figures[levels & ~asked_of], settings)


def _looked_at(figures: pd.DataFrame, test: str, settings: Settings) -> NDArray[np.bool_]:
    codes = figures["cell_code"].cat
    wanted = np.isin(codes.categories, settings.cells(test, codes.categories))
    return np.asarray(wanted[codes.codes])


def _peers(
    figures: pd.DataFrame, judged: pd.DataFrame, settings: Settings, only: Collection[str] | None
) -> pd.DataFrame:
    """What lies far from its peers; where some are asked, of the periods before only what they say themselves."""
    if only is not None:
        now = figures["period"].isin(judged["period_end"])
        figures = figures[now | figures["organization"].isin(only)]
    return peer_flags(figures[_looked_at(figures, "peers", settings)].dropna(subset=["members"]), settings)


def _counts(
    figures: pd.DataFrame, judged: pd.DataFrame, settings: Settings, only: Collection[str] | None
) -> pd.DataFrame:
    counted = figures[_looked_at(figures, "counts", settings)]
    flags = []
    for period in sorted(judged["period_end"].unique()):
        committees = judged.loc[judged["period_end"] == period, "committee_code"]
        flags.append(count_flags(counted[counted["committee"].isin(committees)], period, settings, only))
    return _joined(flags)


def _stocks(figures: pd.DataFrame, register: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """The declared stocks with what came and left; NaN where a part of the flow was not reported or is unknown."""
    flows = settings.values["stock"]["flows"]
    files = pd.Index(figures["file_hash"].unique()).astype(object)
    cells = pd.Index(sorted({cell for flow in flows.values() for side in ("came", "left") for cell in flow[side]}))
    # What the register does not name did not happen; what it does not know makes the sum unknown.
    moved = np.tile(np.where(cells.str.startswith("register."), 0.0, np.nan), (len(files), 1))
    for rows in (figures, register):
        file, cell = files.get_indexer(rows["file_hash"].astype(object)), cells.get_indexer(rows["cell_code"])
        known = (file >= 0) & (cell >= 0)
        moved[file[known], cell[known]] = rows["value"].to_numpy(float)[known]
    parts = []
    for code, flow in flows.items():
        stock = figures[figures["cell_code"] == code]
        of = files.get_indexer(stock["file_hash"].astype(object))
        sums = {side: moved[of][:, cells.get_indexer(flow[side])].sum(axis=1) for side in ("came", "left")}
        parts.append(stock.assign(**sums))
    return pd.concat(parts, ignore_index=True)


def _beside_the_period_before(figures: pd.DataFrame, register: pd.DataFrame, settings: Settings) -> list[pd.DataFrame]:
    """Stocks that moved further than the flow, and what is many times last period's figure."""
    exposure = figures[figures["cell_code"] == str(settings.values["exposure"])]
    before = exposure.drop_duplicates("file_hash").set_index("file_hash")["previous"]
    beside = figures.assign(previous_members=before.reindex(figures["file_hash"]).to_numpy())
    moved = [moved_flags(beside, test, settings) for test in _MOVES]
    return [flow_flags(_stocks(figures, register, settings), settings), *moved]


def _figure_violations(flags: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """One violation per flag, at its cell, with the expected range in words."""
    places = figures[["organization", "period", "cell_code", "file_hash", "sheet", "cell", "value", "members"]]
    told = flags.merge(places, on=["organization", "period", "cell_code"])
    share = told["test"] == PEER_OUTLIER
    observed = told["observed"].where(~share, 100 * told["observed"] / told["members"])
    unit = share.map({True: " %", False: ""})
    low, high = (told[side].astype(float).round().astype("Int64") for side in ("low", "high"))
    return told.assign(
        cells=told["sheet"] + "!" + told["cell"],
        observed=told["value"].astype("int64").astype(str),
        expected=_between(low, high, number_vi, "{}-{}"),
        observed_vi=_numbers(observed, number_vi) + unit,
        observed_en=_numbers(observed, number_en) + unit,
        expected_vi=_between(low, high, number_vi, "từ {} đến {}") + unit,
        expected_en=_between(low, high, number_en, "{} to {}") + unit,
    )


def _return_violations(questions: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """One violation per return, question and sheet asked about; of several look-alikes the most alike is named."""
    most = questions.sort_values(["same", "other"], ascending=[False, True], kind="stable")
    most = most.drop_duplicates(["organization", "period", "test", "form"]).reindex(columns=QUESTIONS)
    files = figures[["organization", "period", "file_hash"]].drop_duplicates()
    told = most.merge(files, on=["organization", "period"]).sort_values(["organization", "period", "test", "form"])
    told = told.merge(_first_places(figures), on=["file_hash", "form"], how="left")
    same, compared = told["same"].astype(str), told["compared"].astype(str)
    expected = told["other"].where(told["test"] != HEAPS, str(ROUND_FROM))
    return told.assign(
        observed=same + "/" + compared,
        observed_vi=same + " trong " + compared,
        observed_en=same + " of " + compared,
        expected=expected.where(told["test"] != COPIED_SHEET, told["sheet"]),
        cells=told["sheet"] + "!" + told["cell"],
    )


def _first_places(figures: pd.DataFrame) -> pd.DataFrame:
    """Of each form of a file the first place a figure of it stands in: file_hash, form, sheet, cell."""
    placed = figures.dropna(subset=["sheet", "cell"])
    return placed.groupby(["file_hash", "form"], as_index=False)[["sheet", "cell"]].first()


def _between(low: pd.Series, high: pd.Series, written: Callable[[float, int], str], words: str) -> pd.Series:
    """Both ends in ``words``, or the one number that both of them are."""
    ends = zip(_numbers(low, written), _numbers(high, written), strict=True)
    told = [first if first == last else words.format(first, last) for first, last in ends]
    return pd.Series(told, index=low.index, dtype="str")


def _numbers(values: pd.Series, written: Callable[[float, int], str]) -> pd.Series:
    return values.map(lambda value: written(value, 0)).astype(str)


def _declared(violations: pd.DataFrame, judged: pd.DataFrame, rules: RuleCatalogue) -> pd.DataFrame:
    """The violations with subject, rule and severity; those of a rule that is not in force are dropped."""
    told = violations.drop(columns=["committee", "organization", "period"]).merge(
        judged[[*SUBJECT, "file_hash", "period_end"]], on="file_hash"
    )
    days = told["period_end"].map(dt.date.fromisoformat)
    found = [rules.by_check[test] for test in told["test"]]
    told = told.assign(
        engine="outlier",
        rule_id=[rule.id for rule in found],
        severity=[rule.severity_on(day) for rule, day in zip(found, days, strict=True)],
    )
    in_force = [rule.in_force(day) for rule, day in zip(found, days, strict=True)]
    return told[in_force].reindex(columns=VIOLATION_COLUMNS)


def _outcomes(violations: pd.DataFrame, judged: pd.DataFrame, rules: RuleCatalogue) -> pd.DataFrame:
    """Per rule, committee and period: file versions asked about, and those that were not."""
    subjects = ["committee_code", "period_code"]
    every = judged.groupby(subjects, as_index=False)["file_hash"].nunique()
    parts = []
    for test in _TESTS:
        asked = judged[judged["file_hash"].isin(violations.loc[violations["test"] == test, "file_hash"])]
        failed = asked.groupby(subjects)["file_hash"].nunique().rename("failed").reset_index()
        counted = every.merge(failed, how="left").fillna({"failed": 0})
        parts.append(
            counted.assign(
                rule_id=rules.by_check[test].id, passed=counted["file_hash"] - counted["failed"], not_assessable=0
            )
        )
    return pd.concat(parts, ignore_index=True)[OUTCOME_COLUMNS].astype(dict.fromkeys(OUTCOME_COLUMNS[3:], "int64"))
