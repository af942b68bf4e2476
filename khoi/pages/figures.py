"""Figures on pages: the headlines, a figure down to its cells, two periods compared, any measure turned."""

from __future__ import annotations

from typing import Any

from khoi.figures.compare import compare
from khoi.figures.names import measure_figure
from khoi.figures.trace import trace
from khoi.pages.blocks import Choice, Choices, Column, Listing, Page, Picture, Sentence, Tile, Tiles, Words
from khoi.pages.sheets import sheet_address
from khoi.pages.view import (
    FIRST_MEASURES,
    NothingThere,
    View,
    committee_named,
    committees,
    figure_address,
    page_address,
    periods_of,
)
from khoi.reports.charts.kinds import signed_bars

_COMMITTEE, _MEASURE = Words("Đảng bộ", "Committee"), Words("Chỉ tiêu", "Measure")
_PERIOD, _VALUE = Words("Kỳ", "Period"), Words("Giá trị", "Value")
_ORGANIZATION = Words("Tổ chức", "Organization")


def headline_tiles(view: View, committee: dict[str, Any], period: str | None = None) -> Tiles:
    """The few headlines of a committee's period, its last one unless one is given, each with coverage and bounds."""
    rows = view.rows(
        """
        select * from rpt_headlines
        where committee_code = $committee and measure_code in (select unnest($measures))
        qualify case when $period is null then period_code = max(period_code) over () else period_code = $period end
        order by list_position($measures, measure_code)
        """,
        committee=committee["committee_code"],
        measures=list(FIRST_MEASURES),
        period=period,
    )
    during = rows[0]["period_code"] if rows else ""
    name = view.label(committee, "name")
    title = Words(f"{name} – {during}", f"{name} – {during}")
    return Tiles(title, [_tile(view, row) for row in rows], page_address("dang-bo", committee["committee_code"]))


def _coverage(view: View, counted: int | None, expected: int | None) -> str:
    """How many organizations are in a figure of those asked for it; nobody is where the committee reports it itself."""
    if expected == 0:
        return view.say("đảng bộ tự báo cáo", "reported by the committee itself")
    return view.say("tổ chức được tính {}/{}", "organizations counted {}/{}").format(counted, expected)


def _tile(view: View, row: dict[str, Any]) -> Tile:
    notes = [_coverage(view, row["organizations_counted"], row["organizations_expected"])]
    if row["is_bounded"] and not row["low"] == row["high"] == row["value"]:
        high = view.say("không giới hạn", "no limit") if row["high"] is None else view.number(row["high"])
        notes.append(view.say("có thể từ {} đến {}", "may be {} to {}").format(view.number(row["low"]), high))
    if row["previous_value"] is not None:
        before = view.say("kỳ trước {}", "before {}").format(view.number(row["previous_value"]))
        other = view.say(" (≠ không cùng những tổ chức ấy)", " (≠ other organizations)")
        notes.append(before + (other if row["same_organizations"] is False else ""))
    address = figure_address(row["measure_code"], row["committee_code"], row["period_code"])
    return Tile(view.label(row), view.number(row["value"]) or "–", notes, address)


def figure(view: View) -> Page:
    """A figure down to its cells: file, sheet, cell, what stood there, what it counted for."""
    measure, committee, period = (view.asked.get(name, "") for name in ("measure", "committee", "period"))
    address = measure_figure(measure, committee, period)
    found = view.published.once(("trace", address), lambda cursor: trace(cursor, address), lambda told: len(told.lines))
    rows = [
        {**line, "place": "!".join(str(part) for part in (line["sheet"], line["cell"]) if part)}
        for line in found.lines.astype(object).where(found.lines.notna(), None).to_dict("records")
    ]
    value = found.percent if found.percent is not None else found.value
    unit = " %" if found.percent is not None else ""
    tile = Tile(view.say(found.title_vi, found.title_en), view.number(value) + unit, [f"{committee} · {period}"])
    columns = [
        Column(
            "organization_code", _ORGANIZATION, "code", lambda row: page_address("to-chuc", row["organization_code"])
        ),
        Column("organization_name", Words("Tên tổ chức", "Name")),
        Column("period_code", _PERIOD, "code"),
        Column("file_name", Words("Tệp", "File"), "text", _original),
        Column("place", Words("Ô", "Cell"), "code", sheet_address),
        Column("raw_text", Words("Trong tệp ghi", "As it stands there")),
        Column("value", _VALUE, "number"),
        Column("coefficient", Words("Hệ số", "Coefficient"), "number"),
        Column("contribution", Words("Tính vào số", "Counts for"), "number"),
        Column("correction_reason", Words("Lý do sửa", "Why corrected")),
    ]
    title = Words(f"{found.title_vi} – {committee} {period}", f"{found.title_en} – {committee} {period}")
    cells = Listing("cells", Words("Các ô làm nên con số", "The cells it comes from"), columns, rows)
    links = Sentence(Words("Cộng các dòng “Tính vào số” được đúng con số.", "What the lines count for adds up to it."))
    return Page(title, [Tiles(Words("Con số", "The figure"), [tile]), links, cells], _way(view, committee))


def _organization(row: Any) -> str | None:
    return page_address("to-chuc", row["organization_code"]) if row["organization_code"] else None


def _original(row: Any) -> str | None:
    return page_address("tep", row["file_hash"]) if row.get("file_hash") else None


def _way(view: View, committee: str) -> list[tuple[str, str]]:
    return [(view.label(committee_named(view, committee), "name"), page_address("dang-bo", committee))]


def measure_options(view: View) -> list[tuple[str, str]]:
    """Every measure as (code, label), the headlines first."""
    rows = view.rows(
        """
        select measure_code, label_vi, label_en from dim_measures
        order by coalesce(list_position($first, measure_code), 99), source, label_vi, measure_code
        """,
        first=list(FIRST_MEASURES),
    )
    return [(row["measure_code"], f"{view.label(row)} ({row['measure_code']})") for row in rows]


def comparison(view: View) -> Page:
    """One measure at two periods of a committee, as reported and like for like, with the parts of the change drawn."""
    named = committees(view)
    if not named:
        raise NothingThere(Words("Chưa có đảng bộ nào", "There is no committee yet"))
    options = [(one["committee_code"], view.label(one, "name")) for one in named]
    committee = view.one_of("committee", options, _COMMITTEE, options[0][0])
    measure = view.one_of("measure", measure_options(view), _MEASURE, "members_total")
    periods = periods_of(view, committee.chosen)
    last = periods[0][0]
    before = periods[2][0] if len(periods) > 2 else periods[-1][0]
    start = view.one_of("from", periods, Words("Từ kỳ", "From"), before)
    end = view.one_of("to", periods, Words("Đến kỳ", "To"), last)
    choices = Choices([committee, measure, start, end])
    asked = (measure.chosen, start.chosen, end.chosen, committee.chosen)
    found = view.published.once(("compare", *asked), lambda cursor: compare(cursor, *asked, True), len)
    title = Words("So sánh hai kỳ", "Two periods compared")
    if not found:
        nothing = Sentence(Words("Không có số liệu để so sánh.", "There is nothing to compare."), "warn")
        return Page(title, [choices, nothing])
    return Page(title, [choices, *_compared(view, found[0])])


def _compared(view: View, one: Any) -> list[Tiles | Listing | Picture | Sentence]:
    unit = (one.unit_en if view.language == "en" else one.unit_vi) or ""
    blocks: list[Tiles | Listing | Picture | Sentence] = [_ends(view, one)]
    blocks += [
        Sentence(Words(f"{found.measure}: {found.note_vi}", f"{found.measure}: {found.note_en}"), "warn")
        for found in one.breaks
    ]
    if one.is_mostly_coverage:
        blocks.append(
            Sentence(
                Words(
                    "Phần do thiếu biểu lớn bằng hoặc hơn cả chênh lệch: chưa kết luận được tăng hay giảm.",
                    "What did not come moves the figure as far as its whole change: nothing can be concluded yet.",
                ),
                "warn",
            )
        )
    parts = [{"label": view.say(part.label_vi, part.label_en), "value": part.value} for part in one.parts]
    told = [row for row in parts if row["value"]]
    if told:
        svg = view.drawn(signed_bars, told, unit)
        blocks.append(Picture(Words("Các phần của chênh lệch", "What the change is made of"), svg))
    columns = [Column("label", Words("Phần", "Part")), Column("value", Words("Số", "Number"), "number")]
    blocks.append(Listing("parts", Words("Các phần của chênh lệch", "The parts add up to it"), columns, told))
    return blocks


def _ends(view: View, one: Any) -> Tiles:
    tiles = []
    for side in (one.side_from, one.side_to):
        notes = [_coverage(view, side.organizations_counted, side.organizations_expected)]
        if side.low is not None and not side.low == side.high == side.value:
            high = view.say("không giới hạn", "no limit") if side.high is None else view.number(side.high)
            notes.append(view.say("có thể từ {} đến {}", "may be {} to {}").format(view.number(side.low), high))
        href = figure_address(one.measure, one.committee, side.period)
        tiles.append(Tile(side.period, view.number(side.value), notes, href))
    for name, change in (
        (view.say("Như báo cáo", "As reported"), one.as_reported),
        (view.say("Cùng phạm vi", "Like for like"), one.like_for_like),
    ):
        if change is None:
            tiles.append(Tile(name, "–", [view.say("không so sánh được", "not comparable")]))
            continue
        sign = "+" if change.difference > 0 else ""
        ends = f"{view.number(change.value_from)} → {view.number(change.value_to)}"
        percent = "" if change.percent is None else f"{sign}{view.number(change.percent)} %"
        tiles.append(Tile(name, f"{sign}{view.number(change.difference)}", [note for note in (percent, ends) if note]))
    return Tiles(Words(f"{one.label_vi} – {one.committee}", f"{one.label_en} – {one.committee}"), tiles)


_DIMENSIONS = {
    "organization": ("organization_code", Words("Tổ chức", "Organizations")),
    "period": ("period_code", Words("Kỳ", "Periods")),
    "committee": ("committee_code", Words("Đảng bộ", "Committees")),
    "type": ("organization_type", Words("Loại hình tổ chức", "Types of organization")),
    "sector": ("sector", Words("Loại hình cơ sở", "Sectors")),
}
_PIVOT = """
    select {rows} as row_code, {columns} as column_code, sum(facts.value) as value,
        sum(facts.numerator) as numerator, sum(facts.denominator) as denominator, bool_and(facts.is_additive) as adds
    from fct_measure_values as facts
    left join dim_organizations as organizations using (organization_key)
    where facts.measure_code = $measure and ($committee = '' or facts.committee_code = $committee)
        and ($period = '' or facts.period_code = $period)
    group by all
"""


def pivot(view: View) -> Page:
    """Any measure turned as one likes: organizations, periods, committees, types or sectors in rows and columns."""
    dimensions = [(name, view.say(words.vi, words.en)) for name, (_, words) in _DIMENSIONS.items()]
    everything = ("", view.say("Tất cả", "All"))
    named = [(one["committee_code"], view.label(one, "name")) for one in committees(view)]
    first = named[0][0] if named else ""
    committee = view.one_of("committee", [*named, ("all", everything[1])], _COMMITTEE, first or "all")
    measure = view.one_of("measure", measure_options(view), _MEASURE, "members_total")
    rows = view.one_of("rows", dimensions, Words("Dòng", "Rows"), "organization")
    columns = view.one_of("columns", dimensions, Words("Cột", "Columns"), "period")
    reported = view.rows("select distinct period_code as code from fct_measure_values order by 1 desc")
    period = view.one_of(
        "period", [("all", everything[1]), *((r["code"], r["code"]) for r in reported)], _PERIOD, "all"
    )
    chosen = [committee, measure, rows, columns, period]
    title = Words("Bảng xoay", "Pivot")
    sql = _PIVOT.format(rows=_column(rows), columns=_column(columns))
    given = {choice.name: "" if choice.chosen == "all" else choice.chosen for choice in (committee, measure, period)}
    return Page(title, [Choices(chosen), _turned(view, view.rows(sql, **given), rows, columns)])


def _column(choice: Choice) -> str:
    name = _DIMENSIONS[choice.chosen][0]
    return f"organizations.{name}" if name in ("organization_type", "sector") else f"facts.{name}"


def _turned(view: View, cells: list[dict[str, Any]], rows: Choice, columns: Choice) -> Listing:
    table: dict[str, dict[str, Any]] = {}
    sums: dict[str, list[float]] = {}
    for cell in cells:
        row, column = str(cell["row_code"] or "–"), str(cell["column_code"] or "–")
        value = cell["value"]
        if not cell["adds"]:
            value = 100 * cell["numerator"] / cell["denominator"] if cell["denominator"] else None
        table.setdefault(row, {"row": row})[column] = value
        if cell["adds"] and value is not None:
            sums.setdefault(column, []).append(value)
    names = sorted({name for row in table.values() for name in row if name != "row"})
    link = (lambda row: page_address("to-chuc", str(row["row"]))) if rows.chosen == "organization" else None
    shown = [Column("row", rows.label, "code", link), *(Column(n, Words(n, n), "number") for n in names)]
    ordered = [table[row] for row in sorted(table)]
    note = None
    if sums:
        total = "; ".join(f"{name}: {view.number(sum(sums[name]))}" for name in names if name in sums)
        note = Words(f"Cộng: {total}. Chỉ cộng tổ chức được tính.", f"Sum: {total}. Counted organizations only.")
    return Listing("pivot", Words("Bảng", "Table"), shown, ordered, note)
