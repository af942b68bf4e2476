"""From the tables of rules, verdicts and figures to problems."""

from __future__ import annotations

import pandas as pd

from quality.localise import localise
from quality.localise.build import edit_rows, record_problems

RULES = pd.DataFrame(
    [("R1", "=", 0, 0), ("R2", "=", 0, 0), ("R3", "<=", 0, 1)],
    columns=["rule_id", "operator", "left_constant", "right_constant"],
)
TERMS = pd.DataFrame(
    [
        ("R1", "CLOSE", 0, 1, "left"),
        ("R1", "OPEN", 0, 1, "right"),
        ("R1", "IN", 0, 1, "right"),
        ("R2", "OPEN", 0, 1, "left"),
        ("R2", "CLOSE", 1, 1, "right"),
        ("R3", "IN", 0, 1, "left"),
        ("R3", "CLOSE", 0, 2, "right"),
    ],
    columns=["rule_id", "cell_code", "lag", "coefficient", "side"],
)
RECORDS = pd.DataFrame([("A|H2", "A|H1"), ("A|H1", None)], columns=["record", "previous_record"])


def figures(close: int) -> pd.DataFrame:
    rows = [
        ("A|H2", "OPEN", 100, 96, "stock", 0),
        ("A|H2", "IN", 14, 12, "flow", 1),
        ("A|H2", "CLOSE", close, 100, "stock", 2),
        ("A|H1", "CLOSE", 100, 96, "stock", 2),
    ]
    frame = pd.DataFrame(rows, columns=["record", "cell_code", "value", "previous", "nature", "row_no"])
    return frame.assign(
        sheet="S", column_no=1, label=frame["cell_code"], fixed=False, trust=0.0, expected=None, size=None
    )


def verdicts(*rules: str) -> pd.DataFrame:
    rows = [("A|H2", rule, "hard" if rule != "R3" else "soft", 0) for rule in rules]
    return pd.DataFrame(rows, columns=["record", "rule_id", "severity", "tolerance"])


def test_rules_become_rows_with_everything_on_the_left() -> None:
    rows = edit_rows(verdicts("R1", "R2", "R3"), RULES, TERMS, RECORDS)
    opening = rows[rows["edit"] == "A|H2|R2"].set_index("key")["coefficient"]
    assert opening.to_dict() == {"A|H2|OPEN": 1, "A|H1|CLOSE": -1}
    assert set(rows.loc[rows["edit"] == "A|H2|R3", "constant"]) == {-1}
    assert set(rows.loc[rows["edit"] == "A|H2|R3", "soft"]) == {True}


def test_a_rule_over_an_unknown_past_is_left_out() -> None:
    earlier = verdicts("R2").assign(record="A|H1")
    assert edit_rows(earlier, RULES, TERMS, RECORDS).empty


def test_the_problem_of_a_failing_record_is_localised() -> None:
    rows = edit_rows(verdicts("R1", "R2"), RULES, TERMS, RECORDS)
    ((record, problem),) = record_problems(figures(141), rows, RECORDS, ["A|H2"])
    assert record == "A|H2"
    best = localise(problem).suspects()[0]
    assert (best.cell, best.proposed, best.kind) == ("A|H2|CLOSE", 114, "transposed")
