"""An organization that ended within a period: asked, read, checked against the register, waited for by nobody."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from khoi_deployment import COMMITTEE, Deployment

from ingest.template import WorkbookContent, write_workbook
from khoi import stages
from khoi.exchange.blank_workbooks import write_blank_workbooks
from khoi.figures.trace import traces
from khoi.warehouse.read import open_published
from quality.engine.completeness import asked, roster

BEFORE, PERIOD = "2021H1", "2021H2"
FLOWS_ONLY = "flows_only"


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    """ZZ-002 joined ZZ-001 on 1 November 2021 with the 32 members that it then had."""
    deployment = Deployment(tmp_path / "khoi")
    _change(deployment, "organizations", lambda rows: rows["organization_code"] == "ZZ-002", valid_to="2021-10-31")
    event = {
        **{"event_id": "E1", "event_type": "merged", "effective_on": "2021-11-01", "committee_code": COMMITTEE},
        **{"from_organization_code": "ZZ-002", "to_organization_code": "ZZ-001", "unit": "organization"},
        **{"members_moved": "32", "authority": "QĐ thử"},
    }
    deployment._register("organization_events", [event])
    return deployment


def _change(deployment: Deployment, register: str, of, **values: str) -> None:
    path = deployment.home.seeds / f"{register}.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column, value in values.items():
        rows.loc[of(rows), column] = value
    rows.to_csv(path, index=False)


def _without_levels(deployment: Deployment, opening: int, admitted: int) -> None:
    """ZZ-002 says what happened until it ended, and leaves empty what there is on the last day of the period."""
    catalogue, reference = deployment.home.catalogue(), deployment.home.reference()
    forms = {form.form: form for form in catalogue.forms}
    matrix = {
        name: {place: n for place, n in cells.items() if forms[name].level_of(*place) != "closing"}
        for name, cells in deployment._matrix(PERIOD, opening, admitted, {}).items()
    }
    profile = {"ORGANIZATION_TYPE": "CBCS", "SECTOR": "S1", "INDUSTRIAL_ZONE": "KHONG", "HAS_COMMITTEE": "CO"}
    records = {"organization_profile": [profile | dict.fromkeys(("CONGRESSES_DUE", "CONGRESSES_HELD"), 0)]}
    content = WorkbookContent(COMMITTEE, "ZZ-002", "Chi bộ ZZ-002", PERIOD, 1, matrix, records)
    write_workbook(deployment.home.inbox / "ZZ-002_2021H2.xlsx", content, catalogue, reference)


def _states(deployment: Deployment) -> dict[tuple[str, str], str]:
    stages.receive(deployment.home, settle_seconds=0)
    stages.normalise(deployment.home)
    stages.check(deployment.home)
    states = pd.read_parquet(deployment.home.lake / "checked" / "submission_states.parquet")
    keys = zip(states["organization_code"], states["period_code"], strict=True)
    return dict(zip(keys, states["state"], strict=True))


def _hard(deployment: Deployment) -> list[tuple[str, str]]:
    found = pd.read_parquet(deployment.home.lake / "checked" / "findings.parquet")
    found = found[(found["severity"] == "hard") & (found["outcome"] == "fail")]
    return sorted(zip(found["organization_code"], found["rule_id"], strict=True))


def test_it_is_asked_and_has_its_workbook_but_nobody_waits_for_it(deployment: Deployment, tmp_path: Path) -> None:
    reference = deployment.home.reference()
    due = roster(reference)
    assert set(due.loc[due["period_code"] == PERIOD, "organization_code"]) == {"ZZ-001"}
    everyone = asked(reference)
    ended = everyone[everyone["is_ended"]]
    assert list(zip(ended["organization_code"], ended["period_code"], strict=True)) == [("ZZ-002", PERIOD)]
    written = write_blank_workbooks(deployment.home, PERIOD, None, tmp_path / "blank")
    assert [path.name for path in written] == ["ZZ-001_2021H2.xlsx", "ZZ-002_2021H2.xlsx"]


def _send(deployment: Deployment, says: str) -> None:
    """Both organizations in both periods; ZZ-002 says in the second with or without what it had on its last day."""
    deployment.write("ZZ-001", BEFORE, 20, 2)
    deployment.write("ZZ-002", BEFORE, 29, 1)
    deployment.write("ZZ-001", PERIOD, 54, 0)
    if says == FLOWS_ONLY:
        _without_levels(deployment, 30, 2)
    else:
        deployment.write("ZZ-002", PERIOD, 30, 2)


@pytest.mark.long
@pytest.mark.parametrize("says", [FLOWS_ONLY, "passed_on"])
def test_what_happened_until_it_ended_is_accepted_with_or_without_its_last_members(
    deployment: Deployment, says: str
) -> None:
    _send(deployment, says)
    states = _states(deployment)
    assert _hard(deployment) == []
    assert states["ZZ-002", PERIOD].startswith("accepted")
    assert states["ZZ-001", PERIOD].startswith("accepted")


@pytest.mark.long
def test_members_that_it_did_not_pass_on_are_told(deployment: Deployment) -> None:
    deployment.write("ZZ-002", BEFORE, 29, 1)
    deployment.write("ZZ-002", PERIOD, 30, 3)
    assert _states(deployment)["ZZ-002", PERIOD] == "returned"
    assert ("ZZ-002", "R059") in _hard(deployment)


@pytest.mark.long
def test_an_opening_that_is_not_its_last_closing_is_told(deployment: Deployment) -> None:
    deployment.write("ZZ-002", BEFORE, 29, 1)
    deployment.write("ZZ-002", PERIOD, 32, 0)
    _states(deployment)
    assert ("ZZ-002", "R002") in _hard(deployment)


def test_what_ended_before_the_period_reports_nothing_of_it(deployment: Deployment) -> None:
    deployment.write("ZZ-002", PERIOD, 30, 2)
    _change(deployment, "organizations", lambda rows: rows["organization_code"] == "ZZ-002", valid_to="2021-06-30")
    _change(deployment, "organization_events", lambda rows: rows["event_id"] == "E1", effective_on="2021-07-01")
    assert _states(deployment) == {("ZZ-002", PERIOD): "unidentified"}


@pytest.mark.long
@pytest.mark.parametrize("says", [FLOWS_ONLY, "passed_on"])
def test_it_is_published_and_every_figure_leads_to_what_adds_up_to_it(deployment: Deployment, says: str) -> None:
    _send(deployment, says)
    assert stages.run(deployment.home, settle_seconds=0).changed
    with open_published(deployment.home) as connection:
        figures = connection.execute(
            "select concat_ws('@', measure_code, committee_code, period_code), value from rpt_committee_measures "
            "where value is not null and numerator is null"
        ).fetchall()
        opened = traces(connection, [name for name, _ in figures])
    added_up = {name: one.lines["contribution"].sum() for name, one in opened.items()}
    assert {name: value for name, value in figures if added_up[name] != value} == {}
    values = dict(figures)
    assert values["members_opening@ZZ@2021H2"] == 22 + 30
    assert values["members_total@ZZ@2021H2"] == 54
    assert values["members_admitted@ZZ@2021H2"] == 2
    assert values["grassroots_orgs@ZZ@2021H2"] == 1
