"""A workbook dropped on a page is told what `khoi check` tells, and no byte of it stays."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from starlette.testclient import TestClient

from khoi.deployment.home import Home
from khoi.exchange.precheck import check_files
from khoi.pages import checking
from khoi.pages.checking import plain_name
from khoi.service.guard import Guard

PORT = 47123
HOST = f"127.0.0.1:{PORT}"


@pytest.fixture(scope="module", autouse=True)
def ended(pages: TestClient) -> Any:
    """The reading process ends with the tests."""
    yield
    pages.app.state.desk.close()


@pytest.fixture(scope="module")
def wrong(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with a word where a number belongs."""
    source = sorted(home.inbox.rglob("ZZ-001*.xlsx"))[0]
    book = openpyxl.load_workbook(source)
    book["Biểu 1"]["C11"] = "abc"
    path = tmp_path_factory.mktemp("dropped") / source.name
    book.save(path)
    return path


def drop(pages: TestClient, *files: tuple[str, bytes], language: str = "vi") -> Any:
    """Post files as the form does."""
    return pages.post(f"/kho/kiem-tra?lang={language}", files=[("workbook", file) for file in files])


@pytest.mark.long
@pytest.mark.parametrize(("language", "leads"), [("vi", "Xem đề nghị ở "), ("en", "See what is proposed at ")])
def test_a_proposal_stands_once_on_the_page(
    pages: TestClient, home: Home, tmp_path: Path, language: str, leads: str
) -> None:
    source = sorted(home.inbox.rglob("ZZ-001*.xlsx"))[0]
    book = openpyxl.load_workbook(source)
    book["Biểu 1"]["C27"] = 10 * int(book["Biểu 1"]["C27"].value)
    book.save(tmp_path / source.name)
    told = check_files(home, [tmp_path / source.name]).findings["suggested"].dropna()
    assert len(told) > told.nunique() == 1
    text = html.unescape(drop(pages, (source.name, (tmp_path / source.name).read_bytes()), language=language).text)
    assert text.count(told.iloc[0]) == 1
    assert text.count(leads) == len(told) - 1


def everything(folder: Path) -> dict[Path, int]:
    """Every file below a folder and when it was last written; what is read from, the log of readings apart."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and "logs" not in path.parts}


@pytest.mark.long
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_dropped_workbook_is_told_what_the_command_tells_and_nothing_is_kept(
    pages: TestClient, home: Home, wrong: Path, language: str
) -> None:
    told = check_files(home, [wrong])
    assert len(told.findings)
    before = everything(home.root)
    answer = drop(pages, (wrong.name, wrong.read_bytes()), language=language)
    assert answer.status_code == 200
    text = html.unescape(answer.text)
    for finding in told.findings.to_dict("records"):
        assert finding[f"message_{language}"] in text
        assert finding["rule_id"] in text
    assert answer.text.count("<tr>") == len(told.findings) + 1
    assert ("chưa gửi đi đâu" if language == "vi" else "nothing was sent in") in text
    assert wrong.name in text
    assert everything(home.root) == before


def test_a_workbook_without_fault_is_told_that_it_may_be_sent(pages: TestClient, home: Home) -> None:
    good = next(path for path in sorted(home.inbox.rglob("*.xlsx")) if check_files(home, [path]).findings.empty)
    text = drop(pages, (good.name, good.read_bytes())).text
    assert "Gửi được" in text
    assert "<table>" not in text


def test_several_are_told_apart_and_what_is_no_workbook_harms_no_other(pages: TestClient, wrong: Path) -> None:
    bomb = b"PK\x03\x04" + b"\x00" * 2000
    answer = drop(pages, ("x.xlsx", bomb), (wrong.name, wrong.read_bytes()), ("trống.xls", b""))
    assert answer.status_code == 200
    text = html.unescape(answer.text)
    assert text.count("Không đọc được") >= 2
    assert f"Phát hiện trong {wrong.name}" in text


@pytest.mark.long
def test_what_changes_in_the_registers_is_seen_by_the_next_check(pages: TestClient, home: Home, wrong: Path) -> None:
    drop(pages, (wrong.name, wrong.read_bytes()))
    register = home.seeds / "periods.csv"
    stood = register.read_bytes()
    register.write_bytes(stood + b"broken line\n")
    try:
        answer = drop(pages, (wrong.name, wrong.read_bytes()))
        assert answer.status_code == 400
        assert "periods.csv" in answer.text
    finally:
        register.write_bytes(stood)
    assert drop(pages, (wrong.name, wrong.read_bytes())).status_code == 200


def test_a_form_sent_without_a_file_asks_again(pages: TestClient) -> None:
    answer = pages.post("/kho/kiem-tra", files=[("workbook", ("", b""))])
    assert answer.status_code == 200
    assert 'type="file"' in answer.text
    assert pages.post("/kho/kiem-tra", data={"workbook": "text"}).status_code == 200


def test_more_bytes_or_files_than_a_time_takes_are_refused_before_they_are_read(
    pages: TestClient, monkeypatch: pytest.MonkeyPatch, wrong: Path
) -> None:
    monkeypatch.setattr(checking, "MOST_BYTES", 1_000)
    answer = drop(pages, ("lớn.xlsx", b"x" * 200_000))
    assert answer.status_code == 413
    assert "Không thực hiện được" in answer.text
    monkeypatch.setattr(checking, "MOST_BYTES", 50_000_000)
    many = [(f"{number}.xlsx", b"x") for number in range(checking.MOST_FILES + 1)]
    assert drop(pages, *many).status_code == 413
    broken = {"content-type": "multipart/form-data; boundary=b"}
    assert pages.post("/kho/kiem-tra", content=b"no form at all", headers=broken).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"host": HOST},
        {"host": HOST, "cookie": f"khoi_{PORT}=secret", "origin": "http://evil.example"},
        {"host": HOST, "cookie": f"khoi_{PORT}=secret", "origin": "null"},
        {"host": HOST, "cookie": f"khoi_{PORT}=secret", "sec-fetch-site": "cross-site"},
        {"host": "evil.example", "cookie": f"khoi_{PORT}=secret"},
    ],
)
def test_another_page_drops_nothing_here(pages: TestClient, wrong: Path, headers: dict[str, str]) -> None:
    guarded = TestClient(Guard(pages.app, "secret", PORT))
    given = [("workbook", (wrong.name, wrong.read_bytes()))]
    assert guarded.post("/kho/kiem-tra", files=given, headers=headers).status_code == 403
    allowed = {"host": HOST, "cookie": f"khoi_{PORT}=secret", "origin": f"http://{HOST}"}
    assert guarded.post("/kho/kiem-tra", files=given, headers=allowed).status_code == 200


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Biểu 1.xlsx", "Biểu 1.xlsx"),
        ("a\0b\n.xlsx", "a_b_.xlsx"),
        ("..", "workbook"),
        (".xlsx", "xlsx"),
        ("x" * 400 + ".xlsx", "x" * 120 + ".xlsx"),
        ('<img src="x">.xls', "_img src=_x__.xls"),
    ],
)
def test_a_name_from_a_browser_is_that_of_a_file_of_any_system(given: str, kept: str) -> None:
    assert plain_name(given) == kept
