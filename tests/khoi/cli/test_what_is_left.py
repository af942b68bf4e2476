"""What a run leaves for later, and what it had to make again, is said on the console."""

from __future__ import annotations

from pathlib import Path

import pytest

from khoi.cli.summary import print_left
from khoi.run_report import RunReport
from quality.check_lake import CheckReport


def test_files_that_wait_and_files_made_again_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    checked = CheckReport(3, {}, {"accepted": 1, "waiting": 2}, Path("checked"))
    print_left(RunReport(mended=["normalised/ZZ/2021H1/observations.parquet"], checked=checked))
    said = capsys.readouterr().out
    assert "normalised/ZZ/2021H1/observations.parquet" in said
    assert "2 tệp của kỳ khác" in said
    assert "--period" in said


def test_nothing_is_said_where_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    print_left(RunReport(checked=CheckReport(1, {}, {"accepted": 1}, Path("checked"))))
    print_left(RunReport())
    assert capsys.readouterr().out == ""
