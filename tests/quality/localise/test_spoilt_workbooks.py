"""What holds of every answer, whatever is wrong with a workbook: laws over forms and lists spoilt at will."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.localise import Cell, Constraint, Diagnosis, Effort, Problem, localise
from quality.localise.build import ProblemBuilder, WorkbookFigures
from quality.suspects import SHOWN_FROM, Explained, suggestions

LIST = "Chuyển sinh hoạt"
CLEAN = {
    "membership_change": {
        "OPEN": 100, "INC": 9, "IN_ADMIT": 2, "IN_TR": 7, "IN_TR_EXT": 4, "IN_TR_INT": 3, "IN_TR_OWN": 0,
        "IN_RESTORE": 0, "DEC": 5, "OUT_DEATH": 0, "OUT_EXPEL": 0, "OUT_REMOVE": 0, "OUT_REMOVE_PROB": 0,
        "OUT_RESIGN": 0, "OUT_TR": 5, "OUT_TR_EXT": 5, "OUT_TR_INT": 0, "OUT_TR_OWN": 0, "CLOSE": 104,
    },
    "member_status": {"OFFICIAL": 98, "PROBATIONARY": 6, "EXEMPT": 9},
    "membership_structure": {"TOTAL": 104, "PROBATIONARY": 6, "FEMALE": 41, "ETHNIC_MINORITY": 3},
}  # fmt: skip
RECORDS = [("IN", "NGOAI_TINH", 3), ("IN", "NGOAI_TINH", 1), ("IN", "TRONG_TINH", 3), ("OUT", "NGOAI_TINH", 5)]
CODES = [f"{form}.{name}" for form, cells in CLEAN.items() for name in cells]
DIRECTIONS, SCOPES = ("IN", "OUT"), ("NGOAI_TINH", "NGOAI_NUOC", "TRONG_TINH", "TRONG_DANG_BO")

record = st.tuples(st.sampled_from(DIRECTIONS), st.sampled_from(SCOPES), st.integers(1, 12))
wrong_figures = st.dictionaries(st.sampled_from(CODES), st.integers(0, 1200), max_size=5)
lists = st.one_of(st.just(RECORDS), st.lists(record, max_size=5), st.lists(st.sampled_from(RECORDS), max_size=6))
spoilt = settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
"""Not shrunk: a workbook that breaks a law is as readable as it was written, and shrinking takes minutes."""


@pytest.fixture(scope="module")
def builder(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> ProblemBuilder:
    return ProblemBuilder(rules, catalogue, reference)


@pytest.fixture(scope="module")
def holding(rules: RuleCatalogue) -> pd.DataFrame:
    """Every rule over the cells of the workbook alone."""
    known = {*CODES, *(f"transfers.{direction}.{scope}" for direction in DIRECTIONS for scope in SCOPES)}
    chosen = [
        rule.id
        for rule in rules.linear
        if not rule.id.startswith("R029")  # Of these bounds one holds for a kind of workbook, never two.
        and all(not term.lag and term.cell_code in known for term in rules.expressions[rule.id].terms)
    ]
    assert len(chosen) > 12
    return pd.DataFrame({"rule_id": chosen, "severity": "hard", "tolerance": 0.0})


def workbook(wrong: dict[str, int], records: list[tuple[str, str, int]], half_read: bool = False) -> WorkbookFigures:
    """The clean workbook with other figures in some cells and other records in its list."""
    rows = [
        _cell(f"{form}.{name}", wrong.get(f"{form}.{name}", value), form, f"C{row}", row, value)
        for form, cells in CLEAN.items()
        for row, (name, value) in enumerate(cells.items(), 8)
    ]
    for direction in DIRECTIONS:
        for scope in SCOPES:
            total = sum(amount for one, two, amount in records if (one, two) == (direction, scope))
            rows.append(_cell(f"transfers.{direction}.{scope}", total, LIST, f"E8:E{7 + len(records)}", 8, None))
    entries = [
        {
            "form": "transfers", "record_no": number, "field": field, "value_text": str(value),
            "value": float(value) if field == "MEMBERS" else None, "state": "value", "sheet": LIST,
            "row_no": 7 + number, "column_no": column, "cell": f"{'ABCDE'[column - 1]}{7 + number}",
        }
        for number, one in enumerate(records, start=1)
        for field, column, value in zip(("DIRECTION", "SCOPE", "MEMBERS"), (2, 3, 5), one, strict=True)
    ]  # fmt: skip
    columns = ["form", "record_no", "field", "value_text", "value", "state", "sheet", "row_no", "column_no", "cell"]
    unread = frozenset({LIST}) if half_read else frozenset()
    return WorkbookFigures(pd.DataFrame(rows), {}, pd.DataFrame(entries, columns=columns), unread, "2022-06-30")


def _cell(code: str, value: int, sheet: str, cell: str, row: int, previous: int | None) -> dict[str, Any]:
    place = {"sheet": sheet, "cell": cell, "row_no": row, "column_no": 3}
    held = {"previous": None, "last_known": previous}
    return {"cell_code": code, "value": float(value), "state": "value", **place, **held}


def named(diagnosis: Diagnosis) -> list[str]:
    """The places that findings name, component by component."""
    shown = [
        one
        for part in diagnosis.components
        if part.constraints
        for one in part.suspects
        if one.place and one.probability >= SHOWN_FROM
    ]
    return [one.place for one in shown]


@spoilt
@given(wrong_figures, lists)
def test_no_cell_is_named_twice_and_no_rule_is_lost(
    builder: ProblemBuilder, holding: pd.DataFrame, wrong: dict[str, int], records: list[tuple[str, str, int]]
) -> None:
    problem = builder.problem(workbook(wrong, records), holding)
    diagnosis = localise(problem)
    assert max(Counter(named(diagnosis)).values(), default=0) <= 1
    told = Counter(rule for part in diagnosis.components for rule in part.constraints)
    broken = [problem.constraints[number].key for number in problem.violated]
    assert told == Counter([*broken, *problem.unexplained])


@spoilt
@given(wrong_figures, lists)
def test_what_is_told_is_a_place_below_certainty_or_that_none_can_be_told(
    builder: ProblemBuilder, holding: pd.DataFrame, wrong: dict[str, int], records: list[tuple[str, str, int]]
) -> None:
    problem = builder.problem(workbook(wrong, records), holding)
    diagnosis = localise(problem)
    for row in suggestions((Explained("f", problem, diagnosis),)).itertuples():
        assert "100 %" not in f"{row.suggested} {row.because_vi}"
        assert ("Có khả năng sai" in row.because_vi) == (row.suggested is not None)
        assert row.suggested is not None or row.because_vi.startswith(("Không xác định được", "Quá nhiều"))
    for one in diagnosis.suspects(0.0):
        assert one.proposed_probability <= one.probability < 1
        assert one.proposed != one.observed or one.proposed is None


@spoilt
@given(wrong_figures, lists)
def test_a_drop_down_gets_an_entry_it_has(
    builder: ProblemBuilder, holding: pd.DataFrame, wrong: dict[str, int], records: list[tuple[str, str, int]]
) -> None:
    problem = builder.problem(workbook(wrong, records), holding)
    (of_list,) = problem.lists
    for one in localise(problem).suspects(0.0):
        for column, field in (("B", "DIRECTION"), ("C", "SCOPE")):
            if one.place.startswith(f"{LIST}!{column}") and ":" not in one.place:
                assert one.proposed in of_list.codes[field].values()


@spoilt
@given(wrong_figures, lists)
def test_of_a_half_read_list_nothing_is_named(
    builder: ProblemBuilder, holding: pd.DataFrame, wrong: dict[str, int], records: list[tuple[str, str, int]]
) -> None:
    problem = builder.problem(workbook(wrong, records, half_read=True), holding)
    assert not [place for place in named(localise(problem)) if place.startswith(LIST)]


@spoilt
@given(wrong_figures, lists)
@example({"membership_structure.PROBATIONARY": 8}, [("IN", "TRONG_TINH", 3)])
def test_who_follows_the_best_explanation_breaks_no_rule_that_held(
    builder: ProblemBuilder, holding: pd.DataFrame, wrong: dict[str, int], records: list[tuple[str, str, int]]
) -> None:
    problem = builder.problem(workbook(wrong, records), holding)
    held = {one.key for one in problem.constraints} - {problem.constraints[number].key for number in problem.violated}
    parts = localise(problem).components
    best = [repair.cell for part in parts for one in part.alternatives[:1] for repair in one.repairs]
    # A sheet that repeats the last period is wrong as a whole: what it says is held against nothing.
    aside = tuple(f"{cell.removesuffix('#repeated')}." for cell in best if cell.endswith("#repeated"))
    for part in parts:
        if not part.alternatives or any("#" in repair.cell for repair in part.alternatives[0].repairs):
            continue  # What a missing record would say is not told as figures.
        mended = {repair.cell: repair.proposed for repair in part.alternatives[0].repairs}
        for one in problem.constraints:
            value = one.constant + sum(
                factor * int(mended.get(name, problem.by_key[name].observed) or 0) for name, factor in one.terms
            )
            is_held = one.key in held and not any(name.startswith(aside) for name, _ in one.terms)
            if is_held or one.key in part.constraints:
                assert value == 0 if one.operator == "=" else value <= 0


def copies(first: dict[str, int], second: dict[str, int]) -> Problem:
    """Two balances that share nothing, each with a witness of its closing."""
    cells: list[Cell] = []
    rules: list[Constraint] = []
    for name, wrong in (("x", first), ("y", second)):
        true = {"open": 118, "in": 14, "out": 9, "close": 123, "total": 123}
        cells += [
            Cell(f"{name}.{one}", wrong.get(one, value), value - 1, "stock", label=f"{name}!{one}")
            for one, value in true.items()
        ]
        balance = tuple((f"{name}.{one}", sign) for one, sign in (("open", 1), ("in", 1), ("out", -1), ("close", -1)))
        rules.append(Constraint(f"{name}.balance", balance))
        rules.append(Constraint(f"{name}.same", ((f"{name}.close", 1), (f"{name}.total", -1))))
    return Problem.of(cells, rules)


mistakes = st.dictionaries(st.sampled_from(("open", "in", "out", "close", "total")), st.integers(0, 1500), max_size=3)


@settings(max_examples=40, deadline=None)
@given(mistakes, mistakes)
def test_errors_in_separate_parts_are_solved_separately(first: dict[str, int], second: dict[str, int]) -> None:
    whole = localise(copies(first, second))
    apart = localise(copies(first, {})), localise(copies({}, second))
    assert [part for part in whole.components if part.constraints] == [
        part for diagnosis in apart for part in diagnosis.components if part.constraints
    ]


@pytest.mark.parametrize("effort", [Effort(max_states=3), Effort(max_states=10), Effort(max_states=40)])
def test_where_the_search_gives_up_it_explains_the_part_it_can_and_says_so(effort: Effort) -> None:
    """Ten errors hang together by one sum that nothing explains: each has its witness and is named."""
    cells = [Cell(f"part{n}", 40 + n, 4 + n, "stock", label=f"a!{n}") for n in range(10)]
    cells += [Cell(f"twin{n}", 4 + n, 4 + n, "stock", label=f"b!{n}") for n in range(10)]
    cells += [Cell("register", 7, fixed=True), Cell("other", 9, fixed=True)]
    rules = [Constraint(f"same{n}", ((f"part{n}", 1), (f"twin{n}", -1))) for n in range(10)]
    total = Constraint("total", (*((f"part{n}", 1) for n in range(10)), ("register", 1)))
    fixed = Constraint("fixed", (("register", 1), ("other", -1)))
    diagnosis = localise(Problem.of(cells, [*rules, total, fixed]), effort=effort)
    outcomes = {rule: part.outcome for part in diagnosis.components for rule in part.constraints}
    assert outcomes["fixed"] in ("too_much", "no_explanation")
    if effort.max_states > 20:
        named = {one.cell for one in diagnosis.suspects()}
        assert named <= {f"part{n}" for n in range(10)}
        assert len(named) >= 8
