"""Pages about the work: what to ask first, what is to be decided, targets, publications, rules."""

from __future__ import annotations

import math
from typing import Any

from khoi.deployment.fingerprint import InputKind
from khoi.figures.followup import follow_up
from khoi.figures.parts import Part
from khoi.figures.revisions import revisions
from khoi.figures.target_words import RESULTS
from khoi.pages.blocks import Choices, Column, Listing, Page, Sentence, Words
from khoi.pages.findings import findings, state_word, to_organization
from khoi.pages.sheets import sheet_address
from khoi.pages.view import NothingThere, View, committees, figure_address, page_address
from khoi.warehouse.publications import publications

_PERIOD, _COMMITTEE = Words("Kỳ", "Period"), Words("Đảng bộ", "Committee")


def followup(view: View) -> Page:
    """What to ask first: the open queries of each committee's last period by what they can move; then decisions."""
    found = view.published.once("follow_up", follow_up, lambda told: sum(len(one.queries) for one in told))
    rows = [
        {
            **row,
            # A headline without an upper bound; a query that moves no headline has neither headline nor bounds.
            "high": math.inf if row["high"] is None and row["measure_code"] else row["high"],
            "measure": row["label_en"] if view.language == "en" else row["label_vi"],
            "question": row["question_en"] if view.language == "en" else row["question_vi"],
        }
        for one in found
        for row in one.queries.astype(object).where(one.queries.notna(), None).to_dict("records")
    ]
    columns = [
        Column("rank", Words("Thứ tự", "Order"), "number"),
        Column("committee_code", _COMMITTEE, "code"),
        Column("organization_code", Words("Tổ chức", "Organization"), "code", to_organization),
        Column("period_code", _PERIOD, "code"),
        Column("question", Words("Câu hỏi", "Question")),
        Column("measure", Words("Số chính bị ảnh hưởng", "Headline it moves")),
        Column("low", Words("Thấp nhất", "Lowest"), "number"),
        Column("high", Words("Cao nhất", "Highest"), "limit"),
        Column("movement_pct", Words("Có thể đổi (%)", "May move it (%)"), "number"),
    ]
    settled = "; ".join(f"{one.committee} {one.period}: {one.questions}" for one in found)
    note = Words(
        f"Hỏi xong ngần này câu thì không số chính nào còn đổi quá mức cho phép: {settled}.",
        f"After so many answers no headline can move beyond its tolerance: {settled}.",
    )
    title = Words("Nên hỏi gì trước", "What to ask first")
    asked = Listing("queries", title, columns, rows, note if settled else None)
    return Page(title, [asked, findings(view, "committee_code", "")])


def targets(view: View) -> Page:
    """The targets of every committee, where they stand and within which bounds."""
    options = [
        ("all", view.say("Tất cả", "All")),
        *((c["committee_code"], view.label(c, "name")) for c in committees(view)),
    ]
    committee = view.one_of("committee", options, _COMMITTEE, "all")
    rows = view.rows(
        """
        select * from rpt_targets where $committee = 'all' or committee_code = $committee
        order by committee_code, target_set, target_id, period_code desc
        """,
        committee=committee.chosen,
    )
    shown = [
        {
            **row,
            "label": view.label(row),
            "told": view.say(*RESULTS.get(row["status"], (row["status"], row["status"]))),
            "threshold": _threshold(view, row),
            "coverage": f"{row['organizations_counted']}/{row['organizations_expected']}"
            if row["organizations_expected"]
            else None,
        }
        for row in rows
    ]
    columns = [
        Column("committee_code", _COMMITTEE, "code"),
        Column("target_id", Words("Mã", "Code"), "code"),
        Column("label", Words("Chỉ tiêu", "Target")),
        Column("period_code", _PERIOD, "code", _target_figure),
        Column("threshold", Words("Phải đạt", "Aim"), "code"),
        Column("value", Words("Đang có", "Now"), "number"),
        Column("lowest_value", Words("Thấp nhất", "Lowest"), "number"),
        Column("highest_value", Words("Cao nhất", "Highest"), "limit"),
        Column("coverage", Words("Tổ chức", "Organizations"), "code"),
        Column("told", Words("Kết quả", "Result"), "state"),
    ]
    title = Words("Bảng chỉ tiêu", "Targets")
    return Page(title, [Choices([committee]), Listing("targets", title, columns, shown)])


def _threshold(view: View, row: Any) -> str:
    ends = [view.number(row[name]) for name in ("threshold_low", "threshold_high") if row[name] is not None]
    return f"{row['operator']} {' – '.join(ends)}".strip()


def _target_figure(row: Any) -> str | None:
    if not row["measure_code"]:
        return None
    return figure_address(row["measure_code"], row["committee_code"], row["period_code"])


_KINDS = {
    InputKind.WORKBOOKS: Words("biểu", "workbooks"),
    InputKind.CALENDAR: Words("lịch", "calendar"),
    InputKind.CORRECTIONS: Words("quyết định sửa số liệu", "corrections"),
    InputKind.WITHDRAWALS: Words("tệp đã rút", "withdrawals"),
    InputKind.DECISIONS: Words("quyết định về giải trình", "decisions"),
    InputKind.REGISTER: Words("sổ đăng ký", "registers"),
    InputKind.RULES: Words("quy tắc", "rules"),
    InputKind.DEFINITIONS: Words("mẫu biểu, danh mục", "forms and codes"),
    InputKind.MEASURES: Words("chỉ tiêu", "measures"),
    InputKind.FIGURES: Words("số công bố, mục tiêu", "published figures, targets"),
    InputKind.GATE: Words("cổng công bố", "publish gate"),
    InputKind.CODE: Words("chương trình", "program"),
}


def published(view: View) -> Page:
    """Every publication, what was other than before, and which figures it revised."""
    home = view.published.home
    found = publications(home)
    rows = [
        {
            "number": one.number,
            "version": one.version,
            "published_at": one.published_at[:16].replace("T", " "),
            "received": one.workbooks_received,
            "counted": one.workbooks_counted,
            "changed": ", ".join(_KINDS[InputKind(kind)].within(view.language) for kind in one.changed),
            "standing": view.say("đang dùng", "in use") if one.is_current else None,
            "reason": one.accepted_break,
            "taken_back": one.taken_back,
        }
        for one in reversed(found)
    ]
    columns = [
        Column("number", Words("Số", "No."), "code", lambda row: page_address("cong-bo", str(row["number"]))),
        Column("published_at", Words("Lúc (UTC)", "At (UTC)"), "code"),
        Column("received", Words("Tệp đã nhận", "Received"), "number"),
        Column("counted", Words("Tệp được tính", "Counted"), "number"),
        Column("changed", Words("Khác lần trước ở", "Other than before")),
        Column("standing", Words("Trạng thái", "State"), "state"),
        Column("reason", Words("Lý do công bố khi cổng đóng", "Why, although the gate was closed")),
        Column("taken_back", Words("Lý do quay lại", "Why taken back")),
    ]
    title = Words("Các lần công bố", "Publications")
    return Page(title, [Listing("publications", title, columns, rows)])


def publication(view: View, number: str) -> Page:
    """Why figures of one publication differ from the one before, each with its causes."""
    found = publications(view.published.home)
    at = next((index for index, one in enumerate(found) if str(one.number) == number), None)
    if at is None:
        raise NothingThere(Words(f"Không có lần công bố {number}", f"There is no publication {number}"))
    title = Words(f"Lần công bố {number}: số liệu đã sửa", f"Publication {number}: figures revised")
    way = [(view.say("Các lần công bố", "Publications"), page_address("cong-bo"))]
    if at == 0:
        first = Sentence(Words("Đây là lần công bố đầu tiên.", "This is the first publication."))
        return Page(title, [first], way)
    told = revisions(view.published.home, found[at - 1].version, found[at].version)
    rows = [
        {
            "committee": one.committee,
            "period": one.period,
            "measure": one.measure,
            "value_from": one.value_from,
            "value_to": one.value_to,
            "difference": one.difference,
            "causes": "; ".join(
                f"{view.say(part.label_vi, part.label_en)} {view.number(part.value)}"
                for part in one.parts
                if part.value
            ),
        }
        for one in told.revisions
    ]
    columns = [
        Column("committee", _COMMITTEE, "code"),
        Column("period", _PERIOD, "code"),
        Column("measure", Words("Chỉ tiêu", "Measure"), "code", _revised),
        Column("value_from", Words("Lần trước", "Before"), "number"),
        Column("value_to", Words("Lần này", "Now"), "number"),
        Column("difference", Words("Chênh lệch", "Difference"), "number"),
        Column("causes", Words("Do", "Because of")),
    ]
    return Page(title, [Listing("revisions", title, columns, rows)], way)


def _part(view: View, part: Part) -> str:
    return f"{view.say(part.label_vi, part.label_en)} {view.number(part.value)}"


def _revised(row: Any) -> str:
    return figure_address(row["measure"], row["committee"], row["period"])


def rules(view: View) -> Page:
    """Every rule with what it says, how often it held and how often it failed."""
    rows = view.rows(
        """
        select rules.*, outcomes.passed, outcomes.failed, outcomes.not_assessable
        from dim_rules as rules
        left join (
            select rule_id, sum(passed)::bigint as passed, sum(failed)::bigint as failed,
                sum(not_assessable)::bigint as not_assessable
            from fct_rule_outcomes group by all
        ) as outcomes using (rule_id)
        order by rules.topic, rules.rule_id
        """
    )
    shown = [{**row, "title": view.label(row, "title"), "grade": state_word(view, row["severity"])} for row in rows]
    columns = [
        Column("rule_id", Words("Mã", "Code"), "code", lambda row: page_address("quy-tac", str(row["rule_id"]))),
        Column("title", Words("Quy tắc", "Rule")),
        Column("grade", Words("Mức", "Grade"), "state"),
        Column("authority", Words("Căn cứ", "Authority")),
        Column("passed", Words("Đúng", "Held"), "number"),
        Column("failed", Words("Sai", "Failed"), "number"),
        Column("not_assessable", Words("Chưa xét được", "Not assessed"), "number"),
    ]
    title = Words("Quy tắc kiểm tra", "Rules")
    return Page(title, [Listing("rules", title, columns, shown)])


def _facts(view: View, one: dict[str, Any]) -> list[dict[str, str]]:
    """What a rule of `dim_rules` says of itself, as (what, told)."""
    return [
        {"what": view.say("Nội dung", "In words"), "told": view.label(one, "words")},
        {
            "what": view.say("Vì sao có quy tắc", "Why"),
            "told": view.say(one.get("reason_vi") or one["reason"], one["reason"]),
        },
        {"what": view.say("Ví dụ đúng", "An example that holds"), "told": view.label(one, "holds")},
        {"what": view.say("Ví dụ sai", "An example that fails"), "told": view.label(one, "fails")},
        {"what": view.say("Thông báo", "Message"), "told": view.label(one, "message")},
        {"what": view.say("Mức", "Grade"), "told": state_word(view, one["severity"])},
        {"what": view.say("Biểu thức", "Expression"), "told": one["expression"]},
        {"what": view.say("Căn cứ", "Authority"), "told": one["authority"]},
        {"what": view.say("Hiệu lực từ", "Valid from"), "told": view.day(one["valid_from"])},
        {"what": view.say("Hiệu lực đến", "Valid to"), "told": view.day(one["valid_to"])},
    ]


def rule(view: View, code: str) -> Page:
    """One rule: what it says, why, by which authority, and where it failed."""
    found = view.rows("select * from dim_rules where rule_id = $code", code=code)
    if not found:
        raise NothingThere(Words(f"Không có quy tắc “{code}”", f"There is no rule “{code}”"))
    one = found[0]
    facts = _facts(view, one)
    columns = [Column("what", Words("", "")), Column("told", Words("Nội dung", "What is said"))]
    failed = view.rows(
        """
        select committee_code, organization_code, period_code, file_hash, sheet, cell, observed, expected, suggested
        from fct_findings where rule_id = $code and outcome = 'fail'
        order by committee_code, period_code desc, organization_code
        """,
        code=code,
    )
    where = [
        Column("committee_code", _COMMITTEE, "code"),
        Column("organization_code", Words("Tổ chức", "Organization"), "code", to_organization),
        Column("period_code", _PERIOD, "code"),
        Column("sheet", Words("Trang", "Sheet")),
        Column("cell", Words("Ô", "Cell"), "code", sheet_address),
        Column("observed", Words("Đang ghi", "Observed"), "code"),
        Column("expected", Words("Đối chiếu", "Expected"), "code"),
        Column("suggested", Words("Đề nghị", "Proposal")),
    ]
    listing = Listing("failed", Words("Nơi còn sai", "Where it fails"), where, failed)
    told = Listing("rule", Words("Quy tắc nói gì", "What it says"), columns, [row for row in facts if row["told"]])
    title = Words(f"{code}: {one['title_vi']}", f"{code}: {one['title_en']}")
    return Page(title, [told, listing], [(view.say("Quy tắc kiểm tra", "Rules"), page_address("quy-tac"))])
