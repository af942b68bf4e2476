"""A ratio's change told in points adds up, whatever the parts of its terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoi.figures.parts import Part, parts_in_points, with_remainder

CODES = ("own_change", "handed_over", "coverage", "correction")
VALUES = st.dictionaries(st.sampled_from(CODES), st.integers(-40, 60).map(float))


def _parts(values: dict[str, float]) -> tuple[Part, ...]:
    return tuple(Part(code, code, code, code, values[code]) for code in CODES if code in values)


@given(over=VALUES, under=VALUES, numerator=st.integers(0, 100), denominator=st.integers(1, 100))
def test_points_add_up_to_the_change_of_the_ratio(
    over: dict[str, float], under: dict[str, float], numerator: int, denominator: int
) -> None:
    later = denominator + sum(under.values())
    points = parts_in_points(_parts(over), _parts(under), numerator, denominator)
    assert {part.part for part in points} == over.keys() | under.keys()
    if later != 0:
        change = 100 * (numerator + sum(over.values())) / later - 100 * numerator / denominator
        assert sum(part.value for part in with_remainder(points, change)) == pytest.approx(change, abs=1e-6)


def test_a_part_of_both_terms_is_told_once() -> None:
    """1 of 10 becomes 3 of 20: 10 points become 15; then 5 of 20 members are handed over, none of them counted."""
    points = parts_in_points(
        _parts({"own_change": 2}), _parts({"own_change": 10, "handed_over": -5}), numerator=1, denominator=10
    )
    assert {part.part: part.value for part in points} == {"own_change": 5, "handed_over": 5}


def test_what_nothing_explains_is_a_remainder() -> None:
    assert {part.part: part.value for part in with_remainder(_parts({"own_change": 2}), 3)} == {
        "own_change": 2,
        "remainder": 1,
    }
    assert with_remainder(_parts({"own_change": 3}), 3) == _parts({"own_change": 3})
    assert with_remainder((), 0) == ()
