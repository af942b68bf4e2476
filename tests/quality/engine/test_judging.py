"""Rules judged on a matrix: the verdicts do not depend on the order of cells, nor on how many are judged at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from quality.engine.judging import FAIL, NOT_ASSESSABLE, PASS, STATE_BITS, Figures, Holding, Terms, judged

CELLS = ["f.A", "f.B", "f.C"]
RULES = pd.DataFrame(
    [("=", 0.0, 0.0, "skip", "zero", 0, True), ("<=", 1.0, 0.0, "fail", "skip", 1, True)],
    columns=[
        *("operator", "left_constant", "right_constant", "missing_left", "missing_right", "lagged"),
        "right_needs_cells",
    ],
)
TERMS = pd.DataFrame(
    [
        (0, "f.A", 0, 1.0, 0.0, True, True),
        (0, "f.B", 0, 0.0, 1.0, False, False),
        (0, "f.C", 0, 0.0, 1.0, False, False),
        (1, "f.B", 0, 1.0, 0.0, True, True),
        (1, "f.A", 1, 0.0, 2.0, False, False),
    ],
    columns=["rule_no", "cell_code", "lag", "left_coefficient", "right_coefficient", "on_left", "is_target"],
)
NAMES = ["rule_no", "workbook_no", "severity", "outcome", "observed", "expected"]
points = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 3), st.integers(0, 3), st.sampled_from(sorted(STATE_BITS))),
    max_size=30,
    unique_by=lambda one: one[:2],
)


def batches(rows: list[tuple[int, int, int, str]], of: int) -> list[pa.RecordBatch]:
    """The figures as a database hands them over, ``of`` rows at a time."""
    return [
        pa.RecordBatch.from_pydict(
            {
                "workbook_no": pa.array([row[0] for row in part], pa.int32()),
                "cell_no": pa.array([row[1] for row in part], pa.int32()),
                "value": pa.array([row[2] if row[3] == "value" else None for row in part], pa.float64()),
                "bits": pa.array([STATE_BITS[row[3]] for row in part], pa.uint8()),
            }
        )
        for part in (rows[at : at + of] for at in range(0, len(rows), of))
    ]


def verdicts(rows: list[tuple[int, int, int, str]], of: int, at_once: int) -> pd.DataFrame:
    """What is said of seven workbooks of two kinds, of which the second knows the first rule only."""
    terms = Terms.of(RULES, TERMS)
    applicable = pd.DataFrame(
        [(0, 4, "hard", 0.0), (1, 4, "soft", 1.0), (0, 9, "soft", 1.0)],
        columns=["rule_no", "workbook_kind", "severity", "tolerance"],
    )
    holding = Holding.of(applicable, pd.Series([4, 9, 4, 9, 4, 4, 9]), len(RULES))
    figures = Figures.of(batches(rows, of), len(terms.cells), 7)
    parts = [part.rows(PASS, FAIL, NOT_ASSESSABLE) for part in judged(terms, figures, holding, at_once)]
    told = pd.concat(parts)[NAMES].astype({"severity": "str", "outcome": "str"})
    return told.sort_values(NAMES[:2], ignore_index=True)


@given(rows=points, of=st.integers(1, 30), at_once=st.integers(5, 40), chance=st.randoms())
def test_neither_order_nor_portions_change_a_verdict(
    rows: list[tuple[int, int, int, str]], of: int, at_once: int, chance: np.random.Generator
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(verdicts(rows, 30, 4_000_000), verdicts(shuffled, of, at_once))


def test_a_rule_is_held_against_who_has_its_target_and_is_of_its_kind() -> None:
    rows = [(0, 0, 3, "value"), (0, 1, 1, "value"), (0, 2, 2, "value"), (0, 3, 1, "value")]
    rows += [(1, 0, 3, "value"), (1, 1, 1, "value"), (2, 1, 1, "value"), (2, 2, 1, "value")]
    found = verdicts(rows, 30, 40)
    told = list(zip(found["rule_no"], found["workbook_no"], found["severity"], found["outcome"], strict=True))
    assert told == [(0, 0, "hard", PASS), (0, 1, "soft", FAIL), (1, 0, "soft", PASS), (1, 2, "soft", NOT_ASSESSABLE)]
