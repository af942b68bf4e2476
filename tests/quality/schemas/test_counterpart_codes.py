"""The code of the other side of a transfer: one that nobody has and one's own are told at their cell."""

from __future__ import annotations

import dataclasses
import string

import duckdb
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from submitted_rows import AFTER_ALL, PERIOD, Lake, findings_frame, register_of

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import check_tables
from quality.engine.context import evaluation_context
from quality.schemas.counterpart_codes import Meant, meant, wrong_counterparts

A, B, C = "AA-001", "AA-064", "AA-100"
ELSEWHERE = "BB-007"
Row = tuple[str, str, str | None, int]
"""Direction, scope, code and number."""


def _lake(**lists: list[Row]) -> Lake:
    """A workbook of each organization (AA_001 for AA-001) with its list of transfers."""
    lake = Lake()
    for name, rows in lists.items():
        lake.add(name, {"membership_change.CLOSE": 9, "transfers.IN.TRONG_DANG_BO": 0}, name.replace("_", "-"))
        for number, (direction, scope, code, members) in enumerate(rows, start=1):
            fields = {"DIRECTION": direction, "SCOPE": scope, "COUNTERPART": code, "MEMBERS": members}
            lake.record(name, "transfers", number, fields)
    return lake


@pytest.fixture
def register() -> Reference:
    return register_of(A, B, C, ELSEWHERE, committees={ELSEWHERE: "BB"})


@pytest.fixture
def told(connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue, register: Reference):
    def tell(lake: Lake) -> list[tuple[str, str, str, object]]:
        connection.register("entries", lake.entries)
        versions = evaluation_context(lake.submissions, register)
        found = wrong_counterparts(connection, versions, versions, rules, register)
        rows = found[["check", "cell", "observed", "suggested"]].astype(object)
        return list(rows.where(rows.notna(), None).itertuples(index=False, name=None))

    return tell


def test_a_code_of_nobody_is_told_at_its_cell(told) -> None:
    lake = _lake(AA_001=[("IN", "TRONG_DANG_BO", B, 1), ("IN", "TRONG_DANG_BO", "AA-903", 1)])
    assert told(lake) == [("unknown_counterpart", "C12", "AA-903", None)]


@pytest.mark.parametrize("code", [B, "aa-064", ELSEWHERE, None, "unreadable"])
def test_codes_of_the_register_and_cells_without_one_are_not(told, code: str | None) -> None:
    assert told(_lake(AA_001=[("IN", "TRONG_DANG_BO", code, 1)])) == []


def test_beyond_the_committee_a_code_may_be_anybodys_but_not_ones_own(told) -> None:
    rows: list[Row] = [("IN", "NGOAI_TINH", "Hà Nội", 1), ("OUT", "TRONG_TINH", "QN-12", 1), ("IN", "TRONG_TINH", A, 1)]
    assert told(_lake(AA_001=rows)) == [("own_counterpart", "C13", A, None)]


@pytest.mark.parametrize("code", ["AA-1OO", "100", "aa 100", "AA–100"])
def test_letters_for_digits_and_a_lost_prefix_are_understood(told, code: str) -> None:
    found = told(_lake(AA_001=[("OUT", "TRONG_DANG_BO", code, 1)]))
    assert found == [("unknown_counterpart", "C11", code, f"transfers!C11: {code} → {C}")]


def test_who_tells_of_the_other_side_is_meant(told) -> None:
    """TV-06O was typed for TV-064, which says that it gave: the letter is no sign for TV-060."""
    rows: list[Row] = [("IN", "TRONG_DANG_BO", "AA-06O", 1)]
    found = told(_lake(AA_001=rows, AA_064=[("OUT", "TRONG_DANG_BO", A, 1)]))
    assert found == [("unknown_counterpart", "C11", "AA-06O", f"transfers!C11: AA-06O → {B}")]


def test_an_own_code_is_the_one_that_tells_of_the_other_side(told) -> None:
    found = told(_lake(AA_001=[("IN", "TRONG_DANG_BO", A, 1)], AA_064=[("OUT", "TRONG_DANG_BO", A, 1)]))
    assert found == [("own_counterpart", "C11", A, f"transfers!C11: {A} → {B}")]


def test_who_is_answered_already_or_tells_of_the_same_side_is_not_meant(told) -> None:
    rows: list[Row] = [("IN", "TRONG_DANG_BO", B, 1), ("IN", "TRONG_DANG_BO", A, 1)]
    others = {"AA_064": [("OUT", "TRONG_DANG_BO", A, 1)], "AA_100": [("IN", "TRONG_DANG_BO", A, 1)]}
    assert told(_lake(AA_001=rows, **others))[0] == ("own_counterpart", "C12", A, None)


def test_two_wrong_codes_are_not_both_the_one_that_tells(told) -> None:
    rows: list[Row] = [("IN", "TRONG_DANG_BO", A, 1), ("IN", "TRONG_DANG_BO", "QQQ-77", 1)]
    found = told(_lake(AA_001=rows, AA_064=[("OUT", "TRONG_DANG_BO", A, 1)]))
    assert [row[3] for row in found] == [None, None]


def test_what_does_not_look_like_a_code_is_not_quoted(told) -> None:
    for text in ("Nguyễn Văn An", "chi bộ 5 cũ của đảng ủy"):
        assert told(_lake(AA_001=[("IN", "TRONG_DANG_BO", text, 1)])) == [("unknown_counterpart", "C11", "•••", None)]


def test_the_finding_is_soft_and_says_line_code_and_who_may_be_meant(
    catalogue: Catalogue, rules: RuleCatalogue, register: Reference
) -> None:
    lake = _lake(AA_001=[("IN", "TRONG_DANG_BO", "AA-06O", 1)], AA_064=[("OUT", "TRONG_DANG_BO", A, 1)])
    frames = (lake.submissions, lake.observations, lake.entries, findings_frame())
    findings = check_tables(*frames, catalogue, register, rules, as_of=AFTER_ALL).findings
    (found,) = findings[findings["rule_id"] == "S017"].to_dict("records")
    assert (found["severity"], found["period_code"], found["cell"]) == ("soft", PERIOD, "C11")
    assert found["message_vi"] == (
        "Chuyển sinh hoạt trong đảng bộ: mã “AA-06O” ở dòng 11 không có trong sổ theo dõi tổ chức. Có thể là AA-064"
        " (AA-064 ghi đã chuyển đến đơn vị). Đề nghị ghi lại mã nơi đi hoặc nơi đến; nếu tổ chức mới lập thì báo cấp"
        " trên ghi vào sổ. Xem ô: transfers!C11"
    )


def test_a_catalogue_without_rules_on_two_sides_asks_nothing(
    connection: duckdb.DuckDBPyConnection, rules: RuleCatalogue, register: Reference
) -> None:
    without = dataclasses.replace(rules, rules=tuple(one for one in rules.rules if one.kind != "counterpart"))
    found = wrong_counterparts(connection, pd.DataFrame({"file_hash": ["f"]}), pd.DataFrame(), without, register)
    assert found.empty


CODES = st.lists(st.from_regex(r"TV-0[0-9]{2}", fullmatch=True), min_size=1, max_size=30, unique=True)


@given(CODES, st.data())
def test_a_slip_of_one_sign_means_the_code_or_nobody(codes: list[str], data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(codes))
    at = data.draw(st.integers(3, len(code) - 1))
    sign = data.draw(st.sampled_from(string.digits))
    typed = data.draw(st.sampled_from([code[:at] + sign + code[at + 1 :], code[:at] + code[at + 1 :], code[3:]]))
    likely = meant(typed, codes, ())
    near = [one for one in codes if typed == one or sum(a != b for a, b in zip(typed, one, strict=False)) <= 1]
    assert likely is None or likely.code == code or len(near) > 1 or len(typed) != len(code)


@given(CODES, st.text(max_size=12))
def test_who_alone_tells_is_meant_unless_another_is_nearer(codes: list[str], typed: str) -> None:
    likely = meant(typed, codes, codes[:1])
    assert likely in (None, Meant(codes[0], says_so=True))
    assert likely is not None or meant(typed, codes, ()) not in (None, Meant(codes[0], says_so=False))
