"""Who is active in a period is the same, asked of everybody at once or of one when the question comes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ingest.active_stretches import active_by_subject, active_stretches, ended_stretches
from ingest.reference import SEED_COLUMNS, Reference

PERIODS = pd.DataFrame(
    {
        "period_code": ["2020", "2021H1", "2021H2"],
        "period_start": ["2020-01-01", "2021-01-01", "2021-07-01"],
        "period_end": ["2020-12-31", "2021-06-30", "2021-12-31"],
    },
    dtype=object,
)
DAYS = st.sampled_from([None, "2020-03-01", "2020-12-31", "2021-01-01", "2021-05-31", "2021-06-30", "2021-08-15"])
STRETCH = st.fixed_dictionaries(
    {
        "organization_code": st.sampled_from("ab"),
        "committee_code": st.sampled_from(["AA", "BB"]),
        "organization_type": st.sampled_from(["CBCS", "DBCS"]),
        "valid_from": DAYS,
        "valid_to": DAYS,
    }
)


@given(st.lists(STRETCH, max_size=6))
def test_what_is_asked_of_one_is_what_is_said_of_all(stretches: list[dict[str, str | None]]) -> None:
    """Whatever the lines of the register say: holes, stretches that overlap, that end before they begin."""
    organizations = pd.DataFrame(stretches, columns=SEED_COLUMNS["organizations"], dtype=object)
    reference = Reference(Path(), {"organizations": organizations, "periods": PERIODS}, "")
    everybody = active_stretches(reference)
    columns = ["organization_code", "period_code", "committee_code", "organization_type", "is_ended"]
    said = {row[:2]: row[2:] for row in everybody[columns].itertuples(index=False, name=None)}
    known = active_by_subject(reference)
    subjects = [(code, period) for code in "abc" for period in [*PERIODS["period_code"], "2022H1"]]
    assert {one: found for one in subjects if (found := known.get(one)) is not None} == said
    ended = everybody[everybody["is_ended"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(ended_stretches(reference), ended, check_dtype=False)
