"""The bench of small changes asks the tests that reach a line, quickest first, and trusts none that fails anyhow."""

from pathlib import Path

import pytest
from coverage import CoverageData

from bench import mutants
from bench.reached import ROOT, Reached

_REPORT = """<testsuites><testsuite>
<testcase classname="tests.structure.test_small_changes" name="test_slow[a]" time="2.0" />
<testcase classname="tests.structure.test_small_changes" name="test_slow[b]" time="2.5" />
<testcase classname="tests.structure.test_small_changes" name="test_quick" time="0.1" />
</testsuite></testsuites>"""


def test_the_tests_of_a_line_come_quickest_first_and_count_all_their_parameters(tmp_path: Path) -> None:
    data = CoverageData(str(tmp_path / "coverage"))
    for context in ("test_small_changes.test_slow", "test_small_changes.test_quick", ""):
        data.set_context(context)
        data.add_lines({str(ROOT / "quality/check.py"): [5]})
    data.set_context("test_small_changes.test_quick")
    data.add_lines({str(ROOT / "quality/check.py"): [9]})
    data.write()
    (tmp_path / "seconds.xml").write_text(_REPORT, encoding="utf-8")

    reached = Reached.read(tmp_path)

    of_five = reached.tests_of("quality/check.py", 4, 6)
    assert [(test.node.rpartition("::")[2], test.seconds) for test in of_five] == [
        ("test_quick", 0.1),
        ("test_slow", 4.5),
    ]
    assert [test.node for test in reached.tests_of("quality/check.py", 9, 9)] == [
        "tests/structure/test_small_changes.py::test_quick"
    ]
    assert reached.tests_of("quality/check.py", 7, 8) == ()


def _tree(folder: Path, test: str) -> Path:
    (folder / "tests/room").mkdir(parents=True)
    (folder / "room").mkdir()
    (folder / "room/adds.py").write_text("def two(one):\n    return one + 1\n", encoding="utf-8")
    (folder / "room/__init__.py").touch()
    (folder / "pyproject.toml").write_text('[tool.pytest.ini_options]\nmarkers = ["slow", "long"]\n', encoding="utf-8")
    (folder / "tests/room/test_adds.py").write_text(test, encoding="utf-8")
    return folder


@pytest.mark.long
def test_a_change_is_killed_by_a_test_that_passes_without_it_only(tmp_path: Path) -> None:
    first, *_ = mutants.mutants_of("room/adds.py", "def two(one):\n    return one + 1\n")
    sees = "from room.adds import two\n\n\ndef test_two():\n    assert two(1) == 2\n"
    sleeps = "from room.adds import two\n\n\ndef test_two():\n    two(1)\n"
    fails = "from room.adds import two\n\n\ndef test_two():\n    assert two(1) == 3\n"

    outcomes = [
        mutants.tried(first, _tree(tmp_path / name, test), 60, near=True)
        for name, test in (("sees", sees), ("sleeps", sleeps), ("fails", fails))
    ]

    assert outcomes == ["killed", "survived", "not tried"]
    assert (tmp_path / "sees/room/adds.py").read_text(encoding="utf-8") == "def two(one):\n    return one + 1\n"
