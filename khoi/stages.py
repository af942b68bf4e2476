"""The stages over one deployment, as functions: what `khoi run` and Dagster both call.

receive -> normalise -> check -> return -> build -> gate -> publish. Each stage does only what its inputs ask for;
each can die at any moment and be run again. A lock keeps two runs of one deployment apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from khoi.deployment.home import Home

if TYPE_CHECKING:
    from ingest.normalise import NormaliseReport
    from ingest.receive import ArrivalTerms, ReceiveReport
    from khoi.exchange.returned import ReturnedReport
    from khoi.gate import GateReport
    from khoi.warehouse.publish import PublishedVersion
    from quality.check import CheckReport

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, units done and units in all."""

_PAGES_STAMP = ".fingerprint"


class AnotherRun(RuntimeError):
    """Another run holds the deployment's lock."""


@dataclass
class RunReport:
    """What one run did, stage by stage; None where there was nothing to do."""

    received: ReceiveReport | None = None
    normalised: list[NormaliseReport] = field(default_factory=list)
    checked: CheckReport | None = None
    returned: ReturnedReport | None = None
    gate: GateReport | None = None
    published: PublishedVersion | None = None

    @property
    def changed(self) -> bool:
        """True where a new warehouse was published."""
        return self.published is not None


def run(
    home: Home,
    *,
    period: str | None = None,
    settle_seconds: float = 2.0,
    terms: ArrivalTerms | None = None,
    accept_gate: str | None = None,
    progress: Progress | None = None,
) -> RunReport:
    """From the inbox to the published warehouse, only what changed. ``period`` limits what is normalised anew.

    ``terms``: how arrivals are taken, how long files still being written are waited for; where they are all there is
    and nothing was ever published, the run ends there.
    ``accept_gate``: why a break with the last publication is intended. Raises AnotherRun where another run is under
    way, BuildError where the warehouse cannot be built and GateClosed where the build departs too far from the last
    publication; the published warehouse stays as it is in all three cases.
    """
    with locked(home):
        received = receive(home, settle_seconds=settle_seconds, terms=terms, progress=progress)
        report = RunReport(received=received)
        if received.only_waits and published_fingerprint(home) is None:
            return report
        report.normalised = normalise(home, period=period, progress=progress)
        fingerprint = input_fingerprint(home)
        if fingerprint == published_fingerprint(home):
            _finish_pages(home)
            return report
        report.checked = check(home, progress=progress)
        report.returned = return_copies(home, progress=progress)
        build(home, progress=progress)
        report.gate = gate(home, accept=accept_gate, progress=progress)
        report.published = publish(home, fingerprint, progress=progress)
    return report


@contextmanager
def locked(home: Home) -> Iterator[None]:
    """Hold the deployment's lock; the operating system lets go of it when a process dies.

    Raises NoRegisters where there is no deployment, before anything is made there.
    """
    home.require_registers()
    home.create()
    lock = FileLock(home.root / ".khoi.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise AnotherRun(f"{home.root}: một lượt chạy khác đang làm việc / another run is under way") from error
    try:
        yield
    finally:
        lock.release()


def receive(
    home: Home,
    *,
    settle_seconds: float = 2.0,
    terms: ArrivalTerms | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ReceiveReport:
    """Receive what is new in the inbox: land the bytes, write receipts, read the cells, identify."""
    from ingest.receive import receive_inbox

    return receive_inbox(
        home.inbox,
        home.landed,
        home.lake,
        home.catalogue(),
        home.reference(),
        workers=workers,
        settle_seconds=settle_seconds,
        terms=terms,
        progress=_step(progress, "receive"),
        waiting=_step(progress, "settle"),
    )


def normalise(
    home: Home,
    *,
    period: str | None = None,
    partitions: Collection[tuple[str, str]] | None = None,
    progress: Progress | None = None,
) -> list[NormaliseReport]:
    """Normalise every partition whose inputs changed; of one ``period``, of the given (committee, period) pairs."""
    from ingest.normalise import normalise_partition, stale_partitions

    catalogue, reference = home.catalogue(), home.reference()
    stale = [
        pair
        for pair in stale_partitions(home.lake, catalogue, reference)
        if period in (None, pair[1]) and (partitions is None or pair in partitions)
    ]
    reports = []
    for number, (committee, code) in enumerate(stale, start=1):
        reports.append(normalise_partition(home.lake, committee, code, catalogue, reference))
        _tell(progress, "normalise", number, len(stale))
    return reports


def check(home: Home, *, progress: Progress | None = None) -> CheckReport:
    """Evaluate schemas and rules over the whole lake and decide every submission's state."""
    from quality.catalogue import load_rules
    from quality.check import check_lake

    catalogue, reference = home.catalogue(), home.reference()
    write_reference_tables(home)
    rules = load_rules(catalogue, reference, home.config / "rules")
    report = check_lake(home.lake, catalogue, reference, rules, decisions=home.decisions, withdrawals=home.withdrawals)
    _tell(progress, "check", 1, 1)
    return report


def return_copies(home: Home, *, progress: Progress | None = None) -> ReturnedReport:
    """Write the marked copies that go back to their senders (`khoi.exchange.returned`)."""
    from khoi.exchange.returned import write_returned
    from quality.catalogue import load_rules

    rules = load_rules(home.catalogue(), home.reference(), home.config / "rules")
    return write_returned(home, rules, _step(progress, "return"))


def write_reference_tables(home: Home) -> None:
    """The form and the rule catalogue as tables under `lake/reference` (`khoi.warehouse.reference_tables`).

    Raises Undocumented where something is declared without a text in both languages and ContradictoryRules where no
    workbook could satisfy the rules.
    """
    from khoi.reports.dictionary import require_documented
    from khoi.warehouse import reference_tables
    from quality.audit.report import require_consistent
    from quality.catalogue import load_rules

    require_documented(home)
    catalogue, reference = home.catalogue(), home.reference()
    rules = load_rules(catalogue, reference, home.config / "rules")
    require_consistent(rules, catalogue, reference)
    reference_tables.write_reference_tables(home, catalogue, rules)


def build(home: Home, *, progress: Progress | None = None) -> Path:
    """Run dbt over the lake into the build file."""
    from khoi.warehouse.build import build_warehouse

    nodes = 0

    def tell(done: int, total: int, _: str) -> None:
        nonlocal nodes
        nodes = max(nodes, total)  # dbt says the total with models only, not with tests
        _tell(progress, "build", done, nodes)

    return build_warehouse(home, tell)


def gate(home: Home, *, accept: str | None = None, progress: Progress | None = None) -> GateReport:
    """Hold the finished build against the last publication (`khoi.gate`); GateClosed where it departs too far."""
    from khoi.gate import hold_gate

    report = hold_gate(home, accept=accept)
    _tell(progress, "gate", 1, 1)
    return report


def publish(home: Home, fingerprint: str | None = None, *, progress: Progress | None = None) -> PublishedVersion:
    """Swap the finished build in, once its gate is open, and write the quality pages from it."""
    version = swap_in(home, fingerprint)
    write_quality_pages(home)
    _tell(progress, "publish", 1, 1)
    return version


def swap_in(home: Home, fingerprint: str | None = None) -> PublishedVersion:
    """Publish the finished build. Raises GateClosed where its gate is not open; one that was not held is held first."""
    from khoi.warehouse.publish import publish as swap

    report = gate(home)
    return swap(home, fingerprint or input_fingerprint(home), accepted_break=report.accepted)


def write_quality_pages(home: Home) -> Path:
    """The static quality site of the published warehouse, and the dictionary; returns the site's first page."""
    from khoi.gate.hold import data_docs
    from khoi.reports.dictionary import write_dictionary
    from khoi.reports.quality import handbook_sections, write_quality_report
    from khoi.warehouse.read import open_published
    from quality.catalogue import load_rules

    folder = home.reports / "quality"
    catalogue, reference = home.catalogue(), home.reference()
    rules = load_rules(catalogue, reference, home.config / "rules")
    handbook = handbook_sections(rules, catalogue, reference)
    with open_published(home) as connection:
        index = write_quality_report(connection, folder, handbook, gate=data_docs(home).is_dir())
    write_dictionary(home)
    (folder / _PAGES_STAMP).write_text(published_fingerprint(home) or "", encoding="utf-8")
    return index


def _finish_pages(home: Home) -> None:
    """Write the pages that a run published for but died before writing."""
    stamp = home.reports / "quality" / _PAGES_STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != published_fingerprint(home):
        write_quality_pages(home)


def published_fingerprint(home: Home) -> str | None:
    """The fingerprint of the inputs of what is published now."""
    from khoi.warehouse.publish import published_version

    version = published_version(home)
    return version.fingerprint if version else None


def input_fingerprint(home: Home) -> str:
    """A hash of everything a published warehouse rests on (`khoi.deployment.fingerprint`)."""
    from khoi.deployment.fingerprint import inputs_fingerprint

    return inputs_fingerprint(home)


def _step(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(stage, done, total)


def _tell(progress: Progress | None, stage: str, done: int, total: int) -> None:
    if progress is not None:
        progress(stage, done, total)
