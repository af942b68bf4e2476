"""Pages of committees of which nothing changed stay as they are, and are what they would be laid out again."""

from __future__ import annotations

from pathlib import Path

import pytest
from published_marts import published_marts

from khoi.reports.quality import write_quality_report
from khoi.reports.quality.kept import KeptPages
from khoi.reports.quality.tables import QualityTables


@pytest.mark.parametrize(
    "change",
    [
        "update marts.fct_submissions set received_at = received_at + interval 1 hour where committee_code = 'VD'",
        "update marts.fct_submissions set received_at = received_at + interval 1 year where committee_code is null",
        "update marts.fct_findings set message_vi = message_vi || '!' where finding_id = 'f7'",
        "update marts.fct_findings set severity = 'soft' where finding_id = 'f1'",
        "update marts.rpt_completeness set state = 'missing' where organization_code = 'VD-002'",
        "update marts.dim_organizations set name = name || ' mới' where organization_code = 'VD-001'",
        "update marts.dim_organizations set committee_code = 'V2' where organization_code = 'VD-002'",
        "insert into marts.dim_organizations values ('VD-999', 'V2', 'Mới', '2015-01-01', null)",
        "delete from marts.dim_organizations where organization_code = 'VD-003'",
        "update marts.dim_periods set label_vi = label_vi || '!'",
        "update marts.dim_committees set name_vi = name_vi || '!' where committee_code = 'V2'",
        "delete from marts.dim_committees where committee_code = 'V2'",
        "delete from marts.fct_observations where form = 'rewards'",
        "update marts.dim_form_versions set label_vi = label_vi || '!'",
        "update marts.rpt_headline_bounds set value = value + 1",
    ],
)
def test_pages_laid_out_again_and_pages_kept_are_what_all_laid_out_again_are(tmp_path: Path, change: str) -> None:
    connection = published_marts()
    kept, anew = tmp_path / "kept", tmp_path / "anew"
    write_quality_report(connection, kept, basis="a")
    before = {path: path.stat().st_ino for path in kept.rglob("*.html")}
    connection.execute(change)
    write_quality_report(connection, kept, basis="a")
    write_quality_report(connection, anew)
    pages = {path.relative_to(anew): path.read_text("utf-8") for path in anew.rglob("*.html")}
    assert {path.relative_to(kept): path.read_text("utf-8") for path in kept.rglob("*.html")} == pages
    assert any(path.is_file() and path.stat().st_ino != number for path, number in before.items())


def test_pages_of_committees_of_which_nothing_changed_are_not_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[str]] = []
    of = QualityTables.of

    def noted(tables: QualityTables, committees: set[str | None]) -> QualityTables:
        asked.append({code for code in committees if code is not None})
        return of(tables, committees)

    monkeypatch.setattr(QualityTables, "of", noted)
    connection = published_marts()

    def laid_out(basis: str | None = "a") -> set[str]:
        asked.clear()
        write_quality_report(connection, tmp_path, basis=basis)
        return set().union(*asked)

    assert laid_out() == {"VD", "V2"}
    assert laid_out() == set()
    assert laid_out("b") == {"VD", "V2"}
    connection.execute("update marts.fct_findings set message_vi = 'khác' where committee_code = 'VD'")
    assert laid_out("b") == {"VD"}
    (tmp_path / "organizations" / "VD-001.html").write_text("hỏng", "utf-8")
    assert laid_out("b") == {"VD"}
    (tmp_path / "committees" / "V2.html").unlink()
    assert laid_out("b") == {"V2"}
    (tmp_path / ".pages.json").write_text("{", "utf-8")
    assert laid_out("b") == {"VD", "V2"}
    assert laid_out(None) == {"VD", "V2"}


def test_what_the_forms_come_to_is_asked_of_what_was_touched_alone(tmp_path: Path) -> None:
    """Rows of others cannot have changed: that here they did shows that nobody looked."""
    connection = published_marts()
    connection.execute("create schema if not exists build")
    connection.execute("create or replace table build.renewed as select 'fct_observations' as table_name")

    def formed(name: str, rests_on: str | None, touched: str) -> dict[str, str]:
        connection.execute(
            "create or replace table build.record as select $1 as invocation_id, $2::varchar as rests_on",
            [name, rests_on],
        )
        connection.execute("create or replace table build.touched as select $1 as committee_code", [touched])
        write_quality_report(connection, tmp_path, basis="a")
        return KeptPages.read(tmp_path).forms

    before = formed("one", None, "VD")
    connection.execute("delete from marts.fct_observations where form = 'rewards'")
    assert formed("two", "one", "another") == before
    after = formed("three", "two", "VD")
    assert after != before
    connection.execute("delete from marts.fct_observations")
    assert formed("four", "unknown", "another") == {}
