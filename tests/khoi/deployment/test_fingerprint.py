"""What a publication rests on: every input is of one kind, and a changed input is named by its kind."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from khoi_deployment import Deployment

from ingest.reference import SEED_COLUMNS, read_reference, seed_file
from khoi.deployment import fingerprint
from khoi.deployment.fingerprint import (
    SEED_KINDS,
    Fingerprints,
    InputKind,
    changed_kinds,
    combined,
    declared_files,
    fingerprints,
    inputs_fingerprint,
)
from khoi.deployment.home import Home
from khoi.deployment.product import PRODUCT, product_path

DAY = dt.date(2022, 3, 1)


@pytest.fixture
def home(deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A deployment of a small program whose files may be changed."""
    project = tmp_path / "program"
    for name in (
        "ingest/forms/20_membership_change.yaml",
        "quality/rules/levels.yaml",
        "khoi/gate/suites/1_volumes.yaml",
    ):
        (project / name).parent.mkdir(parents=True)
        shutil.copyfile(product_path(name), project / name)
    for name in ("ingest/lake.py", "quality/outliers/settings.yaml", "khoi/stages.py", "dbt_project/models/a.sql"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("content: 1\n", encoding="utf-8")
    monkeypatch.setattr(fingerprint, "product_path", project.joinpath)
    for name in (
        "forms/own.yaml",
        "layouts/own.yaml",
        "rules/own.yaml",
        "gate/own.yaml",
        "decisions.csv",
        "withdrawals.csv",
    ):
        (deployment.home.config / name).write_text("own: 1\n", encoding="utf-8")
    return deployment.home


def of(home: Home, day: dt.date = DAY) -> Fingerprints:
    reference, _ = read_reference(home.seeds)  # whatever the checks say of a line, it is another input
    return fingerprints(home, reference, day)


def changed_by(home: Home, path: Path, line: str) -> tuple[str, ...]:
    """The kinds that change once ``line`` is added to ``path``."""
    before = of(home)
    if path.parent == home.seeds and not path.exists():
        shutil.copyfile(seed_file(home.seeds, path.stem), path)
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
    return changed_kinds(before, of(home))


def test_every_seed_has_a_kind() -> None:
    assert SEED_KINDS.keys() == SEED_COLUMNS.keys()


def test_every_declared_file_of_the_program_has_one_kind(deployment: Deployment) -> None:
    files = list(declared_files(deployment.home))
    assert len({path for _, _, path in files}) == len(files)
    kinds = {name: kind for kind, name, _ in files}
    for folder, kind in (
        ("ingest/forms", InputKind.DEFINITIONS),
        ("quality/rules", InputKind.RULES),
        ("khoi/gate/suites", InputKind.GATE),
    ):
        names = {path.relative_to(PRODUCT).as_posix() for path in (PRODUCT / folder).glob("*.yaml")}
        assert names
        assert {kinds.pop(name) for name in names} == {kind}
    assert set(kinds.values()) == {InputKind.CODE}
    tracked = {path.relative_to(PRODUCT).as_posix() for path in (PRODUCT / "dbt_project" / "models").rglob("*.sql")}
    assert tracked <= kinds.keys()


@pytest.mark.parametrize("name", sorted(SEED_COLUMNS))
def test_a_line_in_a_register_changes_its_kind_and_no_other(home: Home, name: str) -> None:
    values = {"valid_from": "2010-01-01", "changed_on": "2010-01-01", "period_end": "1999-12-31", "day": "1999-12-31"}
    line = ",".join(values.get(column, "x") for column in SEED_COLUMNS[name]) + "\n"
    if name in ("reporting_periods", "corrections"):  # a new deadline is a day to be watched as well
        line = line.replace("x", "2099", 1)
        line = ",".join(["ZZ", "2020H2", "2099-01-01", ""]) + "\n" if name == "reporting_periods" else line
        assert SEED_KINDS[name] in changed_by(home, home.seeds / f"{name}.csv", line)
        return
    assert changed_by(home, home.seeds / f"{name}.csv", line) == (SEED_KINDS[name],)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("forms/own.yaml", InputKind.DEFINITIONS),
        ("layouts/own.yaml", InputKind.DEFINITIONS),
        ("rules/own.yaml", InputKind.RULES),
        ("gate/own.yaml", InputKind.GATE),
        ("decisions.csv", InputKind.DECISIONS),
        ("withdrawals.csv", InputKind.WITHDRAWALS),
    ],
)
def test_a_declaration_of_the_deployment_changes_its_kind_and_no_other(home: Home, name: str, kind: InputKind) -> None:
    assert changed_by(home, home.config / name, "more: 2\n") == (kind,)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ingest/forms/20_membership_change.yaml", InputKind.DEFINITIONS),
        ("quality/rules/levels.yaml", InputKind.RULES),
        ("khoi/gate/suites/1_volumes.yaml", InputKind.GATE),
        ("ingest/lake.py", InputKind.CODE),
        ("quality/outliers/settings.yaml", InputKind.CODE),
        ("khoi/stages.py", InputKind.CODE),
        ("dbt_project/models/a.sql", InputKind.CODE),
    ],
)
def test_a_file_of_the_program_changes_its_kind_and_no_other(home: Home, name: str, kind: InputKind) -> None:
    assert changed_by(home, fingerprint.product_path(name), "more: 2\n") == (kind,)


@pytest.mark.parametrize(
    "name", ["submissions/a.parquet", "received_findings/a.parquet", "normalised/ZZ/2021H1/manifest.json"]
)
def test_what_was_received_is_the_kind_workbooks(home: Home, name: str) -> None:
    path = home.lake / name
    path.parent.mkdir(parents=True)
    assert changed_by(home, path, "rows") == (InputKind.WORKBOOKS,)


def test_what_is_no_input_changes_nothing(home: Home) -> None:
    for path in (home.config / "ghi-chú.md", home.config / "forms" / "own.yaml.bak", home.root / "reports.txt"):
        assert changed_by(home, path, "note") == ()


def test_the_same_register_written_another_way_is_the_same_input(home: Home) -> None:
    before = of(home)
    path = home.seeds / "committees.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert of(home) == before


def test_a_new_day_alone_is_no_reason_to_publish_but_a_passed_deadline_is(deployment: Deployment) -> None:
    def on(day: dt.date) -> str:
        return inputs_fingerprint(deployment.home, day)

    assert on(dt.date(2022, 3, 1)) == on(dt.date(2022, 3, 2))
    assert on(dt.date(2021, 6, 30)) != on(dt.date(2021, 7, 1)), "the period is over"
    assert on(dt.date(2021, 11, 5)) != on(dt.date(2021, 11, 6)), "90 working days after the period are over"
    assert on(dt.date(2099, 1, 20)) != on(dt.date(2099, 1, 21)), "the due date has passed"
    before, after = of(deployment.home, dt.date(2021, 6, 30)), of(deployment.home, dt.date(2021, 7, 1))
    assert changed_kinds(before, after) == (InputKind.CALENDAR,)


def test_a_kind_that_an_earlier_edition_did_not_know_has_not_changed() -> None:
    assert changed_kinds({"rules": "1", "code": "1"}, {"gate": "1", "rules": "2", "code": "1"}) == ("rules",)


def test_one_fingerprint_stands_for_all_kinds(home: Home) -> None:
    found = of(home)
    assert set(found) == set(InputKind)
    assert combined(found) == combined(dict(reversed(found.items())))
    for kind in found:
        assert combined({**found, kind: "other"}) != combined(found)
