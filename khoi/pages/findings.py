"""What was found and is still open, with the words for states; rows that a reviewer can tick and decide on."""

from __future__ import annotations

from typing import Any

from khoi.pages.blocks import Column, Listing, Words
from khoi.pages.sheets import sheet_address
from khoi.pages.view import View, page_address
from khoi.reports.quality.layout import word
from quality.said_once import by_place_en, by_place_vi, said_once

_KINDS = ("state", "timeliness", "severity")


def state_word(view: View, state: str | None) -> str:
    """A state or a severity as people call it."""
    told = [word(kind, state or "")[view.language] for kind in _KINDS]
    return next((one for one in told if one != state), state or "")


_BY = {"organization_code": "organization_code = $value", "committee_code": "($value = '' or committee_code = $value)"}


def findings(view: View, by: str, value: str) -> Listing:
    """Open findings of an organization or a committee ('' for all); soft ones can be ticked and decided on."""
    rows = view.rows(
        f"""
        select * from fct_findings where outcome = 'fail' and {_BY[by]}
        order by severity, committee_code, period_code desc, organization_code, rule_id, sheet, cell
        """,
        value=value,
    )
    shown = [
        {
            **row,
            "told": row["message_en"] if view.language == "en" else row["message_vi"],
            "grade": state_word(view, row["severity"]),
            "place": "!".join(part for part in (row["sheet"], row["cell"]) if part) or None,
            "answer": word("answer_state", row["answer_state"])[view.language] if row["answer_state"] else None,
            "ticked": f"{row['finding_key']}|{row['period_code'] or ''}" if row["severity"] == "soft" else None,
        }
        for row in said_once(rows, by_place_en if view.language == "en" else by_place_vi)
    ]
    # What reading a workbook found is told under a code of its own, which is no rule and has no page.
    rules = {row["rule_id"] for row in view.rows("select rule_id from dim_rules")}

    def to_rule(row: Any) -> str | None:
        return page_address("quy-tac", str(row["rule_id"])) if row["rule_id"] in rules else None

    columns = [
        Column("organization_code", Words("Tổ chức", "Organization"), "code", to_organization),
        Column("period_code", Words("Kỳ", "Period"), "code"),
        Column("grade", Words("Mức", "Grade"), "state"),
        Column("rule_id", Words("Quy tắc", "Rule"), "code", to_rule),
        Column("place", Words("Ô", "Cell"), "code", sheet_address),
        Column("told", Words("Nội dung", "What is said")),
        Column("suggested", Words("Đề nghị", "Proposal")),
        Column("answer", Words("Trả lời", "Answer")),
    ]
    return Listing("findings", Words("Phát hiện còn mở", "Open findings"), columns, shown, None, "ticked")


def to_organization(row: Any) -> str | None:
    """The page of the organization a row is of."""
    return page_address("to-chuc", row["organization_code"]) if row["organization_code"] else None
