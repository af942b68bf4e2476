"""The language of linear rules: what it says, what it refuses, and that it means what arithmetic means."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.catalogue.compiling import compile_expression
from quality.catalogue.grammar import Expression, GrammarError, Term

CELLS = ("form.A", "form.B", "form.PART_1", "form.PART_2", "form.X.PART_1", "other.A", "register.IN")


def sides(expression: Expression, value_of: dict[tuple[str, int], int]) -> tuple[int, int]:
    """Both sides of a compiled expression over ``value_of`` (cell, lag) -> figure."""
    sums = {"left": expression.left_constant, "right": expression.right_constant}
    for term in expression.terms:
        sums[term.side] += term.coefficient * value_of[term.cell_code, term.lag]
    return sums["left"], sums["right"]


def test_a_rule_becomes_integer_terms_by_side() -> None:
    compiled = compile_expression("form.A + 2 = 4 * prev.form.B - (register.IN - 1)", CELLS)
    assert compiled.operator == "="
    assert compiled.terms == (
        Term("form.A", 0, 1, "left"),
        Term("form.B", 1, 4, "right"),
        Term("register.IN", 0, -1, "right"),
    )
    assert (compiled.left_constant, compiled.right_constant) == (2, 1)
    assert compiled.target == Term("form.A", 0, 1, "left")


def test_a_pattern_stands_for_one_level_of_the_code_and_counts_a_cell_once() -> None:
    compiled = compile_expression("form.A = sum(form.PART_*, form.PART_1)", CELLS)
    right = [term for term in compiled.terms if term.side == "right"]
    assert right == [Term("form.PART_1", 0, 1, "right"), Term("form.PART_2", 0, 1, "right")]


def test_a_cell_named_twice_is_added_up_and_one_that_cancels_is_gone() -> None:
    compiled = compile_expression("form.A + form.A >= form.B - form.B + form.PART_1", CELLS)
    assert compiled.terms == (Term("form.A", 0, 2, "left"), Term("form.PART_1", 0, 1, "right"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("form.A = form.NOWHERE", "unknown cell 'form.NOWHERE'"),
        ("form.A = sum(form.NONE_*)", "no cell matches 'form.NONE_*'"),
        ("form.A = = form.B", "cannot be read at column 10"),
        ("form.A", "cannot be read"),
        ("form.A < form.B", "cannot be read"),
        ("form.A = 0.5 * form.B", "cannot be read"),
        ("form.A * form.B = 1", "cannot be read"),
        ("1 = form.A", "the left side must begin with"),
        ("prev.form.A = form.A", "the left side must begin with"),
        ("register.IN = form.A", "the left side must begin with"),
        ("form.A - form.A = form.B", "the left side must begin with"),
        ("form.A = prev.register.IN", "register cells belong to this period"),
    ],
)
def test_what_cannot_be_compiled_says_why(text: str, why: str) -> None:
    with pytest.raises(GrammarError) as error:
        compile_expression(text, CELLS)
    assert why in str(error.value)


CELL = st.sampled_from(["form.A", "form.B", "prev.form.A", "other.A", "register.IN"])
SCALED = st.tuples(st.integers(0, 40), CELL).map(lambda pair: f"{pair[0]} * {pair[1]}")
SUMMED = st.sampled_from(["sum(form.PART_*)", "sum(form.PART_*, other.*)", "3 * sum(form.PART_1, form.A)"])
TERM = st.one_of(CELL, SCALED, SUMMED, st.integers(0, 999).map(str))


def joined(terms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Terms with signs between them, and sometimes one in front."""
    signed = st.lists(st.tuples(st.sampled_from(["+", "-"]), terms), min_size=1, max_size=5)
    return signed.map(lambda pairs: " ".join(f"{sign} {term}" for sign, term in pairs))


SIDE = joined(st.one_of(TERM, joined(TERM).map(lambda text: f"({text})")))
KEYS = [(cell, lag) for cell in CELLS for lag in (0, 1)]
FIGURES = st.lists(st.integers(0, 9_999), min_size=len(KEYS), max_size=len(KEYS))


def by_arithmetic(text: str, figures: dict[tuple[str, int], int]) -> int:
    """A side evaluated by Python itself, its cells replaced by figures."""
    for pattern, cells in (
        ("sum(form.PART_*, other.*)", ["form.PART_1", "form.PART_2", "other.A"]),
        ("sum(form.PART_*)", ["form.PART_1", "form.PART_2"]),
        ("sum(form.PART_1, form.A)", ["form.PART_1", "form.A"]),
    ):
        text = text.replace(pattern, "(" + " + ".join(cells) + ")")
    for cell in sorted(CELLS, key=len, reverse=True):
        text = text.replace(f"prev.{cell}", f"({figures[cell, 1]})").replace(cell, f"({figures[cell, 0]})")
    return int(eval(text, {"__builtins__": {}}))


@settings(deadline=None, max_examples=300)
@given(left=SIDE, right=SIDE, operator=st.sampled_from(["=", "<=", ">="]), numbers=FIGURES)
def test_a_compiled_rule_means_what_its_text_means(left: str, right: str, operator: str, numbers: list[int]) -> None:
    figures = dict(zip(KEYS, numbers, strict=True))
    compiled = compile_expression(f"form.A + 7777 * form.A {left} {operator} {right}", CELLS)
    assert compiled.operator == operator
    expected = by_arithmetic(f"form.A + 7777 * form.A {left}", figures), by_arithmetic(right, figures)
    assert sides(compiled, figures) == expected
