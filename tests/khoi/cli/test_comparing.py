"""What `khoi compare` prints of a comparison: both changes, and how many organizations each end counts."""

from __future__ import annotations

import dataclasses

from khoi.cli.comparing import _print_comparison
from khoi.figures.comparison import Comparison, Side, change
from khoi.figures.parts import Part

COMPARISON = Comparison(
    **{"committee": "AA", "measure": "members_total", "label_vi": "Tổng số đảng viên", "label_en": "Members"},
    **{"unit_vi": "đảng viên", "unit_en": "members", "like_for_like": None, "parts": ()},
    side_from=Side("2021H2", 100, 7, 8),
    side_to=Side("2022H2", 130, 8, 8),
    as_reported=change(100, 130),
    restated=change(104, 131),
    basis="like-for-like",
)


def test_the_change_as_reported_and_on_the_basis_are_printed(capsys) -> None:
    _print_comparison(COMPARISON, "Đảng bộ A")
    told = capsys.readouterr().out
    for part in (
        "Như báo cáo",
        "chênh lệch 30",
        "Cùng phạm vi",
        "chênh lệch 27",
        "2021H2: 7/8 tổ chức",
        "2022H2: 8/8 tổ chức",
    ):
        assert part in told, part


def test_what_only_the_committee_reports_counts_no_organization(capsys) -> None:
    _print_comparison(dataclasses.replace(COMPARISON, side_to=Side("2022H2", 130, 0, 0)), "Đảng bộ A")
    told = capsys.readouterr().out
    assert "2022H2: đảng bộ tự báo cáo / reported by the committee itself" in told
    assert "0/0" not in told


def test_the_parts_of_a_change_are_printed_with_their_sum_and_without_what_is_nothing(capsys) -> None:
    parts = (
        Part("a", "g", "kết nạp", "admitted", 12.0),
        Part("b", "g", "giảm", "lost", -4.0),
        Part("c", "g", "khác", "other", 0.0),
    )
    _print_comparison(dataclasses.replace(COMPARISON, parts=parts), "Đảng bộ A")
    told = capsys.readouterr().out
    assert "+12  kết nạp / admitted" in told
    assert "4  giảm / lost" in told
    assert "+8  cộng / sum" in told
    assert "khác" not in told
