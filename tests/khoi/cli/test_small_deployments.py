"""Every command on deployments as small as they come: nothing yet, an empty inbox, one workbook that is all right.

And one workbook that is late: the one open question then moves no headline.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from asked_commands import ASKED
from khoi_deployment import COMMITTEE, Deployment
from typer.testing import CliRunner

from ingest.lake import FINDINGS, FOLLOW_UP, read_tables
from khoi import stages
from khoi.cli import app
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home

# The demo has deployments of its own, reports in prose are no part of a deployment.
_ASKED = sorted(set(ASKED) - {"demo", "audit"})


class Small(Deployment):
    """One committee with one organization that reports one period."""

    def __init__(self, root: Path, due_on: str = "2099-07-20") -> None:
        super().__init__(root)
        path = self.home.seeds / "organizations.csv"
        header, first, *_ = path.read_text("utf-8").splitlines()
        path.write_text(f"{header}\n{first}\n", encoding="utf-8")
        self._register("reporting_periods", [{"committee_code": COMMITTEE, "period_code": "2021H1", "due_on": due_on}])


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Home]:
    """By name; for copying only."""
    root = tmp_path_factory.mktemp("small")
    new, empty = Home(root / "new"), Home(root / "empty")
    create_deployment(new)
    create_deployment(empty)
    stages.run(empty, settle_seconds=0)
    one = Small(root / "one")
    one.write("ZZ-001", "2021H1", 20, 2)
    stages.run(one.home, settle_seconds=0)
    return {"new": new, "empty": empty, "one": one.home}


@pytest.mark.long
@pytest.mark.parametrize("name", ["new", "empty", "one"])
def test_every_command_answers_or_says_what_to_do(homes: dict[str, Home], name: str, tmp_path: Path) -> None:
    home = Home(Path(shutil.copytree(homes[name].root, tmp_path / "khoi")))
    workbook = home.inbox / "ZZ-001_2021H1_1.xlsx"
    if not workbook.exists():
        workbook = tmp_path / "khác.xlsx"
        workbook.write_bytes(b"no workbook")
    places = {"out": str(tmp_path / "out"), "workbook": str(workbook), "finding": "none", "report": "none"}
    wrong = []
    # What writes comes last: a run would make the one a published deployment out of a new one.
    for command in sorted(_ASKED, key=lambda one: (one in ("run", "publications rollback"), one)):
        arguments = [part.format(**places).replace("select_1", "select 1") for part in ASKED[command].split()]
        result = CliRunner().invoke(app, [*command.split(), *arguments], env={"KHOI_HOME": str(home.root)})
        failed = result.exception is not None and not isinstance(result.exception, SystemExit)
        silent = result.exit_code == 2 and not result.output.strip()
        if failed or silent or result.exit_code not in (0, 1, 2) or {"None", "nan"} & {*result.stdout.split()}:
            wrong.append(f"{command}: {result.exit_code} {result.exception!r} {result.output[-300:]}")
    assert "\n".join(wrong) == ""


@pytest.mark.long
def test_an_all_clean_inbox_asks_nothing_of_anybody(homes: dict[str, Home]) -> None:
    findings = read_tables(homes["one"].lake / "checked", FINDINGS, "findings.parquet")
    assert findings[findings["severity"].isin(["hard", "soft"]) & (findings["outcome"] == "fail")].empty
    assert [path.name for path in homes["one"].returned.rglob("*.xlsx")] == []


@pytest.mark.long
def test_of_one_late_workbook_the_only_question_moves_no_headline(tmp_path: Path) -> None:
    late = Small(tmp_path / "late", due_on="2021-07-20")
    late.write("ZZ-001", "2021H1", 20, 2)
    stages.receive(late.home, settle_seconds=0, workers=1)
    stages.normalise(late.home)
    report = stages.check(late.home)
    assert report.states == {"accepted_with_warnings": 1}
    (asked,) = read_tables(late.home.lake / "checked", FOLLOW_UP, "follow_up.parquet").itertuples()
    assert asked.movement_pct != asked.movement_pct or asked.movement_pct is None
    stages.return_copies(late.home)
