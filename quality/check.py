"""Everything that must be true, over all organizations and periods that are given at once.

`check_tables` (tables in, findings and states out) serves `khoi check` and tests; `quality.check_lake` reads and writes
the lake around `check_relations`. Both see the same rules in the same order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ingest import lake
from ingest.catalogue import Catalogue
from ingest.database import give, small_database
from ingest.deciding_roles import DecidingRoles
from ingest.normalise.comparatives import comparative_figures
from ingest.reference import COMMITTEE_ITSELF, Reference
from ingest.register_cells import register_observations
from ingest.vietnam import today
from quality.beside import Among, Beside
from quality.catalogue import RuleCatalogue
from quality.engine import Verdicts, nothing_found, together
from quality.engine.combination import check_combinations
from quality.engine.completeness import WAITING, check_completeness
from quality.engine.context import applicability, evaluation_context, with_previous, workbook_kinds
from quality.engine.counterparts import check_counterparts
from quality.engine.levels import sums_below
from quality.engine.linear import check_linear
from quality.engine.outliers import check_outliers
from quality.findings import tell, with_file_names, with_keys, with_suggestions
from quality.formula_reasons import with_formula_reasons
from quality.registers.contradicted import (
    Contradicted,
    contradicted_events,
    contradicted_violations,
    without_contradicted,
)
from quality.schemas.counterpart_codes import wrong_counterparts
from quality.schemas.observations import known_cells
from quality.schemas.run import as_violations, check_schemas
from quality.schemas.shared_records import shared_records
from quality.submissions.answers import finding_history, read_answers, with_states
from quality.submissions.comparatives import comparative_violations
from quality.submissions.corrections import correction_violations, cover_observations
from quality.submissions.decisions import load_decisions, with_explained
from quality.submissions.fewer_forms import fewer_forms
from quality.submissions.states import clean_inside, submission_states, submission_violations
from quality.submissions.withdrawals import part_withdrawn, with_withdrawn
from quality.suspects import Explained, explained, of_another_time, suggestions
from quality.unseen import pointing
from quality.wording import wording_of


@dataclass(frozen=True)
class CheckResult:
    """The tables of one check (schemas of `ingest.lake`): findings of all engines, states, outcomes, register,

    what senders answered and how every finding fared since; ``explained``: of every workbook that breaks linear
    rules, what the localiser says.
    """

    findings: pd.DataFrame
    submission_states: pd.DataFrame
    rule_outcomes: pd.DataFrame
    register_observations: pd.DataFrame
    corrections: pd.DataFrame
    answers: pd.DataFrame
    finding_history: pd.DataFrame
    explained: tuple[Explained, ...] = ()


Met = Callable[[duckdb.DuckDBPyConnection, pd.DataFrame, pd.DataFrame], Verdicts]
"""The verdicts of the counterpart rules on file versions, given what is wrong inside them."""

Located = Callable[..., pd.DataFrame]
"""`quality.suspects.suggestions` of what `quality.suspects.explained` is given."""


@dataclass(frozen=True)
class Said:
    """The cells of the list sheets that came back, the register of accepted explanations, figures of a year before."""

    cells: pd.DataFrame
    decisions: pd.DataFrame
    former: pd.DataFrame


def check_tables(
    submissions: pd.DataFrame,
    observations: pd.DataFrame,
    entries: pd.DataFrame,
    reading_findings: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    *,
    as_of: dt.date | None = None,
    answered: pd.DataFrame | None = None,
    decisions: Path | None = None,
    withdrawals: Path | None = None,
    files_only: bool = False,
    beside: Beside | None = None,
) -> CheckResult:
    """Check the given tables (schemas of `ingest.lake`); nothing is read or written.

    ``reading_findings`` are those of receiving and normalising; ``as_of`` is today unless given: it decides
    which periods are over and which due dates have passed. ``answered`` are cells that may hold list sheets that
    came back (`ingest.lake.CELLS`), ``decisions`` the register of accepted explanations
    (`quality.submissions.decisions`), ``withdrawals`` that of files that count no longer. ``files_only``: a few files
    before their sender; what is said of registers, of corrections and of who is absent is left out, what is said of
    files is the same. ``beside``: with such files, what others sent and was checked before; nothing is said of those.
    """
    kept, withdrawn = part_withdrawn(submissions, withdrawals, DecidingRoles(reference["deciding_roles"]))
    cells = lake.CELLS.empty_table().to_pandas() if answered is None else answered
    said = Said(cells, load_decisions(decisions), comparative_figures(cells, kept, catalogue, reference))
    with small_database() as connection:
        own = {"submitted_observations": without(observations, withdrawn), "entries": without(entries, withdrawn)}
        give(connection, {f"own_{name}": frame for name, frame in own.items()})
        if beside is not None:
            connection.register("others_submitted_observations", beside.observations)
            connection.register("others_entries", beside.entries)
        _look_at(connection, beside)
        reading = without(reading_findings, withdrawn)
        result = check_relations(
            connection, kept, reading, said, catalogue, reference, rules, as_of, files_only, beside, registers=reference
        )
    return replace(result, submission_states=with_withdrawn(result.submission_states, withdrawn))


def without(frame: pd.DataFrame, withdrawn: pd.DataFrame) -> pd.DataFrame:
    """``frame`` without what belongs to withdrawn files."""
    return frame if withdrawn.empty else frame[~frame["file_hash"].isin(set(withdrawn["file_hash"]))]


def _look_at(connection: duckdb.DuckDBPyConnection, beside: Beside | None) -> None:
    """Make the relations ``submitted_observations`` and ``entries`` of what is checked, and of what stands beside it.

    A question about single workbooks does not look at thousands of rows of others to find that none is meant.
    """
    for name in ("submitted_observations", "entries"):
        others = "" if beside is None else f" UNION ALL BY NAME FROM others_{name}"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS FROM own_{name}{others}")


@contextmanager
def _alone(connection: duckdb.DuckDBPyConnection, beside: Beside | None) -> Iterator[None]:
    """While the block runs nothing of what stands beside is looked at."""
    if beside is None:
        yield
        return
    _look_at(connection, None)
    try:
        yield
    finally:
        _look_at(connection, beside)


def check_relations(
    connection: duckdb.DuckDBPyConnection,
    submissions: pd.DataFrame,
    reading_findings: pd.DataFrame,
    said: Said,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    as_of: dt.date | None,
    files_only: bool = False,
    beside: Beside | None = None,
    met: Met | None = None,
    registers: Reference | None = None,
    suggested: Located | None = None,
) -> CheckResult:
    """The core of `check_tables`; ``registers`` are looked at as well; ``suggested`` locates, nothing is explained."""
    register, day, wording = _registered(connection, reference), as_of or today(), wording_of(catalogue, reference)
    among, declared = Among.of(submissions, beside, reference), (catalogue, reference, rules)
    versions, corrections = among.versions, cover_observations(connection, among.context, catalogue, reference, day)
    applicable = applicability(rules, workbook_kinds(versions), catalogue, reference)
    found = _inside(connection, among, applicable, catalogue, reference, rules, files_only)
    inside = found if files_only else together([found, *_declared(corrections, catalogue, reference, rules, registers)])
    found_inside = pd.concat([reading_findings, tell(connection, inside.violations, rules, wording)], ignore_index=True)
    clean, answers = clean_inside(versions, found_inside), read_answers(said.cells, submissions)
    across = _across(connection, among, clean, applicable, inside, register, declared, day, files_only, met)
    across += _before(connection, among, clean, answers, said, declared)
    second = together(across, counted=not files_only)
    findings, known = tell(connection, second.violations, rules, wording), known_cells(catalogue, reference["codes"])
    findings = with_keys(pd.concat([found_inside, findings], ignore_index=True), known)
    findings = with_explained(findings, said.decisions, reference)
    history = finding_history(versions, findings, answers)
    states = submission_states(submissions, versions, findings, reference)
    absent = nothing_found() if files_only else _absent(submissions, states, reference, rules, day)
    absences = with_keys(tell(connection, absent.violations, rules, wording), known)
    findings = with_states(pd.concat([findings, absences], ignore_index=True), history)
    both, counted = _of_all(inside, second, absent, files_only)
    unread = pd.concat([reading_findings, of_another_time(connection, found_inside, rules)], ignore_index=True)
    failing = (connection, both, unread, versions, clean, applicable, rules, catalogue, reference)
    located, told = _located(findings, suggested, failing)
    return CheckResult(_told(told, submissions), states, counted, register, corrections, answers, history, located)


def _located(
    findings: pd.DataFrame, suggested: Located | None, failing: tuple[Any, ...]
) -> tuple[tuple[Explained, ...], pd.DataFrame]:
    """What is explained where nobody else suggests, and ``findings`` with what is suggested."""
    located = () if suggested else explained(*failing)
    told = suggested(*failing) if suggested else suggestions(located)
    return located, with_suggestions(pointing(findings), with_formula_reasons(told, findings))


def _of_all(
    inside: Verdicts, second: Verdicts, absent: Verdicts, files_only: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The violations that stand in files, and how often each rule held."""
    counted = together([inside, second, absent], counted=not files_only).outcomes
    return together([inside, second], counted=False).violations, counted


def _registered(connection: duckdb.DuckDBPyConnection, reference: Reference) -> pd.DataFrame:
    """What the registers say of organizations; ``connection`` has it as ``register_observations``."""
    register = register_observations(reference)
    connection.register("register_observations", register)
    return register


def _before(
    connection: duckdb.DuckDBPyConnection,
    among: Among,
    clean: pd.DataFrame,
    answers: pd.DataFrame,
    said: Said,
    declared: tuple[Catalogue, Reference, RuleCatalogue],
) -> list[Verdicts]:
    """What a workbook says otherwise than what came before it: an earlier version, the figures of a year before."""
    catalogue, reference, rules = declared
    versions, sound = among.versions, among.with_others(clean)
    resent = submission_violations(versions, rules, reference, set(answers["file_hash"]))
    fewer = fewer_forms(connection, among.context, sound, catalogue, rules)
    former = comparative_violations(connection, versions, sound, said.former, reference, rules)
    return [among.of_versions(Verdicts(found, pd.DataFrame())) for found in (resent, fewer, former)]


def _told(findings: pd.DataFrame, submissions: pd.DataFrame) -> pd.DataFrame:
    """``findings`` with the names of their files, as a table of the lake."""
    named = with_file_names(findings, submissions).reindex(columns=lake.FINDINGS.names)
    return named.sort_values(["finding_id", "file_hash"], ignore_index=True)


def _absent(
    submissions: pd.DataFrame, states: pd.DataFrame, reference: Reference, rules: RuleCatalogue, day: dt.date
) -> Verdicts:
    """Who has not reported; what came and waits to be normalised has come."""
    came = evaluation_context(submissions.replace({"read_state": {WAITING: "identified"}}), reference)
    return check_completeness(rules, reference, came, states, day)


def _across(
    connection: duckdb.DuckDBPyConnection,
    among: Among,
    clean: pd.DataFrame,
    applicable: pd.DataFrame,
    inside: Verdicts,
    register: pd.DataFrame,
    declared: tuple[Catalogue, Reference, RuleCatalogue],
    day: dt.date,
    files_only: bool,
    met: Met | None,
) -> list[Verdicts]:
    """What only several workbooks show: the period before, the levels, both sides of a transfer, peers and pasts.

    Events of the register that the workbooks contradict are doubted first; what they say is then not held against
    anybody.
    """
    catalogue, reference, rules = declared
    versions, sound = among.versions, among.with_others(clean)
    own = frozenset(versions["organization_code"]) if files_only else None
    doubted = _doubted(connection, sound, register, reference, own)
    parts = _back(connection, among, clean, applicable, rules, files_only)
    # Levels and counterparts are of several organizations; of one alone nothing can be said.
    several = not files_only or among.context["organization_code"].nunique() > 1
    if several and (not files_only or (versions["organization_type"] == COMMITTEE_ITSELF).any()):
        below = sums_below(connection, rules, sound, catalogue, reference)
        parts.append(check_linear(connection, rules, "levels", clean, applicable, below, counted=not files_only))
    if met is not None:
        parts.append(met(connection, versions, inside.violations))
    elif several:
        seen = among.with_witnesses(inside.violations)
        met_by = check_counterparts(connection, rules, reference, among.context, seen, day, own)
        parts.append(among.of_versions(met_by))
    parts.append(_in_lists(connection, among, sound, declared, several))
    parts.append(check_outliers(connection, sound, rules, asked=among.asked))
    if not files_only:
        parts.append(Verdicts(contradicted_violations(doubted, reference, rules), pd.DataFrame()))
    return parts


def _in_lists(
    connection: duckdb.DuckDBPyConnection,
    among: Among,
    sound: pd.DataFrame,
    declared: tuple[Catalogue, Reference, RuleCatalogue],
    several: bool,
) -> Verdicts:
    """Rows of lists that name a wrong organization, or that ``several`` organizations have."""
    catalogue, reference, rules = declared
    found = [wrong_counterparts(connection, among.versions, among.context, rules, reference)]
    if several:
        sound_files = frozenset(sound["file_hash"])
        found.append(shared_records(connection, among.versions, among.context, sound_files, catalogue))
    told = [as_violations(one, rules, reference) for one in found if len(one)]
    return Verdicts(pd.concat(told, ignore_index=True) if told else nothing_found().violations, pd.DataFrame())


def _doubted(
    connection: duckdb.DuckDBPyConnection,
    sound: pd.DataFrame,
    register: pd.DataFrame,
    reference: Reference,
    own: frozenset[str] | None,
) -> list[Contradicted]:
    """Events that the workbooks contradict; ``connection`` has the register without what they say."""
    doubted = contradicted_events(connection, sound, register, reference, own)
    if doubted:
        connection.register("register_observations", without_contradicted(register, doubted))
    return doubted


def _back(
    connection: duckdb.DuckDBPyConnection,
    among: Among,
    clean: pd.DataFrame,
    applicable: pd.DataFrame,
    rules: RuleCatalogue,
    files_only: bool,
) -> list[Verdicts]:
    """What a workbook says otherwise than the one before it; one with errors inside looks back as well.

    Who corrects it once should not be asked again. Without any workbook before nothing can be assessed: a few files
    before their sender are not asked.
    """
    versions = with_previous(among.versions, clean)
    if files_only and versions["previous_file_hash"].isna().all():
        return []
    with _alone(connection, among.beside):
        return [check_linear(connection, rules, "previous", versions, applicable, counted=not files_only)]


def _inside(
    connection: duckdb.DuckDBPyConnection,
    among: Among,
    applicable: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    files_only: bool,
) -> Verdicts:
    """What is wrong inside single workbooks: schemas, sums, combinations."""
    versions = among.versions
    with _alone(connection, among.beside):
        schema_violations = check_schemas(
            connection, versions, catalogue, reference, rules, applicable, directly=files_only
        )
        return together(
            [
                Verdicts(schema_violations, pd.DataFrame()),
                check_linear(connection, rules, "record", versions, applicable, counted=not files_only),
                check_combinations(connection, rules, catalogue, reference, versions, applicable),
            ],
            counted=not files_only,
        )


def _declared(
    corrections: pd.DataFrame,
    catalogue: Catalogue,
    reference: Reference,
    rules: RuleCatalogue,
    registers: Reference | None,
) -> list[Verdicts]:
    """What is wrong with what the deployment itself declares: its registers, its records of corrections."""
    found = [correction_violations(corrections, rules)]
    if registers is not None:
        from quality.registers.findings import register_violations  # pandera takes 1.6 s to import

        found.insert(0, register_violations(registers, known_cells(catalogue, reference["codes"]), rules))
    return [Verdicts(violations, pd.DataFrame()) for violations in found]
