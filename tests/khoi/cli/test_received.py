"""What one pass over the inbox did, in lines that a narrow window does not break: a name can be copied from them."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from ingest.receive.inbox import ReceiveReport, Refused
from ingest.receive.receipts import ClockJump
from khoi.cli import output, summary

LONG = "Biểu mẫu thống kê 6 tháng đầu năm 2026 của Đảng ủy Ủy ban nhân dân xã, bản gửi lần thứ hai.xlsx"


def told(monkeypatch: pytest.MonkeyPatch, report: ReceiveReport) -> list[str]:
    written = io.StringIO()
    monkeypatch.setattr(summary, "out", output.PlainConsole(file=written, width=60))
    summary.print_received(report)
    return written.getvalue().splitlines()


def test_every_file_that_was_not_taken_has_lines_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Refused(
        LONG, "tệp không mở được vì đã hỏng khi gửi, đề nghị gửi lại", "damaged on its way; to be sent again"
    )
    lines = told(monkeypatch, ReceiveReport(new=2, known=1, waiting=1, waiting_files=[LONG], refused_files=[refused]))
    assert lines == [
        "Tệp mới 2, đã biết 1, đang ghi 1 / new, known, waiting",
        f"Đang ghi, lần chạy sau sẽ nhận: {LONG} / still being written, taken by the next run",
        f"Không nhận được: {LONG}",
        f"  {refused.reason_vi} / {refused.reason_en}",
    ]


def test_a_clock_that_went_back_is_told_with_both_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    jump = ClockJump(dt.datetime(2026, 1, 2, 3, 4, tzinfo=dt.UTC), dt.datetime(2026, 7, 8, 9, 10, tzinfo=dt.UTC))
    _, *lines = told(monkeypatch, ReceiveReport(clock_jump=jump))
    assert "2026-01-02 03:04" in lines[0]
    assert "2026-07-08 09:10" in lines[0]
    assert max(map(len, lines)) > 60, "no line is broken"
