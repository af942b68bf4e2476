"""Linear rules in SQL mean what they mean in plain arithmetic; every violation is one row, told with all its cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import pandas as pd
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from submitted_rows import BEFORE, COMMITTEE, PERIOD, Lake, Value

from ingest.lake import REGISTER_OBSERVATIONS
from quality.catalogue import RuleCatalogue
from quality.catalogue.compiling import compile_expression
from quality.catalogue.grammar import REGISTER, Expression, Term
from quality.catalogue.model import LinearRule, Missing
from quality.engine import Verdicts, offline_connection
from quality.engine.linear import check_linear

FORM_CELLS = ("form.A", "form.B", "form.C", "form.D")
CELLS = (*FORM_CELLS, "register.IN", "register.OUT")
Case = dict[str, Value]


def rule(expression: str, *, id_: str = "X1", left: str = "skip", right: str = "skip") -> LinearRule:
    """A rule over the cells above."""
    return LinearRule.model_validate(
        {
            "id": id_,
            "kind": "linear",
            "scope": "previous" if "prev." in expression else "record",
            "expression": expression,
            "missing": {"left": left, "right": right},
            "severity": "hard",
            "title": {"vi": "a", "en": "a"},
            "message": {"vi": "a", "en": "a"},
            "authority": "thử",
            "reason": {"vi": "thử", "en": "test"},
            "examples": [{"outcome": "pass", "cells": {}}],
        }
    )


def catalogue_of(*rules: LinearRule) -> RuleCatalogue:
    """The rules compiled over the cells above."""
    expressions = {one.id: compile_expression(one.expression, CELLS) for one in rules}
    return RuleCatalogue(tuple(rules), expressions, {}, "test")


@dataclass(frozen=True)
class Submitted:
    """One organization's figures: now, of the period before (None: nothing came), and register events."""

    now: Case
    before: Case | None = None
    register: tuple[tuple[str, int], ...] = ()


def evaluate(
    rules: RuleCatalogue,
    submitted: list[Submitted],
    tolerance: float = 0,
    order: int | None = None,
    *,
    counted: bool = True,
) -> Verdicts:
    """Judge every organization at once; ``order`` shuffles all rows."""
    lake, register = Lake(), []
    for number, one in enumerate(submitted):
        code = f"AA-{number}"
        lake.add(f"now-{number}", one.now, code)
        lake.add(f"before-{number}", one.before or {}, code, BEFORE)
        subject = {"committee_code": COMMITTEE, "organization_code": code, "period_code": PERIOD}
        register += [{**subject, "cell_code": cell, "value": float(value)} for cell, value in one.register]
    context = lake.submissions[["file_hash", "committee_code", "organization_code", "period_code"]]
    context = context.assign(file_no=range(len(context)), workbook_kind=0, previous_period_code=BEFORE)
    came = {f"now-{number}": f"before-{number}" for number, one in enumerate(submitted) if one.before is not None}
    context["previous_file_hash"] = context["file_hash"].map(came)
    context = context[context["period_code"] == PERIOD]
    holding = pd.DataFrame(
        [(one.id, 0, "hard", tolerance) for one in rules.linear],
        columns=["rule_id", "workbook_kind", "severity", "tolerance"],
    )
    tables = {
        "observations": lake.observations,
        "register_observations": pd.DataFrame(register).reindex(columns=REGISTER_OBSERVATIONS.names),
    }
    with offline_connection() as connection:
        for name, frame in tables.items():
            chosen = frame if order is None else frame.sample(frac=1, random_state=order)
            connection.register(name, chosen)
        context = context if order is None else context.sample(frac=1, random_state=order)
        parts = [
            check_linear(connection, rules, scope, context, holding, counted=counted)
            for scope in ("record", "previous")
        ]
    return Verdicts(*(pd.concat(frames, ignore_index=True) for frames in zip(*map(_both, parts), strict=True)))


def _both(verdicts: Verdicts) -> tuple[pd.DataFrame, pd.DataFrame]:
    return verdicts.violations, verdicts.outcomes


# What a rule means, written a second time, one organization at a time and without any SQL.


def by_hand(rule_: LinearRule, expression: Expression, one: Submitted, tolerance: float) -> str | None:
    """The outcome of a rule for one organization; None where its first cell is not there to be judged."""
    if expression.target.cell_code not in one.now:
        return None
    states: dict[str, list[str]] = {"left": [], "right": []}
    sums = {"left": expression.left_constant, "right": expression.right_constant}
    for term in expression.terms:
        state, value = figure(term, one)
        if state == "gone":
            return "not_assessable"
        states[term.side].append(state)
        sums[term.side] += term.coefficient * value
    if unclear(rule_.missing, expression, states):
        return "not_assessable"
    if any("missing" in states[side] and getattr(rule_.missing, side) == "fail" for side in states):
        return "fail"
    gap = sums["left"] - sums["right"]
    broken = {"=": abs(gap) > tolerance, "<=": gap > tolerance, ">=": -gap > tolerance}
    return "fail" if broken[expression.operator] else "pass"


def figure(term: Term, one: Submitted) -> tuple[str, int]:
    """(state, value) of a term's cell; a register cell without an event is a zero of its own kind."""
    if term.cell_code.startswith(REGISTER):
        events = [value for cell, value in one.register if cell == term.cell_code]
        return "register", sum(events)
    cells = (one.before or {}) if term.lag else one.now
    if term.cell_code not in cells:
        return ("gone" if term.lag else "not_applicable"), 0
    value = cells[term.cell_code]
    if value is None or isinstance(value, str):
        return value or "missing", 0
    return "counts", int(value)


def unclear(missing: Missing, expression: Expression, states: dict[str, list[str]]) -> bool:
    """True where nothing can be said: unreadable, missing and skipped, or a side of which nothing applies."""
    if any("unreadable" in found for found in states.values()):
        return True
    if any("missing" in states[side] and getattr(missing, side) == "skip" for side in states):
        return True
    of_forms = [[state for state in found if state != "register"] for found in states.values()]
    return any(found and set(found) == {"not_applicable"} for found in of_forms)


SIGNED = st.sampled_from(["+", "-"])
TERM = st.one_of(
    st.tuples(st.integers(1, 5), st.sampled_from([*CELLS, *(f"prev.{cell}" for cell in FORM_CELLS)])).map(
        lambda pair: f"{pair[0]} * {pair[1]}"
    ),
    st.integers(0, 20).map(str),
)
SIDE = st.lists(st.tuples(SIGNED, TERM), max_size=4).map(lambda pairs: " ".join(f"{a} {b}" for a, b in pairs))
MODE = st.sampled_from(["skip", "zero", "fail"])
RULE = st.builds(
    lambda left, operator, first, right, modes: rule(
        f"101 * form.A {left} {operator} {first} {right}", left=modes[0], right=modes[1]
    ),
    SIDE,
    st.sampled_from(["=", "<=", ">="]),
    TERM,
    SIDE,
    st.tuples(MODE, MODE),
)
VALUE: st.SearchStrategy[Value] = st.one_of(
    st.integers(0, 6), st.integers(0, 6), st.sampled_from([None, "unreadable", "not_applicable", 0, 20_000])
)
CASE = st.dictionaries(st.sampled_from(FORM_CELLS), VALUE)
EVENTS = st.lists(st.tuples(st.sampled_from(["register.IN", "register.OUT"]), st.integers(0, 6)), max_size=3)
SUBMITTED = st.builds(lambda n, b, e: Submitted(n, b, tuple(e)), CASE, st.one_of(st.none(), CASE), EVENTS)
ORGANIZATIONS = st.lists(SUBMITTED, min_size=1, max_size=25)


def counted(outcomes: Iterable[str | None]) -> dict[str, int]:
    """How many of each outcome."""
    found = list(outcomes)
    return {
        "passed": found.count("pass"),
        "failed": found.count("fail"),
        "not_assessable": found.count("not_assessable"),
    }


@settings(deadline=None, max_examples=examples(50))
@given(rule_=RULE, submitted=ORGANIZATIONS, tolerance=st.sampled_from([0, 0, 1, 7]))
def test_sql_says_what_plain_arithmetic_says(rule_: LinearRule, submitted: list[Submitted], tolerance: int) -> None:
    rules = catalogue_of(rule_)
    expression = rules.expressions[rule_.id]
    expected = [by_hand(rule_, expression, one, tolerance) for one in submitted]
    found = evaluate(rules, submitted, tolerance)
    assert found.outcomes[["passed", "failed", "not_assessable"]].sum().to_dict() == counted(expected)
    failing = {f"now-{number}" for number, outcome in enumerate(expected) if outcome == "fail"}
    assert sorted(found.violations["file_hash"]) == sorted(failing)


@pytest.mark.long
@settings(deadline=None, max_examples=examples(12))
@given(rules=st.lists(RULE, min_size=2, max_size=6), submitted=ORGANIZATIONS, order=st.integers(0, 9))
def test_rules_judged_together_and_rows_in_any_order_change_nothing(
    rules: list[LinearRule], submitted: list[Submitted], order: int
) -> None:
    named = [one.model_copy(update={"id": f"X{number}"}) for number, one in enumerate(rules)]
    together = evaluate(catalogue_of(*named), submitted, order=order)
    alone = [evaluate(catalogue_of(one), submitted).violations for one in named]
    keys = ["rule_id", "file_hash"]
    expected = pd.concat(alone).sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(together.violations.sort_values(keys, ignore_index=True), expected, check_dtype=False)


def one_violation(rule_: LinearRule, submitted: Submitted) -> dict[str, Any]:
    """The only violation of a rule by one organization."""
    rows = evaluate(catalogue_of(rule_), [submitted]).violations.to_dict("records")
    assert len(rows) == 1
    return rows[0]


def test_a_violation_stands_at_the_first_cell_and_names_all_others() -> None:
    told = one_violation(
        rule("form.A = prev.form.B + register.IN - form.C"),
        Submitted({"form.A": 1_234, "form.C": 0}, {"form.B": 1_000}, (("register.IN", 30), ("register.IN", 3))),
    )
    assert (told["sheet"], told["cell"], told["cell_code"]) == ("form", "C1", "form.A")
    assert (told["observed"], told["expected"], told["difference"]) == ("1234", "1033", "201")
    assert told["cells"] == "form!C1=1234; 2021H2 form!C1=1000; register.IN=33; form!C2=0"


def test_where_nobody_counts_the_same_is_broken() -> None:
    rules = catalogue_of(rule("form.A = form.B"))
    submitted = [Submitted({"form.A": 1, "form.B": 1}, None), Submitted({"form.A": 1, "form.B": 2}, None)]
    whole, told = (evaluate(rules, submitted, counted=counted) for counted in (True, False))
    pd.testing.assert_frame_equal(told.violations, whole.violations)
    assert (len(told.violations), len(told.outcomes), len(whole.outcomes)) == (1, 0, 1)


def test_a_cell_that_stands_on_both_sides_is_named_once() -> None:
    """The cap on excellent ratings counts them in its base as well."""
    told = one_violation(rule("100 * form.A <= 20 * (form.B + form.A) + 50"), Submitted({"form.A": 8, "form.B": 0}))
    assert [place.partition("=")[2] for place in told["cells"].split("; ")] == ["8", "0"]


def test_a_gap_shows_no_figure_it_does_not_have() -> None:
    told = one_violation(rule("form.A = form.B", left="fail"), Submitted({"form.A": None, "form.B": 3}))
    assert (told["observed"], told["expected"], told["difference"]) == ("", "3", "")
    assert told["cells"] == "form!C1=; form!C2=3"


def test_figures_too_large_for_a_double_of_cents_stay_exact() -> None:
    told = one_violation(
        rule("form.A = form.B"), Submitted({"form.A": 9_007_199_254_740_991, "form.B": 9_007_199_254_740_990})
    )
    assert told["difference"] == "1"


@pytest.mark.parametrize("events", [(), (("register.IN", 5),)])
@pytest.mark.parametrize("text", ["form.A + register.IN = 0", "form.B = form.A + register.IN", "form.B = prev.form.A"])
def test_where_no_cell_of_a_side_applies_the_register_alone_decides_nothing(
    text: str, events: tuple[tuple[str, int], ...]
) -> None:
    case: Case = {"form.A": "not_applicable", "form.B": 3}
    found = evaluate(catalogue_of(rule(text)), [Submitted(case, case, events)])
    assert found.outcomes["not_assessable"].sum() == 1


def test_a_side_of_register_cells_alone_is_complete_without_any_event() -> None:
    submitted = [Submitted({"form.A": 0}), Submitted({"form.A": 2}, register=(("register.IN", 2),))]
    found = evaluate(catalogue_of(rule("form.A = register.IN - register.OUT")), submitted)
    assert found.outcomes["passed"].sum() == 2


@pytest.mark.parametrize("came", [None, {}, {"form.B": 5}])
def test_without_the_last_periods_cell_nothing_is_said(came: Case | None) -> None:
    found = evaluate(catalogue_of(rule("form.A = prev.form.A")), [Submitted({"form.A": 5}, came)])
    assert found.outcomes["not_assessable"].sum() == 1
    assert found.violations.empty


def test_no_rule_of_a_scope_and_no_workbook_are_nothing_to_judge(connection: duckdb.DuckDBPyConnection) -> None:
    rules = catalogue_of(rule("form.A = form.B"))
    holding = pd.DataFrame(columns=["rule_id", "workbook_kind", "severity", "tolerance"])
    for scope, context in (("previous", pd.DataFrame({"file_no": [0]})), ("record", pd.DataFrame())):
        found = check_linear(connection, rules, scope, context, holding)
        assert found.violations.empty
        assert found.outcomes.empty


@pytest.mark.parametrize(("held", "told"), [(0, "Biểu!C1=2; Danh sách!E8"), (1, "Biểu!C1=2; Danh sách!E8 [B]=1")])
def test_a_sum_over_a_list_of_one_row_is_not_shown_as_what_its_cell_holds(held: int, told: str) -> None:
    """Two sums lead to the one cell, which holds neither: each is named by its code, a zero by its place alone."""
    figures = [("form.A", 2, "Biểu", "C1"), ("form.B", held, "Danh sách", "E8"), ("form.C", 5, "Danh sách", "E8")]
    observations = pd.DataFrame(
        [("f", code, float(value), "value" if value else "zero", sheet, cell) for code, value, sheet, cell in figures],
        columns=["file_hash", "cell_code", "value", "state", "sheet", "cell"],
    )
    rules = catalogue_of(rule("form.A = form.B"))
    subject = {"committee_code": COMMITTEE, "organization_code": "AA-1", "period_code": PERIOD}
    context = pd.DataFrame(
        [{"file_no": 0, "file_hash": "f", **subject, "workbook_kind": 0, "previous_period_code": BEFORE}]
    )
    holding = pd.DataFrame([("X1", 0, "hard", 0.0)], columns=["rule_id", "workbook_kind", "severity", "tolerance"])
    with offline_connection() as connection:
        connection.register("observations", observations)
        connection.register("register_observations", pd.DataFrame(columns=REGISTER_OBSERVATIONS.names))
        (found,) = check_linear(connection, rules, "record", context, holding).violations["cells"]
    assert found == told
