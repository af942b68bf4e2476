"""The short summary at the end of a run: who sent, what was found, the headline figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.numerals import limit_vi
from khoi.cli.committee_names import committee_names, named_once
from khoi.cli.output import number, out, table
from khoi.deployment.home import Home

if TYPE_CHECKING:
    import pandas as pd

    from ingest.receive import ReceiveReport
    from khoi.run_report import RunReport

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
    if report.letters and report.letters.letters:
        out.print(
            f"Thư nhắc soạn sẵn: {report.letters.letters} ở {home.outbox} (mới {report.letters.written}, "
            f"bỏ {report.letters.removed}) / letters to be sent"
        )
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
            f"(mới ghi {copies.written}, bỏ {copies.removed}) / returned"
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
        )
    waiting = report.checked.states.get("waiting", 0) if report.checked else 0
    if waiting:
        out.print(
            f"{waiting} tệp của kỳ khác chưa kiểm tra; chạy `khoi run` không có --period để xử lý / "
            "files of other periods wait; run without --period to take them up",
            style="yellow",
        )


def print_received(received: ReceiveReport) -> None:
    """Print what one pass over the inbox did: counts, what waits, what was refused and why, a clock that jumped."""
    out.print(f"Tệp mới {received.new}, đã biết {received.known}, đang ghi {received.waiting} / new, known, waiting")
    if received.clock_jump:
        now, last = received.clock_jump.now, received.clock_jump.last_seen_at
        out.print(_CLOCK.format(now=f"{now:%Y-%m-%d %H:%M}", last=f"{last:%Y-%m-%d %H:%M}"), style="yellow")
    for name in received.waiting_files:
        text = f"Đang ghi, lần chạy sau sẽ nhận: {name} / still being written, taken by the next run"
        out.print(text)
    for one in received.refused_files:
        out.print(f"Không nhận được: {one.name}")
        out.print(f"  {one.reason_vi} / {one.reason_en}")


_QUESTIONS = {
    "completeness": """
        select committee_code, period_code, count(*) as expected,
            count(*) filter (state != 'missing') as received,
            count(*) filter (is_counted) as counted,
            count(*) filter (timeliness = 'late') as late,
            count(*) filter (state = 'missing') as missing
        from rpt_completeness where not is_committee_itself
        group by all order by committee_code, period_code
    """,
    "findings": """
        select severity, count(*) as findings, count(distinct file_hash) as workbooks
        from fct_findings where outcome = 'fail' group by all order by severity
    """,
    "headlines": """
        select committee_code, period_code, label_vi, label_en, value, previous_value, low, high, is_bounded,
            organizations_counted, organizations_expected, organizations_counted_before,
            organizations_expected_before, same_organizations
        from rpt_headlines
        where measure_code in (select unnest($headlines))
        qualify period_code = max(period_code) over (partition by committee_code)
        order by committee_code, measure_code
    """,
    "reconciliation": """
        select status, count(*) as figures from rpt_published_figures where is_defined group by all order by 1
    """,
    "like_for_like": """
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
    """,
}
"""What the summary asks of the published warehouse, by the name of the answer."""


def summary(home: Home) -> dict[str, Any]:
    """Frames of the published warehouse: completeness, findings, headlines, reconciliation, comparison."""
    from khoi.figures.provenance import counted_by_provenance
    from khoi.figures.reconcile import reconcile
    from khoi.warehouse.read import open_published

    with open_published(home) as connection:
        names = committee_names(connection)
        frames = {
            name: connection.execute(question, {"headlines": list(_HEADLINES)} if "$headlines" in question else {}).df()
            for name, question in _QUESTIONS.items()
        }
        provenance = counted_by_provenance(reconcile(connection))
    told = {name: named_once(frame, names) if "committee_code" in frame else frame for name, frame in frames.items()}
    return {**told, "provenance": provenance}


_COMPLETENESS = {
    "committee": "Đảng bộ",
    "period_code": "Kỳ",
    "expected": "Phải gửi",
    "received": "Đã gửi",
    "counted": "Được tính",
    "late": "Muộn",
    "missing": "Thiếu",
}
_FINDINGS = {"severity": "Mức độ", "findings": "Phát hiện", "workbooks": "Tệp"}


def print_summary(told: dict[str, Any]) -> None:
    """Print the summary for people."""
    from khoi.figures.provenance import told_counts
    from khoi.figures.reconcile import told_statuses

    table(told["completeness"], _COMPLETENESS, "Tình hình gửi biểu / received and expected")
    table(told["findings"], _FINDINGS, "Phát hiện / findings")
    _print_headlines(told["headlines"])
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
            f"{row.committee} {row.period_from} → {row.period_to}: đảng viên / members {reported}; "
            f"cùng phạm vi / like for like {same}; tổ chức / organizations {counted}"
        )
    statuses = dict(zip(told["reconciliation"]["status"], told["reconciliation"]["figures"], strict=True))
    out.print(f"Đối chiếu số công bố / published figures: {told_statuses(statuses)}")
    if told["provenance"]:
        out.print(f"  số khớp lấy từ / what agrees comes from: {told_counts(told['provenance'])}")


def _print_headlines(headlines: pd.DataFrame) -> None:
    """Every headline with the organizations it counts, its bounds, and a mark where the two ends count others."""
    rows = headlines.assign(
        coverage=[_coverage(row.organizations_counted, row.organizations_expected) for row in headlines.itertuples()],
        coverage_before=[
            _coverage(row.organizations_counted_before, row.organizations_expected_before)
            for row in headlines.itertuples()
        ],
        bounds=[_bounds(row) for row in headlines.to_dict("records")],
        mark=["" if same else "≠" for same in headlines["same_organizations"].astype("boolean").fillna(True)],
    )
    columns = {
        "committee": "Đảng bộ",
        "period_code": "Kỳ",
        "label_vi": "Chỉ tiêu",
        "label_en": "Measure",
        "value": "Kỳ này",
        "coverage": "Tổ chức",
        "bounds": "Có thể từ – đến",
        "previous_value": "Kỳ trước",
        "coverage_before": "Tổ chức",
        "mark": "",
    }
    table(rows, columns, "Số chính của kỳ gần nhất / headline figures")
    if rows["mark"].any():
        out.print(
            "≠ hai kỳ không tính cùng những tổ chức ấy; so sánh cùng phạm vi: `khoi compare … --like-for-like` / "
            "the two periods do not count the same organizations"
        )


def _coverage(counted: float | None, expected: float | None) -> str:
    """``78/85``: organizations counted of those due; nothing without a period."""
    import pandas as pd

    return "" if pd.isna(expected) or pd.isna(counted) else f"{counted:.0f}/{expected:.0f}"


def _bounds(row: dict[str, Any]) -> str:
    """``6.246 – 6.295``: what a headline can be while queries are open; nothing where none can move it."""
    if not row["is_bounded"] or row["low"] == row["high"] == row["value"]:
        return ""
    return f"{number(row['low'])} – {limit_vi(row['high'])}"
