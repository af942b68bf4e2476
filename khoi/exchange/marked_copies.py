"""The marked copies of checked workbooks, before they are sent in: which of them, under which names.

Loaded only where they are asked for: writing into a workbook needs libraries that checking does not. Belongs here: what
`khoi check --annotate` writes. Does not belong here: how a copy looks (`quality.returned`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ingest.reading.envelope import SEPARATOR
from ingest.receive import ReadFiles
from ingest.reference import Reference
from khoi.exchange.returned import copy_name, rule_titles, with_answers, write_copy
from khoi.exchange.watching import COPY
from quality.catalogue import RuleCatalogue
from quality.check import CheckResult
from quality.engine import offline_connection
from quality.returned import CopyTask, annotated_copies
from quality.returned.contents import Figures
from quality.returned.previous import previous_figures, versions_with_previous


def write_marked(
    read: ReadFiles,
    submissions: pd.DataFrame,
    observations: pd.DataFrame,
    result: CheckResult,
    findings: pd.DataFrame,
    folder: Path,
    reference: Reference,
    rules: RuleCatalogue,
) -> tuple[Path, ...]:
    """Write a copy of every workbook of ``read`` with ``findings`` into ``folder``; returns where they are.

    ``submissions`` and ``observations`` are what was checked, those of the periods before among them; ``result`` is
    what was found.
    """
    versions = versions_with_previous(submissions, result.submission_states, reference)
    with offline_connection() as connection:
        connection.register("observations", observations)
        mine = versions["file_hash"].isin(read.submissions["file_hash"])
        previous = previous_figures(connection, versions[mine])
    told = with_answers(findings, result.finding_history)
    return _written(read.places, folder, read.submissions, told, previous, rules)


def _written(
    places: Mapping[str, Path],
    folder: Path,
    submissions: pd.DataFrame,
    findings: pd.DataFrame,
    previous: dict[str, Figures],
    rules: RuleCatalogue,
) -> tuple[Path, ...]:
    of_file = dict(tuple(findings.groupby("file_hash")))
    targets: list[Path] = []
    tasks: list[CopyTask] = []
    for row in submissions.drop_duplicates("file_hash").to_dict("records"):
        path = places.get(str(row["file_hash"]))
        if path is not None and row["file_hash"] in of_file and row["read_state"] != "opened":
            name = str(row["file_name"]).rpartition(SEPARATOR)[2]
            container = str(row["container"])
            targets.append(folder / _free(copy_name(f"{Path(name).stem}_{COPY}", name, container), targets))
            tasks.append(CopyTask(path, container, of_file[row["file_hash"]], previous.get(str(row["file_hash"]), {})))
    for target, copy in zip(targets, annotated_copies(tasks, rule_titles(rules)), strict=True):
        write_copy(target, copy)
    return tuple(targets)


def _free(name: str, taken: list[Path]) -> str:
    """``name``, or with a number where another workbook of the same name has it."""
    stem, _, suffix = name.rpartition(".")
    names = {path.name.lower() for path in taken}
    return next(
        one
        for number in range(1, len(taken) + 2)
        if (one := name if number == 1 else f"{stem}_{number}.{suffix}").lower() not in names
    )
