"""Figures that stand in the wrong row or column, beside what the same organization wrote there before.

Rows exchanged, levels one column aside, women written for all: every sum still holds, and only the own past shows it.
Belongs here: several figures together and those of the period, or year, before. Does not belong here: one figure that
is many times another (`quality.outliers.moves`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.numerals import number_en, number_vi
from quality.catalogue.schema_checks import EXCHANGED_ROWS, MOVED_LEVELS, WRITTEN_FOR_ALL
from quality.outliers.keyed import numbered
from quality.outliers.settings import Settings, load_settings

SUBJECT = ["committee", "organization", "period"]
Figures = NDArray[np.float64]
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
    asked = _Wide.of(figures, ("value", "previous"))
    found = [
        *_exchanged(asked, settings),
        *_for_all(asked, settings),
        *_moved_levels(figures, earlier, asked, settings),
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


@dataclass(frozen=True)
class _Wide:
    """Figures by subject and cell: a row for each of ``subjects`` (in their order), NaN where nothing is known.

    ``places``: the column of each cell code; ``figures``: name of what was laid out -> its matrix.
    """

    subjects: list[tuple[str, str, str]]
    places: dict[str, int]
    figures: dict[str, Figures]

    @classmethod
    def of(cls, rows: pd.DataFrame, names: Sequence[str]) -> _Wide:
        """The columns ``names`` of ``rows``; of several figures of one cell the first that is known."""
        numbers = numbered(rows, SUBJECT)
        distinct, first, subject = np.unique(numbers, return_index=True, return_inverse=True)
        texts = [rows[name].iloc[first].astype("str").tolist() for name in SUBJECT]
        codes = rows["cell_code"].tolist()
        places = {code: number for number, code in enumerate(dict.fromkeys(codes))}
        cell = np.fromiter((places[code] for code in codes), dtype=np.int64, count=len(codes))
        matrices = {}
        for name in names:
            values = rows[name].to_numpy(float)
            known = np.flatnonzero(~np.isnan(values))[::-1]  # the first is written last
            matrices[name] = np.full((len(distinct), len(places)), np.nan)
            matrices[name][subject[known], cell[known]] = values[known]
        return cls(list(zip(*texts, strict=True)), places, matrices)

    def of_cell(self, name: str, code: str) -> Figures:
        """What ``name`` is of a cell, subject by subject."""
        return self.figures[name][:, self.places[code]]


def _exchanged(asked: _Wide, settings: Settings) -> Iterable[list[Any]]:
    """Two figures that last, of which each is near what the other was."""
    least, times = settings.number("exchanged", "least_move"), settings.number("exchanged", "factor")
    for group in settings.values["exchanged"]["groups"]:
        for one, other in combinations([code for code in group if code in asked.places], 2):
            a, b = (asked.of_cell("value", code) for code in (one, other))
            p, q = (asked.of_cell("previous", code) for code in (one, other))
            # Where a figure is unknown both are NaN, and no comparison holds.
            straight, crossed = np.abs(a - p) + np.abs(b - q), np.abs(a - q) + np.abs(b - p)
            for row in np.flatnonzero((straight >= least) & (crossed * times <= straight)):
                yield _flag(asked.subjects[row], EXCHANGED_ROWS, (one, other), (a[row], b[row]), (p[row], q[row]))


def _for_all(asked: _Wide, settings: Settings) -> Iterable[list[Any]]:
    """A figure of all members that is the number of some of them, and was not before."""
    part = str(settings.values["for_all"]["part"])
    least, share = settings.number("for_all", "least_move"), settings.number("for_all", "share")
    if part not in asked.places:
        return
    some, were = asked.of_cell("value", part), asked.of_cell("previous", part)
    found: dict[int, list[list[Any]]] = {}
    for code in settings.cells("for_all", sorted(asked.places)):
        if code == part:
            continue
        value, was = asked.of_cell("value", code), asked.of_cell("previous", code)
        fell = (was - value >= least) & (value <= share * was)
        for row in np.flatnonzero((value == some) & (was != were) & ~np.isnan(were) & fell):
            flag = _flag(asked.subjects[row], WRITTEN_FOR_ALL, (code, part), value[row : row + 1], was[row : row + 1])
            found.setdefault(int(row), []).append(flag)
    # Where both who had to come and who came are that many, so many came.
    yield from (flags[0] for flags in found.values() if len(flags) == 1)


def _moved_levels(
    figures: pd.DataFrame, earlier: pd.DataFrame | None, asked: _Wide, settings: Settings
) -> Iterable[list[Any]]:
    """The levels of a rating, which once a year are much as they were the year before."""
    past = asked if earlier is None else _Wide.of(_stacked(figures, earlier), ["value"])
    of_asked = {asked.subjects[row] for row in np.flatnonzero((~np.isnan(asked.figures["value"])).any(axis=1))}
    declared = settings.values["levels_of"]
    for whole in declared["wholes"]:
        codes = [f"{whole}.{level}" for level in declared["levels"]]
        if not past.places.keys() >= set(codes):
            continue
        levels = past.figures["value"][:, [past.places[code] for code in codes]]
        sums = levels.sum(axis=1)  # NaN where a level is unknown, and not enough then
        rows = np.flatnonzero(sums >= settings.number("levels_of", "least"))
        shares = levels[rows] / sums[rows, np.newaxis]
        moved = np.abs(np.diff(shares, axis=0)).sum(axis=1) / 2 >= settings.number("levels_of", "moved")
        for number in np.flatnonzero(moved):
            before, now = rows[number], rows[number + 1]
            subject = past.subjects[now]
            if past.subjects[before][:2] == subject[:2] and subject in of_asked:
                yield _flag(subject, MOVED_LEVELS, codes, levels[now], levels[before])


def _stacked(figures: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    columns = [*SUBJECT, "cell_code", "value"]
    return pd.concat([figures[columns], earlier[columns]], ignore_index=True)


def _flag(
    subject: tuple[str, str, str], test: str, codes: Iterable[str], now: Iterable[float], before: Iterable[float]
) -> list[Any]:
    committee, organization, period = subject
    first, *others = codes
    form = first.partition(".")[0]
    return [committee, organization, form, first, period, test, tuple(others), _whole(now), _whole(before)]


def _whole(figures: Iterable[float]) -> tuple[int, ...]:
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
