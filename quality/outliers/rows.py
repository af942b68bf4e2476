"""Figures that stand in the wrong row or column, beside what the same organization wrote there before.

Rows exchanged, levels one column aside, women written for all: every sum still holds, and only the own past shows it.
Belongs here: several figures together and those of the period, or year, before. Does not belong here: one figure that
is many times another (`quality.outliers.moves`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from ingest.numerals import number_en, number_vi
from quality.catalogue.schema_checks import EXCHANGED_ROWS, MOVED_LEVELS, WRITTEN_FOR_ALL
from quality.outliers.settings import Settings, load_settings

ROW_FLAGS = ["committee", "organization", "form", "cell_code", "period", "test", "with_cells", "now", "before"]
"""One row per question: at which cell, with which others (cell codes), the figures now and those before, in order."""


def row_flags(
    figures: pd.DataFrame, earlier: pd.DataFrame | None = None, settings: Settings | None = None
) -> pd.DataFrame:
    """What several figures of a workbook say otherwise than before (columns ROW_FLAGS).

    ``figures``: committee, organization, form, cell_code, period, value, previous, of the workbooks that are asked;
    ``earlier``: the same without previous, of periods before, for what comes once a year.
    """
    settings = settings or load_settings()
    now, before = _wide(figures, "value"), _wide(figures, "previous")
    found = [
        *_exchanged(now, before, settings),
        *_for_all(now, before, settings),
        *_moved_levels(figures, earlier, settings),
    ]
    told = pd.DataFrame(found, columns=ROW_FLAGS)
    return told.sort_values(["period", "organization", "cell_code", "test"], ignore_index=True)


def level_cells(settings: Settings) -> list[str]:
    """The cells of the levels of ratings."""
    declared = settings.values["levels_of"]
    return [f"{whole}.{level}" for whole in declared["wholes"] for level in declared["levels"]]


def row_cells(settings: Settings) -> list[str]:
    """All cells that are looked at here."""
    declared = settings.values["for_all"]
    groups = [code for group in settings.values["exchanged"]["groups"] for code in group]
    return [*groups, *declared["cells"], declared["part"], *level_cells(settings)]


def _wide(figures: pd.DataFrame, column: str) -> pd.DataFrame:
    """One row per committee, organization and period, one column per cell."""
    keys = ["committee", "organization", "period"]
    known = figures.astype({name: "str" for name in (*keys, "cell_code")})
    return known.pivot_table(column, keys, "cell_code", aggfunc="first", dropna=False).dropna(how="all")


def _beside(now: pd.DataFrame, before: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """The figures of ``codes`` now and, behind them, before; of those of which all are known."""
    return pd.concat([now[codes], before[codes]], axis=1, keys=["now", "before"], join="inner").dropna()


def _exchanged(now: pd.DataFrame, before: pd.DataFrame, settings: Settings) -> Iterable[list[Any]]:
    """Two figures that last, of which each is near what the other was."""
    least, times = settings.number("exchanged", "least_move"), settings.number("exchanged", "factor")
    for group in settings.values["exchanged"]["groups"]:
        for one, other in combinations([code for code in group if code in now and code in before], 2):
            known = _beside(now, before, [one, other])
            a, b, p, q = (known[name] for name in known.columns)
            straight, crossed = (a - p).abs() + (b - q).abs(), (a - q).abs() + (b - p).abs()
            for subject, row in known[(straight >= least) & (crossed * times <= straight)].iterrows():
                yield _flag(subject, EXCHANGED_ROWS, (one, other), row.iloc[:2], row.iloc[2:])


def _for_all(now: pd.DataFrame, before: pd.DataFrame, settings: Settings) -> Iterable[list[Any]]:
    """A figure of all members that is the number of some of them, and was not before."""
    part = str(settings.values["for_all"]["part"])
    least, share = settings.number("for_all", "least_move"), settings.number("for_all", "share")
    found: dict[Any, list[list[Any]]] = {}
    for code in settings.cells("for_all", now.columns):
        if code == part or part not in now or code not in before or part not in before:
            continue
        known = _beside(now, before, [code, part])
        value, some, was, were = (known[name] for name in known.columns)
        fell = (was - value >= least) & (value <= share * was)
        for subject, row in known[(value == some) & (was != were) & fell].iterrows():
            flag = _flag(subject, WRITTEN_FOR_ALL, (code, part), row.iloc[:1], row.iloc[2:3])
            found.setdefault(subject, []).append(flag)
    # Where both who had to come and who came are that many, so many came.
    yield from (flags[0] for flags in found.values() if len(flags) == 1)


def _moved_levels(figures: pd.DataFrame, earlier: pd.DataFrame | None, settings: Settings) -> Iterable[list[Any]]:
    """The levels of a rating, which once a year are much as they were the year before."""
    past = figures if earlier is None else pd.concat([figures, earlier], ignore_index=True)
    declared = settings.values["levels_of"]
    every = _wide(past, "value")
    asked = set(_wide(figures, "value").index)
    for whole in declared["wholes"]:
        codes = [f"{whole}.{level}" for level in declared["levels"]]
        if not set(codes) <= set(every.columns):
            continue
        known = every[codes].dropna()
        sums = known.sum(axis=1)
        known = known[sums >= settings.number("levels_of", "least")]
        for (committee, organization), rows in known.groupby(level=["committee", "organization"]):
            ordered = rows.sort_index(level="period")
            shares = ordered.div(ordered.sum(axis=1), axis=0).to_numpy(float)
            moved = np.abs(np.diff(shares, axis=0)).sum(axis=1) / 2 >= settings.number("levels_of", "moved")
            for number in np.flatnonzero(moved):
                subject = (committee, organization, ordered.index[number + 1][2])
                if subject in asked:
                    yield _flag(subject, MOVED_LEVELS, codes, ordered.iloc[number + 1], ordered.iloc[number])


def _flag(subject: Any, test: str, codes: Iterable[str], now: pd.Series, before: pd.Series) -> list[Any]:
    committee, organization, period = subject
    first, *others = codes
    form = first.partition(".")[0]
    return [committee, organization, form, first, period, test, tuple(others), _whole(now), _whole(before)]


def _whole(figures: pd.Series) -> tuple[int, ...]:
    return tuple(int(figure) for figure in figures)


def row_violations(flags: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """One violation per question, at the first of its cells; all of them are named (``cells``).

    ``figures``: organization, period, cell_code, file_hash, sheet, cell, value.
    """
    keys = ["organization", "period", "cell_code"]
    places = figures[[*keys, "file_hash", "sheet", "cell", "value"]].astype(dict.fromkeys(keys, "str"))
    shown = places["value"].map(lambda value: f"{value:g}")
    named = dict(zip(places[keys].itertuples(index=False, name=None), _places(places, shown), strict=True))
    together = [
        [named.get((row.organization, row.period, code)) for code in (row.cell_code, *row.with_cells)]
        for row in flags.itertuples()
    ]
    said = {
        f"{word}_{language}": [", ".join(written(figure, 0) for figure in row) for row in flags[column]]
        for word, column in (("observed", "now"), ("expected", "before"))
        for language, written in (("vi", number_vi), ("en", number_en))
    }
    cells = ["; ".join(place for place in row if isinstance(place, str)) for row in together]
    told = flags.assign(cells=cells, **said, observed=said["observed_vi"], expected=said["expected_vi"])
    return told.merge(places.drop(columns="value"), on=keys)


def _places(places: pd.DataFrame, shown: pd.Series) -> pd.Series:
    return places["sheet"] + "!" + places["cell"] + "=" + shown
