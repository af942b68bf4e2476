"""The figures of bench/README.md that the suite measured are those of its record, and the record says what it is of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.contenders import CONTENDERS
from bench.suite import ELSEWHERE, FLOOR, PRODUCT, QUESTIONS, RECORD, Contender, in_turns
from bench.tables import PAGE, page_with, written

_RECORD = {
    "measured_on": "2026-01-02",
    "commit": "abc",
    "workbooks": 7,
    "committee": "ZZ",
    "runs": 3,
    "cores": 2,
    "processor": "p",
    "load_before": 0.5,
    "python": "3.11",
    "questions": {
        "q": {
            "bare": {"role": "floor", "processor_s": 0.5, "clock_s": 0.6, "peak_mb": 50.4},
            "ours": {"role": "khoi", "processor_s": 1.5, "clock_s": 1.0, "peak_mb": None},
        },
        "without a floor": {"ours": {"role": "khoi", "processor_s": 0.01, "clock_s": 0.02, "peak_mb": None}},
    },
}


def test_the_page_says_what_the_record_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page_with(text, written(json.loads(RECORD.read_text(encoding="utf-8")))) == text, "python -m bench.tables"


def test_every_question_of_the_record_has_a_floor_and_it_says_where_it_was_measured() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    assert {"commit", "measured_on", "cores", "load_before", "python", "system", "schema"} <= set(record)
    asked = set(QUESTIONS)
    assert record["questions"]
    for name in asked & set(record["questions"]):
        assert {FLOOR, PRODUCT} <= {one["role"] for one in record["questions"][name].values()}, name
    assert len(asked) + len(ELSEWHERE) >= 9


def test_a_ratio_is_to_the_floor_of_its_question() -> None:
    table = written(_RECORD)
    assert "| q | bare | 0.500 | 1.0 | 0.600 | 50 |" in table
    assert "|  | **ours** | 1.500 | 3.0 | 1.000 | - |" in table
    assert "| without a floor | **ours** | 0.010 | - | 0.020 | - |" in table


def test_a_page_without_the_marks_is_not_written() -> None:
    with pytest.raises(ValueError, match="has no"):
        page_with("nothing here", "| a |")


def test_a_turn_is_measured_with_its_memory_and_one_that_fails_is_no_time(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.bin").write_bytes(b"x" * 1000)
    copying = Contender(FLOOR, "copy", "copy_bytes", tmp_path / "in", str(tmp_path / "out"))
    found = in_turns([copying], 2)["copy"]
    assert (tmp_path / "out" / "0.bin").read_bytes() == b"x" * 1000
    assert found["role"] == FLOOR
    assert isinstance(found["peak_mb"], float)
    assert found["peak_mb"] > 1
    with pytest.raises(RuntimeError, match="failed"):
        in_turns([Contender(FLOOR, "none", "no_such_work", tmp_path)], 1)


def test_who_measures_is_small_for_a_new_process_begins_with_its_size() -> None:
    code = "import bench.suite, sys; print({'pandas', 'duckdb', 'dbt', 'numpy'} & set(sys.modules) or 'none')"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "none"
    assert len(CONTENDERS) >= 10
