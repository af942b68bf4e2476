"""`khoi registers`, and what every command says where the registers are wrong."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from register_folder import change, read_rows_of, write_registers
from typer.testing import CliRunner, Result

from ingest.register_files.mistakes import mistake_texts
from khoi.cli import app
from khoi.deployment.home import Home

FINE, UNUSABLE = 0, 2
PROJECT = Path(__file__).resolve().parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "home")
    write_registers(made.seeds)
    made.create()
    return made


def ask(home: Home, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"KHOI_HOME": str(home.root)})


def spoil(home: Home) -> None:
    """Twenty organizations without a name, a day that is none, a number in words."""
    change(home.seeds, "organizations", lambda rows: [
        *rows, *([f"AA-{n}", "AA", "", "CBCS", "S1", "KHONG", "2010-01-01", "", ""] for n in range(20, 40))
    ])  # fmt: skip
    change(home.seeds, "reporting_periods", lambda rows: [rows[0], [*rows[1][:2], "32/1/2021", ""], *rows[2:]])
    change(home.seeds, "organization_events", lambda rows: [rows[0], [*rows[1][:9], "năm", *rows[1][10:]], *rows[2:]])


def test_sound_registers_are_told_to_be_so(home: Home) -> None:
    result = ask(home, "registers", "check")
    assert result.exit_code == FINE
    assert "0 lỗi phải sửa" in result.stdout
    assert (home.reports / "quality" / "registers.html").is_file()


@pytest.mark.parametrize(
    "command",
    [["registers", "check"], ["template", "--period", "2021H1"], ["run", "--settle", "0"], ["catalogue", "codes"]],
    ids=lambda command: " ".join(command),
)
def test_every_command_tells_all_mistakes_at_once_and_does_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    spoil(home)
    monkeypatch.chdir(tmp_path)
    result = ask(home, *command)
    assert result.exit_code == UNUSABLE
    assert "organizations.csv, dòng 9, cột name (ô C9)" in result.output
    assert "[cũng ở dòng 10, 11, " in result.output, "the same mistake on many lines is one paragraph"
    assert "reporting_periods.csv, dòng 2, cột due_on (ô C2): «32/1/2021»" in result.output
    assert "organization_events.csv, dòng 2, cột members_moved (ô J2): «năm»" in result.output
    assert "22 lỗi phải sửa" in result.output
    page = (home.reports / "quality" / "registers.html").read_text(encoding="utf-8")
    assert all(f"<td>C{line}</td>" in page for line in range(9, 29))
    assert "32/1/2021" in page
    assert not list(home.published.iterdir())


def test_programs_get_every_mistake_with_its_place(home: Home) -> None:
    spoil(home)
    result = ask(home, "registers", "check", "--json")
    assert result.exit_code == UNUSABLE
    told = json.loads(result.stdout)["mistakes"]
    assert len(told) == 22
    assert {"file": "reporting_periods.csv", "line": 2, "column": "due_on", "cell": "C2"}.items() <= told[-1].items()


def test_what_only_reads_the_publication_is_not_kept_from_it_by_a_register(home: Home) -> None:
    spoil(home)
    assert "registers.html" not in ask(home, "path", "published").output
    assert ask(home, "path", "published").exit_code == FINE


def test_registers_that_were_sound_are_not_judged_again_until_they_change(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.reference()
    with monkeypatch.context() as patch:
        patch.setattr("khoi.deployment.registers.judged", lambda *_: pytest.fail("judged again"))
        home.reference()
    spoil(home)
    assert ask(home, "catalogue", "codes").exit_code == UNUSABLE


def test_a_workbook_out_and_back_changes_what_was_typed(home: Home, tmp_path: Path) -> None:
    book = tmp_path / "so.xlsx"
    assert ask(home, "registers", "edit", "-o", str(book)).exit_code == FINE
    workbook = openpyxl.load_workbook(book)
    workbook["Tổ chức"]["C5"] = "Chi bộ Một"
    workbook.save(book)
    result = ask(home, "registers", "edit", "--from", str(book))
    assert result.exit_code == FINE
    assert "organizations.csv ~1: AA-1 2010-01-01" in result.stdout
    assert read_rows_of(home.seeds, "organizations")[1][2] == "Chi bộ Một"
    assert "Không có gì thay đổi" in ask(home, "registers", "edit", "--from", str(book)).stdout


def test_a_workbook_with_mistakes_is_told_by_sheet_and_cell(home: Home, tmp_path: Path) -> None:
    book = tmp_path / "so.xlsx"
    ask(home, "registers", "edit", "-o", str(book))
    workbook = openpyxl.load_workbook(book)
    workbook["Tổ chức"]["C5"] = None
    workbook.save(book)
    result = ask(home, "registers", "edit", "--from", str(book))
    assert result.exit_code == UNUSABLE
    assert "so.xlsx, trang «Tổ chức», dòng 5, cột name (ô C5)" in result.output


def test_every_declared_mistake_is_one_that_can_be_told() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for room in ("ingest", "quality", "khoi")
        for path in (PROJECT / room).rglob("*.py")
    )
    assert [kind for kind in mistake_texts() if f'"{kind}"' not in sources] == []
