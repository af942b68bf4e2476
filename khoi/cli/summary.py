"""The short summary at the end of a run: who sent, what was found, the headline figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from khoi.cli.output import number, out, table
from khoi.deployment.home import Home

if TYPE_CHECKING:
    from ingest.receive import ReceiveReport
    from khoi.stages import RunReport

_HEADLINES = ("grassroots_orgs", "members_total", "members_admitted", "discipline_members_total")

_CLOCK = (
    "Đồng hồ máy ({now} UTC) đứng trước lần nhận tệp gần nhất ({last} UTC). Thứ tự nhận vẫn giữ nguyên; hãy chỉnh đồng "
    "hồ. Nếu nay đồng hồ đã đúng: khoi run --clock-is-right LÝ-DO\n"
    "the clock stands before the last file received; the order of arrival is kept; set the clock, or say it is right"
)


def print_run(home: Home, report: RunReport) -> None:
    """Print what a run did, from the inbox to the figures."""
    if report.received:
        print_received(report.received)
    print_left(report)
    if not report.changed:
        if report.received and report.received.only_waits:
            out.print("Chưa có tệp nào để nhận; không công bố gì / nothing to receive yet; nothing was published")
        else:
            out.print("Không có gì thay đổi; kho giữ nguyên / nothing changed")
        return
    if report.returned:
        copies = report.returned
        out.print(
            f"Biểu trả lại: {copies.copies} ở {home.returned} "
            f"(mới ghi {copies.written}, bỏ {copies.removed}) / returned",
            soft_wrap=True,
        )
    print_summary(summary(home))
    for one in report.gate.warnings if report.gate else []:
        out.print(f"Cổng công bố lưu ý / gate warning: {one.told()}", style="yellow")


def print_left(report: RunReport) -> None:
    """Print what was made again of a damaged lake, and how many files wait for a run that takes up their period."""
    if report.mended:
        names = ", ".join(report.mended)
        out.print(
            f"Tệp trung gian bị mất hoặc hỏng, đã làm lại / damaged files of the lake, made again: {names}",
            style="yellow",
            soft_wrap=True,
        )
    waiting = report.checked.states.get("waiting", 0) if report.checked else 0
    if waiting:
        out.print(
            f"{waiting} tệp của kỳ khác chưa kiểm tra; chạy `khoi run` không có --period để xử lý / "
            "files of other periods wait; run without --period to take them up",
            style="yellow",
            soft_wrap=True,
        )


def print_received(received: ReceiveReport) -> None:
    """Print what one pass over the inbox did: counts, what waits, what was refused and why, a clock that jumped."""
    out.print(f"Tệp mới {received.new}, đã biết {received.known}, đang ghi {received.waiting} / new, known, waiting")
    if received.clock_jump:
        now, last = received.clock_jump.now, received.clock_jump.last_seen_at
        out.print(
            _CLOCK.format(now=f"{now:%Y-%m-%d %H:%M}", last=f"{last:%Y-%m-%d %H:%M}"), style="yellow", soft_wrap=True
        )
    for name in received.waiting_files:
        text = f"Đang ghi, lần chạy sau sẽ nhận: {name} / still being written, taken by the next run"
        out.print(text, soft_wrap=True)
    for one in received.refused_files:
        out.print(f"Không nhận được: {one.name}", soft_wrap=True)
        out.print(f"  {one.reason_vi} / {one.reason_en}", soft_wrap=True)


def summary(home: Home) -> dict[str, Any]:
    """Frames of the published warehouse: completeness, findings, headlines, reconciliation, comparison."""
    from khoi.warehouse.read import open_published

    with open_published(home) as connection:
        return {
            "completeness": connection.execute(
                """
                select committee_code, period_code, count(*) as expected,
                    count(*) filter (state != 'missing') as received,
                    count(*) filter (is_counted) as counted,
                    count(*) filter (timeliness = 'late') as late,
                    count(*) filter (state = 'missing') as missing
                from rpt_completeness where not is_committee_itself
                group by all order by committee_code, period_code
                """
            ).df(),
            "findings": connection.execute(
                "select severity, count(*) as findings, count(distinct file_hash) as workbooks "
                "from fct_findings where outcome = 'fail' group by all order by severity"
            ).df(),
            "headlines": connection.execute(
                """
                select committee_code, period_code, label_vi, label_en, value, previous_value
                from rpt_headlines
                where measure_code in (select unnest(?))
                qualify period_code = max(period_code) over (partition by committee_code)
                order by committee_code, measure_code
                """,
                [list(_HEADLINES)],
            ).df(),
            "reconciliation": connection.execute(
                "select status, count(*) as figures from rpt_published_figures where is_defined group by all order by 1"
            ).df(),
            "like_for_like": connection.execute(
                """
                select committee_code, period_from, period_to, value_from, value_to, percent,
                    like_for_like_from, like_for_like_to, like_for_like_percent,
                    organizations_counted_from, organizations_expected_from,
                    organizations_counted_to, organizations_expected_to,
                    organizations_counted_from = organizations_expected_from
                        and organizations_counted_to = organizations_expected_to as is_complete
                from rpt_year_comparisons where measure_code = 'members_total'
                qualify row_number() over (
                    partition by committee_code order by is_complete desc, period_from, period_to desc
                ) = 1
                order by committee_code
                """
            ).df(),
        }


def print_summary(told: dict[str, Any]) -> None:
    """Print the summary for people."""
    table(
        told["completeness"],
        {
            "committee_code": "Đảng bộ",
            "period_code": "Kỳ",
            "expected": "Phải gửi",
            "received": "Đã gửi",
            "counted": "Được tính",
            "late": "Muộn",
            "missing": "Thiếu",
        },
        "Tình hình gửi biểu / received and expected",
    )
    table(told["findings"], {"severity": "Mức độ", "findings": "Phát hiện", "workbooks": "Tệp"}, "Phát hiện / findings")
    table(
        told["headlines"],
        {
            "committee_code": "Đảng bộ",
            "period_code": "Kỳ",
            "label_vi": "Chỉ tiêu",
            "label_en": "Measure",
            "value": "Kỳ này",
            "previous_value": "Kỳ trước",
        },
        "Số chính của kỳ gần nhất / headline figures",
    )
    for row in told["like_for_like"].itertuples():
        reported = f"{number(row.value_from)} → {number(row.value_to)} ({number(row.percent)} %)"
        same = (
            f"{number(row.like_for_like_from)} → {number(row.like_for_like_to)} ({number(row.like_for_like_percent)} %)"
        )
        counted = (
            f"{row.organizations_counted_from}/{row.organizations_expected_from} → "
            f"{row.organizations_counted_to}/{row.organizations_expected_to}"
        )
        out.print(
            f"{row.committee_code} {row.period_from} → {row.period_to}: đảng viên / members {reported}; "
            f"cùng phạm vi / like for like {same}; tổ chức / organizations {counted}",
            soft_wrap=True,
        )
    counts = ", ".join(f"{row.status} {row.figures}" for row in told["reconciliation"].itertuples())
    out.print(f"Đối chiếu số công bố / published figures: {counts}", soft_wrap=True)
