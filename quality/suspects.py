"""Which cell is probably wrong: the localiser's answer beside every linear finding, for all failing workbooks at once.

The joins are set-wise; a problem is cut out only for workbooks that break a linear rule. The last period's accepted
workbook gives each cell what it held before, and itself stands apart from blame unless everything speaks against it.
Belongs here: figures of the lake to problems, answers to words. How a problem is made stands in `localise.build`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd

from ingest.addresses import without_spans_of_one
from ingest.catalogue import Catalogue
from ingest.findings import leaves_something_unread
from ingest.program_yaml import declared_in
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.catalogue.grammar import PREVIOUS
from quality.catalogue.schema_checks import DATE_IN_PERIOD
from quality.engine.context import latest_versions, with_previous
from quality.wording import Wording, wording_of

if TYPE_CHECKING:
    from quality.localise import Component, Diagnosis, Problem, Suspect
    from quality.localise.build import ProblemBuilder
    from quality.own_suspects import Totals

OUTCOMES = Path(__file__).parent / "localise" / "outcomes.yaml"
REASONS_BEGIN = {"vi": "Có khả năng sai ở ", "en": "Probably wrong: "}
"""How the reasons begin that a suggestion adds to a finding's message."""
SHOWN_FROM = 0.5
"""Cells below this probability are not named, and values below it are not proposed."""
_NONE = pd.DataFrame(columns=["file_hash"])
LIST_COLUMNS = ["form", "record_no", "field", "value_text", "value", "state", "sheet", "row_no", "column_no", "cell"]

_CELLS = """
SELECT o.file_hash, o.cell_code, o.value, o.state, o.sheet, o.cell, o.row_no, o.column_no, p.value AS previous,
    coalesce(p.value, y.value) AS last_known, coalesce(starts_with(o.raw_text, '='), false) AS is_reckoned
FROM observations o
JOIN failing f USING (file_hash)
LEFT JOIN observations p ON p.file_hash = f.previous_file_hash AND p.cell_code = o.cell_code
    AND p.state IN ('value', 'zero')
LEFT JOIN observations y ON y.file_hash = f.year_before_file_hash AND y.cell_code = o.cell_code
    AND y.state IN ('value', 'zero')
WHERE o.cell_code IN (SELECT cell_code FROM told_cells)
"""
_REGISTER = """
SELECT f.file_hash, r.cell_code, CASE WHEN count(*) = count(r.value) THEN sum(r.value) END AS value
FROM register_observations r JOIN failing f USING (organization_code, period_code)
GROUP BY ALL
"""
_LEFT_IN = """
WITH records AS (SELECT file_hash, sheet, count(DISTINCT record_no) AS n FROM entries GROUP BY ALL),
outside AS (SELECT file_hash, sheet, count(DISTINCT cell) AS n FROM dated_outside GROUP BY ALL)
SELECT o.file_hash, o.sheet FROM outside o JOIN records r USING (file_hash, sheet) WHERE 2 * o.n >= r.n
"""
_ENTRIES = f"""
SELECT e.file_hash, {", ".join("e." + name for name in LIST_COLUMNS)}
FROM entries e JOIN failing f USING (file_hash)
WHERE e.form IN (SELECT DISTINCT split_part(cell_code, '.', 1) FROM rule_cells)
"""


@dataclass(frozen=True)
class Explained:
    """One workbook that breaks linear rules, what the localiser was given and what it answers.

    ``names``: what the cells are called that have no place in the workbook, as of the period before; ``totals``: what
    a total is reckoned from.
    """

    file_hash: str
    problem: Problem
    diagnosis: Diagnosis
    names: Mapping[str, str] = field(default_factory=dict)
    totals: Totals = field(default_factory=dict)


def explained(
    connection: duckdb.DuckDBPyConnection,
    violations: pd.DataFrame,
    reading_findings: pd.DataFrame,
    versions: pd.DataFrame,
    clean: pd.DataFrame,
    applicable: pd.DataFrame,
    rules: RuleCatalogue,
    catalogue: Catalogue,
    reference: Reference,
) -> tuple[Explained, ...]:
    """Every workbook among ``violations`` that breaks a linear rule, explained, in order of file_hash.

    ``connection`` has observations, entries and register_observations; ``clean`` are the versions that may tell what
    stood there before; ``reading_findings`` say which sheets could not be read whole.
    """
    records = failing_records(violations, versions, clean, rules, reference)
    if records.empty:
        return ()
    return located(connection, records, reading_findings, applicable, rules, catalogue, reference)


def failing_records(
    violations: pd.DataFrame, versions: pd.DataFrame, clean: pd.DataFrame, rules: RuleCatalogue, reference: Reference
) -> pd.DataFrame:
    """The rows of ``versions`` that break a linear rule, with their history (`with_history`)."""
    contradicting = violations["rule_id"].isin({rule.id for rule in rules.linear}) & (violations["severity"] != "info")
    failing = violations.loc[contradicting, "file_hash"]
    return with_history(versions[versions["file_hash"].isin(failing)], clean, reference) if len(failing) else _NONE


def located(
    connection: duckdb.DuckDBPyConnection,
    records: pd.DataFrame,
    reading_findings: pd.DataFrame,
    applicable: pd.DataFrame,
    rules: RuleCatalogue,
    catalogue: Catalogue,
    reference: Reference,
) -> tuple[Explained, ...]:
    """Each of the ``records`` (`failing_records`) explained, in order of file_hash."""
    from quality.localise import localise  # of most workbooks nothing is asked
    from quality.localise.build import builder_of

    builder = builder_of(rules, catalogue, reference)
    problems = record_problems(connection, records, reading_findings, applicable, builder)
    wording = wording_of(catalogue, reference)
    before = records.set_index("file_hash")["previous_period_code"].map(wording.periods["vi"]).to_dict()
    found = []
    for file_hash, problem in problems:
        diagnosis = localise(problem)
        names = names_in_words(problem, diagnosis, wording, str(before[file_hash]))
        found.append(Explained(file_hash, problem, diagnosis, names, builder.totals))
    return tuple(found)


def names_in_words(problem: Problem, diagnosis: Diagnosis, wording: Wording, before: str) -> dict[str, str]:
    """What the cells are called that a contradiction compares or blames and that have no place in the workbook.

    ``before``: the period before, in words.
    """
    broken = {rule for component in diagnosis.components for rule in component.constraints}
    told = {name for rule in problem.constraints if rule.key in broken for name, _ in rule.terms}
    wholes = [whole for component in diagnosis.components for whole in component.alternatives]
    told |= {repair.cell for whole in wholes for repair in whole.repairs if not repair.place}
    names = {}
    for name in sorted(told & problem.by_key.keys()):
        if not problem.by_key[name].label:
            words = wording.thing(name.removeprefix(PREVIOUS), "vi") or name
            names[name] = f"{before}, {words}" if name.startswith(PREVIOUS) else words
    return names


def of_another_time(
    connection: duckdb.DuckDBPyConnection, findings: pd.DataFrame, rules: RuleCatalogue
) -> pd.DataFrame:
    """One row (file_hash, sheet, severity) per list of which at least half the records are dated outside the period.

    Such a list was left in from another period: it is no witness, and nothing is proposed about it.
    """
    dated = rules.by_check[DATE_IN_PERIOD].id
    outside = findings.loc[findings["rule_id"] == dated, ["file_hash", "sheet", "cell"]]
    if outside.empty:
        return pd.DataFrame(columns=["file_hash", "sheet", "severity"])
    connection.register("dated_outside", outside.astype("str"))
    found = connection.execute(_LEFT_IN).df()
    connection.unregister("dated_outside")
    return found.assign(severity="soft")


def with_history(records: pd.DataFrame, clean: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """``records`` with previous_file_hash and year_before_file_hash: of ``clean``, one and two periods before.

    What is asked once a year has stood two periods before.
    """
    beside = with_previous(records, clean)
    before = reference["periods"].set_index("period_code")["previous_period_code"]
    latest = latest_versions(clean).set_index(["organization_code", "period_code"])["file_hash"].to_dict()
    year_before = beside["previous_period_code"].map(before)
    found = [latest.get(key) for key in zip(beside["organization_code"], year_before, strict=True)]
    return beside.assign(year_before_file_hash=pd.Series(found, index=beside.index, dtype=object))


def record_problems(
    connection: duckdb.DuckDBPyConnection,
    records: pd.DataFrame,
    reading_findings: pd.DataFrame,
    applicable: pd.DataFrame,
    builder: ProblemBuilder,
) -> Iterator[tuple[str, Problem]]:
    """(file_hash, problem) of each workbook of ``records``, in order of file_hash."""
    from quality.localise.build import WorkbookFigures

    figures, register, entries = _figures(connection, records, builder)
    linear = {rule.id for rule in builder.rules.linear}
    holding = dict(tuple(applicable[applicable["rule_id"].isin(linear)].groupby("workbook_kind")))
    half_read = half_read_sheets(reading_findings)
    nothing = pd.DataFrame(columns=["file_hash", *LIST_COLUMNS])
    for record in records.sort_values("file_hash").itertuples():
        mine = figures.get(record.file_hash)
        if mine is None or record.workbook_kind not in holding:
            continue
        said = WorkbookFigures(
            mine,
            register.get(record.file_hash, {}),
            entries.get(record.file_hash, nothing),
            half_read.get(record.file_hash, frozenset()),
            str(record.period_end),
        )
        yield str(record.file_hash), builder.problem(said, holding[record.workbook_kind])


def half_read_sheets(reading_findings: pd.DataFrame) -> dict[str, frozenset[str]]:
    """By file the sheets on which something could not be read."""
    placed = reading_findings[reading_findings["sheet"].notna()]
    of = zip(placed["rule_id"], placed["severity"], strict=True)
    unread = placed[np.array([leaves_something_unread(rule, severity) for rule, severity in of], dtype=bool)]
    found: dict[str, frozenset[str]] = unread.groupby("file_hash")["sheet"].agg(frozenset).to_dict()
    return found


def _figures(
    connection: duckdb.DuckDBPyConnection, records: pd.DataFrame, builder: ProblemBuilder
) -> tuple[dict[Any, pd.DataFrame], dict[Any, dict[str, float]], dict[Any, pd.DataFrame]]:
    """Cells, register cells and list entries by file."""
    columns = ["file_hash", "organization_code", "period_code", "previous_file_hash", "year_before_file_hash"]
    connection.register("failing", records[columns].astype("str"))
    connection.register("rule_cells", pd.DataFrame({"cell_code": sorted(builder.named)}))
    connection.register("told_cells", pd.DataFrame({"cell_code": sorted(builder.named | builder.beside)}))
    cells = connection.execute(_CELLS).df()
    # A figure whose sheet or line is not in the workbook stands nowhere; pandas would say NaN, which is true.
    places = cells[["sheet", "cell"]].astype(object)
    cells[["sheet", "cell"]] = places.where(places.notna(), None)
    register = connection.execute(_REGISTER).df()
    entries = connection.execute(_ENTRIES).df()
    for name in ("failing", "rule_cells", "told_cells"):
        connection.unregister(name)
    moved: dict[Any, dict[str, float]] = {}
    for row in register.itertuples():
        moved.setdefault(row.file_hash, {})[str(row.cell_code)] = float(str(row.value))  # NaN: unknown
    return dict(tuple(cells.groupby("file_hash"))), moved, dict(tuple(entries.groupby("file_hash")))


def suggestions(answers: tuple[Explained, ...]) -> pd.DataFrame:
    """One row per failing workbook and violated linear rule.

    Columns: file_hash, rule_id; suggested (``Biểu 1!C27: 52 → 43 (97 %) - hai chữ số liền nhau bị đảo``, several joined
    by ``; ``; None where no cell can be named), because_vi and because_en (the reasons, or why no cell is named). A
    rule is told the suspects that stand in its own cells (`quality.own_suspects`).
    """
    return suggestions_frame((one.file_hash, *told) for one in answers for told in _by_rule(one))


def suggestions_frame(rows: Iterable[tuple[str | None, ...]]) -> pd.DataFrame:
    """The ``rows`` as the frame that `suggestions` gives."""
    columns = ["file_hash", "rule_id", "suggested", "because_vi", "because_en"]
    return pd.DataFrame(list(rows), columns=columns, dtype=object)


def _by_rule(answer: Explained) -> Iterator[tuple[str, str | None, str, str]]:
    from quality.other_places import with_other_places
    from quality.own_suspects import OwnSuspects

    places = OwnSuspects(answer.problem, answer.totals)
    for component in answer.diagnosis.components:
        shown = tuple(
            with_other_places(one, component, answer.problem.lists)
            for one in component.suspects
            if one.probability >= SHOWN_FROM and one.place
        )
        own = places.by_rule(component.constraints, shown)
        for rule in component.constraints:
            yield rule, *_told(component, own[rule])


def _told(component: Component, named: tuple[Suspect, ...]) -> tuple[str | None, str, str]:
    if not named:
        words = outcome_words()[component.outcome if component.outcome == "too_much" else "cannot_tell"]
        return None, words["told_vi"], words["told_en"]
    vi, en = (
        "; ".join(f"{without_spans_of_one(str(one.place))}: {reason}" for one, reason in zip(named, said, strict=True))
        for said in ([one.reason_vi for one in named], [one.reason_en for one in named])
    )
    reasons = f"{REASONS_BEGIN['vi']}{vi}.", f"{REASONS_BEGIN['en']}{en}."
    return "; ".join(suspect_told(one) for one in named), *reasons


@cache
def outcome_words() -> dict[str, dict[str, str]]:
    """The words of every outcome (`localise/outcomes.yaml`)."""
    declared: dict[str, dict[str, str]] = declared_in(OUTCOMES)
    return declared


def suspect_told(one: Suspect) -> str:
    """A suspect in one line. Beside a value stands the value's probability, beside a bare cell that of the cell."""
    if one.proposed is not None and one.proposed_probability >= SHOWN_FROM:
        observed = "trống" if one.observed is None else one.observed
        return f"{one.place}: {observed} → {one.proposed} ({percent(one.proposed_probability)}) - {one.reason_vi}"
    return f"{one.place} ({percent(one.probability)}) - {one.reason_vi}"


def percent(probability: float) -> str:
    """A probability as people read it; certainty is never claimed."""
    return "trên 99 %" if probability > 0.99 else f"{probability * 100:.0f} %"
