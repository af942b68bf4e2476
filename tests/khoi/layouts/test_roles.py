"""Which rows speak for an equality between columns: those with something in them on both sides."""

from __future__ import annotations

import numpy as np
import pytest

from khoi.layouts.roles import _holding

OPTIONS = [("total", 1, [0]), ("one", -1, [1]), ("other", -1, [2])]


@pytest.mark.parametrize(
    ("rows", "telling"),
    [
        ([(1, 0, 1), (2, 1, 1)], 2),
        ([(1, 0, 1), (2, 1, 1), (0, 0, 0)], 2),
        ([(2, 1, 1), (0, 0, 0), (0, 0, 0)], None),
        ([(2, 1, 1)], None),
        ([(2, 1, 1), (3, 1, 1)], None),
        ([(2, 1, 1), (3, np.nan, 1), (5, 2, 3)], 2),
    ],
)
def test_an_equality_needs_two_rows_that_say_something(rows: list[tuple[float, ...]], telling: int | None) -> None:
    held = _holding("R", OPTIONS, np.array(rows, dtype=float).T)
    assert [role.rows for role in held] == ([] if telling is None else [telling])
    for role in held:
        assert role.fields == {"total": 0, "one": 1, "other": 2}
        assert role.text == "+ total - one - other = 0"


def test_two_columns_that_repeat_each_other_say_nothing() -> None:
    assert _holding("R", OPTIONS[:2], np.array([[1.0, 2.0], [1.0, 2.0]])) == []
