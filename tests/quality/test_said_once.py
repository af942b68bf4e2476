"""A proposal is read once, at the finding whose cell it is: the other findings that it mends say where."""

from __future__ import annotations

from typing import Any

import pytest

from quality.said_once import by_place_en, by_place_vi, said_once, without_reasons
from quality.suspects import REASONS_BEGIN

SUGGESTED = "Biểu 1!C27: 52 → 43 (97 %) - hai chữ số liền nhau bị đảo"
REASON = {"vi": "Biểu 1!C27: hai chữ số liền nhau bị đảo.", "en": "Biểu 1!C27: two digits are exchanged."}


def finding(rule: str, suggested: Any = SUGGESTED, file_hash: str = "f", **changes: Any) -> dict[str, Any]:
    messages = {f"message_{one}": f"{rule} fails. {REASONS_BEGIN[one]}{REASON[one]}" for one in REASON}
    place = {"sheet": "Biểu 1", "cell": "C7"}
    return {"rule_id": rule, "file_hash": file_hash, "suggested": suggested, **place, **messages, **changes}


def test_the_first_finding_shows_it_and_the_others_lead_there() -> None:
    rows = [finding("R001"), finding("R002"), finding("R003")]
    shown = said_once(rows, by_place_vi)
    assert shown[0] == rows[0]
    assert [one["suggested"] for one in shown[1:]] == ["Xem đề nghị ở Biểu 1!C7"] * 2
    assert [one["message_vi"] for one in shown[1:]] == ["R002 fails.", "R003 fails."]
    assert [one["message_en"] for one in shown[1:]] == ["R002 fails.", "R003 fails."]


def test_the_number_of_the_first_line_is_told() -> None:
    rows = [finding("R000", None), finding("R001"), finding("R002")]
    assert said_once(rows, lambda number, first: f"{number} {first['rule_id']}")[2]["suggested"] == "2 R001"


@pytest.mark.parametrize(
    "other",
    [
        finding("R002", file_hash="another"),
        finding("R002", "Biểu 1!C8: 1 → 2 (60 %) - số khác"),
        finding("R002", None),
        finding("R002", float("nan")),
        finding("R002", ""),
    ],
)
def test_what_is_another_proposal_or_none_stays_as_it_is(other: dict[str, Any]) -> None:
    assert said_once([finding("R001"), other], by_place_vi)[1] is not other
    assert str(said_once([finding("R001"), other], by_place_vi)[1]) == str(other)


def test_the_findings_themselves_are_not_touched() -> None:
    rows = [finding("R001"), finding("R002")]
    said_once(rows, by_place_vi)
    assert rows == [finding("R001"), finding("R002")]


def test_it_stands_at_the_finding_whose_cell_it_is_about_and_no_code_is_said() -> None:
    """Cơ cấu C9 was read wrong; the list showed it at a finding on transfers, and at C9 a rule code to go to."""
    told = "Cơ cấu!C9: 121 → 112 (98 %) - hai chữ số liền nhau bị đảo"
    rows = [
        finding("R043_OUT", told, cell="C26"),
        finding("R003", told, cells="Biểu 1!C7=1; Cơ cấu!C9=121"),
        finding("R004A", told, sheet="Cơ cấu", cell="C9"),
    ]
    shown = [one["suggested"] for one in said_once(rows, by_place_vi)]
    assert shown == ["Xem đề nghị ở Cơ cấu!C9"] * 2 + [told]
    assert [one["suggested"] for one in said_once(rows[:2], by_place_en)] == ["See what is proposed at Biểu 1!C7", told]


def test_of_several_proposals_each_stands_at_its_own_cell() -> None:
    one, two = "Biểu 1!C27: 52 → 43 (97 %) - số khác", "Cơ cấu!C9: 1 → 2 (60 %) - số khác"
    rows = [finding("R001", f"{one}; {two}", cell="C27"), finding("R002", two, sheet="Cơ cấu", cell="C9")]
    shown = said_once(rows, by_place_vi)
    assert [row["suggested"] for row in shown] == [f"{one}; Xem đề nghị ở Cơ cấu!C9", two]
    assert shown[0]["message_vi"] == rows[0]["message_vi"]


def test_a_finding_without_a_cell_is_named_by_its_line() -> None:
    rows = [finding("R001", sheet=None, cell=None), finding("R002", sheet=None, cell=None)]
    assert said_once(rows, by_place_en)[1]["suggested"] == "See what is proposed at line 1"


def test_a_message_without_reasons_is_whole() -> None:
    assert without_reasons("B khác tổng của B1, B2 và B3.", "vi") == "B khác tổng của B1, B2 và B3."


def test_a_range_of_one_cell_is_shown_as_that_cell() -> None:
    """The whole list of one row stood there as Chuyển sinh hoạt!E8:E8."""
    listed = "Chuyển sinh hoạt!E8:E8 (60 %) - cả danh sách chưa được ghi"
    shown = said_once([finding("R001", listed), finding("R002", f"{SUGGESTED}; {listed}")], by_place_vi)
    assert shown[0]["suggested"] == listed.replace(":E8", "")
    assert ":E8" not in shown[1]["suggested"]
