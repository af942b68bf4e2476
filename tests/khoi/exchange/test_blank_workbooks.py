"""What the blank workbook knows already: who sends it, its type and sector by the register."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
from khoi_deployment import Deployment
from openpyxl import load_workbook

from khoi.exchange.blank_workbooks import _determining_terms, registered_fields, write_blank_workbooks
from quality.catalogue import load_rules
from quality.catalogue.grammar import REGISTER

PROFILE = "organization_profile"


def test_the_blank_workbook_has_type_and_sector_of_the_register_filled_in(
    deployment: Deployment, tmp_path: Path
) -> None:
    home = deployment.home
    labels = home.reference()["codes"].drop_duplicates(["code_list", "code"]).set_index(["code_list", "code"])
    codes = labels["label_vi"].to_dict()
    (path, _) = write_blank_workbooks(home, "2021H1", None, tmp_path)
    sheet = load_workbook(path)["Tổ chức"]
    filled = {row[1].value: row[2].value for row in sheet.iter_rows(min_row=1, max_row=20) if row[1].value}
    assert filled["Loại hình tổ chức cơ sở đảng"] == codes["organization_type", "CBCS"]
    assert filled["Loại hình cơ sở"] == codes["sector", "S1"]
    assert filled["Trong khu công nghiệp"] == codes["yes_no", "KHONG"]
    assert filled["Số chi bộ trực thuộc"] == "x"  # it is a cell and has none below it
    assert filled["Có cấp ủy"] is None


def test_what_is_known_is_shown_as_known_and_open_to_correction(deployment: Deployment, tmp_path: Path) -> None:
    (path, _) = write_blank_workbooks(deployment.home, "2021H1", None, tmp_path)
    sheet = load_workbook(path)["Tổ chức"]
    answers = {row[1].value: row[2] for row in sheet.iter_rows(min_row=1, max_row=20) if row[1].value}
    known, asked = answers["Loại hình cơ sở"], answers["Có cấp ủy"]
    assert known.fill.fgColor.rgb != asked.fill.fgColor.rgb
    assert not known.protection.locked
    prompts = {str(rule.sqref): rule.prompt for rule in sheet.data_validations.dataValidation}
    assert "sai thì sửa" in prompts[known.coordinate]
    assert prompts[asked.coordinate] is None


def test_what_an_organization_is_follows_the_last_day_of_the_period(deployment: Deployment) -> None:
    path = deployment.home.seeds / "organizations.csv"
    rows = pd.read_csv(path, dtype="str")
    first = rows["organization_code"] == "ZZ-001"
    later = rows[first].assign(organization_type="DBCS", valid_from="2021-09-01")
    pd.concat([rows.assign(valid_to=rows["valid_to"].mask(first, "2021-08-31")), later]).to_csv(path, index=False)
    catalogue, reference = deployment.home.catalogue(), deployment.home.reference()
    types = {
        period: registered_fields(catalogue, reference, period)["ZZ-001"][PROFILE]["ORGANIZATION_TYPE"]
        for period in ("2021H1", "2021H2")
    }
    assert types == {"2021H1": "CBCS", "2021H2": "DBCS"}


def test_a_code_that_its_list_does_not_hold_on_the_day_is_left_to_the_sender(deployment: Deployment) -> None:
    catalogue, reference = deployment.home.catalogue(), deployment.home.reference()
    codes = reference["codes"]
    ended = (codes["code_list"] == "sector") & (codes["code"] == "S1")
    codes = codes.assign(valid_to=codes["valid_to"].mask(ended, "2020-12-31"))
    reference = replace(reference, tables={**reference.tables, "codes": codes})
    fields = registered_fields(catalogue, reference, "2021H1")["ZZ-001"][PROFILE]
    assert sorted(fields) == ["INDUSTRIAL_ZONE", "ORGANIZATION_TYPE"]


def test_what_last_period_determines_is_told_by_the_rules(deployment: Deployment) -> None:
    catalogue, reference = deployment.home.catalogue(), deployment.home.reference()
    terms = _determining_terms(load_rules(catalogue, reference))
    opening = terms[terms["cell_code"] == "membership_change.OPEN"].set_index("source")
    assert opening.loc["membership_change.CLOSE", ["lag", "coefficient"]].tolist() == [1, 1]
    of_now = terms[terms["lag"] == 0]
    assert of_now["source"].str.startswith(REGISTER).all(), "beside last period only the register determines"
    assert set(terms["lag"]) <= {0, 1}
