"""The check sheet of a blank workbook: one line a check, and red or amber where a check's cell stands in a form.

What is checked comes from outside as plain formulas over the figures (`figures.figure_cell`); here is how it looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ingest.addresses import column_letters
from ingest.check_sheets import CHECK_SHEET
from ingest.template.figures import FigurePlace
from ingest.template.paper import row_height
from ingest.template.styles import Styles

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

PASSED, FAILED, UNDECIDED = "ĐẠT", "SAI", "CHƯA ĐỦ"

_TITLE_ROW, _NOTE_ROW, _COUNT_ROW, _HEADER_ROW = 0, 1, 3, 5
_HEADS = {
    "TT": 5.0,
    "Quy tắc": 15.0,
    "Nội dung kiểm tra": 74.0,
    "Mức": 11.0,
    "Ô cần xem": 24.0,
    "Đang ghi": 11.0,
    "": 4.0,
    "Phải là": 11.0,
    "Chênh lệch": 11.0,
    "Kết quả": 12.0,
}
_PLACE, _OBSERVED, _SIGN, _EXPECTED, _DIFFERENCE, _STATE = 4, 5, 6, 7, 8, 9
_RULE, _TEXT_COLUMN = 1, 2
_NOTE = (
    "Trang này tự kiểm tra khi đồng chí ghi số liệu; không phải ghi gì vào đây. SAI: số liệu mâu thuẫn, sửa rồi mới "
    "gửi (mức “cần xem”: sửa hoặc giải thích). CHƯA ĐỦ: còn ô bỏ trống hoặc không đọc được. "
    "Khi in chỉ in phần này. "
    "(This sheet checks itself. SAI: contradicts; CHƯA ĐỦ: cells are empty or cannot be read; ĐẠT: holds. "
    "On paper only this part.)"
)
_SEVERITIES = {"hard": "phải sửa", "soft": "cần xem", "info": "để biết"}
_SIGNS = {"=": "=", "<=": "≤", ">=": "≥"}
_A4, _PRINTED_WIDTH = 9, 1


@dataclass(frozen=True)
class ExcelCheck:
    """One line of the check sheet. Formulas are written without ``=``.

    ``check_id``: letters, digits and underscores; ``title``, ``words``: what is checked, in Vietnamese; ``place``: the
    cell that is to be looked at first; ``state``: a formula that gives PASSED, FAILED or UNDECIDED.
    """

    check_id: str
    title: str
    words: str
    severity: Literal["hard", "soft", "info"]
    place: FigurePlace
    observed: str
    sign: Literal["=", "<=", ">="]
    expected: str
    state: str


@dataclass(frozen=True)
class WorkbookChecks:
    """What a workbook checks: the keys of the figures in the order the formulas number them, with labels.

    ``known`` holds figures that are not written by the sender (the last period's, the register's); None: missing.
    """

    keys: tuple[str, ...]
    checks: tuple[ExcelCheck, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, float | None] = field(default_factory=dict)


def write_checks(book: Workbook, sheet: Worksheet, styles: Styles, checks: Sequence[ExcelCheck]) -> None:
    """Write the visible sheet, name every check's result and colour the cells of the forms that checks point at."""
    first, last = _HEADER_ROW + 1, _HEADER_ROW + max(1, len(checks))
    states = f"${_letters(_STATE)}${first + 1}:${_letters(_STATE)}${last + 1}"
    _write_head(sheet, styles, states)
    longest = max((len(check.check_id) for check in checks), default=0)
    sheet.set_column(_RULE, _RULE, max(_HEADS["Quy tắc"], longest + 1))
    for number, check in enumerate(checks):
        row = first + number
        _write_line(sheet, styles, row, number + 1, check)
        book.define_name(_name(check), f"='{CHECK_SHEET}'!${_letters(_STATE)}${row + 1}")
    _colour_states(sheet, styles, (first, _STATE, last, _STATE))
    sheet.autofilter(_HEADER_ROW, 0, last, len(_HEADS) - 1)
    sheet.freeze_panes(first, 0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(_PRINTED_WIDTH, 0)
    # The list is looked at, not signed: whoever prints the workbook gets its counts, not ten sheets of paper.
    sheet.print_area(0, 0, _COUNT_ROW, len(_HEADS) - 1)
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "select_locked_cells": True})
    _mark_forms(book, styles, checks)


def _write_head(sheet: Worksheet, styles: Styles, states: str) -> None:
    last = len(_HEADS) - 1
    sheet.merge_range(_TITLE_ROW, 0, _TITLE_ROW, last, "KIỂM TRA TRƯỚC KHI GỬI", styles["title"])
    sheet.merge_range(_NOTE_ROW, 0, _NOTE_ROW, last, _NOTE, styles["note"])
    sheet.set_row(_NOTE_ROW, row_height([(_NOTE, sum(_HEADS.values()))]))
    counts = "&".join(
        f'"{text}: "&COUNTIF({states},"{state}")&"     "'
        for text, state in (("Sai", FAILED), ("Chưa đủ", UNDECIDED), ("Đạt", PASSED))
    )
    sheet.merge_range(_COUNT_ROW, 0, _COUNT_ROW, last, "", styles["left_head_bold"])
    sheet.write_formula(_COUNT_ROW, 0, f"={counts}", styles["left_head_bold"], "")
    for column, (text, width) in enumerate(_HEADS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEADER_ROW, column, text, styles["header"])


def _write_line(sheet: Worksheet, styles: Styles, row: int, number: int, check: ExcelCheck) -> None:
    text = f"{check.title}.\n{check.words}"
    sheet.write_number(row, 0, number, styles["ordinal"])
    sheet.write_string(row, _RULE, check.check_id, styles["label"])
    sheet.write_string(row, _TEXT_COLUMN, text, styles["label"])
    sheet.write_string(row, 3, _SEVERITIES[check.severity], styles["ordinal"])
    sheet.write_url(row, _PLACE, f"internal:{check.place.link}", styles["link"], check.place.link.replace("'", ""))
    sheet.write_string(row, _SIGN, _SIGNS[check.sign], styles["ordinal"])
    state = f"${_letters(_STATE)}{row + 1}"
    for column, formula in (
        (_OBSERVED, check.observed),
        (_EXPECTED, check.expected),
        (_DIFFERENCE, f"({check.observed})-({check.expected})"),
    ):
        shown = f'=IF({state}="{UNDECIDED}","",{formula})'
        sheet.write_formula(row, column, shown, styles["number"], "")
    sheet.write_formula(row, _STATE, f"={check.state}", styles["result"], "")
    lines = [(line, list(_HEADS.values())[_TEXT_COLUMN]) for line in (check.title, check.words)]
    sheet.set_row(row, sum(row_height([line]) for line in lines) - 4)


def _colour_states(sheet: Worksheet, styles: Styles, area: tuple[int, int, int, int]) -> None:
    failed = f'${_letters(_STATE)}{area[0] + 1}="{FAILED}"'
    soft = f'$D{area[0] + 1}<>"{_SEVERITIES["hard"]}"'
    for criteria, style in (
        (f"=AND({failed},{soft})", "amber"),
        (f"={failed}", "red"),
        (f'=${_letters(_STATE)}{area[0] + 1}="{PASSED}"', "green"),
    ):
        rule = {"type": "formula", "criteria": criteria, "format": styles[style], "stop_if_true": True}
        sheet.conditional_format(*area, rule)


def _mark_forms(book: Workbook, styles: Styles, checks: Sequence[ExcelCheck]) -> None:
    """Through names, since older programs allow no reference to another sheet in a conditional format."""
    for style, severities in (("red", {"hard"}), ("amber", {"soft", "info"})):
        by_place: dict[FigurePlace, list[str]] = {}
        for check in checks:
            if check.severity in severities:
                by_place.setdefault(check.place, []).append(f'{_name(check)}="{FAILED}"')
        for place, failures in by_place.items():
            sheet = book.get_worksheet_by_name(place.sheet)
            assert sheet is not None
            area = (place.row - 1, place.column - 1, place.last_row - 1, place.column - 1)
            rule = {"type": "formula", "criteria": f"=OR({','.join(failures)})", "format": styles[style]}
            sheet.conditional_format(*area, {**rule, "stop_if_true": True})


def _name(check: ExcelCheck) -> str:
    return f"kt_{check.check_id}"


def _letters(column: int) -> str:
    return column_letters(column + 1)
