"""`khoi rules`: what is declared, in words; what the rules do not see; a catalogue that contradicts itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from khoi_deployment import Deployment
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from ingest.check_sheets import CHECK_SHEET, FIGURES_SHEET
from khoi import stages
from khoi.cli import app
from khoi.deployment.create import create_deployment
from khoi.deployment.home import Home
from khoi.exchange.live_checks import ChecksByOrganization
from quality.audit.report import ContradictoryRules
from quality.catalogue import RULES_DIR, load_rules
from quality.engine.completeness import roster

FINE, FINDINGS, UNUSABLE = 0, 1, 2


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"KHOI_HOME": str(home.root)})


def answer(home: Home, *arguments: str, code: int = FINE) -> Any:
    result = ask(home, *arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def contradicting(home: Home) -> None:
    """Overlay the rules on Biểu 1 with one more that contradicts the balance."""
    topic = yaml.safe_load((RULES_DIR / "membership_change.yaml").read_text(encoding="utf-8"))
    balance = next(rule for rule in topic["rules"] if rule["id"] == "R001A")
    topic["rules"].append({**balance, "id": "X900", "expression": f"{balance['expression']} + 1"})
    folder = home.config / "rules"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "membership_change.yaml").write_text(yaml.safe_dump(topic, allow_unicode=True), encoding="utf-8")


def test_all_rules_are_listed_and_any_is_display_divisor_words(deployment: Deployment) -> None:
    listed = {row["rule_id"] for row in answer(deployment.home, "rules", "list")}
    assert {"R001A", "S001", "V001", "O001"} <= listed
    told = answer(deployment.home, "rules", "show", "R001A")
    assert told["words_vi"].startswith("Tăng, giảm đảng viên › “Đảng viên trong danh sách cuối kỳ” = ")
    assert "R001A" in ask(deployment.home, "rules", "show", "R001A").output


def test_an_unknown_rule_is_refused_in_a_sentence(deployment: Deployment) -> None:
    result = ask(deployment.home, "rules", "show", "R999")
    assert result.exit_code == UNUSABLE
    assert "no such rule; nearest: R" in result.output


def test_the_audit_tells_blind_spots_and_remedies(deployment: Deployment) -> None:
    found = answer(deployment.home, "rules", "audit", "--period", "2021H1")
    assert found["contradictions"] == []
    assert {row["sight"] for row in found["blind_spots"]} == {"unseen", "beyond_slack", "noticed", "located"}
    assert found["remedies"][0]["noticed"] > 0
    printed = ask(deployment.home, "rules", "audit", "--period", "2021H1")
    assert "Không có quy tắc mâu thuẫn" in printed.output
    assert ask(deployment.home, "rules", "audit", "--period", "1999H1").exit_code == UNUSABLE


def test_a_contradictory_catalogue_is_told_by_the_audit_and_refused_by_the_run(deployment: Deployment) -> None:
    contradicting(deployment.home)
    found = answer(deployment.home, "rules", "audit", code=FINDINGS)
    assert {row["rules"] for row in found["contradictions"]} == {"R001A, X900"}
    with pytest.raises(ContradictoryRules, match="R001A, X900"):
        stages.write_reference_tables(deployment.home)
    assert not (deployment.home.lake / "reference" / "rules.parquet").exists()


def test_a_blank_workbook_carries_the_checks_that_hold_for_its_sender(deployment: Deployment, tmp_path: Path) -> None:
    assert ask(deployment.home, "template", "--period", "2021H2", "--out", str(tmp_path)).exit_code == FINE
    book = load_workbook(tmp_path / "ZZ-001_2021H2.xlsx")
    listed = [row[1].value for row in book[CHECK_SHEET].iter_rows(min_row=7)]
    assert {"R001A", "R002", "R006B"} <= set(listed)
    assert "R006A" not in listed  # of committees with cells; ZZ-001 is a cell
    figures = {row[0].value: row[1:] for row in book[FIGURES_SHEET].iter_rows(min_row=2, max_col=4)}
    # Nothing is published before: what is not known is not guessed.
    assert [cell.value for cell in figures["prev.membership_change.CLOSE"]] == [0, 0, 1]
    assert [cell.value for cell in figures["register.MEMBERS_IN"]] == [0, 0, 0]


def test_what_was_published_before_is_known_to_the_checks(deployment: Deployment) -> None:
    home = deployment.home
    catalogue, reference = home.catalogue(), home.reference()
    rules = load_rules(catalogue, reference)
    expected = roster(reference).query("period_code == '2021H2'")
    before = pd.DataFrame({"organization_code": ["ZZ-001"], "cell_code": ["membership_change.CLOSE"], "value": [22.0]})
    checks = ChecksByOrganization(expected, before, catalogue, reference, rules)
    assert checks.of("ZZ-001").known["prev.membership_change.CLOSE"] == 22
    assert "prev.membership_change.CLOSE" not in checks.of("ZZ-002").known


def test_a_deployment_without_periods_has_nothing_to_audit_and_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    create_deployment(home)
    result = ask(home, "rules", "audit")
    assert result.exit_code == UNUSABLE
    assert "reporting_periods.csv" in result.output
