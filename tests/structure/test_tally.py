"""What a long suite counted is said at the end of the run, whichever process it ran in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"


@pytest.mark.parametrize("workers", [[], pytest.param(["-n", "2"], marks=pytest.mark.long)])
def test_every_count_is_said_once(tmp_path: Path, workers: list[str]) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow\n    long\n", "utf-8")
    for name in ("a", "b"):
        test = f"def test_{name}(tally):\n    tally('{name}: 3 of 3 survived')\n"
        (tmp_path / f"test_{name}.py").write_text(test, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers, str(tmp_path)]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    counted = said[said.index("tried and survived") :].splitlines()[1:3]
    assert counted == ["a: 3 of 3 survived", "b: 3 of 3 survived"]


@pytest.mark.parametrize("until", ["0", "inf"])
def test_a_long_test_that_would_begin_too_late_is_left_out_and_said(tmp_path: Path, until: str) -> None:
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow\n    long\n", "utf-8")
    test = "import pytest\n\ndef test_short(): pass\n\n@pytest.mark.long\ndef test_long(): pass\n"
    (tmp_path / "test_both.py").write_text(test, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    environment = {**os.environ, "KHOI_TESTS_UNTIL": until}
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout
    assert ("1 passed, 1 skipped" in said) == ("is over: 1" in said) == (until == "0")
    assert ("2 passed" in said) == (until == "inf")
