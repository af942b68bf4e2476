"""What a register may leave empty is left out for readers; nobody reads `None` or `nan`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from khoi_deployment import COMMITTEE, ORGANIZATIONS, Deployment
from openpyxl import load_workbook
from typer.testing import CliRunner

from ingest.register_files.declared import declared_registers
from khoi.cli import app

NOTHING = re.compile(r"\b(None|nan|NaN|NaT|<NA>)\b")


@pytest.fixture(scope="module")
def sparse(published: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A copy of the published deployment, to be run: its registers hold only what is required."""
    reference = published.home.reference()
    required = declared_registers()
    for name in ("committees", "organizations", "reporting_periods"):
        optional = set(reference[name].columns) - {*required[name].required, "sector", "industrial_zone"}
        assert optional, name
        assert reference[name][sorted(optional)].isna().all(axis=None), name
    root = tmp_path_factory.mktemp("sparse") / "khoi"
    return Deployment(Path(shutil.copytree(published.home.root, root)), anew=False)


def texts(path: Path) -> list[str]:
    """Every text of a page or a workbook that a person may read."""
    if path.suffix == ".html":
        return [re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)]
    book = load_workbook(path)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    told = [str(cell.value) for cell in cells if cell.value is not None]
    return told + [cell.comment.text for cell in cells if cell.comment is not None]


@pytest.mark.slow
def test_no_page_and_no_workbook_says_none(sparse: Deployment, tmp_path: Path) -> None:
    home = sparse.home
    arguments = ["template", "--period", "2021H2", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, arguments, env={"KHOI_HOME": str(home.root)}).exit_code == 0
    blank, returned = list(tmp_path.glob("*.xlsx")), list(home.returned.rglob("*.xlsx"))
    pages = [path for path in home.reports.rglob("*.html") if "data_docs" not in path.parts]
    assert len(blank) == len(ORGANIZATIONS)
    assert returned
    assert len(pages) > 5
    said = {path.name: text for path in (*blank, *returned, *pages) for text in texts(path) if NOTHING.search(text)}
    assert {name: NOTHING.search(text).group() for name, text in said.items()} == {}  # type: ignore[union-attr]


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("followup",),
        ("answer", "list"),
        ("reconcile", "--all"),
        ("published",),
        ("compare", "members_total", "--from", "2021H1", "--to", "2021H2", "--committee", COMMITTEE),
        ("trace", f"members_total@{COMMITTEE}@2021H1"),
        ("query", "select * from dim_committees"),
        ("query", "select * from dim_organizations"),
        ("catalogue", "codes"),
        ("rules", "list"),
        ("run", "--settle", "0"),
    ],
    ids=" ".join,
)
def test_no_command_says_none(sparse: Deployment, arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, list(arguments), env={"KHOI_HOME": str(sparse.home.root)})
    assert result.exit_code in (0, 1), result.output
    assert NOTHING.findall(result.output) == []


@pytest.mark.slow
def test_a_committee_without_an_english_name_goes_by_its_own(sparse: Deployment) -> None:
    page = (sparse.home.reports / "quality" / "index.html").read_text(encoding="utf-8")
    assert page.count("Đảng bộ thử") >= 2
