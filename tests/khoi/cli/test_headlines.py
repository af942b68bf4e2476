"""The headlines at the end of a run: how many organizations they count, their bounds, and ends that are not alike."""

from __future__ import annotations

import pandas as pd
import pytest

from khoi.cli.summary import _bounds, _coverage, _print_headlines

ROW = {
    "committee": "Đảng bộ A (AA)",
    "period_code": "2022H2",
    "label_vi": "Tổng số đảng viên",
    "label_en": "Members",
    "value": 5422.0,
    "previous_value": 6177.0,
    "low": 6246.0,
    "high": 6295.0,
    "is_bounded": True,
    "organizations_counted": 78,
    "organizations_expected": 85,
    "organizations_counted_before": 85,
    "organizations_expected_before": 85,
    "same_organizations": False,
}


def test_a_headline_says_how_many_it_counts_and_what_it_can_be(capsys) -> None:
    _print_headlines(pd.DataFrame([ROW]))
    told = capsys.readouterr().out
    for part in ("5.422", "78/85", "6.246 – 6.295", "6.177", "85/85", "≠ hai kỳ không tính cùng những tổ chức ấy"):
        assert part in told


def test_ends_alike_and_settled_figures_have_no_mark(capsys) -> None:
    settled = ROW | {"value": 6270.0, "low": 6270.0, "high": 6270.0, "same_organizations": True}
    _print_headlines(pd.DataFrame([settled]))
    told = capsys.readouterr().out
    assert "≠" not in told
    assert "6.270 – " not in told


def test_a_bound_without_limit_and_a_period_without_one_before() -> None:
    assert _bounds(ROW | {"high": float("nan")}) == "6.246 – không giới hạn"
    assert _bounds(ROW | {"is_bounded": False}) == ""
    assert _coverage(float("nan"), float("nan")) == ""


@pytest.mark.parametrize(
    ("counted", "expected", "told"),
    [(78.0, 85.0, "78/85"), (0.0, 85.0, "0/85"), (0.0, 0.0, "0/0"), (None, 85.0, ""), (1.0, float("nan"), "")],
)
def test_coverage_counts_from_nothing(counted: float | None, expected: float | None, told: str) -> None:
    assert _coverage(counted, expected) == told
