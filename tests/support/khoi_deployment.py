"""A deployment of two organizations whose workbooks the template itself writes: small, but the whole way."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from ingest.template import WorkbookContent, write_workbook
from khoi import stages
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home
from khoi.deployment.prepared import prepared

COMMITTEE, PERIODS = "ZZ", ("2021H1", "2021H2")
ORGANIZATIONS = ("ZZ-001", "ZZ-002")
Matrix = dict[str, dict[tuple[str, str], int]]


class Deployment:
    """A home with registers for two organizations, and a pen for their workbooks."""

    def __init__(self, root: Path, *, anew: bool = True, committees: tuple[str, ...] = (COMMITTEE,)) -> None:
        """``anew``: made here, with two organizations in each of ``committees``; otherwise it is there already."""
        self.home = Home(root)
        self.day: dt.date | None = None
        """The day on which its stages are to run, where that matters."""
        if not anew:
            return
        create_deployment(self.home)
        self._register(
            "committees",
            [{"committee_code": code, "name_vi": "Đảng bộ thử", "valid_from": "2010-01-01"} for code in committees],
        )
        self._register(
            "organizations",
            [
                {
                    "organization_code": code,
                    "committee_code": committee,
                    "name": f"Chi bộ {code}",
                    "organization_type": "CBCS",
                    "sector": "S1",
                    "industrial_zone": "KHONG",
                    "valid_from": "2010-01-01",
                }
                for committee in committees
                for code in (f"{committee}-001", f"{committee}-002")
            ],
        )
        self._register(
            "reporting_periods",
            [
                {"committee_code": committee, "period_code": code, "due_on": "2099-01-20"}
                for committee in committees
                for code in PERIODS
            ],
        )

    def _register(self, name: str, rows: list[dict[str, str]]) -> None:
        path = self.home.seeds / f"{name}.csv"
        columns = list(pd.read_csv(path).columns)
        pd.DataFrame(rows).reindex(columns=columns).to_csv(path, index=False)

    def write(self, organization: str, period: str, opening: int, admitted: int, **changes: int) -> Path:
        """Put a workbook into the inbox: members grow by ``admitted``, all else is zero.

        ``changes`` overwrite items of Biểu 1, and may contradict the rest; ``submission_no`` numbers the version.
        """
        number = changes.pop("submission_no", 1)
        content = WorkbookContent(
            organization.partition("-")[0],
            organization,
            f"Chi bộ {organization}",
            period,
            number,
            self._matrix(period, opening, admitted, changes),
            {"organization_profile": [_PROFILE], "year_member_groups": [_kinh(admitted, opening + admitted)]},
        )
        path = self.home.inbox / f"{organization}_{period}_{number}.xlsx"
        write_workbook(path, content, self.home.catalogue(), self.home.reference())
        return path

    def _matrix(self, period: str, opening: int, admitted: int, changes: dict[str, int]) -> Matrix:
        reference = self.home.reference()
        kind = reference["periods"].set_index("period_code").loc[period, "kind"]
        form_set = self.home.catalogue().form_set(reference.period_ends[period], str(kind), "organization")
        matrix: Matrix = {
            form.form: {(row.item, column.column): 0 for row in version.rows for column in version.columns}
            for form, version in form_set.forms
            if form.kind == "matrix"
        }
        total = opening + admitted
        balance = {"OPEN": opening, "INC": admitted, "IN_ADMIT": admitted, "CLOSE": total, "PRESENT": total}
        printed = {item for item, _ in matrix["membership_change"]}
        for item, value in {**balance, **changes}.items():
            if item in printed:
                matrix["membership_change"][item, "value"] = value
        matrix["member_status"]["OFFICIAL", "value"] = total
        matrix["cell_activity"]["CELLS", "value"] = 1  # a grassroots cell is one cell
        matrix["membership_structure"]["TOTAL", "value"] = total
        # It has a committee, and rules are due of both.
        matrix["cell_activity"]["COMMITTEES", "value"] = 1
        matrix["cell_activity"]["RULES_DUE", "value"] = 2
        if "ratings" in matrix:
            rated = {"TCCSD": (1, "NR_NEW"), "DV": (total, "NR_ABSENT")}
            for subject, (eligible, why) in rated.items():
                for item in ("ELIGIBLE", "NOT_RATED", why):
                    matrix["ratings"][subject, item] = eligible
        if "year_members" in matrix:
            _fill_year(matrix, admitted, total)
        return matrix


def _fill_year(matrix: Matrix, admitted: int, total: int) -> None:
    """Biểu 2 to 7 of a cell of a commune: everybody is young, joined lately and left school, nobody is rated."""
    for form, number in (("year_admissions", admitted), ("year_members", total)):
        for item in ("TOTAL", "AGE_18", "EDU_UPPER"):
            matrix[form][item, "value"] = number
    matrix["year_members"]["JOINED_SINCE", "value"] = total
    for kind in ("TOTAL", "S1"):
        matrix["year_bases"] |= {(kind, "ORGS"): 1, (kind, "CELLS"): 1, (kind, "MEMBERS"): total}
    for subject, number in (("TCCSD", 1), ("DV", total)):
        matrix["year_ratings"] |= {(subject, "ELIGIBLE"): number, (subject, "NOT_RATED"): number}
    matrix["year_self_reviews"] |= {("DV", "DUE"): total, ("DV", "DONE"): total}


def _kinh(admitted: int, total: int) -> dict[str, int | str]:
    """Biểu 2B and 4 where everybody is Kinh; printed where the year is due."""
    return {"GROUP": "DT01", "MEMBERS": total, "FEMALE": 0, "ADMITTED": admitted, "ADMITTED_FEMALE": 0}


_PROFILE: dict[str, int | str] = {
    "ORGANIZATION_TYPE": "CBCS",
    "SECTOR": "S1",
    "INDUSTRIAL_ZONE": "KHONG",
    "SUBORDINATE_CELLS": 0,
    "HAS_COMMITTEE": "CO",
    "CONGRESSES_DUE": 0,
    "CONGRESSES_HELD": 0,
}


def published_deployment(root: Path) -> Deployment:
    """Both organizations and periods, run once; one workbook contradicts itself."""
    deployment = Deployment(root)
    deployment.write("ZZ-001", "2021H1", 20, 2)
    deployment.write("ZZ-002", "2021H1", 30, 0)
    deployment.write("ZZ-001", "2021H2", 22, 1)
    deployment.write("ZZ-002", "2021H2", 30, 4, CLOSE=43)
    (deployment.home.inbox / "thư.xlsx").write_text("không phải bảng tính", encoding="utf-8")
    stages.run(deployment.home, settle_seconds=0)
    prepared(deployment.home)  # or the first check would write it, beside others who copy the deployment
    return deployment
