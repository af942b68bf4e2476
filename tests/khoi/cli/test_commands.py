"""The command line as people and programs meet it: answers, JSON, exit codes, sentences instead of tracebacks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from khoi_deployment import Deployment
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from khoi.cli import app
from khoi.deployment import Home
from khoi.deployment.quiet import SWITCHES
from khoi.warehouse.versions import published_version

FINE, FINDINGS, UNUSABLE = 0, 1, 2


def ask(home: Home, *arguments: str) -> Result:
    """Run a command on ``home``."""
    return CliRunner().invoke(app, list(arguments), env={"KHOI_HOME": str(home.root)})


def answer(home: Home, *arguments: str, code: int = FINE) -> Any:
    """The JSON a command answers with."""
    result = ask(home, *arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    """A home where nothing has happened."""
    return Home(tmp_path / "nothing")


def test_starting_up_loads_nothing_heavy() -> None:
    probe = "import sys, khoi.cli; print(sorted({'pandas', 'duckdb', 'dagster', 'dbt', 'pandera'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_what_reads_a_publication_loads_nothing_of_what_builds_one() -> None:
    probe = "import sys, khoi.access, khoi.warehouse.read, khoi.cli.reading; print('\\n'.join(sys.modules))"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    loaded = set(told.stdout.split())
    assert "khoi.warehouse.versions" in loaded
    assert not loaded & {"khoi.warehouse.build", "khoi.deployment.context", "ingest.reference", "pandas", "pyarrow"}


def test_every_command_switches_telemetry_off_before_it_does_anything(
    empty: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in SWITCHES:
        monkeypatch.setenv(name, "")
    assert ask(empty, "path").exit_code == FINE
    assert {name: os.environ[name] for name in SWITCHES} == SWITCHES


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("query", "select 1"), "khoi run"),
        (("reconcile",), "khoi run"),
        (("compare", "members_total", "--from", "2021H1", "--to", "2021H2"), "khoi run"),
        (("trace", "members_total@LD@2021H1"), "khoi run"),
        (("path", "warehouse"), "khoi run"),
        (("path", "nowhere"), "inbox"),
        (("catalogue", "nonsense"), "forms"),
        (("check", "no such file.xlsx"), "no such file.xlsx"),
    ],
)
def test_what_cannot_be_done_is_display_divisor_a_sentence(empty: Home, arguments: tuple[str, ...], says: str) -> None:
    result = ask(empty, *arguments)
    assert result.exit_code == UNUSABLE
    assert says in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output


NEED_REGISTERS = (
    ("run",),
    ("template", "--period", "2021H1"),
    ("check", __file__),
    ("catalogue", "rules"),
    ("catalogue", "codes"),
    ("dictionary",),
    ("rules", "list"),
    ("rules", "audit"),
    ("answer", "list"),
    ("correct",),
    ("layout", "check", __file__),
    ("layout", "suggest", __file__),
    ("serve",),
)


@pytest.mark.parametrize("arguments", NEED_REGISTERS, ids=" ".join)
def test_a_home_without_registers_is_refused_and_nobody_elses_are_taken(
    empty: Home, arguments: tuple[str, ...]
) -> None:
    result = ask(empty, *arguments)
    assert result.exit_code == UNUSABLE, result.output
    told = result.stderr.replace("\n", " ")
    assert "khoi init" in told
    assert "khoi demo" in told
    assert not empty.root.exists(), "nothing is made where nothing was to be done"


def test_a_period_that_nobody_reports_is_named(deployment: Deployment) -> None:
    result = ask(deployment.home, "template", "--period", "1999H1")
    assert result.exit_code == UNUSABLE
    assert "reporting_periods.csv" in result.stderr.replace("\n", " ")


def test_the_version_is_told() -> None:
    told = subprocess.run([sys.executable, "-m", "khoi", "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"khoi \d+\.\d+\.\d+\n", told.stdout)


def test_without_the_demo_its_command_says_where_it_is(empty: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = EntryPoint("demo", "not_there_at_all.command:run_demo", "khoi.demo")
    monkeypatch.setattr("khoi.cli.demo.entry_points", lambda group: [nowhere])
    result = ask(empty, "demo")
    assert result.exit_code == UNUSABLE
    assert "make demo" in result.stderr
    assert not empty.root.exists()


def test_a_demo_that_is_broken_is_not_called_absent(empty: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("demo", "demo.command:run_demo", "khoi.demo")
    monkeypatch.setattr("khoi.cli.demo.entry_points", lambda group: [broken])
    monkeypatch.setitem(sys.modules, "demo.place", None)
    monkeypatch.delitem(sys.modules, "demo.command", raising=False)
    assert isinstance(ask(empty, "demo").exception, ModuleNotFoundError)


def test_a_seed_that_cannot_be_read_is_named(deployment: Deployment) -> None:
    (deployment.home.seeds / "codes.csv").write_text("code\n", encoding="utf-8")
    result = ask(deployment.home, "catalogue", "codes")
    assert result.exit_code == UNUSABLE
    assert "codes.csv" in result.stderr.replace("\n", "")


def test_init_makes_a_deployment_and_never_overwrites_one(tmp_path: Path) -> None:
    root = tmp_path / "moi"
    assert CliRunner().invoke(app, ["init", str(root)]).exit_code == FINE
    header = (root / "config" / "seeds" / "organizations.csv").read_text(encoding="utf-8")
    assert header.startswith("organization_code,")
    assert header.count("\n") == 1
    assert len((root / "config" / "seeds" / "codes.csv").read_text(encoding="utf-8").splitlines()) > 100
    (root / "config" / "seeds" / "codes.csv").write_text("mine", encoding="utf-8")
    assert CliRunner().invoke(app, ["init", str(root)]).exit_code == UNUSABLE
    assert (root / "config" / "seeds" / "codes.csv").read_text(encoding="utf-8") == "mine"


def test_the_demo_leaves_a_deployment_in_use_alone(deployment: Deployment) -> None:
    letter = deployment.home.inbox / "thư.txt"
    letter.write_text("thật", encoding="utf-8")
    assert ask(deployment.home, "demo", "--fresh").exit_code == UNUSABLE
    assert [path.name for path in deployment.home.inbox.iterdir()] == [letter.name]


def test_the_catalogue_tells_sheet_and_cell_of_every_item(deployment: Deployment) -> None:
    forms = answer(deployment.home, "catalogue", "forms")
    closing = [row for row in forms if (row["form"], row["item"]) == ("membership_change", "CLOSE")]
    assert {row["version"] for row in closing} >= {"2012", "2021"}
    assert all(row["sheet"] and row["cell"] and row["label_vi"] and row["label_en"] for row in forms)
    rules = answer(deployment.home, "catalogue", "rules")
    assert {"R001A", "R002"} <= {rule["rule_id"] for rule in rules}
    assert {row["code_list"] for row in answer(deployment.home, "catalogue", "codes")} >= {"organization_type"}


@pytest.mark.slow
class TestPublished:
    """On the published deployment of `conftest.published`."""

    def test_a_figure_is_traced_to_its_cells(self, published: Deployment) -> None:
        traced = answer(published.home, "trace", "members_total@ZZ@2021H1")
        assert traced["value"] == 52
        assert {
            (line["organization_code"], line["sheet"], line["cell"], line["raw_text"]) for line in traced["lines"]
        } == {
            ("ZZ-001", "Biểu 1", "C27", "22"),
            ("ZZ-002", "Biểu 1", "C27", "30"),
        }
        assert "C27" in ask(published.home, "trace", "members_total@ZZ@2021H1").stdout

    def test_a_figure_of_zero_is_traced_to_what_holds_nothing(self, published: Deployment) -> None:
        figure = "members_expelled@ZZ@2021H1"
        assert answer(published.home, "trace", figure)["value"] == 0
        assert "ZZ-001" in ask(published.home, "trace", figure).stdout

    def test_two_periods_are_compared(self, published: Deployment) -> None:
        arguments = ("compare", "members_total", "--from", "2021H1", "--to", "2021H2")
        (plain,) = answer(published.home, *arguments)
        assert (plain["as_reported"]["value_from"], plain["as_reported"]["value_to"]) == (52, 23)
        assert plain["like_for_like"] is None
        assert sum(part["value"] for part in plain["parts"]) == -29
        (same,) = answer(published.home, *arguments, "--like-for-like")
        assert (same["like_for_like"]["value_from"], same["like_for_like"]["value_to"]) == (22, 23)

    def test_one_argument_chooses_the_basis(self, published: Deployment) -> None:
        arguments = ("compare", "members_total", "--from", "2021H1", "--to", "2021H2", "--basis")
        (was,) = answer(published.home, *arguments, "as-was")
        (now,) = answer(published.home, *arguments, "as-is")
        assert was["restated"] == was["as_reported"] == now["restated"]
        assert "as is" in ask(published.home, *arguments, "as-is").stdout
        assert ask(published.home, *arguments, "as-if").exit_code == UNUSABLE
        assert ask(published.home, "compare", "members_total").exit_code == UNUSABLE

    def test_publications_are_listed_and_a_figure_followed(self, published: Deployment) -> None:
        (kept,) = answer(published.home, "published")
        assert kept["workbooks_received"] == 5
        assert kept["version"] in ask(published.home, "published").stdout
        (known,) = answer(published.home, "published", "members_total@ZZ@2021H1")
        assert (known["version"], known["value"]) == (kept["version"], 52)
        assert ask(published.home, "published", "members@ZZ@2021H1").exit_code == UNUSABLE
        assert ask(published.home, "compare", "--published", "previous", "current").exit_code == UNUSABLE

    def test_without_corrections_there_is_nothing_to_correct(self, published: Deployment) -> None:
        assert answer(published.home, "correct") == {"corrections": [], "faults": []}

    def test_sql_is_read_only_and_sees_nothing_but_the_warehouse(self, published: Deployment) -> None:
        assert answer(published.home, "query", "select count(*) as n from fct_submissions") == [{"n": 5}]
        for sql in ("drop table marts.fct_submissions", "select * from read_csv('/etc/passwd')", "install httpfs"):
            assert ask(published.home, "query", sql).exit_code == UNUSABLE

    def test_nothing_to_reconcile_is_no_difference(self, published: Deployment) -> None:
        assert answer(published.home, "reconcile", "--all") == []

    def test_paths_are_told(self, published: Deployment) -> None:
        version = published_version(published.home)
        assert version is not None
        assert answer(published.home, "path", "warehouse")["warehouse"].endswith(f"{version.version}.duckdb")
        assert Path(ask(published.home, "path", "quality").stdout.strip()).is_file()

    def test_blank_workbooks_open_with_the_last_closing(self, published: Deployment, tmp_path: Path) -> None:
        told = answer(published.home, "template", "--period", "2021H2", "--out", str(tmp_path))
        assert [Path(path).name for path in told["written"]] == ["ZZ-001_2021H2.xlsx", "ZZ-002_2021H2.xlsx"]
        openings = [load_workbook(path)["Biểu 1"]["C9"].value for path in told["written"]]
        assert openings == [22, 30]
        # Levels that stay as they were (cells, committees, rules due); what happened is asked anew.
        sheet = load_workbook(told["written"][0])["Sinh hoạt chi bộ"]
        assert [sheet[cell].value for cell in ("C9", "C20", "C23", "C15")] == [1, 1, 2, None]

    def test_a_workbook_is_checked_against_the_period_before(self, published: Deployment, tmp_path: Path) -> None:
        good = published.home.inbox / "ZZ-001_2021H2_1.xlsx"
        result = answer(published.home, "check", str(good))
        assert [row["state"] for row in result["files"]] == ["accepted"]
        other = Deployment(tmp_path / "other")
        wrong = other.write("ZZ-001", "2021H2", 25, 1, submission_no=2)
        told = answer(published.home, "check", str(wrong), code=FINDINGS)
        assert {
            (row["rule_id"], row["sheet"], row["cell"], row["observed"], row["expected"]) for row in told["findings"]
        } == {("R002", "Biểu 1", "C9", "25", "22")}

    @pytest.mark.long
    def test_a_marked_copy_is_written_where_it_is_asked_for(self, published: Deployment, tmp_path: Path) -> None:
        wrong = published.home.inbox / "ZZ-002_2021H2_1.xlsx"
        told = answer(published.home, "check", str(wrong), "--annotate", "--out", str(tmp_path), code=FINDINGS)
        assert [Path(path).name for path in told["written"]] == ["ZZ-002_2021H2_1_tra-lai.xlsx"]
        assert "Phản hồi" in load_workbook(told["written"][0]).sheetnames
        assert answer(published.home, "check", str(wrong), code=FINDINGS)["written"] == []

    @pytest.mark.long
    def test_an_explanation_says_what_was_tried_and_how_probable_it_is(self, published: Deployment) -> None:
        wrong = str(published.home.inbox / "ZZ-002_2021H2_1.xlsx")
        told = answer(published.home, "explain", wrong, code=FINDINGS)["contradictions"]
        assert [one["rules"] for one in told] == [["R001A", "R004A", "R008", "R053B"]]
        assert told[0]["tried"] > 0
        assert {one["place"] for one in told[0]["cells"]} >= {"Biểu 1!C9"}
        assert told[0]["suspects"][0]["place"] == told[0]["explanations"][0]["repairs"][0]["place"]
        for one in told[0]["explanations"]:
            assert 0 < one["probability"] < 1
            assert one["repairs"]
            assert one["reason_vi"]
        text = ask(published.home, "explain", wrong).stdout
        assert told[0]["outcome_vi"] in text
        assert "100 %" not in text

    @pytest.mark.long
    def test_an_explanation_of_one_rule_is_about_that_rule(self, published: Deployment) -> None:
        wrong = str(published.home.inbox / "ZZ-002_2021H2_1.xlsx")
        assert answer(published.home, "explain", wrong, "--rule", "R008", code=FINDINGS)["rule"] == "R008"
        assert answer(published.home, "explain", wrong, "--rule", "R001B")["contradictions"] == []
        refused = ask(published.home, "explain", wrong, "--rule", "R999")
        assert refused.exit_code == UNUSABLE
        assert "R999" in refused.output

    def test_answers_are_listed_and_only_what_may_be_explained_is_accepted(self, published: Deployment) -> None:
        listed = answer(published.home, "answer", "list", "--state", "open")
        found = {(row["organization_code"], row["severity"]): row for row in listed}
        assert found.keys() == {("ZZ-002", "hard"), ("ZZ-002", "soft")}
        assert answer(published.home, "answer", "list") == []
        key = found["ZZ-002", "hard"]["finding_key"]
        arguments = ("answer", "accept", key, "--by", "specialist", "--until", "2021H2")
        refused = ask(published.home, *arguments)
        assert refused.exit_code == UNUSABLE
        assert "phải sửa" in refused.output
        assert not published.home.decisions.exists()

    def test_a_file_that_is_no_workbook_is_unusable_input(self, published: Deployment) -> None:
        told = answer(published.home, "check", str(published.home.inbox / "thư.xlsx"), code=UNUSABLE)
        assert [row["state"] for row in told["files"]] == ["unreadable"]
