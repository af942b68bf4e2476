"""One declaration, one answer: LibreOffice, the set-wise SQL, the localiser and plain arithmetic agree."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from checked_workbooks import Workbook, normalised_files, recalculated, scattered_content
from workbook_rows import COMMITTEE, ITSELF, small_reference

from ingest.catalogue import Catalogue, Form
from ingest.reference import SEED_COLUMNS, Reference
from ingest.register_cells import register_observations
from ingest.template import WorkbookChecks, write_workbook
from ingest.template.checks import FAILED, PASSED, UNDECIDED
from ingest.words import EVERYWHERE, NOTHING, NOTHING_ELSE
from khoi.exchange.live_checks import ChecksByOrganization
from quality.catalogue import RuleCatalogue, load_rules
from quality.catalogue.grammar import REGISTER
from quality.catalogue.model import LinearRule, Missing
from quality.engine import offline_connection
from quality.engine.context import applicability, evaluation_context, workbook_kinds
from quality.engine.linear import verdicts_by_file
from quality.localise import Problem
from quality.localise.build import ProblemBuilder
from quality.suspects import record_problems

pytestmark = pytest.mark.long

OUTCOMES = {PASSED: "pass", FAILED: "fail", UNDECIDED: "not_assessable"}
SEEDS = range(3)
ASKED = {"2022H2": "2022H1", "2021H1": "2020H2"}
"""The periods whose workbooks are checked (editions of 2021 and of 2012), and the ones before."""


def with_variants(rules: RuleCatalogue) -> RuleCatalogue:
    """The rules, and each linear one again with other answers to a missing cell and another tolerance.

    What is drawn for a rule does not hang on which rules there are beside it. A figure of the period before that is
    missing leaves every rule undecided: nobody fills it in any more, and the check sheet does not hold it.
    """

    def mode(rule: LinearRule, side: str, chance: random.Random) -> str:
        lagged = any(term.lag for term in rules.expressions[rule.id].terms if term.side == side)
        return "skip" if lagged else chance.choice(("skip", "zero", "fail"))

    variants = [
        rule.model_copy(
            update={
                "id": f"{rule.id}_V",
                "missing": Missing(left=mode(rule, "left", chance), right=mode(rule, "right", chance)),
                "tolerance": chance.choice([0, 1]),
            }
        )
        for rule in rules.linear
        for chance in [random.Random(f"variant of {rule.id}")]
    ]
    expressions = {variant.id: rules.expressions[variant.id.removesuffix("_V")] for variant in variants}
    return RuleCatalogue((*rules.rules, *variants), rules.expressions | expressions, rules.topics, "variants")


@pytest.fixture(scope="module")
def reference() -> Reference:
    """Three organizations, one of them a cell, and the committee; members moved between two of them."""
    plain = small_reference()
    organizations = plain["organizations"].copy()
    organizations.loc[organizations["organization_code"] == "AA-2", "organization_type"] = "CBCS"
    event: dict[str, Any] = {
        "event_id": "E1",
        "committee_code": COMMITTEE,
        "unit": "subordinate_cell",
        "event_type": "merged",
        "effective_on": "2022-09-01",
        "from_organization": "AA-3",
        "to_organization": "AA-1",
        "members_moved": "1",
        "authority": "thử",
    }
    events = pd.DataFrame([event], columns=SEED_COLUMNS["organization_events"], dtype=object)
    reporting = pd.DataFrame(
        [[COMMITTEE, code, "2030-01-20", None] for pair in ASKED.items() for code in pair],
        columns=SEED_COLUMNS["reporting_periods"],
        dtype=object,
    )
    return small_reference(organizations=organizations, organization_events=events, reporting_periods=reporting)


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue, reference: Reference) -> RuleCatalogue:
    return with_variants(load_rules(catalogue, reference))


class Lives:
    """Random workbooks, each told by every life of the rules."""

    def __init__(self, folder: Path, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue) -> None:
        self.catalogue, self.reference, self.rules = catalogue, reference, rules
        self.workbooks = list(self._drawn())
        asked = [one for one in self.workbooks if one.content.period_code in ASKED]
        plain = {one.name: self._write(folder, one, None) for one in self.workbooks if one not in asked}
        _, before = normalised_files(plain, [one for one in self.workbooks if one not in asked], catalogue, reference)
        self.checks = {one.name: self._checks(one, before.observations) for one in asked}
        files = {one.name: self._write(folder, one, self.checks[one.name]) for one in asked}
        self.submissions, self.normalised = normalised_files(plain | files, self.workbooks, catalogue, reference)
        self.excel = recalculated(list(files.values()), folder) if shutil.which("soffice") else {}
        self.sql, self.problems = self._evaluated()

    def _drawn(self) -> Iterator[Workbook]:
        for seed in SEEDS:
            for organization in ("AA-1", "AA-2", ITSELF):
                for period in (code for pair in ASKED.items() for code in pair):
                    drawn = scattered_content(seed, self.catalogue, self.reference, organization, period)
                    yield Workbook(f"{organization}_{period}_{seed}", drawn)

    def _write(self, folder: Path, one: Workbook, checks: WorkbookChecks | None) -> Path:
        path = folder / f"{one.name}.xlsx"
        write_workbook(path, one.content, self.catalogue, self.reference, checks)
        return path

    def _checks(self, one: Workbook, before: pd.DataFrame) -> WorkbookChecks:
        period, organization = one.content.period_code, one.content.organization_code
        last = before[before["file_hash"] == one.name.replace(period, ASKED[period])].dropna(subset=["value"])
        expected = pd.DataFrame(
            [[COMMITTEE, organization, period, self.reference.period_ends[period].isoformat()]],
            columns=["committee_code", "organization_code", "period_code", "period_end"],
        )
        columns = ["organization_code", "cell_code", "value"]
        found = ChecksByOrganization(expected, last[columns], self.catalogue, self.reference, self.rules)
        return found.of(organization)

    def _evaluated(self) -> tuple[pd.DataFrame, dict[str, Problem]]:
        """Outcome, observed and expected by file and rule from SQL; the localiser's problem by file."""
        context = evaluation_context(self.submissions, self.reference)
        previous = {
            one.name: one.name.replace(one.content.period_code, ASKED[one.content.period_code])
            for one in self.workbooks
            if one.content.period_code in ASKED
        }
        context["previous_file_hash"] = context["file_hash"].map(previous)
        context["previous_period_code"] = context["period_code"].map(ASKED)
        holding = applicability(self.rules, workbook_kinds(context), self.catalogue, self.reference)
        told = []
        with offline_connection() as connection:
            connection.register("observations", self.normalised.observations)
            connection.register("register_observations", register_observations(self.reference))
            for scope in ("record", "previous"):
                told.append(self._told(verdicts_by_file(connection, self.rules, scope, context, holding)))
            asked = context[context["period_code"].isin(list(ASKED))].assign(year_before_file_hash=None)
            connection.register("entries", self.normalised.entries)
            builder = ProblemBuilder(self.rules, self.catalogue, self.reference)
            problems = dict(record_problems(connection, asked, self.normalised.findings, holding, builder))
        return pd.concat(told).set_index(["file_hash", "rule_id"]), problems

    def _told(self, verdicts: pd.DataFrame) -> pd.DataFrame:
        """``verdicts`` with observed and expected as a reader is told them."""
        divisor = verdicts["rule_id"].map({rule.id: rule.display_divisor for rule in self.rules.linear})
        return verdicts.assign(observed=verdicts["observed"] / divisor, expected=verdicts["expected"] // divisor)


@pytest.fixture(scope="module")
def lives(
    tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
) -> Lives:
    return Lives(tmp_path_factory.mktemp("lives"), catalogue, reference, rules)


def test_the_drawn_workbooks_try_every_outcome_of_nearly_every_rule(lives: Lives) -> None:
    seen = lives.sql.reset_index().groupby("rule_id")["outcome"].agg(set)
    assert (seen.map(len) >= 2).mean() > 0.9
    assert set().union(*seen) == set(OUTCOMES.values())


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_check_sheet_says_what_the_engine_says(lives: Lives) -> None:
    compared = 0
    for name, sheet in lives.excel.items():
        engine = lives.sql.loc[name]
        assert set(sheet.index) <= set(engine.index), name
        unlisted = engine.loc[engine.index.difference(sheet.index), "outcome"]
        assert set(unlisted) <= {"not_assessable"}, (name, unlisted)
        both = sheet.join(engine.add_suffix("_sql"))
        different = both[both["state"].map(OUTCOMES) != both["outcome_sql"]]
        assert different.empty, (name, different)
        decided = both[both["outcome_sql"] != "not_assessable"]
        assert decided["observed"].astype(float).equals(decided["observed_sql"].astype(float)), name
        assert decided["expected"].astype(float).equals(decided["expected_sql"].astype(float)), name
        compared += len(both)
    assert compared > 1_000


def test_the_localiser_breaks_the_rules_that_the_engine_breaks(lives: Lives) -> None:
    compared = 0
    for name, problem in lives.problems.items():
        broken = {problem.constraints[index].key for index in problem.violated}
        engine = lives.sql.loc[name, "outcome"]
        for constraint in problem.constraints:
            rule = lives.rules.by_id[constraint.key]
            # How a gap is a failure is the engine's alone: the localiser is asked which figure is wrong.
            if constraint.key.endswith("_V") or engine[constraint.key] == "not_assessable":
                continue
            assert isinstance(rule, LinearRule)
            assert (constraint.key in broken) == (engine[constraint.key] == "fail"), (name, constraint.key)
            compared += 1
    assert compared > 300


def test_plain_arithmetic_on_what_was_typed_says_what_the_engine_says(lives: Lives) -> None:
    """An evaluation of the declared meaning from the typed contents, with no workbook, no SQL and no LibreOffice."""
    compared = 0
    for one in (one for one in lives.workbooks if one.content.period_code in ASKED):
        for rule in lives.rules.linear:
            if (one.name, rule.id) not in lives.sql.index or not _typed_only(rule, lives):
                continue
            expected = _by_hand(rule, one, lives)
            assert lives.sql.loc[(one.name, rule.id), "outcome"] == expected, (one.name, rule.id)
            compared += 1
    assert compared > 1_000


def _typed_only(rule: LinearRule, lives: Lives) -> bool:
    """True where all cells of the rule are cells of matrix forms of this period."""
    forms = lives.catalogue.by_name
    codes = [term.cell_code for term in lives.rules.expressions[rule.id].terms]
    return rule.scope == "record" and all(
        not code.startswith(REGISTER) and forms[code.split(".")[0]].kind == "matrix" for code in codes
    )


def _meant(one: Workbook, form: Form, place: tuple[str, str]) -> Any:
    """What a cell says: what was typed, or 0 where the sheet's mark, or the one for all, says so of an empty one."""
    typed, said = one.content.matrix[form.form], one.content.marks.get(form.form)
    is_contradicted = said == NOTHING and any(
        isinstance(value, int) and value > 0 and form.zero_under(*where) for where, value in typed.items()
    )
    is_written = any(isinstance(value, int) and form.is_typed(*where) for where, value in typed.items())
    if said == EVERYWHERE or (said is None and is_written and EVERYWHERE in one.content.marks.values()):
        said = NOTHING_ELSE
    is_zero = typed[place] in (None, "-") and said in form.zero_under(*place) and not is_contradicted
    return 0 if is_zero else typed[place]


def _by_hand(rule: LinearRule, one: Workbook, lives: Lives) -> str:
    expression = lives.rules.expressions[rule.id]
    sums = {"left": expression.left_constant, "right": expression.right_constant}
    gaps: dict[str, bool] = {"left": False, "right": False}
    applies = {"left": False, "right": not any(term.side == "right" for term in expression.terms)}
    for term in expression.terms:
        form, item, *column = term.cell_code.split(".")
        typed = one.content.matrix.get(form, {})
        place = (item, column[0] if column else "value")
        if place not in typed:
            continue
        applies[term.side] = True
        value = _meant(one, lives.catalogue.by_name[form], place)
        if isinstance(value, str) and value != "-":
            return "not_assessable"
        gaps[term.side] |= not isinstance(value, int)
        sums[term.side] += term.coefficient * (value if isinstance(value, int) else 0)
    modes = {"left": rule.missing.left, "right": rule.missing.right}
    if not all(applies.values()) or any(gaps[side] and modes[side] == "skip" for side in gaps):
        return "not_assessable"
    difference, slack = sums["left"] - sums["right"], int(rule.tolerance)
    holds = {"=": abs(difference) <= slack, "<=": difference <= slack, ">=": difference >= -slack}
    gap = any(gaps[side] and modes[side] == "fail" for side in gaps)
    return "fail" if gap or not holds[expression.operator] else "pass"
