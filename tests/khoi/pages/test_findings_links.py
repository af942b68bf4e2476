"""A finding leads to its rule where there is one: codes of the reader (`unknown_label`) have no page to lead to."""

from __future__ import annotations

from typing import Any, cast

from ingest.lake import FINDINGS
from khoi.pages.findings import findings
from khoi.pages.published import Published
from khoi.pages.view import ROOT, View


class _Warehouse:
    """Two findings, of which one is of a rule; ``told`` of both."""

    def __init__(self, **told: str) -> None:
        self._told = told

    def rows(self, sql: str, _given: object) -> list[dict[str, Any]]:
        if "dim_rules" in sql:
            return [{"rule_id": "R001"}]
        codes = ("R001", "unknown_label")
        return [{**dict.fromkeys(FINDINGS.names), **self._told, "rule_id": code, "severity": "hard"} for code in codes]


def test_only_a_rule_has_a_page_to_lead_to() -> None:
    listing = findings(View(cast("Published", _Warehouse()), "vi", {}), "committee_code", "")
    (column,) = [one for one in listing.columns if one.name == "rule_id"]
    assert column.link is not None
    assert [column.link(row) for row in [{"rule_id": "R001"}, {"rule_id": "unknown_label"}]] == [
        f"{ROOT}/quy-tac/R001",
        None,
    ]


def test_a_proposal_stands_at_the_first_finding_that_it_mends() -> None:
    suggested = "Biểu 1!C27: 52 → 43 (97 %) - số khác"
    warehouse = _Warehouse(suggested=suggested, file_hash="f", message_vi="Sai.", message_en="Off.")
    for language, leads in (("vi", "Xem đề nghị ở dòng 1"), ("en", "See what is proposed at line 1")):
        listing = findings(View(cast("Published", warehouse), language, {}), "committee_code", "")
        assert [row["suggested"] for row in listing.rows] == [suggested, leads]
