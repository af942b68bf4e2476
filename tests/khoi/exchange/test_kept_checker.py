"""A process that stays says of a workbook what a new one says, whatever was changed between two of its checks."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from khoi_deployment import Deployment

from ingest.database import small_database
from khoi import stages
from khoi.exchange.kept_checker import KeptChecker, content_below
from khoi.exchange.precheck import Precheck


def _rule(deployment: Deployment) -> None:
    """The message of the balance says something more."""
    path = deployment.home.config / "rules" / "membership_change.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((Path(__file__).parents[3] / "quality" / "rules" / path.name).read_bytes())
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    rule = next(one for one in declared["rules"] if one["id"] == "R001A")
    rule["message"]["vi"] += " Đã sửa."
    path.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _register(deployment: Deployment) -> None:
    """The organization is of another sector than it was."""
    path = deployment.home.seeds / "organizations.csv"
    known = pd.read_csv(path, dtype=str)
    mine = known["organization_code"] == "ZZ-001"
    known.loc[mine, "sector"] = known.loc[mine, "sector"].map({"S1": "S2", "S2": "S1"})
    known.to_csv(path, index=False)


def _form(deployment: Deployment) -> None:
    """Biểu 1 is called otherwise, so the sheet of the workbook is none that is due."""
    path = deployment.home.config / "forms" / "20_membership_change.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((Path(__file__).parents[3] / "ingest" / "forms" / path.name).read_bytes())
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    for version in declared["versions"]:
        version |= {"sheet": "Biểu mới", "sheet_aliases": []}
    path.write_text(yaml.safe_dump(declared, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _late(deployment: Deployment) -> None:
    """The workbook of the period before comes in and is checked."""
    deployment.write("ZZ-001", "2021H1", 40, 2)
    stages.receive(deployment.home, settle_seconds=0)
    stages.normalise(deployment.home)
    stages.check(deployment.home)


CHANGES: dict[str, Callable[[Deployment], None]] = {"rule": _rule, "register": _register, "form": _form, "late": _late}


def _by_a_new_process(deployment: Deployment, workbook: Path) -> dict[str, object]:
    ran = subprocess.run(
        [sys.executable, "-m", "khoi", "check", str(workbook), "--json"],
        env={**os.environ, "KHOI_HOME": str(deployment.home.root)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode in (0, 1), ran.stderr
    told: dict[str, object] = json.loads(ran.stdout)
    return {name: told[name] for name in ("files", "findings")}


def _told(result: Precheck) -> dict[str, object]:
    return {
        name: json.loads(frame.astype(object).where(frame.notna(), None).to_json(orient="records"))
        for name, frame in (("files", result.files), ("findings", result.findings))
    }


@pytest.mark.long
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=4, unique=True))
def test_a_process_that_stays_says_what_a_new_one_says_after_any_change(
    tmp_path_factory: pytest.TempPathFactory, changes: list[str]
) -> None:
    deployment = Deployment(tmp_path_factory.mktemp("kept") / "khoi")
    workbook = deployment.write("ZZ-001", "2021H2", 50, 1, CLOSE=54)
    mine = tmp_path_factory.mktemp("desk") / workbook.name
    workbook.rename(mine)
    with KeptChecker(deployment.home) as kept:
        said = [_told(kept.ready().check([mine]))]
        for change in changes:
            CHANGES[change](deployment)
            said.append(_told(kept.ready().check([mine])))
            assert said[-1] == _by_a_new_process(deployment, mine), change
        # What a later change would alter, an earlier one may have taken away already.
        assert said[1] != said[0], changes[0]


def test_the_checker_is_the_same_until_a_byte_below_config_is_another(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "khoi")
    register = deployment.home.seeds / "organizations.csv"
    with KeptChecker(deployment.home) as kept:
        first = kept.ready()
        assert kept.ready() is first
        facts, content = register.stat(), register.read_bytes()
        # As many bytes, and the same time of writing: a copy that was put back keeps both.
        register.write_bytes(content.replace("Chi bộ ZZ-001".encode(), "Chi bộ YY-001".encode()))
        os.utime(register, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        second = kept.ready()
        assert second is not first
        assert "Chi bộ YY-001" in set(second.reference["organizations"]["name"])


def test_what_lies_below_a_folder_is_told_apart_by_name_and_content(tmp_path: Path) -> None:
    seen = {content_below(tmp_path)}
    for name, content in (("a", b""), ("ab", b""), ("a", b"b"), ("sub/a", b"b")):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        seen.add(content_below(tmp_path))
    assert len(seen) == 5


def _held() -> dict[str, int]:
    """What this process holds: tables of the small database, frames, connections, open files, objects.

    Weak references apart: pandas keeps up to 500 dead ones to each frame that is handed out again and again.
    """
    gc.collect()
    objects = [one for one in gc.get_objects() if not isinstance(one, weakref.ref)]
    with small_database() as connection:
        ((tables,),) = connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
    open_files = Path("/proc/self/fd")
    return {
        "tables": tables,
        "frames": sum(isinstance(one, pd.DataFrame) for one in objects),
        "connections": sum(isinstance(one, duckdb.DuckDBPyConnection) for one in objects),
        "open files": len(list(open_files.iterdir())) if open_files.exists() else 0,
        "objects": len(objects),
    }


@pytest.mark.long
def test_nothing_grows_with_the_number_of_checks(deployment: Deployment) -> None:
    _late(deployment)
    sound, wrong = deployment.write("ZZ-001", "2021H2", 42, 2), deployment.write("ZZ-002", "2021H2", 30, 2, CLOSE=43)
    with KeptChecker(deployment.home) as kept:
        for _ in range(3):
            told = kept.ready().check([sound, wrong])
        assert len(told.findings)
        before = _held()
        for _ in range(6):
            kept.ready().check([sound, wrong])
        after = _held()
    grown = {name: after[name] - before[name] for name in before}
    assert grown.pop("objects") < 60, "ten objects a check would be a leak"
    assert grown == dict.fromkeys(grown, 0)
