"""What holds for every command: which deployment, how much is said, codes in any case, names nearby, completion."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from khoi_deployment import Deployment
from typer.testing import CliRunner, Result

from khoi.cli import app, output
from khoi.cli.committee_names import named_once
from khoi.figures.names import chosen, nearest
from khoi.warehouse.errors import WarehouseError


def ask(*arguments: str, home: Path | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"KHOI_HOME": None if home is None else str(home)})


def test_home_is_said_for_one_command_only(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHOI_HOME", "elsewhere")
    told = CliRunner().invoke(app, ["--home", str(deployment.home.root), "path", "inbox"])
    assert told.stdout.strip() == str(deployment.home.inbox)
    assert os.environ["KHOI_HOME"] == "elsewhere"
    monkeypatch.delenv("KHOI_HOME")
    CliRunner().invoke(app, ["--home", str(deployment.home.root), "path", "inbox"])
    assert "KHOI_HOME" not in os.environ


def test_verbose_says_where_and_how_a_refusal_came_about(tmp_path: Path) -> None:
    plain, verbose = ask("reconcile", home=tmp_path), ask("-v", "reconcile", home=tmp_path)
    assert plain.exit_code == verbose.exit_code == 2
    assert "Traceback" not in plain.output
    assert f"KHOI_HOME {tmp_path}" in verbose.stderr
    assert "Traceback" in verbose.stderr
    assert "Traceback" not in ask("reconcile", home=tmp_path).output


def test_quiet_tells_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output.MANNER, "quiet", True)
    with output.showing_progress() as tell:
        assert tell is None
    monkeypatch.setattr(output.MANNER, "quiet", False)
    with output.showing_progress() as tell:
        assert tell is not None


def test_the_shell_completes_commands() -> None:
    environment = {**os.environ, "_KHOI_COMPLETE": "complete_bash", "COMP_WORDS": "khoi exp", "COMP_CWORD": "1"}
    script = "import sys; from khoi.cli import app; sys.argv[0] = 'khoi'; app(prog_name='khoi')"
    told = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert told.stdout.split() == ["explain", "export"] or told.stdout.split() == ["export"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "unknown", "near"),
    [
        (("answer", "list", "--state", "opened"), "state", "open"),
        (("followup", "--period", "2021H9"), "period", "2021H2"),
        (("followup", "--committee", "ZY"), "committee", "ZZ"),
        (("compare", "members_totl", "--from", "2021H1", "--to", "2021H2"), "measure", "members_total"),
        (("run", "--period", "2021Q7"), "period", "2021"),
        (("rules", "show", "R001"), "rule", "R001A"),
        (("trace", "members_total@ZZ@2021H7"), "period", "2021H1"),
    ],
    ids=lambda value: str(value),
)
def test_an_unknown_name_is_unusable_and_told_one_language_at_a_time(
    published: Deployment, arguments: tuple[str, ...], unknown: str, near: str
) -> None:
    result = ask(*arguments, home=published.home.root)
    assert result.exit_code == 2
    vietnamese, english = result.stderr.strip().splitlines()
    assert "gần nhất" in vietnamese
    assert near in vietnamese
    assert " / " not in vietnamese
    assert f"no such {unknown}; nearest: " in english
    assert near in english


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("trace", "MEMBERS_total@zz@2021h1"),
        ("compare", "Members_Total", "--from", "2021h1", "--to", "2021h2", "--committee", "zz"),
        ("followup", "--committee", "zz", "--period", "2021h2"),
        ("published", "members_total@zz@2021h1"),
        ("rules", "show", "r001a"),
        ("answer", "list", "--state", "OPEN"),
    ],
    ids=" ".join,
)
def test_codes_are_taken_in_any_case(published: Deployment, arguments: tuple[str, ...]) -> None:
    result = ask(*arguments, home=published.home.root)
    assert result.exit_code == 0, result.output
    assert result.stdout.strip()


@pytest.mark.slow
def test_a_committee_is_called_by_its_name(published: Deployment) -> None:
    told = ask("compare", "members_total", "--from", "2021H1", "--to", "2021H2", home=published.home.root).stdout
    assert "Đảng bộ thử (ZZ) · " in told
    asked = ask("followup", home=published.home.root).stdout
    assert "Đảng bộ thử (ZZ) 2021H2" in asked
    assert "Không còn câu hỏi" not in asked


def test_the_name_stands_on_the_first_row_of_a_committee() -> None:
    frame = named_once(pd.DataFrame({"committee_code": ["A", "A", "B", "A"]}), {"A": "Một (A)"})
    assert frame["committee"].tolist() == ["Một (A)", "", "B", "Một (A)"]


def test_what_is_the_same_but_for_its_case_is_asked_for_exactly() -> None:
    assert chosen("rule", "r1", ["R1", "r1"]) == "r1"
    with pytest.raises(WarehouseError, match="no such rule"):
        chosen("rule", "R1", ["r1", "r1 ", "rX", "R1x"][2:])
    assert nearest("xyz", ["a", "b"]) == "a, b"
    assert nearest("xyz", []) == "–"
