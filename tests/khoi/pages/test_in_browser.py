"""The pages in a browser, where Chromium and its driver are: wide and narrow, keyboard names, and a reviewer's way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import uvicorn
from headless_browser import BROWSER, DRIVER, headless_browser, violations
from starlette.testclient import TestClient

from khoi.deployment.home import Home
from quality.submissions.decisions import load_decisions

webdriver = pytest.importorskip("selenium.webdriver")
exceptions = pytest.importorskip("selenium.common.exceptions")
pytest.importorskip("selenium.webdriver.support.ui")
PAGES = [
    *("", "dang-bo/ZZ?period=2021H1", "to-chuc/ZZ-001", "so-lieu?measure=members_total&committee=ZZ&period=2021H1"),
    *("trang-tinh/{file}?sheet=Biểu 1&cell=C12", "to-chuc/ZZ-002"),
    *(
        "so-sanh",
        "bang-xoay",
        "kiem-tra",
        "hoi-truoc",
        "chi-tieu",
        "cong-bo",
        "cong-bo/1",
        "quy-tac",
        "quy-tac/R001A",
        "nowhere",
    ),
]
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="Chromium and chromedriver are not installed here"),
]


@pytest.fixture(scope="module")
def address(pages: TestClient) -> Iterator[str]:
    """The pages on a port of this machine."""
    server = uvicorn.Server(uvicorn.Config(pages.app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/kho/"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def marked(pages: TestClient) -> str:
    """The hash of a workbook with an open finding at a cell."""
    (row,) = pages.app.state.published.rows(
        "select file_hash from fct_submissions where organization_code = 'ZZ-002' and submission_state = 'returned'"
    )
    return str(row["file_hash"])


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the browser puts what is taken along."""
    return tmp_path_factory.mktemp("taken")


@pytest.fixture(scope="module")
def browser(taken: Path) -> Iterator[Any]:
    """A browser without a window."""
    driver = headless_browser(taken)
    yield driver
    driver.quit()


def until(browser: Any, css: str, found: Callable[[Any], bool]) -> None:
    """Wait for an element that is as ``found`` says: a page on its way out may still show what stood there before."""
    gone = (exceptions.StaleElementReferenceException, exceptions.NoSuchElementException)
    wait = webdriver.support.ui.WebDriverWait(browser, 30, ignored_exceptions=gone)
    wait.until(lambda page: found(page.find_element(webdriver.common.by.By.CSS_SELECTOR, css)), css)


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_a_rule_of_accessibility_or_its_width(
    browser: Any, address: str, marked: str, page: str, width: int
) -> None:
    browser.set_window_size(width, 900)
    browser.get(address + page.format(file=marked))
    assert violations(browser) == []


@pytest.mark.parametrize("width", [1280, 400])
def test_a_workbook_dropped_on_the_page_is_answered_on_one_that_breaks_no_rule_either(
    browser: Any, address: str, home: Home, pages: TestClient, tmp_path: Path, width: int
) -> None:
    book = openpyxl.load_workbook(sorted(home.inbox.rglob("ZZ-001*.xlsx"))[0])
    book["Biểu 1"]["C11"] = "abc"
    book.save(tmp_path / "ZZ-001.xlsx")
    browser.set_window_size(width, 900)
    browser.get(f"{address}kiem-tra")
    field = browser.find_element(webdriver.common.by.By.CSS_SELECTOR, "input[type=file]")
    field.send_keys(str(tmp_path / "ZZ-001.xlsx"))
    field.submit()
    until(browser, "section.listing h2", lambda title: "ZZ-001.xlsx" in title.text)
    assert violations(browser) == []
    pages.app.state.desk.close()


@pytest.mark.parametrize("width", [1280, 400])
def test_a_figure_opens_to_its_cell_and_to_the_sheet_around_it(browser: Any, address: str, width: int) -> None:
    by = webdriver.common.by.By
    browser.set_window_size(width, 900)
    browser.get(f"{address}dang-bo/ZZ?period=2021H1")
    browser.find_element(by.CSS_SELECTOR, ".tile strong a[href*=members_total]").click()
    until(browser, "#cells a[href*=trang-tinh]", bool)
    place = browser.find_element(by.CSS_SELECTOR, "#cells a[href*=trang-tinh]")
    line = place.find_element(by.XPATH, "./ancestor::tr")
    stood = line.find_elements(by.TAG_NAME, "td")[5].text
    place.click()
    until(browser, "td[aria-current]", bool)
    here = browser.find_element(by.CSS_SELECTOR, "td[aria-current]")
    assert here.text == stood
    assert here.is_displayed()
    top = browser.execute_script("return arguments[0].getBoundingClientRect().top", here)
    assert 0 <= top < 900  # the address leads to the cell, not to the top of a long sheet
    assert "Tổng số đảng viên" in here.find_element(by.XPATH, "./ancestor::table").text


def test_a_pivot_is_taken_along_as_it_stands(browser: Any, address: str, taken: Path) -> None:
    by = webdriver.common.by.By
    browser.set_window_size(1280, 900)
    browser.get(f"{address}bang-xoay?committee=ZZ&measure=members_total&pivot.q=zz-002")
    shown = [cell.text for cell in browser.find_elements(by.CSS_SELECTOR, "#pivot tbody td")]
    browser.find_element(by.CSS_SELECTOR, "#pivot .tools").find_element(by.LINK_TEXT, "Excel").click()
    until = time.monotonic() + 30
    while not (files := list(taken.glob("*.xlsx"))):
        assert time.monotonic() < until
        time.sleep(0.1)
    sheet = openpyxl.load_workbook(files[0]).active
    rows = [
        ["" if value is None else str(value) for value in row] for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    assert rows == [shown]


def test_a_reviewer_accepts_everything_shown_and_asks_again(browser: Any, address: str, home: Home) -> None:
    by = webdriver.common.by.By
    browser.set_window_size(400, 900)
    for verdict in ("accept", "withdraw"):
        before = len(load_decisions(home.decisions))
        browser.get(f"{address}hoi-truoc")
        can = browser.find_elements(by.NAME, "ticked")
        assert can
        browser.find_element(by.NAME, "all").click()
        browser.find_element(by.CSS_SELECTOR, f"option[value={verdict}]").click()
        browser.find_element(by.NAME, "note").send_keys("đã xem cùng đơn vị\n")
        told = f"Đã ghi {len(can)}"
        until(browser, "[role=status]", lambda status, told=told: told in status.text)
        written = load_decisions(home.decisions).iloc[before:]
        assert list(written["verdict"]) == [verdict] * len(can)


def test_a_reviewer_drills_to_a_cell_searches_sorts_decides_and_reads_english(
    browser: Any, address: str, home: Home
) -> None:
    by = webdriver.common.by.By
    browser.set_window_size(1280, 900)
    browser.get(f"{address}dang-bo/ZZ?period=2021H1")
    browser.find_element(by.CSS_SELECTOR, ".tile strong a[href*=members_total]").click()
    until(browser, "#cells", lambda cells: "!C" in cells.text)
    browser.get(f"{address}bang-xoay")
    browser.find_element(by.NAME, "pivot.q").send_keys("zz-002\n")
    until(browser, "#pivot .count", lambda count: count.text.startswith("1 "))
    browser.get(f"{address}bang-xoay?committee=ZZ&measure=members_total")
    browser.find_element(by.CSS_SELECTOR, "#pivot thead a[href*='sort=row']").click()
    until(browser, "#pivot th[aria-sort]", lambda head: head.get_attribute("aria-sort") == "ascending")
    before = len(load_decisions(home.decisions))
    browser.get(f"{address}hoi-truoc")
    browser.find_element(by.NAME, "ticked").click()
    browser.find_element(by.NAME, "note").send_keys("đã hỏi đơn vị\n")
    until(browser, "[role=status]", lambda told: "Đã ghi 1" in told.text)
    assert len(load_decisions(home.decisions)) == before + 1
    browser.find_element(by.LINK_TEXT, "English").click()
    until(browser, "h1", lambda title: title.text == "What to ask first")
    browser.get(address)
    assert browser.find_element(by.TAG_NAME, "h1").text == "Overview"  # the choice is kept
