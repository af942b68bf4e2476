"""Every declared rule does what its examples say, in the engine itself; bad declarations are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
import yaml
from shared_seeds import shared_reference
from submitted_rows import AFTER_ALL, BEFORE, PERIOD, Lake, Value, register_of

from ingest.catalogue import Catalogue
from ingest.lake import REGISTER_OBSERVATIONS
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue, RuleError, load_rules
from quality.catalogue.grammar import BELOW, PREVIOUS, REGISTER
from quality.catalogue.model import CounterpartExample, CounterpartRule, LinearRule
from quality.engine import Verdicts, together
from quality.engine.combination import check_combinations
from quality.engine.completeness import judge_completeness
from quality.engine.context import applicability, evaluation_context, with_previous, workbook_kinds
from quality.engine.counterparts import check_counterparts
from quality.engine.levels import LEVEL_BELOW_COLUMNS
from quality.engine.linear import check_linear


def outcome_of(verdicts: Verdicts, rule_id: str, committee: str, period: str) -> str:
    """The one outcome of a rule in a period of a committee that holds one example only."""
    rows = verdicts.outcomes[
        (verdicts.outcomes["rule_id"] == rule_id)
        & (verdicts.outcomes["committee_code"] == committee)
        & (verdicts.outcomes["period_code"] == period)
    ]
    counts = rows[["passed", "failed", "not_assessable"]].sum()
    assert counts.sum() == 1, f"{rule_id} was evaluated {counts.sum()} times"
    return {"passed": "pass", "failed": "fail", "not_assessable": "not_assessable"}[str(counts.idxmax())]


class LinearExamples:
    """All examples of all linear rules as submissions, one committee, organization and file each."""

    def __init__(self, rules: RuleCatalogue) -> None:
        self.lake = Lake()
        self.register: list[dict[str, Any]] = []
        self.below: list[dict[str, Any]] = []
        self.expected: list[tuple[LinearRule, str, str]] = []
        self.types: dict[str, str] = {}
        self.founded: dict[str, str] = {}
        self.ended: dict[str, str] = {}
        self.periods: dict[str, str] = {}
        for rule in rules.linear:
            for number, example in enumerate(rule.examples):
                code = f"{rule.id}-{number}"
                self.expected.append((rule, code, example.outcome))
                self.types[code] = example.organization_type or ("CAP_TREN" if rule.scope == "levels" else "DBCS")
                self.periods[code] = example.period or PERIOD
                if example.is_new:
                    self.founded[code] = "2022-03-01"
                if example.is_ended:
                    self.ended[code] = "2022-05-31"
                self._add(rules, rule, code, example.cells, example.period or PERIOD)

    def _add(
        self, rules: RuleCatalogue, rule: LinearRule, code: str, cells: dict[str, int | None], period: str
    ) -> None:
        terms = rules.expressions[rule.id].terms
        has_previous = any(name.startswith(PREVIOUS) for name in cells)
        now: dict[str, Value] = {}
        before: dict[str, Value] = {}
        for term in terms:
            value = cells.get(PREVIOUS * term.lag + term.cell_code, 0)
            if term.cell_code.startswith(REGISTER):
                subject = {"committee_code": code, "organization_code": code, "period_code": period}
                self.register.append({**subject, "cell_code": term.cell_code, "value": float(value or 0)})
            elif term.cell_code.startswith(BELOW):
                state = {None: "missing", 0: "zero"}.get(value, "value")
                place = {"organization_code": code, "period_code": period, "sheet": "Σ", "cell": "C1"}
                self.below.append({**place, "cell_code": term.cell_code, "value": value, "state": state})
            else:
                (before if term.lag else now)[term.cell_code] = value
        self.lake.add(code, now, code, period, committee=code)
        if has_previous:
            assert period == PERIOD
            self.lake.add(f"{code}-before", before, code, BEFORE, committee=code)

    def evaluate(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, rules: RuleCatalogue) -> Verdicts:
        parameters = [
            {"parameter": name, "committee_code": code, "value": values[0], "valid_from": "2000-01-01"}
            for rule, code, _ in self.expected
            for name, values in rule.when.parameters.items()
        ]
        known = pd.concat([shared_reference()["rule_parameters"], pd.DataFrame(parameters)], ignore_index=True)
        known = known.astype(object).where(known.notna(), None)
        owners = {code: code for code in self.types}
        reference = register_of(*self.types, types=self.types, committees=owners, rule_parameters=known)
        organizations = reference["organizations"]
        began = organizations["organization_code"].map(self.founded).fillna(organizations["valid_from"])
        until = organizations["organization_code"].map(self.ended).astype(object)
        until = until.where(until.notna(), organizations["valid_to"])
        tables = {**reference.tables, "organizations": organizations.assign(valid_from=began, valid_to=until)}
        reference = Reference(reference.folder, tables, "test")
        versions = evaluation_context(self.lake.submissions, reference)
        holding = applicability(rules, workbook_kinds(versions), catalogue, reference)
        connection.register("observations", self.lake.observations)
        connection.register(
            "register_observations", pd.DataFrame(self.register).reindex(columns=REGISTER_OBSERVATIONS.names)
        )
        record = check_linear(connection, rules, "record", versions, holding)
        previous = check_linear(connection, rules, "previous", with_previous(versions, versions), holding)
        below = pd.DataFrame(self.below).reindex(columns=LEVEL_BELOW_COLUMNS)
        levels = check_linear(connection, rules, "levels", versions, holding, below)
        return together([record, previous, levels])


def test_every_linear_rule_says_of_its_examples_what_it_declares(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, rules: RuleCatalogue
) -> None:
    examples = LinearExamples(rules)
    verdicts = examples.evaluate(connection, catalogue, rules)
    found = {code: outcome_of(verdicts, rule.id, code, examples.periods[code]) for rule, code, _ in examples.expected}
    assert found == {code: outcome for _, code, outcome in examples.expected}
    failed = verdicts.violations.set_index(["rule_id", "file_hash"])
    for rule, code, outcome in examples.expected:
        target = rules.expressions[rule.id].target.cell_code
        if outcome == "fail":
            assert failed.loc[(rule.id, code), "cell_code"] == target


def test_every_linear_rule_declares_what_passes_fails_and_cannot_be_assessed(rules: RuleCatalogue) -> None:
    for rule in (*rules.linear, *rules.combinations, *rules.counterparts, *rules.completeness):
        assert {example.outcome for example in rule.examples} == {"pass", "fail", "not_assessable"}, rule.id


def test_every_combination_rule_says_of_its_examples_what_it_declares(
    connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, rules: RuleCatalogue
) -> None:
    lake, expected = Lake(), {}
    for rule in rules.combinations:
        for number, example in enumerate(rule.examples):
            code = f"{rule.id}-{number}"
            expected[rule.id, code] = example.outcome
            lake.add(code, {}, code, committee=code)
            lake.record(code, rule.form, 1, {rule.left: example.left, rule.right: example.right})
    codes = [code for _, code in expected]
    reference = register_of(*codes, committees={code: code for code in codes})
    versions = evaluation_context(lake.submissions, reference)
    connection.register("entries", lake.entries)
    holding = applicability(rules, workbook_kinds(versions), catalogue, reference)
    verdicts = check_combinations(connection, rules, catalogue, reference, versions, holding)
    assert {(rule_id, code): outcome_of(verdicts, rule_id, code, PERIOD) for rule_id, code in expected} == expected


def test_every_counterpart_rule_says_of_its_examples_what_it_declares(
    connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue
) -> None:
    for rule in rules.counterparts:
        lake, expected = Lake(), {}
        for number, example in enumerate(rule.examples):
            code = f"{rule.id}-{number}"
            expected[code] = example.outcome
            _sent(lake, rule, code, example)
        codes = [f"{code}{side}" for code in expected for side in ("A", "B")]
        reference = register_of(*codes, committees={code: code[:-1] for code in codes})
        versions = evaluation_context(lake.submissions, reference)
        connection.register("entries", lake.entries)
        connection.register("observations", lake.observations)
        verdicts = check_counterparts(connection, rules, reference, versions, pd.DataFrame(), AFTER_ALL)
        found = {}
        for code in expected:
            rows = verdicts.outcomes.query("committee_code == @code and period_code == @BEFORE")
            counts = rows[["passed", "failed", "not_assessable"]].sum()
            found[code] = {"passed": "pass", "failed": "fail"}.get(str(counts.idxmax()), "not_assessable")
            assert counts.sum() == 1
        assert found == expected


def _sent(lake: Lake, rule: CounterpartRule, code: str, example: CounterpartExample) -> None:
    """Two organizations of one committee say what one gave the other, in this period and the next."""
    sides = ((f"{code}A", f"{code}B", rule.gives, example.given), (f"{code}B", f"{code}A", rule.takes, example.taken))
    for own, other, direction, amounts in sides:
        for period, amount in zip((BEFORE, PERIOD), amounts, strict=True):
            if amount is None:
                continue
            file_hash = f"{own}-{period}"
            lake.add(file_hash, {}, own, period, committee=code)
            field, chosen = rule.only
            record = {rule.direction: direction, field: chosen, rule.counterpart: other, rule.amount: amount}
            if amount:
                lake.record(file_hash, rule.form, 1, record)


def test_the_completeness_rule_says_of_its_examples_what_it_declares(rules: RuleCatalogue) -> None:
    for rule in rules.completeness:
        assert [judge_completeness(example.state) for example in rule.examples] == [e.outcome for e in rule.examples]


def test_the_rules_issue_two_asks_for_are_there(rules: RuleCatalogue) -> None:
    declared = {rule.domain_rule for rule in rules.rules}
    assert declared >= {1, 2, 8, 13, 14, 21, 22, 23, 24, 26, 34}


GOOD: dict[str, Any] = {
    "id": "X001",
    "title": {"vi": "Thử", "en": "Test"},
    "kind": "linear",
    "scope": "record",
    "expression": "membership_change.CLOSE <= membership_change.OPEN",
    "severity": "soft",
    "authority": "thử",
    "reason": {"vi": "thử", "en": "test"},
    "message": {"vi": "{observed} {expected}", "en": "{observed} {expected}"},
    "examples": [{"outcome": "pass", "cells": {}}],
}


def test_what_must_be_chosen_is_told_by_its_cell_and_without_the_count_of_its_entry(rules: RuleCatalogue) -> None:
    """“chi bộ cơ sở: 0, phải là 1” means nothing to who chose from a list."""
    for rule in (one for one in rules.linear if one.id.startswith("R048_")):
        for message in (rule.message.vi, rule.message.en):
            assert "{cells}" in message
            assert "{observed}" not in message
            assert "{expected}" not in message


def overlay(folder: Path, *rules: dict[str, Any], name: str = "own.yaml") -> Path:
    """A deployment's own rule file in a folder of its own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(yaml.safe_dump({"topic": "own", "rules": list(rules)}, allow_unicode=True), "utf-8")
    return folder


def test_a_deployment_adds_its_own_rule_and_replaces_a_file_of_ours(
    tmp_path: Path, catalogue: Catalogue, reference: Reference, rules: RuleCatalogue
) -> None:
    overlay(tmp_path, GOOD)
    overlay(tmp_path, {**GOOD, "id": "X002"}, name="ratings.yaml")
    own = load_rules(catalogue, reference, tmp_path)
    assert {"X001", "X002"} <= set(own.by_id)
    assert {id_ for id_, topic in rules.topics.items() if topic == "ratings"}.isdisjoint(own.by_id)
    assert own.fingerprint != rules.fingerprint


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"expression": "membership_change.CLOSE <= membership_change.NOWHERE"}, "unknown cell"),
        ({"expression": "membership_change.CLOSE <="}, "cannot be read"),
        ({"scope": "previous"}, "scope 'previous' is for expressions with prev. cells"),
        (
            {"expression": "membership_change.OPEN = prev.membership_change.CLOSE"},
            "scope 'previous' is for expressions",
        ),
        ({"tolerance": "no_such_parameter"}, "is not in rule_parameters.csv"),
        ({"when": {"organization_type": ["NO_TYPE"]}}, "unknown codes ['NO_TYPE']"),
        ({"when": {"period_kind": ["Q9"]}}, "unknown codes ['Q9']"),
        ({"when": {"form_version": {"membership_change": ["1999"]}}}, "unknown version of form 'membership_change'"),
        ({"message": {"vi": "{observed} {expected} {nobody}", "en": "{observed} {expected}"}}, "unknown placeholders"),
        ({"message": {"vi": "{observed}", "en": "{observed} {expected}"}}, "message vi lacks the placeholders"),
        (
            {"expression": "organization_profile.TYPE.CBCS = 1", "message": {"vi": "{observed}", "en": "{cells}"}},
            "message vi lacks the placeholders ['cells']",
        ),
        ({"message": {"vi": "{observed} {expected", "en": "{observed} {expected}"}}, "message vi:"),
        ({"severity": "fatal"}, "severity"),
        ({"id": "R001A"}, "already used"),
        ({"kind": "magic"}, "X001"),
        ({"examples": []}, "examples"),
        ({"reason": "only one language"}, "reason: Value error, phải ghi cả hai tiếng"),
        ({"reason": {"en": "only one language"}}, "reason.vi: Field required"),
        ({"surprise": 1}, "surprise"),
        (
            {"severity_overrides": [{"severity": one, "reason": {"vi": "a", "en": "a"}} for one in ("hard", "info")]},
            "overlap",
        ),
        (
            {"kind": "combination", "form": "membership_change", "combination": "discipline_subject_form", "left": "A"}
            | {"right": "B", "examples": [{"outcome": "pass", "left": "A", "right": "B"}]},
            "'membership_change' is not a list form",
        ),
    ],
)
def test_a_bad_declaration_names_the_file_the_rule_and_the_reason(
    tmp_path: Path, catalogue: Catalogue, reference: Reference, changes: dict[str, Any], why: str
) -> None:
    rule = {**GOOD, **changes}
    if rule["kind"] == "combination":
        del rule["expression"]
    with pytest.raises(RuleError) as error:
        load_rules(catalogue, reference, overlay(tmp_path, rule))
    assert "own.yaml" in str(error.value)
    assert rule["id"] in str(error.value)
    assert why in str(error.value)


def test_a_check_without_its_texts_is_refused(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> None:
    untold = r"no rule tells of the checks \['fewer_forms', 'former_differs', 'late', 'locked_period', 'two_files'\]"
    with pytest.raises(RuleError, match=untold):
        load_rules(catalogue, reference, overlay(tmp_path, name="submissions.yaml"))


def test_a_member_that_is_a_line_has_the_words_of_its_form(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    title = {"vi": "<sheet>: <label>", "en": "<label>"}
    line = {**GOOD, "title": title, "expression": "<line> <= membership_change.CLOSE"}
    rules = [
        {**line, "id": "X_<code>", "each": {"A": {"line": "membership_change.IN_ADMIT"}}},
        {**line, "id": "Y_<code>", "each_line": "membership_change"},
        {**GOOD, "id": "Z_<code>", "each_column": "year_bases", "title": title | {"vi": "<label>"}},
    ]
    own = load_rules(catalogue, reference, overlay(tmp_path, *rules))
    form = catalogue.by_name["membership_change"]
    assert own.by_id["X_A"].title.vi == f"{form.versions[-1].sheet}: {form.items['IN_ADMIT'].label.vi}"
    assert [one for one in own.by_id if one.startswith("Y_")] == [f"Y_{item}" for item in form.items]
    assert own.expressions["Y_OPEN"].target.cell_code == "membership_change.OPEN"
    columns = catalogue.by_name["year_bases"].columns
    assert {one.title.vi for one in own.rules if one.id.startswith("Z_")} == {one.label.vi for one in columns.values()}


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"each": {"A": {"line": "membership_change.NOPE"}}}, "no line NOPE in form membership_change"),
        ({"each_line": "nope"}, "no form nope"),
        ({"each_column": "nope"}, "no form nope"),
    ],
)
def test_a_line_that_no_form_has_is_named(
    tmp_path: Path, catalogue: Catalogue, reference: Reference, fault: dict[str, Any], told: str
) -> None:
    with pytest.raises(RuleError, match=rf"own\.yaml.*X_<code>: {told}"):
        load_rules(catalogue, reference, overlay(tmp_path, {**GOOD, "id": "X_<code>", **fault}))


def test_a_sum_goes_through_the_cells_as_the_form_has_them(rules: RuleCatalogue) -> None:
    parts = [term.cell_code for term in rules.expressions["R003F_ADMITTED_SCHOOLING"].terms if term.side == "right"]
    assert parts == [f"year_admissions.EDU_{name}" for name in ("LITERATE", "PRIMARY", "LOWER", "UPPER")]


def test_each_makes_one_rule_a_member_with_its_own_words(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    members = {"OPEN": {"vi": "đầu kỳ", "en": "opening"}, "INC": {"vi": "tăng", "en": "increase"}}
    rule = {
        **GOOD,
        "id": "X_<code>",
        "each": members,
        "title": {"vi": "Về <label>", "en": "On <label>"},
        "expression": "membership_change.<code> <= membership_change.CLOSE",
    }
    own = load_rules(catalogue, reference, overlay(tmp_path, rule))
    assert (own.by_id["X_OPEN"].title.vi, own.by_id["X_INC"].title.en) == ("Về đầu kỳ", "On increase")
    assert own.expressions["X_INC"].target.cell_code == "membership_change.INC"
