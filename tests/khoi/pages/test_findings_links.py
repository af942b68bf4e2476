"""A finding leads to its rule where there is one: codes of the reader (`unknown_label`) have no page to lead to."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, cast

from khoi.pages.findings import findings
from khoi.pages.published import Published
from khoi.pages.view import ROOT, View


class _Warehouse:
    """Two findings, of which one is of a rule."""

    def rows(self, sql: str, _given: object) -> list[dict[str, Any]]:
        if "dim_rules" in sql:
            return [{"rule_id": "R001"}]
        return [defaultdict(lambda: None, rule_id=code, severity="hard") for code in ("R001", "unknown_label")]


def test_only_a_rule_has_a_page_to_lead_to() -> None:
    listing = findings(View(cast("Published", _Warehouse()), "vi", {}), "committee_code", "")
    (column,) = [one for one in listing.columns if one.name == "rule_id"]
    assert column.link is not None
    assert [column.link(row) for row in [{"rule_id": "R001"}, {"rule_id": "unknown_label"}]] == [
        f"{ROOT}/quy-tac/R001",
        None,
    ]
