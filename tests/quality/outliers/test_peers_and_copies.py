"""Shares against peers, stocks against flow, copied and invented returns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quality.outliers.copies import copy_questions
from quality.outliers.moves import moved_flags
from quality.outliers.peers import flow_flags, peer_flags


def stocks(shares: dict[str, int]) -> pd.DataFrame:
    """Thirty organizations of one type with about 40 women of 100 members; ``shares`` replaces some."""
    rows = [
        ("C", f"O{i:02d}", "DBCS", "membership_structure", "membership_structure.FEMALE", "2024-H2", 38 + i % 5, 100)
        for i in range(30)
    ]
    frame = pd.DataFrame(
        rows,
        columns=["committee", "organization", "organization_type", "form", "cell_code", "period", "value", "members"],
    )
    return frame.assign(
        value=[shares.get(name, value) for name, value in zip(frame["organization"], frame["value"], strict=True)]
    )


def test_a_share_far_from_its_peers_is_asked_about() -> None:
    flags = peer_flags(stocks({"O03": 90}))
    assert list(flags["organization"]) == ["O03"]
    assert flags.iloc[0]["high"] < 90


def test_ordinary_shares_and_small_peer_groups_are_left_alone() -> None:
    assert peer_flags(stocks({})).empty
    assert peer_flags(stocks({"O03": 90}).head(8)).empty


def test_another_type_is_no_peer() -> None:
    frame = stocks({"O03": 90})
    frame.loc[frame["organization"] == "O03", "organization_type"] = "CBCS"
    assert peer_flags(frame).empty


def test_a_stock_cannot_rise_by_more_than_came() -> None:
    columns = ["committee", "organization", "form", "cell_code", "period", "value", "previous", "came", "left"]
    rows = [
        ("C", "A", "F", "F.P", "2024-H2", 30, 10, 4, 3),
        ("C", "B", "F", "F.P", "2024-H2", 13, 10, 4, 3),
        ("C", "D", "F", "F.P", "2024-H2", 0, 20, 0, 3),
    ]
    flags = flow_flags(pd.DataFrame(rows, columns=columns))
    assert list(flags["organization"]) == ["A", "D"]
    assert (flags.iloc[0]["low"], flags.iloc[0]["high"]) == (7, 14)


def returns(change: dict[str, list[int]], previous: dict[str, list[int]] | None = None) -> pd.DataFrame:
    """Five organizations with twenty varied figures each."""
    dice = np.random.default_rng(4)
    rows = []
    for name in "ABCDE":
        values = change.get(name, [int(value) for value in dice.integers(3, 400, 20)])
        before = (previous or {}).get(name, [int(value) for value in dice.integers(3, 400, 20)])
        rows += [("K", name, "2024-H2", f"F.{i:02d}", value, before[i]) for i, value in enumerate(values)]
    return pd.DataFrame(rows, columns=["committee", "organization", "period", "cell_code", "value", "previous"])


SAME = [31, 7, 112, 84, 9, 56, 203, 18, 77, 41, 62, 93, 11, 28, 136, 49, 58, 67, 322, 14]


def test_ordinary_returns_raise_no_question() -> None:
    assert copy_questions(returns({})).empty


def test_last_periods_return_sent_again() -> None:
    asked = copy_questions(returns({"B": SAME}, {"B": SAME}))
    assert list(zip(asked["organization"], asked["test"], strict=True)) == [("B", "copied_period")]


def test_a_neighbours_file_asks_both() -> None:
    asked = copy_questions(returns({"B": SAME, "D": [*SAME[:19], 15]}))
    assert list(zip(asked["organization"], asked["other"], strict=True)) == [("B", "D"), ("D", "B")]


def test_rounded_figures_are_taken_for_estimates() -> None:
    asked = copy_questions(returns({"C": [5 * value for value in SAME]}))
    assert list(zip(asked["organization"], asked["test"], strict=True)) == [("C", "heaps")]


def test_small_figures_that_repeat_are_no_copy() -> None:
    assert copy_questions(
        returns({name: [0, 1] * 10 for name in "ABCDE"}, {name: [0, 1] * 10 for name in "ABCDE"})
    ).empty


def on_sheets(same_on: str, equal: int = 20) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(figures of organization B on four forms of five figures; what is asked): one form holds last period's."""
    frame = returns({"B": SAME}).assign(
        form=lambda found: "form_" + (found["cell_code"].str[2:].astype(int) // 5).astype(str)
    )
    copied = (
        (frame["organization"] == "B") & (frame["form"] == same_on) & (frame["cell_code"].str[2:].astype(int) < equal)
    )
    frame.loc[copied, "previous"] = frame.loc[copied, "value"]
    return frame, copy_questions(frame, sheets=frame)


def test_one_sheet_of_last_period_is_asked_about_by_itself() -> None:
    _, asked = on_sheets("form_2")
    (row,) = asked.itertuples()
    assert (row.organization, row.test, row.form, row.same, row.compared) == ("B", "copied_sheet", "form_2", 5, 5)


def test_a_sheet_with_figures_of_its_own_is_no_copy() -> None:
    _, asked = on_sheets("form_2", equal=13)
    assert asked.empty


def test_a_return_that_is_last_periods_as_a_whole_is_asked_about_once() -> None:
    frame, _ = on_sheets("")
    frame.loc[frame["organization"] == "B", "previous"] = frame.loc[frame["organization"] == "B", "value"]
    asked = copy_questions(frame, sheets=frame)
    assert list(asked["test"]) == ["copied_period"]


def test_few_or_small_figures_that_repeat_make_no_sheet_a_copy() -> None:
    frame, _ = on_sheets("form_1")
    small = frame[frame["form"] == "form_1"].assign(value=1, previous=1)
    few = frame[frame["form"] == "form_1"].groupby("organization").head(3)
    for figures in (small, few.assign(previous=few["value"])):
        assert copy_questions(frame, sheets=figures).empty


def test_asking_some_says_of_them_what_asking_all_says() -> None:
    frame, _ = on_sheets("form_1")
    frame.loc[frame["organization"] == "D", "value"] = frame.loc[frame["organization"] == "B", "value"].to_numpy()
    frame.loc[frame["organization"] == "C", "value"] = [5 * value for value in SAME]
    whole = copy_questions(frame, sheets=frame)
    assert set(whole["test"]) == {"copied_sheet", "copied_neighbour", "heaps"}
    for asked in ({"B"}, {"C", "D"}, {"A"}):
        some = copy_questions(frame, sheets=frame, asked=asked)
        of_asked = whole[whole["organization"].isin(asked)]
        assert some.astype("str").to_dict("records") == of_asked.astype("str").to_dict("records")


LEVEL = "membership_structure.THEORY_INTERMEDIATE"
ATTENDED = "study.ATTENDED.NGHI_QUYET"


def moved(test: str, *rows: tuple[str, str, int, int, int, int]) -> list[str]:
    """Who is asked; ``rows``: organization, cell, figure, the one before, members, members before."""
    columns = ["organization", "cell_code", "value", "previous", "members", "previous_members"]
    frame = pd.DataFrame(rows, columns=columns).assign(committee="C", form="F", period="2024-H2")
    return list(moved_flags(frame, test)["organization"])


def test_a_digit_too_many_or_too_few_in_what_lasts_is_asked_about() -> None:
    asked = moved(
        "levels",
        ("tenfold", LEVEL, 300, 30, 70, 70),
        ("tenth", LEVEL, 3, 30, 70, 70),
        ("gone", LEVEL, 0, 30, 70, 70),
        ("doubled", LEVEL, 60, 30, 70, 70),
        ("small", LEVEL, 19, 1, 70, 70),
        ("other cell", "membership_change.CLOSE", 300, 30, 70, 70),
        ("grown by a merger", LEVEL, 300, 30, 700, 70),
        ("stayed small in a merger", LEVEL, 30, 30, 700, 70),
    )
    assert asked == ["gone", "tenfold", "tenth"]


def test_what_may_be_missing_in_a_period_is_asked_about_only_where_it_is_there() -> None:
    rows = (
        ("tenth", ATTENDED, 6, 60, 70, 70),
        ("not held", ATTENDED, 0, 60, 70, 70),
        ("first", ATTENDED, 60, 0, 70, 70),
    )
    assert moved("attendances", *rows) == ["tenth"]


def test_without_a_period_before_nothing_moved() -> None:
    frame = pd.DataFrame({"cell_code": [LEVEL], "value": [300.0], "previous": [np.nan], "members": [70]})
    named = frame.assign(committee="C", organization="A", form="F", period="2024-H2", previous_members=np.nan)
    assert moved_flags(named, "levels").empty
