"""A committee's own list of cases goes through the whole job: its records count, and a figure leads to their cells."""

from __future__ import annotations

import pytest
from invented_lists import LISTS, list_of_cases
from khoi_deployment import COMMITTEE, Deployment

from khoi import stages
from khoi.deployment.home import Home
from khoi.warehouse.read import open_published

pytestmark = pytest.mark.long

CASES = [
    ["ZZ-001", "12-QĐ/UBKT", "04/03/2021", "BTV ĐUK", "Khiển trách", "Đạo đức, lối sống", "Đã quyết định", None],
    ["ZZ-002", "13-QĐ/UBKT", "15/03/2021", "UBKT cấp trên", "KHIEN TRACH", "DS-KHHGĐ", "Đề nghị", None],
    ["ZZ-001", "14-QĐ/UBKT", "05/12/2021", "Chi bộ", "Cảnh cáo", "Vi phạm khác", "Đã quyết định", None],
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Deployment(tmp_path_factory.mktemp("data") / "khoi").home
    text = (LISTS / "ds_ky_luat.yaml").read_text("utf-8").replace("[AA]", f"[{COMMITTEE}]")
    (home.config / "layouts" / "ds_ky_luat.yaml").write_text(text, "utf-8")
    list_of_cases(CASES, period="6 tháng đầu năm 2021").save(home.inbox / "ds-ky-luat.xlsx")
    stages.run(home, settle_seconds=0)
    return home


def test_each_record_is_a_case_with_its_row(home: Home) -> None:
    with open_published(home) as warehouse:
        cases = warehouse.execute(
            "select organization_code, case_no, discipline_subject, discipline_form, decided_on::varchar, sheet, row_no"
            " from marts.fct_discipline_cases order by row_no"
        ).fetchall()
    assert cases == [
        ("ZZ-001", "12-QĐ/UBKT", "DV", "KT", "2021-03-04", "Danh sách", 8),
        ("ZZ-002", "13-QĐ/UBKT", "DV", "KT", "2021-03-15", "Danh sách", 9),
        ("ZZ-001", "14-QĐ/UBKT", "DV", "CC", "2021-12-05", "Danh sách", 10),
    ]


def test_a_day_outside_the_period_is_told_at_its_cell(home: Home) -> None:
    with open_published(home) as warehouse:
        found = warehouse.execute(
            "select organization_code, sheet, cell from marts.fct_findings where observed like '%2021-12-05%'"
            " or observed like '%05/12/2021%' or cells like '%D10%'"
        ).fetchall()
    assert found == [("ZZ-001", "Danh sách", "D10")]
