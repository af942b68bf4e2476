"""Pages of committees: all together, and one with its members, ratings, discipline and who has sent."""

from __future__ import annotations

from typing import Any

from khoi.pages.blocks import Choice, Choices, Column, Listing, Page, Picture, Words
from khoi.pages.figures import headline_tiles
from khoi.pages.findings import state_word, to_organization
from khoi.pages.view import NothingThere, View, committee_named, committees, figure_address, page_address, periods_of
from khoi.reports.charts.kinds import Step, lines, stacked, waterfall

_PERIOD = Words("Kỳ", "Period")
_MEMBERS = "members_total"


def overview(view: View) -> Page:
    """Every committee with the headlines of its last period, coverage and bounds; then who has sent what."""
    tiles = [headline_tiles(view, one) for one in committees(view)]
    rows = view.rows(
        """
        select committee_code, period_code, count(*) as expected,
            count(*) filter (state <> 'missing') as received, count(*) filter (is_counted) as counted,
            count(*) filter (timeliness = 'late') as late, count(*) filter (state = 'returned') as returned,
            count(*) filter (state = 'missing') as missing
        from rpt_completeness where not is_committee_itself
        group by all order by committee_code, period_code desc
        """
    )
    columns = [
        Column("committee_code", Words("Đảng bộ", "Committee"), "code", _committee),
        Column("period_code", _PERIOD, "code", _committee),
        *(
            Column(name, words, "number")
            for name, words in (
                ("expected", Words("Phải gửi", "Due")),
                ("received", Words("Đã gửi", "Received")),
                ("counted", Words("Được tính", "Counted")),
                ("returned", Words("Trả lại", "Returned")),
                ("late", Words("Muộn", "Late")),
                ("missing", Words("Thiếu", "Missing")),
            )
        ),
    ]
    sent = Listing("sent", Words("Tình hình gửi biểu", "Received and expected"), columns, rows)
    return Page(Words("Tổng quan", "Overview"), [*tiles, sent])


def _committee(row: Any) -> str:
    return page_address("dang-bo", row["committee_code"], period=row["period_code"])


def committee(view: View, code: str) -> Page:
    """A committee's period: headlines, from opening to closing, its series, ratings, discipline, who has sent."""
    named, periods = committee_named(view, code), periods_of(view, code)
    if not periods:
        raise NothingThere(Words(f"“{code}” chưa có kỳ báo cáo", f"“{code}” has no reporting period"))
    period = view.one_of("period", periods, _PERIOD, _last_with_figures(view, code, periods[0][0]))
    scopes = [("lfl", view.say("Cùng phạm vi", "Like for like")), ("reported", view.say("Như báo cáo", "As reported"))]
    scope = view.one_of("scope", [("both", view.say("Cả hai", "Both")), *scopes], Words("Chuỗi số", "Series"), "both")
    blocks: list[Any] = [Choices([period, scope]), headline_tiles(view, named, period.chosen)]
    blocks += _membership(view, code, period.chosen)
    blocks += _series(view, code, scope)
    blocks += _ratings(view, code)
    blocks += _discipline(view, code, period.chosen)
    blocks.append(_who_sent(view, code, period.chosen))
    name = named["name_vi"], named.get("name_en") or named["name_vi"]
    return Page(Words(*name), blocks)


def _last_with_figures(view: View, code: str, otherwise: str) -> str:
    found = view.rows(
        "select max(period_code) as last from rpt_headlines where committee_code = $code and value is not null",
        code=code,
    )
    return str(found[0]["last"] or otherwise)


def _membership(view: View, code: str, period: str) -> list[Any]:
    """From opening to closing, as a picture and as rows."""
    balance = view.rows(
        """
        select sum(opening) as opening, sum(closing) as closing from fct_membership_balances
        where committee_code = $code and period_code = $period
        """,
        code=code,
        period=period,
    )[0]
    if balance["closing"] is None:
        return []
    changes = view.rows(
        """
        select types.code, any_value(types.label_vi) as label_vi, any_value(types.label_en) as label_en,
            sum(facts.effect_on_closing) as value
        from fct_membership_changes as facts inner join dim_change_types as types on facts.change_type = types.code
        where facts.committee_code = $code and facts.period_code = $period
        group by types.code having sum(facts.effect_on_closing) <> 0 order by min(types.sort_order)
        """,
        code=code,
        period=period,
    )
    rest = balance["closing"] - balance["opening"] - sum(row["value"] for row in changes)
    steps = [Step(view.say("Đầu kỳ", "Opening"), balance["opening"] or 0, True)]
    steps += [Step(view.label(row), row["value"]) for row in changes]
    if rest:
        steps.append(Step(view.say("Chưa giải thích được", "Not explained"), rest))
    steps.append(Step(view.say("Cuối kỳ", "Closing"), balance["closing"], True))
    svg = view.drawn(waterfall, steps, view.say("đảng viên", "members"))
    title = Words(f"Đảng viên từ đầu kỳ đến cuối kỳ {period}", f"Members from opening to closing, {period}")
    rows = [{"label": step.label, "value": step.value} for step in steps]
    columns = [Column("label", Words("Dòng", "Line")), Column("value", Words("Đảng viên", "Members"), "number")]
    note = Words("Chỉ gồm các tổ chức được tính trong kỳ.", "Of the organizations counted in the period only.")
    return [Picture(title, svg), Listing("flows", title, columns, rows, note)]


_REPORTED = """
    select period_code as period, value from rpt_committee_measures
    where committee_code = $code and measure_code = $measure and value is not null order by period_code
"""
_LIKE_FOR_LIKE = """
    with pairs as (
        select * from rpt_year_comparisons where committee_code = $code and measure_code = $measure
    )
    select period_from as period, like_for_like_from as value from pairs
    where like_for_like_from is not null
        and period_to = (select max(period_to) from pairs where like_for_like_to is not null)
    union all
    select period_to, any_value(like_for_like_to) from pairs where like_for_like_to is not null
    group by period_to qualify period_to = max(period_to) over ()
    order by period
"""
_BREAKS = """
    select distinct periods.period_code from dim_measure_breaks as breaks
    inner join bridge_committee_periods as own on own.committee_code = $code
    inner join dim_periods as periods
        on own.period_code = periods.period_code and breaks.changed_on between period_start and period_end
    where breaks.measure_code = $measure
"""


def _series(view: View, code: str, scope: Choice) -> list[Any]:
    """Members over the periods, as reported and like for like (restated to the last period's organizations)."""
    questions = {
        "reported": (view.say("Như báo cáo", "As reported"), _REPORTED),
        "lfl": (view.say("Cùng phạm vi", "Like for like"), _LIKE_FOR_LIKE),
    }
    chosen = [
        {**row, "series": name}
        for key, (name, sql) in questions.items()
        if scope.chosen in ("both", key)
        for row in view.rows(sql, code=code, measure=_MEMBERS)
    ]
    if len({row["period"] for row in chosen}) < 2:
        return []
    breaks = [row["period_code"] for row in view.rows(_BREAKS, code=code, measure=_MEMBERS)]
    svg = view.drawn(lines, chosen, view.say("đảng viên", "members"), breaks)
    title = Words("Đảng viên qua các kỳ", "Members over the periods")
    table: dict[str, dict[str, Any]] = {}
    for row in chosen:
        table.setdefault(row["period"], {"period": row["period"]})[row["series"]] = row["value"]
    shown = list(dict.fromkeys(row["series"] for row in chosen))
    columns = [
        Column("period", _PERIOD, "code", lambda row: figure_address(_MEMBERS, code, row["period"])),
        *(Column(name, Words(name, name), "number") for name in shown),
    ]
    rows = [table[period] for period in sorted(table)]
    return [Picture(title, svg), Listing("series", title, columns, rows)]


def _ratings(view: View, code: str) -> list[Any]:
    rows = view.rows(
        """
        select facts.year, facts.rating_subject, subjects.label_vi as subject_vi, subjects.label_en as subject_en,
            levels.label_vi, levels.label_en, sum(facts.rated_count) as value
        from fct_ratings as facts
        inner join dim_rating_levels as levels on facts.rating_level = levels.code
        inner join dim_rating_subjects as subjects on facts.rating_subject = subjects.code
        where facts.committee_code = $code and facts.rated_count > 0
        group by all order by facts.rating_subject, facts.year, min(levels.sort_order)
        """,
        code=code,
    )
    if not rows:
        return []
    bars = [
        {"bar": f"{view.label(row, 'subject')}, {row['year']}", "part": view.label(row), "value": row["value"]}
        for row in rows
    ]
    drawn = [bar for bar, row in zip(bars, rows, strict=True) if row["rating_subject"] in ("TCCSD", "CBTT")]
    title = Words("Đánh giá, xếp loại", "Ratings")
    columns = [
        Column("bar", Words("Đối tượng, năm", "Subject, year")),
        Column("part", Words("Mức", "Level")),
        Column("value", Words("Số", "Number"), "number"),
    ]
    listing = Listing("ratings", title, columns, bars)
    if not drawn:
        return [listing]
    return [Picture(title, view.drawn(stacked, drawn, view.say("tổ chức", "organizations"))), listing]


def _discipline(view: View, code: str, period: str) -> list[Any]:
    rows = view.rows(
        """
        select forms.label_vi as form_vi, forms.label_en as form_en, levels.label_vi as level_vi,
            levels.label_en as level_en, violations.label_vi as violation_vi, violations.label_en as violation_en,
            count(*) as cases, count(*) filter (decision_status = 'DECIDED') as decided
        from fct_discipline_cases as cases
        left join dim_discipline_forms as forms on cases.discipline_form = forms.code
        left join dim_discipline_levels as levels on cases.discipline_level = levels.code
        left join dim_violations as violations on cases.violation = violations.code
        where cases.committee_code = $code and cases.period_code = $period
        group by all order by cases desc, form_vi, level_vi, violation_vi
        """,
        code=code,
        period=period,
    )
    shown = [{**row, **{name: view.label(row, name) for name in ("form", "level", "violation")}} for row in rows]
    columns = [
        Column("form", Words("Hình thức", "Form")),
        Column("level", Words("Cấp quyết định", "Level")),
        Column("violation", Words("Nội dung vi phạm", "Violation")),
        Column("cases", Words("Số vụ", "Cases"), "number"),
        Column("decided", Words("Đã quyết định", "Decided"), "number"),
    ]
    title = Words(f"Kỷ luật {period} theo hình thức, cấp, nội dung", f"Discipline {period} by form, level, violation")
    return [Listing("discipline", title, columns, shown)]


def _who_sent(view: View, code: str, period: str) -> Listing:
    """The organizations of the committee, a column a period with what became of it."""
    rows = view.rows(
        """
        select organization_code, arg_max(organization_name, period_code) as name,
            map_from_entries(list((period_code, state) order by period_code)) as states,
            max(hard_findings) filter (period_code = $period) as hard,
            max(soft_findings) filter (period_code = $period) as soft,
            max(due_on) filter (period_code = $period) as due_on
        from rpt_completeness where committee_code = $code and not is_committee_itself
        group by organization_code order by organization_code
        """,
        code=code,
        period=period,
    )
    periods = sorted({name for row in rows for name in row["states"]})
    shown = [{**row, **{name: state_word(view, row["states"].get(name)) or None for name in periods}} for row in rows]
    columns = [
        Column("organization_code", Words("Tổ chức", "Organization"), "code", to_organization),
        Column("name", Words("Tên", "Name")),
        *(Column(name, Words(name, name), "state") for name in periods),
        Column("hard", Words(f"Phải sửa {period}", f"To mend {period}"), "number"),
        Column("soft", Words(f"Cần xem {period}", f"To look at {period}"), "number"),
    ]
    title = Words("Ai đã gửi, ai chưa", "Who has sent and who has not")
    note = Words(
        "Ô trống: trong kỳ ấy tổ chức không thuộc diện phải gửi.", "Empty: nothing was due of it in that period."
    )
    return Listing("matrix", title, columns, shown, note)
