"""`khoi check`: what a sender's workbook would come to, before it is sent in and without keeping anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.normalise import Normalised, account_of, account_reasons, normalise_cells
from ingest.receive import ReadFiles, file_reader
from ingest.reference import Reference
from khoi.deployment.home import Home
from khoi.deployment.prepared import keep_derived, prepared
from khoi.deployment.resting import left_alone, resting_collector
from khoi.exchange.sent_before import Earlier, SentBefore
from khoi.exchange.sent_beside import SentBeside
from quality.catalogue import RuleCatalogue
from quality.check import CheckResult, check_tables

if TYPE_CHECKING:
    from quality.suspects import Explained


@dataclass(frozen=True)
class Precheck:
    """``files``: one row per workbook with its state; ``findings``: one row per finding about them.

    ``written``: the marked copies, where they were asked for; ``explained``: what the localiser says of each workbook
    that breaks linear rules; ``rule_ids``: the rules that were asked.
    """

    files: pd.DataFrame
    findings: pd.DataFrame
    written: tuple[Path, ...] = ()
    explained: tuple[Explained, ...] = ()
    rule_ids: frozenset[str] = frozenset()


def check_files(home: Home, paths: list[Path], copies_to: Path | None = None) -> Precheck:
    """Check some workbooks once; see `Prechecker.check`."""
    with prechecker(home) as ready:
        return ready.check(paths, copies_to)


@contextmanager
def prechecker(home: Home) -> Iterator[Prechecker]:
    """A `Prechecker` with catalogues loaded and a reading process ready, for as long as the block lasts.

    Raises WorkersDoNotStart where no reading process starts.
    """
    with resting_collector():
        known = prepared(home)
    taken_up = known.derived
    with file_reader(known.catalogue, known.reference) as read, left_alone():
        before = SentBefore(home.lake)
        beside = SentBeside(home.lake, before, known.catalogue, known.reference, known.rules)
        yield Prechecker(home, known.catalogue, known.reference, known.rules, read, before, beside)
        keep_derived(home, known, taken_up)


@dataclass(frozen=True)
class Prechecker:
    """Everything a check needs that does not depend on the workbook. Made by `prechecker`."""

    home: Home
    catalogue: Catalogue
    reference: Reference
    rules: RuleCatalogue
    read: Callable[[Sequence[Path]], ReadFiles]
    before: SentBefore
    beside: SentBeside

    def check(self, paths: list[Path], copies_to: Path | None = None) -> Precheck:
        """Check workbooks together with what the lake holds of their organizations and of others.

        So last closings are known, and what a run would ask beside the workbooks of others is asked here.

        Where ``copies_to`` is given, a marked copy of every workbook with findings is written into that folder.
        Raises NotAFile where a path is none or cannot be opened.
        """
        read = self.read(paths)
        read = replace(read, submissions=self.before.as_received(read.submissions))
        earlier = self.before.of(read.submissions, self.reference)
        normalised = self._normalised(read, earlier)
        submissions = _both(earlier.submissions, read.submissions)
        observations = _both(earlier.observations, normalised.observations)
        result = check_tables(
            submissions,
            observations,
            _both(earlier.entries, normalised.entries),
            _both(_both(read.findings, normalised.findings), earlier.findings),
            self.catalogue,
            self.reference,
            self.rules,
            answered=read.cells,
            decisions=self.home.decisions,
            withdrawals=self.home.withdrawals,
            files_only=True,
            beside=self.beside.of(read.submissions, set(earlier.submissions["file_hash"])),
        )
        told = replace(_of_files(result, read.submissions), rule_ids=frozenset(self.rules.by_id))
        if copies_to is None:
            return told
        from khoi.exchange.marked_copies import write_marked  # most who check want no copy

        return replace(
            told,
            written=write_marked(
                read, submissions, observations, result, told.findings, copies_to, self.reference, self.rules
            ),
        )

    def _normalised(self, read: ReadFiles, earlier: Earlier) -> Normalised:
        """The given files, and what was received before and waits: the next run takes it up before these files."""
        submissions = _both(earlier.waiting, read.submissions)
        return normalise_cells(_both(earlier.cells, read.cells), submissions, self.catalogue, self.reference)


def _of_files(result: CheckResult, submissions: pd.DataFrame) -> Precheck:
    """What ``result`` says of the given files only, the gravest first."""
    mine = set(submissions["file_hash"])
    states = result.submission_states[result.submission_states["file_hash"].isin(mine)]
    findings = result.findings[result.findings["file_hash"].isin(mine)]
    order = findings["severity"].map({"hard": 0, "soft": 1, "info": 2})
    ordered = findings.assign(_order=order).sort_values(["file_name", "_order", "sheet", "cell", "rule_id"])
    files = submissions[["file_hash", "file_name"]].merge(states, on="file_hash")
    explained = tuple(one for one in result.explained if one.file_hash in mine)
    return Precheck(files, ordered.drop(columns="_order").reset_index(drop=True), explained=explained)


def account_files(home: Home, paths: list[Path]) -> pd.DataFrame:
    """One row per filled cell of some workbooks and what became of it; see `ingest.normalise.account_of`.

    Added columns: reason_vi, reason_en. A file whose organization or period is not known has no rows.
    """
    catalogue, reference = home.catalogue(), home.reference()
    with file_reader(catalogue, reference) as read:
        files = read(paths)
    told = account_of(files.cells, files.submissions, catalogue, reference)
    reasons = account_reasons()
    words = [
        reasons.get(reason, {"vi": f"không đọc được: {reason}", "en": f"unreadable: {reason}"})
        for reason in told["reason"]
    ]
    return told.assign(reason_vi=[one["vi"] for one in words], reason_en=[one["en"] for one in words])


def _both(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    filled = [frame for frame in (first, second) if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else first
