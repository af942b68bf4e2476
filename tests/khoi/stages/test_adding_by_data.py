"""A form version, a code, an organization event, a target, a form of others: added as data, without Python and SQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from invented_layouts import DECLARED, by_rows
from khoi_deployment import COMMITTEE, Deployment
from workbook_rows import Sheets

from ingest.catalogue.load import FORMS_DIR
from khoi import stages
from khoi.deployment.home import Home
from khoi.figures.compare import compare
from khoi.figures.trace import trace
from khoi.warehouse.read import open_published

pytestmark = pytest.mark.long


def add_rows(home: Home, seed: str, *rows: dict[str, str]) -> None:
    """Append to a register of the deployment."""
    path = home.seeds / f"{seed}.csv"
    known = pd.read_csv(path, dtype=str, keep_default_na=False)
    pd.concat([known, pd.DataFrame(rows)]).fillna("").to_csv(path, index=False)


def add_form_version(home: Home) -> None:
    """From the second half of 2021 the form of member status asks one line more and words another differently."""
    form = yaml.safe_load((FORMS_DIR / "30_member_status.yaml").read_text("utf-8"))
    form["items"]["YOUNG"] = {"label": {"vi": "Đảng viên dưới 30 tuổi", "en": "Members under 30"}, "role": "of_which"}
    (before,) = form["versions"]
    reworded = {"PROBATIONARY": {"label": "Đảng viên dự bị trong danh sách"}}
    rows = [{**row, **reworded.get(row["item"], {})} for row in before["rows"]]
    after = {**before, "version": "2021b", "valid_from": "2021-07-01", "authority": "Hướng dẫn giả định"}
    after["rows"] = [*rows, {"item": "YOUNG", "ordinal": "10"}]
    form["versions"] = [{**before, "valid_to": "2021-06-30"}, after]
    path = home.config / "forms" / "30_member_status.yaml"
    path.write_text(yaml.safe_dump(form, allow_unicode=True, sort_keys=False), "utf-8")
    add_rows(
        home,
        "measures",
        {
            "measure_code": "members_young", "label_vi": "Đảng viên dưới 30 tuổi", "label_en": "Members under 30",
            "unit_vi": "đảng viên", "unit_en": "members", "kind": "additive", "aggregation": "stock",
        },
    )  # fmt: skip
    term = {"measure_code": "members_young", "cell_code": "member_status.YOUNG", "coefficient": "1"}
    add_rows(home, "measure_terms", term)


def add_code(home: Home) -> None:
    """A sector that exists from the second half of 2021."""
    code = {
        "code_list": "sector", "code": "S77", "label_vi": "Hợp tác xã số (giả định)", "label_en": "Digital cooperative",
        "aliases": "HTX số", "parent_code": "CQ", "sort_order": "77", "valid_from": "2021-07-01",
        "authority": "giả định",
    }  # fmt: skip
    add_rows(home, "codes", code)


def add_event(home: Home) -> None:
    """ZZ-002 joins ZZ-001 on 15 August 2021 with its 28 members."""
    path = home.seeds / "organizations.csv"
    organizations = pd.read_csv(path, dtype=str, keep_default_na=False)
    organizations.loc[organizations["organization_code"] == "ZZ-002", "valid_to"] = "2021-08-14"
    organizations.to_csv(path, index=False)
    event = {
        "event_id": "ZZ-E1", "event_type": "merged", "effective_on": "2021-08-15", "committee_code": COMMITTEE,
        "from_organization_code": "ZZ-002", "to_organization_code": "ZZ-001", "unit": "organization",
        "members_moved": "28", "authority": "giả định",
    }  # fmt: skip
    add_rows(home, "organization_events", event)


def add_layout(home: Home) -> None:
    """The committee's own form, one organization a row."""
    text = (DECLARED / "rows_2021.yaml").read_text("utf-8")
    text = text.replace("[AA]", f"[{COMMITTEE}]").replace("valid_from: 2021-07-01", "valid_from: 2021-01-01")
    (home.config / "layouts" / "rows_2021.yaml").write_text(text, "utf-8")


def add_target(home: Home) -> None:
    """At least three admissions a year."""
    target = {
        "target_id": "ZZ-T1", "committee_code": COMMITTEE, "target_set": "NQ-ZZ", "label_vi": "Kết nạp từ 3 đảng viên",
        "label_en": "Admit 3 members or more", "measure_code": "members_admitted", "unit": "count",
        "time_window": "year", "divisor": "1", "operator": ">=", "low": "3",
        "valid_from": "2021-01-01", "valid_to": "2021-12-31", "authority": "giả định",
    }  # fmt: skip
    add_rows(home, "targets", target)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The first half of 2021 in the committee's own form, the second in the new edition of ours."""
    deployment = Deployment(tmp_path_factory.mktemp("data") / "khoi")
    home = deployment.home
    for add in (add_form_version, add_code, add_event, add_target, add_layout):
        add(home)
    rows = [["ZZ-001", 20, 3, 3, 0, 1, 1, 0, 12, 10, None], ["Chi bộ ZZ-002", 30, 0, 0, 0, 2, 0, 2, 20, 8, None]]
    by_rows(rows, "6 tháng đầu năm 2021").save(home.inbox / "tong-hop-2021H1.xlsx")
    path = deployment.write("ZZ-001", "2021H2", 50, 2)
    sheets = Sheets.read(path.read_bytes())
    line, column = sheets.find("Đảng viên", "Đảng viên dưới 30 tuổi")
    sheets.cells["Đảng viên"][line, column + 1] = 7
    line, column = sheets.find("Tổ chức", "Loại hình cơ sở")
    sheets.cells["Tổ chức"][line, column + 1] = "HTX số"
    sheets.save(path)
    stages.run(home, settle_seconds=0)
    return home


@pytest.fixture
def warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(home) as connection:
        yield connection


def one(warehouse: duckdb.DuckDBPyConnection, query: str) -> object:
    row = warehouse.execute(query).fetchone()
    return row[0] if row and len(row) == 1 else row


def test_every_workbook_counts(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select organization_code, period_code, submission_state, layout from marts.fct_submissions order by all"
    ).fetchall()
    findings = warehouse.execute("select rule_id, severity, cells, observed from marts.fct_findings").fetchall()
    assert [row[:2] for row in found] == [("ZZ-001", "2021H1"), ("ZZ-001", "2021H2"), ("ZZ-002", "2021H1")]
    assert {row[2] for row in found} <= {"accepted", "accepted_with_warnings"}, findings
    assert [row[3] for row in found] == ["rows_2021", None, "rows_2021"]


def test_the_new_edition_is_read_and_measured(warehouse: duckdb.DuckDBPyConnection) -> None:
    value = (
        "select value from marts.rpt_committee_measures where measure_code = 'members_young' and period_code = '2021H2'"
    )
    assert one(warehouse, value) == 7
    versions = "select distinct form_version from marts.fct_observations where form = 'member_status'"
    assert one(warehouse, versions) == "2021b"


def test_the_new_code_is_understood_by_its_alias(warehouse: duckdb.DuckDBPyConnection) -> None:
    counted = "select value from marts.fct_observations where cell_code = 'organization_profile.SECTOR.S77'"
    assert one(warehouse, counted) == 1
    assert one(warehouse, "select label_vi from marts.dim_sectors where code = 'S77'") == "Hợp tác xã số (giả định)"


def test_the_event_carries_members_over_and_no_more(warehouse: duckdb.DuckDBPyConnection) -> None:
    (members,) = compare(warehouse, "members_total", "2021H1", "2021H2", COMMITTEE, True)
    assert (members.as_reported.value_from, members.as_reported.value_to) == (50, 52)
    assert members.like_for_like is not None
    assert (members.like_for_like.value_from, members.like_for_like.value_to) == (50, 52)
    assert {part.part: part.value for part in members.parts if part.value} == {"admitted": 2}


def test_the_new_target_is_assessed(warehouse: duckdb.DuckDBPyConnection) -> None:
    reached = "select value, status from marts.rpt_targets where target_id = 'ZZ-T1' and period_code = '2021H2'"
    assert one(warehouse, reached) == (5, "exceeded")


def test_a_figure_is_traced_to_the_cells_of_the_committees_own_form(warehouse: duckdb.DuckDBPyConnection) -> None:
    lines = trace(warehouse, f"members_total@{COMMITTEE}@2021H1").lines
    told = lines.loc[lines["contribution"] != 0, ["file_name", "sheet", "cell", "raw_text", "contribution"]]
    assert sorted(map(tuple, told.to_numpy().tolist())) == [
        ("tong-hop-2021H1.xlsx", "Tổng hợp", "J12+K12", "12 + 10", 22),
        ("tong-hop-2021H1.xlsx", "Tổng hợp", "J13+K13", "20 + 8", 28),
    ]


def test_nothing_but_data_was_added(home: Home) -> None:
    added = {path.suffix for path in Path(home.config).rglob("*") if path.is_file()}
    assert added == {".csv", ".yaml"}
