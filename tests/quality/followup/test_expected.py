"""What an absent workbook would have said: near its past, as counts move, wide where nothing is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quality.followup.expected import expected_ranges
from quality.followup.settings import load_settings

NATURES = {"members_total": "stock", "members_admitted": "flow"}
PERIODS = {"2021H1": "2021-06-30", "2021H2": "2021-12-31", "2022H1": "2022-06-30"}
SETTINGS = load_settings()


def history(organizations: int = 40, seed: int = 1) -> pd.DataFrame:
    """Organizations whose members move by admissions of 3 % a period and losses of 2 %."""
    chance = np.random.default_rng(seed)
    rows = []
    for number in range(organizations):
        members = int(chance.integers(20, 200))
        for period, end in PERIODS.items():
            admitted = int(chance.poisson(0.03 * members))
            members += admitted - int(chance.poisson(0.02 * members))
            for measure, value in (("members_total", members), ("members_admitted", admitted)):
                rows.append(("AA", f"AA-{number:02}", period, end, measure, float(value)))
    columns = ["committee_code", "organization_code", "period_code", "period_end", "measure_code", "value"]
    return pd.DataFrame(rows, columns=columns)


def absent(*organizations: str, period: str = "2022H1") -> pd.DataFrame:
    """These organizations sent nothing for ``period``."""
    rows = [("AA", organization, period, PERIODS[period]) for organization in organizations]
    return pd.DataFrame(rows, columns=["committee_code", "organization_code", "period_code", "period_end"])


def test_ranges_hold_what_was_really_said() -> None:
    told = history()
    held = []
    for organization in told["organization_code"].unique():
        mine = (told["organization_code"] == organization) & (told["period_code"] == "2022H1")
        ranges = expected_ranges(absent(organization), told[~mine], NATURES, SETTINGS)
        both = told[mine].merge(ranges, on=["organization_code", "period_code", "measure_code"])
        assert len(both) == 2
        held += ((both["low"] <= both["value"]) & (both["value"] <= both["high"])).tolist()
    assert sum(held) >= 0.97 * len(held)


def test_where_no_organization_was_ever_counted_a_figure_has_no_limit() -> None:
    ranges = expected_ranges(absent("AA-00"), history().head(0), NATURES, SETTINGS)
    assert set(ranges["measure_code"]) == set(NATURES)
    assert ranges[["low", "high"]].values.tolist() == [[0, np.inf]] * len(NATURES)


def test_a_stock_is_expected_near_its_last_value() -> None:
    told = history()
    ranges = expected_ranges(absent("AA-00"), told[told["organization_code"] != "AA-00"], NATURES, SETTINGS)
    before = told[(told["organization_code"] == "AA-01") & (told["measure_code"] == "members_total")]
    past = told[(told["organization_code"] != "AA-01") | (told["period_code"] != "2022H1")]
    known = expected_ranges(absent("AA-01"), past, NATURES, SETTINGS)
    (row,) = known[known["measure_code"] == "members_total"].itertuples()
    last = before["value"].iloc[1]
    assert row.low <= last <= row.high
    assert row.high - row.low < last / 2
    # Of an organization without a past nothing is known but its peers.
    (new,) = ranges[ranges["measure_code"] == "members_total"].itertuples()
    assert (new.low, new.high) == (0, told.loc[told["organization_code"] != "AA-00", "value"].max())


def test_a_flow_is_a_small_count_from_nothing_up() -> None:
    told = history()
    known = told[(told["organization_code"] != "AA-02") | (told["period_code"] != "2022H1")]
    ranges = expected_ranges(absent("AA-02"), known, NATURES, SETTINGS).set_index("measure_code")
    members = ranges.loc["members_total", "high"]
    assert 0 <= ranges.loc["members_admitted", "low"] < ranges.loc["members_admitted", "high"] < members / 2


def test_later_periods_are_not_known_yet() -> None:
    told = history()
    earlier = told[told["period_end"] <= PERIODS["2021H2"]]
    asked = absent("AA-03", period="2021H2")
    unsent = [
        frame[(frame["organization_code"] != "AA-03") | (frame["period_code"] != "2021H2")] for frame in (told, earlier)
    ]
    whole, cut = (expected_ranges(asked, frame, NATURES, SETTINGS) for frame in unsent)
    pd.testing.assert_frame_equal(whole, cut)


def test_a_measure_nobody_reports_in_the_period_is_not_expected() -> None:
    told = history()
    yearly = told[(told["measure_code"] != "members_admitted") | (told["period_code"] != "2022H1")]
    ranges = expected_ranges(absent("AA-04"), yearly, NATURES, SETTINGS)
    assert set(ranges["measure_code"]) == {"members_total"}


def test_nothing_absent_nothing_expected() -> None:
    assert expected_ranges(absent(), history(), NATURES, SETTINGS).empty


def test_what_is_expected_of_one_does_not_hang_on_who_else_is_absent_nor_on_the_order_of_rows() -> None:
    """Many are asked about in a few operations on all figures of a committee: nobody gets what another is due."""
    told = pd.concat([history(40), history(50, seed=2).replace({"AA": "BB"}).replace("^AA-", "BB-", regex=True)])
    chance = np.random.default_rng(3)
    told = told[chance.random(len(told)) < 0.7].sample(frac=1, random_state=4)
    silent = pd.concat(
        absent(*told["organization_code"].unique(), "AA-new", period=period) for period in ("2021H2", "2022H1")
    )
    silent = silent.assign(committee_code=silent["organization_code"].str[:2])
    together = expected_ranges(silent, told, NATURES, SETTINGS)
    keys = ["organization_code", "period_code", "measure_code"]
    assert together["low"].nunique() > 20
    for row in range(0, len(silent), 9):
        alone = expected_ranges(silent.iloc[[row]], told.sort_values(keys), NATURES, SETTINGS)
        pd.testing.assert_frame_equal(alone.merge(together), alone)
