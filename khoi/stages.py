"""The stages over one deployment, as functions: what `khoi run` and Dagster both call.

receive -> normalise -> check -> return -> build -> gate -> publish. Each stage does only what its inputs ask for;
each can die at any moment and be run again. What must hold before one begins: `khoi.preconditions`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.lake import mend, take_away
from khoi.deployment.context import Context, load_context
from khoi.deployment.fingerprint import check_basis
from khoi.deployment.home import Home
from khoi.deployment.lock import locked
from khoi.deployment.memory import bounded, clear_spilled
from khoi.deployment.recorded import checked_inputs, write_inputs
from khoi.deployment.resting import seldom_collected
from khoi.pending import Standing, present_inputs, stamp_pages, standing_of
from khoi.preconditions import require_checked, require_readable
from khoi.run_report import Progress, RunReport
from khoi.warehouse.bi import renew, renewing
from khoi.warehouse.dbt_ahead import DbtAhead
from khoi.warehouse.mart_parts import forget_parts
from khoi.warehouse.versions import begin_sum, newest_file, published_version, sums_taken_once

if TYPE_CHECKING:
    from ingest.normalise import NormaliseReport
    from ingest.receive import ArrivalTerms, ReceiveReport
    from khoi.exchange.returned import ReturnedReport
    from khoi.gate import GateReport
    from khoi.outbox import OutboxReport
    from khoi.warehouse.versions import PublishedVersion
    from quality.check_lake import CheckReport


def run(
    home: Home,
    *,
    period: str | None = None,
    settle_seconds: float = 2.0,
    terms: ArrivalTerms | None = None,
    accept_gate: str | None = None,
    full: bool = False,
    progress: Progress | None = None,
) -> RunReport:
    """From the inbox to the published warehouse, only what changed. ``period`` limits what is normalised anew.

    ``full``: all is made again from the landed files and published, whether anything changed or not.
    ``terms``: how arrivals are taken, how long files still being written are waited for; where they are all there is
    and nothing was ever published, the run ends there.
    ``accept_gate``: why a break with the last publication is intended. Raises AnotherRun where another run is under
    way, BuildError where the warehouse cannot be built and GateClosed where the build departs too far from the last
    publication; the published warehouse stays as it is in all three cases.
    """
    with _alone(home), DbtAhead(home) as dbt:
        context = load_context(home)
        report = RunReport(mended=_mended(home, full))
        report.received = receive(home, context=context, settle_seconds=settle_seconds, terms=terms, progress=progress)
        if report.received.only_waits and published_version(home) is None:
            return report
        report.normalised = normalise(home, context=context, period=period, progress=progress)
        left = standing_of(home, context)
        publishes = _begins_to_publish(home, context, full, left, dbt)
        if publishes or report.mended:
            report.checked = check(home, context=context, progress=progress, is_normalised=period is None)
        if not publishes:
            _catch_up(home, context, left)
            report.letters = write_letters(home, context=context)
            return report
        _build_and_return(home, context, report, full, dbt, progress)
        report.gate = gate(home, accept=accept_gate, progress=progress)
        report.published = publish(home, context=context, progress=progress)
        report.letters = write_letters(home, context=context)
    return report


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """The deployment to ourselves, within its bounds."""
    with locked(home):
        clear_spilled(home)
        try:
            with bounded(home), sums_taken_once(), seldom_collected():
                if (newest := newest_file(home)) is not None:
                    begin_sum(newest)  # whether it is sound is asked when all that came is normalised
                yield
        finally:
            clear_spilled(home)


def _mended(home: Home, full: bool) -> list[str]:
    """Take away what of the lake is damaged, or with ``full`` all that is kept; the stages make it again."""
    if full:
        take_away(home.lake)
        forget_parts(home)
    return mend(home.lake)


def _begins_to_publish(home: Home, context: Context, full: bool, left: Standing, dbt: DbtAhead) -> bool:
    """Whether there is something to publish; what a build begins with is then done while the lake is checked."""
    from khoi.warehouse.build import begin_dbt
    from khoi.warehouse.start import base_of, begin_copy

    publishes = full or bool(left.changed) or not left.is_published
    if publishes:
        begin_dbt(home, context, dbt)
        if not full and (base := base_of(home, left.now)) is not None:
            begin_copy(home, base)
    return publishes


def _build_and_return(
    home: Home, context: Context, report: RunReport, full: bool, dbt: DbtAhead, progress: Progress | None
) -> None:
    """Build; while dbt is at work, return the copies, and load what holds the gate, for it takes seconds."""
    from khoi.gate.expectations import begin_loading

    def beside() -> None:
        begin_loading()
        report.returned = return_copies(home, context=context, full=full, progress=progress)

    build(home, context=context, progress=progress, full=full, ahead=dbt, beside=beside)


def _finish_publishing(home: Home) -> None:
    """Lead people to a publication that an earlier run had in place when it died."""
    from khoi.exchange.erasures import forget_in_publications
    from khoi.warehouse.publications import finish_swap

    if finish_swap(home):
        forget_in_publications(home)


def _catch_up(home: Home, context: Context, left: Standing) -> None:
    """What an earlier run published and could not finish: it died, or another program held a file open."""
    if not left.has_pages:
        write_quality_pages(home, context=context)
    renew(home)


def receive(
    home: Home,
    *,
    context: Context | None = None,
    settle_seconds: float = 2.0,
    terms: ArrivalTerms | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ReceiveReport:
    """Receive what is new in the inbox: land the bytes, write receipts, read the cells, identify."""
    from ingest.receive import receive_inbox
    from khoi.exchange.erasures import finish_forgetting

    context = context or load_context(home)
    require_readable(home)
    _finish_publishing(home)
    finish_forgetting(home)
    return receive_inbox(
        home.inbox,
        home.landed,
        home.lake,
        context.catalogue,
        context.reference,
        workers=workers,
        settle_seconds=settle_seconds,
        terms=terms,
        progress=_step(progress, "receive"),
        waiting=_step(progress, "settle"),
    )


def normalise(
    home: Home,
    *,
    context: Context | None = None,
    period: str | None = None,
    partitions: Collection[tuple[str, str]] | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[NormaliseReport]:
    """Normalise every partition whose inputs changed, with ``workers`` processes (as many as cores) where it is many.

    Files that are new are taken up everywhere, or only of one ``period`` and of the given (committee, period) pairs:
    the others wait, and what their organizations sent before goes on counting.
    """
    from ingest.normalise import normalise_partitions, stale_partitions

    context = context or load_context(home)
    catalogue, reference = context.catalogue, context.reference

    def takes(pair: tuple[str, str]) -> bool:
        return period in (None, pair[1]) and (partitions is None or pair in partitions)

    stale = stale_partitions(home.lake, catalogue, reference, takes)
    if not stale:
        return []
    told = _step(progress, "normalise")
    with bounded(home):
        return normalise_partitions(home.lake, stale, catalogue, reference, told, takes, workers)


def stale_pairs(home: Home, *, context: Context | None = None) -> list[tuple[str, str]]:
    """The (committee, period) pairs that `normalise` would normalise."""
    from ingest.normalise import stale_partitions

    context = context or load_context(home)
    return stale_partitions(home.lake, context.catalogue, context.reference)


def normalise_pair(home: Home, pair: tuple[str, str], *, context: Context | None = None) -> NormaliseReport:
    """Normalise one pair and nothing else; it writes below a folder of its own, so others may be under way beside."""
    from ingest.normalise import normalise_partition

    context = context or load_context(home)
    return normalise_partition(home.lake, *pair, context.catalogue, context.reference)


def check(
    home: Home, *, context: Context | None = None, progress: Progress | None = None, is_normalised: bool = False
) -> CheckReport:
    """Evaluate schemas and rules over the whole lake and decide every submission's state.

    What the check rests on is fingerprinted before it begins and recorded when it is done. ``is_normalised``: all that
    counts was normalised just now, under this context, so that it need not be asked again.
    """
    from quality.check_lake import check_lake

    context = context or load_context(home)
    if not is_normalised:
        normalise(home, context=context, partitions=())  # what counts was normalised under these forms and registers
    inputs = present_inputs(home, context)
    checked_inputs(home).unlink(missing_ok=True)  # a check that dies leaves tables of two checks, and no record
    write_reference_tables(home, context=context)
    with bounded(home):
        report = check_lake(
            home.lake,
            context.catalogue,
            context.reference,
            context.rules,
            as_of=context.day,
            decisions=home.decisions,
            withdrawals=home.withdrawals,
            basis=check_basis(context.declared),
        )
    write_inputs(checked_inputs(home), inputs)
    context.keep()
    _tell(progress, "check", 1, 1)
    return report


def return_copies(
    home: Home, *, context: Context | None = None, full: bool = False, progress: Progress | None = None
) -> ReturnedReport:
    """Write the marked copies that go back to their senders (`khoi.exchange.returned`); ``full``: each of them anew."""
    from khoi.exchange.returned import write_returned

    context = context or load_context(home)
    return write_returned(home, context.reference, context.rules, _step(progress, "return"), full=full)


def write_reference_tables(home: Home, *, context: Context | None = None) -> None:
    """The form and the rule catalogue as tables under `lake/reference` (`khoi.warehouse.reference_tables`).

    They stand while their declarations do. Raises Undocumented where something is declared without a text in both
    languages and ContradictoryRules where no workbook could satisfy the rules.
    """
    from khoi.warehouse import reference_tables

    context = context or load_context(home)
    if reference_tables.are_of(home, context.declared):
        return
    from khoi.reports.dictionary import require_documented
    from quality.audit.report import require_consistent  # what it solves with takes half a second to import

    catalogue, reference, rules = context.catalogue, context.reference, context.rules
    require_documented(catalogue, reference)
    require_consistent(rules, catalogue, reference)
    with reference_tables.noted(home, context.declared):
        reference_tables.write_reference_tables(home, catalogue, reference, rules)


def build(
    home: Home,
    *,
    context: Context | None = None,
    progress: Progress | None = None,
    full: bool = False,
    ahead: DbtAhead | None = None,
    beside: Callable[[], object] | None = None,
) -> Path:
    """Run dbt, the one begun ``ahead`` where one was, over the lake; unless ``full``, what nothing changed is kept.

    ``beside``: done while dbt is at work.
    Raises InputsSlipped where the lake was checked under other inputs than those that hold now.
    """
    from khoi.warehouse.build import build_warehouse
    from khoi.warehouse.start import base_of
    from khoi.warehouse.vintages import begin_vintage

    context = context or load_context(home)
    inputs = require_checked(home, context)
    nodes = 0

    def tell(done: int, total: int, _: str) -> None:
        nonlocal nodes
        nodes = max(nodes, total)  # dbt says the total with models only, not with tests
        _tell(progress, "build", done, nodes)

    base = None if full else base_of(home, inputs)
    built = build_warehouse(home, tell, context=context, inputs=inputs, base=base, ahead=ahead, beside=beside)
    begin_sum(built, is_ours=True)
    begin_vintage(home, built)
    return built


def gate(home: Home, *, accept: str | None = None, progress: Progress | None = None) -> GateReport:
    """Hold the finished build against the last publication (`khoi.gate`); GateClosed where it departs too far."""
    from khoi.gate import hold_gate

    with bounded(home):
        report = hold_gate(home, accept=accept)
    _tell(progress, "gate", 1, 1)
    return report


def publish(home: Home, *, context: Context | None = None, progress: Progress | None = None) -> PublishedVersion:
    """Swap the finished build in, once its gate is open, and write the quality pages from it."""
    version = swap_in(home, renews=False)
    with renewing(home):
        write_quality_pages(home, context=context)
    _tell(progress, "publish", 1, 1)
    return version


def swap_in(home: Home, *, renews: bool = True) -> PublishedVersion:
    """Publish the finished build. Raises GateClosed where its gate is not open; one that was not held is held first.

    Warehouses that still hold files forgotten since are removed then. ``renews``: other tools get the files at once.
    """
    from khoi.exchange.erasures import forget_in_publications
    from khoi.warehouse.publish import publish as swap

    version = swap(home, accepted_break=gate(home).accepted)
    forget_in_publications(home)
    if renews:
        renew(home)
    return version


def write_quality_pages(home: Home, *, context: Context | None = None) -> Path:
    """The static quality site of the published warehouse, and the dictionary; returns the site's first page."""
    from khoi.gate.hold import data_docs
    from khoi.reports.dictionary import write_dictionary
    from khoi.reports.quality import handbook_sections, workbooks_beside, write_quality_report
    from khoi.warehouse.read import open_published

    context = context or load_context(home)
    folder = home.reports / "quality"
    handbook = handbook_sections(context.rules, context.catalogue, context.reference)
    with open_published(home) as connection:
        index = write_quality_report(
            connection,
            folder,
            handbook,
            gate=data_docs(home).is_dir(),
            dictionary=True,
            workbooks=workbooks_beside(home, folder),
            basis=check_basis(context.declared),
        )
    write_dictionary(context.catalogue, context.reference, home.reports / "dictionary")
    stamp_pages(home)
    return index


def write_letters(home: Home, *, context: Context | None = None) -> OutboxReport | None:
    """The letters of today (`khoi.outbox`), whether or not anything was published; None where nothing ever was."""
    from khoi.outbox import write_outbox

    context = context or load_context(home)
    return write_outbox(home, context.reference, context.day) if published_version(home) else None


def _step(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(stage, done, total)


def _tell(progress: Progress | None, stage: str, done: int, total: int) -> None:
    if progress is not None:
        progress(stage, done, total)
