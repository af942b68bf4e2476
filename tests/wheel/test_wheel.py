"""The built wheel in an empty environment: the whole way of one organization without the checkout."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from khoi_deployment import COMMITTEE, ORGANIZATIONS, Deployment

from khoi.service.supervisor import DEFINITIONS

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]
# What the tests run with lies in these folders; the wheel's environment sees the same, but not the checkout.
_DEPENDENCIES = ("duckdb", "pandas", "dagster", "dbt", "pandera", "great_expectations", "typer")
STRANGER = '"""A package of somebody else."""\n'


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, and a folder elsewhere to work in."""

    python: Path
    packages: Path
    elsewhere: Path

    def run(self, *command: str | Path, home: Path | None = None, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment with nothing of the checkout in sight."""
        hidden = {"PYTHONPATH", "VIRTUAL_ENV", "KHOI_HOME", "PYTHONSAFEPATH"}
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
        if home is not None:
            environment["KHOI_HOME"] = str(home)
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.elsewhere,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def khoi(self, *arguments: str | Path, home: Path | None = None, code: int = 0) -> str:
        """What the command line says, both streams in one."""
        done = self.run(self.python, "-m", "khoi", *arguments, home=home, code=code)
        return done.stdout + done.stderr

    def python_says(self, program: str, code: int = 0) -> str:
        """What a program prints, or ends with."""
        done = self.run(self.python, "-c", program, code=code)
        return (done.stdout + done.stderr).strip()

    def contents(self) -> dict[str, str]:
        """Every installed file of khoi and its hash."""
        return {
            path.relative_to(self.packages).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (self.packages / "khoi").rglob("*")
            if path.is_file()
        }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment beside the dependencies of this one."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    scripts = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    told = subprocess.run([str(python), "-c", ask], check=True, capture_output=True, text=True)
    packages = Path(told.stdout.strip())
    _install_dbt_command(scripts, python)
    (packages / "dependencies.pth").write_text("\n".join(sorted(_dependency_folders())), encoding="utf-8")
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    return Installed(python, packages, elsewhere)


def _install_dbt_command(scripts: Path, python: Path) -> None:
    """The script that pip would have made for dbt, which Dagster starts."""
    start = "from dbt.cli.main import cli; cli()"
    if os.name == "nt":
        (scripts / "dbt.cmd").write_text(f'@"{python}" -c "{start}" %*\n', encoding="utf-8")
    else:
        (scripts / "dbt").write_text(f"#!{python}\n{start}\n", encoding="utf-8")
        (scripts / "dbt").chmod(0o755)


def _dependency_folders() -> set[str]:
    found = set()
    for name in _DEPENDENCIES:
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        found.add(str(Path(spec.origin).resolve().parent.parent))
    assert str(ROOT) not in found
    return found


def test_the_wheel_claims_one_name_and_holds_neither_demo_nor_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        needs = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"khoi"}
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert "License-Expression: Apache-2.0" in needs
    assert not [name for name in names if {"demo", "bench", "target", "__pycache__"} & set(name.split("/"))]
    assert not [name for name in names if name.startswith(("khoi/_bundle/tests/", "khoi/tests/"))]
    required = {
        re.split(r"[^\w.-]", line.removeprefix("Requires-Dist: "))[0]
        for line in needs.splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    }
    assert "python-calamine" in required
    assert {"openpyxl", "xlwt", "odfpy"}.isdisjoint(required)


def test_everything_that_is_read_travels(wheel: Path) -> None:
    """Every file of the checkout's product folders that git keeps is in the wheel, whatever its kind."""
    told = subprocess.run(
        ["git", "ls-files", "khoi", "ingest", "quality", "orchestration", "seeds", "dbt_project"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    kept = {name for name in told.stdout.splitlines() if (ROOT / name).is_file()}
    with zipfile.ZipFile(wheel) as archive:
        carried = {name.removeprefix("khoi/_bundle/") for name in archive.namelist()}
    assert kept - carried == set()


def test_the_names_of_the_parts_are_not_the_worlds(installed: Installed) -> None:
    assert "ModuleNotFoundError" in installed.python_says("import ingest", code=1)
    assert "_bundle" in installed.python_says("import khoi, ingest; print(ingest.__file__)")


def test_a_strangers_package_of_the_same_name_is_never_used(installed: Installed) -> None:
    stranger = installed.elsewhere / "ingest"
    stranger.mkdir()
    (stranger / "__init__.py").write_text(STRANGER, encoding="utf-8")
    try:
        assert "_bundle" in installed.python_says("import khoi, ingest; print(ingest.__file__)")
        told = installed.python_says("import ingest, khoi", code=1)
    finally:
        (stranger / "__init__.py").unlink()
        stranger.rmdir()
    assert "ImportError" in told
    assert "environment of its own" in told


def test_the_whole_way_without_the_checkout(installed: Installed, tmp_path: Path) -> None:
    """init, registers, template, check, run, query; nothing is written into the installation."""
    before = installed.contents()
    assert installed.khoi("--version").startswith("khoi ")
    root = tmp_path / "Đảng bộ thử"
    assert "LAM-GI-TIEP.md" in installed.khoi("init", root).replace("\n", "")
    assert "no registers" in installed.khoi("run", code=2)
    deployment = Deployment(tmp_path / "registers")
    for name in ("committees", "organizations", "reporting_periods"):
        (root / "config" / "seeds" / f"{name}.csv").write_bytes((deployment.home.seeds / f"{name}.csv").read_bytes())
    installed.khoi("template", "--period", "2021H1", "--out", tmp_path / "blank", home=root)
    assert len(list((tmp_path / "blank").glob("*.xlsx"))) == len(ORGANIZATIONS)
    filled = deployment.write(ORGANIZATIONS[0], "2021H1", 20, 2)
    wrong = deployment.write(ORGANIZATIONS[1], "2021H1", 30, 4, CLOSE=43)
    installed.khoi("check", filled, home=root)
    assert "R001A" in installed.khoi("check", wrong, "--annotate", "--out", tmp_path / "back", home=root, code=1)
    (root / "inbox" / filled.name).write_bytes(filled.read_bytes())
    assert installed.khoi("run", "--settle", "0", home=root)
    rows = json.loads(
        installed.run(
            *(installed.python, "-m", "khoi", "query", "--json"),
            "select value from rpt_headlines where measure_code = 'members_total'",
            home=root,
        ).stdout
    )
    assert [row["value"] for row in rows] == [22]
    assert COMMITTEE in (root / "reports" / "quality" / "index.html").read_text(encoding="utf-8")
    assert installed.contents() == before


def test_the_ui_finds_its_definitions(installed: Installed, tmp_path: Path) -> None:
    assert "--port" in installed.khoi("serve", "--help")
    root = tmp_path / "khoi"
    installed.khoi("init", root)
    bundle = installed.packages / "khoi" / "_bundle"
    command = ("-m", "dagster", "definitions", "validate", "-m", DEFINITIONS, "-d", bundle)
    told = installed.run(installed.python, *command, home=root)
    assert "Validation successful" in told.stdout + told.stderr


def test_the_demo_is_said_to_be_elsewhere(installed: Installed) -> None:
    assert "make demo" in installed.khoi("demo", code=2)
