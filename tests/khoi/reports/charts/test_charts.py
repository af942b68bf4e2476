"""Charts are drawn here and now, without a browser, and say in text what their bars show."""

from __future__ import annotations

import re

from khoi.reports.charts.draw import as_png, as_svg
from khoi.reports.charts.kinds import Step, lines, signed_bars, stacked, waterfall


def texts(svg: str) -> list[str]:
    """The texts of a picture, in their order."""
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_a_waterfall_names_its_steps_and_leaves_out_those_of_nothing() -> None:
    steps = [Step("Đầu kỳ", 6177, True), Step("Kết nạp", 246), Step("Xóa tên", 0), Step("Từ trần", -21)]
    told = texts(as_svg(waterfall([*steps, Step("Cuối kỳ", 6402, True)], "đảng viên")))
    assert [text for text in told if text in ("Đầu kỳ", "Kết nạp", "Xóa tên", "Từ trần", "Cuối kỳ")] == [
        *("Đầu kỳ", "Kết nạp", "Từ trần", "Cuối kỳ")
    ]
    assert {"6.177", "+246", "−21", "6.402"} <= set(told)


def test_numbers_follow_the_language() -> None:
    chart = waterfall([Step("Members", 6177, True)], "members")
    assert "6,177" in texts(as_svg(chart, "en"))
    assert "6.177" in texts(as_svg(chart, "vi"))


def test_lines_mark_a_break_and_name_their_series() -> None:
    rows = [{"period": period, "series": name, "value": 5.0} for name in ("A", "B") for period in ("2021H1", "2021H2")]
    broken, whole = as_svg(lines(rows, "người", ["2021H2"])), as_svg(lines(rows, "người"))
    assert {"A", "B", "2021H1", "2021H2", "người"} <= set(texts(broken))
    assert broken.count("stroke-dasharray") > whole.count("stroke-dasharray")


def test_shares_stand_in_their_order_and_parts_of_a_change_on_both_sides() -> None:
    rows = [{"bar": "2021", "part": part, "value": value} for part, value in (("Tốt", 7), ("Đạt", 2), ("Kém", 1))]
    assert [text for text in texts(as_svg(stacked(rows, "tổ chức"))) if text in ("Tốt", "Đạt", "Kém")] == [
        *("Tốt", "Đạt", "Kém")
    ]
    told = texts(as_svg(signed_bars([{"label": "a", "value": 200}, {"label": "b", "value": -33.5}], "x")))
    assert {"+200", "−33,5"} <= set(told)


def test_the_same_chart_is_a_picture_for_word() -> None:
    assert as_png(waterfall([Step("Cuối kỳ", 5, True)], "người")).startswith(b"\x89PNG")
