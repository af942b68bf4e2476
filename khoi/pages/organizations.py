"""The page of an organization: its figures over time, its workbooks, what was found in them."""

from __future__ import annotations

from typing import Any

from khoi.pages.blocks import Column, Listing, Page, Picture, Words
from khoi.pages.findings import findings, state_word
from khoi.pages.view import NothingThere, View, page_address
from khoi.reports.charts.kinds import lines

_PERIOD, _STATE = Words("Kỳ", "Period"), Words("Trạng thái", "State")
_MEMBERS = "members_total"


def organization(view: View, code: str) -> Page:
    """An organization: its figures over time, its workbooks with every version, what was found in them."""
    names = view.rows(
        "select * from dim_organizations where organization_code = $code order by valid_from desc nulls last", code=code
    )
    if not names:
        raise NothingThere(Words(f"Không có tổ chức “{code}”", f"There is no organization “{code}”"))
    stretches = [{**row, "until": row["valid_to"], "since": row["valid_from"]} for row in names]
    columns = [
        Column("name", Words("Tên", "Name")),
        Column(
            "committee_code",
            Words("Đảng bộ", "Committee"),
            "code",
            lambda r: page_address("dang-bo", r["committee_code"]),
        ),
        Column("organization_type", Words("Loại hình", "Type"), "code"),
        Column("sector", Words("Loại hình cơ sở", "Sector"), "code"),
        Column("since", Words("Từ ngày", "From"), "day"),
        Column("until", Words("Đến ngày", "Until"), "day"),
    ]
    register = Listing("register", Words("Trong sổ đăng ký", "In the register"), columns, stretches)
    way = [(names[0]["committee_code"], page_address("dang-bo", names[0]["committee_code"]))]
    blocks: list[Any] = [
        *_over_time(view, code),
        _workbooks(view, code),
        findings(view, "organization_code", code),
        register,
    ]
    title = f"{names[0]['name']} ({code})"
    return Page(Words(title, title), blocks, way)


def _its_committee(row: Any) -> str:
    return page_address("dang-bo", row["committee_code"])


def _over_time(view: View, code: str) -> list[Any]:
    rows = view.rows(
        """
        select measures.measure_code, measures.label_vi, measures.label_en, measures.unit_vi, facts.period_code,
            any_value(facts.value) as value
        from fct_measure_values as facts inner join dim_measures as measures using (measure_code)
        where facts.organization_code = $code and facts.value is not null
        group by all order by measures.measure_code
        """,
        code=code,
    )
    periods = sorted({row["period_code"] for row in rows})
    table: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = table.setdefault(row["measure_code"], {"label": view.label(row), "measure_code": row["measure_code"]})
        line[row["period_code"]] = row["value"]
    columns = [
        Column("label", Words("Chỉ tiêu", "Measure")),
        *(Column(period, Words(period, period), "number") for period in periods),
        Column("measure_code", Words("Mã", "Code"), "code"),
    ]
    first = sorted(table.values(), key=lambda line: (line["measure_code"] != _MEMBERS, line["label"]))
    members = table.get(_MEMBERS, {})
    series = [{"period": period, "series": "A", "value": members[period]} for period in periods if period in members]
    blocks: list[Any] = []
    if len(series) > 1:
        svg = view.drawn(lines, series, view.say("đảng viên", "members"))
        blocks.append(Picture(Words("Đảng viên qua các kỳ", "Members over the periods"), svg))
    return [*blocks, Listing("figures", Words("Số liệu qua các kỳ", "Figures over time"), columns, first)]


def _workbooks(view: View, code: str) -> Listing:
    rows = view.rows(
        """
        select period_code, file_name, file_hash, submission_no, submission_state, received_on, is_late,
            hard_findings, soft_findings
        from fct_submissions where organization_code = $code order by period_code desc, received_at desc
        """,
        code=code,
    )
    back = view.say("tải về", "download")
    shown = [
        {
            **row,
            "state": state_word(view, row["submission_state"]),
            "returned": back if row["hard_findings"] or row["soft_findings"] else None,
        }
        for row in rows
    ]
    columns = [
        Column("period_code", _PERIOD, "code"),
        Column("file_name", Words("Tệp gốc", "Original"), "text", lambda row: page_address("tep", row["file_hash"])),
        Column("returned", Words("Bản trả lại", "Returned copy"), "text", _returned),
        Column("submission_no", Words("Lần gửi", "No."), "code"),
        Column("state", _STATE, "state"),
        Column("received_on", Words("Ngày nhận", "Received on"), "day"),
        Column("hard_findings", Words("Phải sửa", "To mend"), "number"),
        Column("soft_findings", Words("Cần xem", "To look at"), "number"),
    ]
    return Listing("workbooks", Words("Các tệp đã gửi", "Workbooks"), columns, shown)


def _returned(row: Any) -> str:
    return page_address("tra-lai", row["file_hash"])
