"""A broken declaration of a deployment is told with file and line, whatever of ours it breaks, before anything runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from khoi_deployment import Deployment

from ingest.catalogue import CatalogueError
from ingest.catalogue.load import FORMS_DIR
from ingest.told import Told
from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.home import Home
from khoi.preconditions import require_readable
from khoi.warehouse.errors import WarehouseError
from quality.catalogue import RuleError
from quality.catalogue.load import RULES_DIR
from quality.submissions.decisions import COLUMNS, DecisionsError, load_decisions

FORM = "92_commune_sponsorship.yaml"


def overlay(home: Home, kind: str, name: str, text: str) -> Path:
    path = home.config / kind / name
    path.write_text(text, encoding="utf-8")
    return path


def ours(folder: Path, name: str) -> str:
    return (folder / name).read_text("utf-8")


def test_a_form_with_a_code_list_that_nobody_has_is_told_itself_and_not_the_rules_on_it(deployment: Deployment) -> None:
    text = ours(FORMS_DIR, FORM).replace("code_list: sponsorship_kind", "code_list: khong_co")
    path = overlay(deployment.home, "forms", FORM, text)
    line = next(n for n, one in enumerate(text.splitlines(), start=1) if "khong_co" in one)
    with pytest.raises(CatalogueError, match=re.escape(f"{path}, dòng / line {line}: danh mục «khong_co»")):
        load_context(deployment.home)


def test_where_a_rule_of_ours_cannot_be_read_the_deployments_own_files_are_named(deployment: Deployment) -> None:
    text = ours(FORMS_DIR, "40_membership_structure.yaml").replace("  TOTAL:", "  TONG:").replace(": TOTAL", ": TONG")
    overlay(deployment.home, "forms", "40_membership_structure.yaml", text)
    with pytest.raises((RuleError, CatalogueError, Told), match=r"config/forms/40_membership_structure\.yaml"):
        load_context(deployment.home).rules  # noqa: B018


def test_every_rule_that_is_wrong_is_told_at_once_and_the_second_of_one_id_at_its_own_line(
    deployment: Deployment,
) -> None:
    text = ours(RULES_DIR, "study.yaml")
    first = text.index("  - id:")
    second = text.index("  - id:", first + 1)
    rule = text[first:second]
    text = text.rstrip() + "\n\n" + rule
    name = re.search(r"id: *(\w+)", rule)[1]  # type: ignore[index]
    path = overlay(deployment.home, "rules", "study.yaml", text)
    overlay(deployment.home, "rules", "own.yaml", "topic: own\nrules: 5\n")
    overlay(deployment.home, "rules", "more.yaml", "")
    with pytest.raises(RuleError) as told:
        load_context(deployment.home).rules  # noqa: B018
    assert "own.yaml" in str(told.value)
    assert "more.yaml" in str(told.value)
    last = max(n for n, one in enumerate(text.splitlines(), start=1) if f"id: {name}" in one)
    assert f"{path}, dòng / line {last}: rule {name}" in str(told.value)


@pytest.mark.parametrize("kind", ["forms", "rules", "layouts", "gate"])
def test_a_folder_in_the_place_of_a_declaration_is_told_by_every_kind(deployment: Deployment, kind: str) -> None:
    (deployment.home.config / kind / "own.yaml").mkdir()

    def read() -> None:
        load_context(deployment.home).rules  # noqa: B018
        require_readable(deployment.home)

    with pytest.raises((RuleError, CatalogueError, WarehouseError), match=r"own\.yaml.*no file that can be read"):
        read()


def test_what_only_the_end_of_a_run_needs_is_read_before_anything_is_received(deployment: Deployment) -> None:
    home = deployment.home
    deployment.write("ZZ-001", "2021H1", 20, 2)
    broken = overlay(home, "gate", "1_volumes.yaml", "suite: volumes\nsuite: volumes\n")
    with pytest.raises(WarehouseError, match=r"1_volumes\.yaml, dòng / line 2"):
        stages.run(home, settle_seconds=0)
    assert not (home.lake / "submissions").exists()
    broken.unlink()
    home.decisions.write_text("decided_on;verdict\n", encoding="utf-8")
    with pytest.raises(DecisionsError, match="line 1"):
        stages.run(home, settle_seconds=0)
    assert not (home.lake / "submissions").exists()


def test_every_line_of_the_decisions_that_would_silence_nothing_is_told(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    good = "2022-07-01,accept,k1,R1,AA,AA-1,2021H1,2021H2,5,specialist,"
    lines = [good, good.replace("2022-07-01", "31/02/2022"), good.replace("accept", "đồng ý"), good.replace("k1", "")]
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    with pytest.raises(DecisionsError) as told:
        load_decisions(path)
    assert [re.search(r"line (\d+), cột / column (\w+)", one).groups() for one in str(told.value).splitlines()] == [  # type: ignore[union-attr]
        ("3", "decided_on"),
        ("4", "verdict"),
        ("5", "finding_key"),
    ]
