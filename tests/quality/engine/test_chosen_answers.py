"""A rule that speaks of one answer of a drop-down names the cell with the answer that was chosen there."""

from __future__ import annotations

import pytest
from submitted_rows import AFTER_ALL, Lake, Value, findings_frame

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import check_tables

TYPE, COMMITTEE = "organization_profile.TYPE", "organization_profile.COMMITTEE"


@pytest.mark.parametrize(
    ("rule", "cells", "told"),
    [
        ("R048_DBCS", {f"{TYPE}.DBCS": 0, f"{TYPE}.CBCS": 1}, "Xem ô: profile!C8=Chi bộ"),
        ("R048_DBCS", {f"{TYPE}.DBCS": 0, f"{TYPE}.CBCS": 0}, "Xem ô: profile!C8"),
        (
            "R049",
            {"cell_activity.COMMITTEES": 1, f"{COMMITTEE}.CO": 0, f"{COMMITTEE}.KHONG": 1},
            "Xem các ô: cell_activity!C1=1; profile!C8=Không",
        ),
    ],
)
def test_the_answer_that_was_chosen_stands_beside_the_cell(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue, rule: str, cells: dict[str, Value], told: str
) -> None:
    """The type was told as "Tổ chức!C8=0", or with nothing beside it."""
    lake = Lake().add("f", cells)
    observed = lake.observations
    of_a_drop_down = observed["cell_code"].str.count(r"\.") == 2
    observed.loc[of_a_drop_down, ["sheet", "cell"]] = ["profile", "C8"]
    result = check_tables(
        lake.submissions, observed, lake.entries, findings_frame(), catalogue, reference, rules, as_of=AFTER_ALL
    )
    (message,) = result.findings.loc[result.findings["rule_id"] == rule, "message_vi"]
    assert f"{told}." in f"{message}."


@pytest.mark.parametrize(("chosen", "observed"), [(1, "Chi bộ"), (0, "")])
def test_the_table_of_findings_names_the_answers_and_not_0_and_1(
    catalogue: Catalogue, reference: Reference, rules: RuleCatalogue, chosen: int, observed: str
) -> None:
    lake = Lake().add("f", {f"{TYPE}.DBCS": 0, f"{TYPE}.CBCS": chosen})
    figures = lake.observations.assign(sheet="profile", cell="C8")
    frames = (lake.submissions, figures, lake.entries, findings_frame())
    found = check_tables(*frames, catalogue, reference, rules, as_of=AFTER_ALL).findings
    (told,) = found[found["rule_id"] == "R048_DBCS"].to_dict("records")
    assert (told["observed"], told["expected"]) == (observed, "Đảng bộ cơ sở")
