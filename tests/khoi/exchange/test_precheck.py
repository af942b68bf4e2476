"""`khoi check` on whatever is named: a pipe is not waited for, a damaged original still gets its list."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import openpyxl
import pytest
from khoi_deployment import Deployment

from ingest.receive import NotAFile
from khoi.exchange.precheck import check_files


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    return Deployment(tmp_path_factory.mktemp("precheck") / "khoi")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_a_pipe_a_folder_and_a_device_are_named_and_not_waited_for(deployment: Deployment, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    for path in (tmp_path / "pipe.xlsx", tmp_path, Path("/dev/zero"), tmp_path / "none.xlsx"):
        told: list[BaseException] = []

        def check(path: Path = path, told: list[BaseException] = told) -> None:
            try:
                check_files(deployment.home, [path])
            except NotAFile as error:
                told.append(error)

        waiting = threading.Thread(target=check, daemon=True)
        waiting.start()
        waiting.join(60)
        assert not waiting.is_alive()
        assert path.name in str(told[0])


def test_a_copy_of_a_name_that_is_not_utf_8_is_written(deployment: Deployment, tmp_path: Path) -> None:
    source = deployment.write("ZZ-001", "2021H2", 44, 2)
    book = openpyxl.load_workbook(source)
    book["Biểu 1"]["C11"] = "abc"
    name = os.fsencode(tmp_path) + b"/b\xe1o.xlsx"
    book.save(tmp_path / "x.xlsx")
    os.rename(tmp_path / "x.xlsx", name)
    (written,) = check_files(deployment.home, [Path(os.fsdecode(name))], tmp_path / "out").written
    assert written.is_file()
    assert str(written).encode()


_LOADED = """
import sys
from khoi.cli import app
try:
    app(["check", sys.argv[1], "--json"], prog_name="khoi")
except SystemExit as ended:
    print(ended.code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""
HEAVY = {
    "dagster",
    "dbt",
    "great_expectations",
    "pandera",
    "scipy",
    "sklearn",
    "hypothesis",
    "openpyxl",
    "docx",
    "jinja2",
    "xlsxwriter",
}


def test_one_workbook_is_checked_without_what_takes_long_to_load(deployment: Deployment) -> None:
    source = deployment.write("ZZ-001", "2021H2", 44, 2, CLOSE=45)
    ran = subprocess.run(
        [sys.executable, "-c", _LOADED, str(source)],
        env={**os.environ, "KHOI_HOME": str(deployment.home.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    code, *loaded = ran.stderr.splitlines()[-1].split()
    assert code == "1"
    assert {"pandas", "duckdb"} <= set(loaded)
    assert HEAVY & set(loaded) == set()
