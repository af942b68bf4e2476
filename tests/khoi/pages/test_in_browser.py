"""The pages in a browser, where Chromium and its driver are: wide and narrow, keyboard names, and a reviewer's way."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from khoi.deployment.home import Home
from quality.submissions.decisions import load_decisions

webdriver = pytest.importorskip("selenium.webdriver")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
AXE = Path(__file__).parents[2] / "support" / "axe" / "axe.min.js"
PAGES = [
    *("", "dang-bo/ZZ?period=2021H1", "to-chuc/ZZ-001", "so-lieu?measure=members_total&committee=ZZ&period=2021H1"),
    *("so-sanh", "bang-xoay", "hoi-truoc", "chi-tieu", "cong-bo", "cong-bo/1", "quy-tac", "quy-tac/R001A", "nowhere"),
]
pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="Chromium and chromedriver are not installed here")


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
def browser() -> Iterator[Any]:
    """A browser without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    driver.set_script_timeout(60)
    yield driver
    driver.quit()


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_breaks_a_rule_of_accessibility_or_its_width(browser: Any, address: str, page: str, width: int) -> None:
    browser.set_window_size(width, 900)
    browser.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    browser.get(address + page)
    browser.execute_script(AXE.read_text(encoding="utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
        ".then(r => done(r.violations.map(v => v.id + ': ' + v.nodes[0].html)))"
    )
    assert found == []
    wider = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not browser.execute_script(wider)


def test_a_reviewer_drills_to_a_cell_searches_sorts_decides_and_reads_english(
    browser: Any, address: str, home: Home
) -> None:
    by = webdriver.common.by.By
    browser.set_window_size(1280, 900)
    browser.get(f"{address}dang-bo/ZZ?period=2021H1")
    browser.find_element(by.CSS_SELECTOR, ".tile strong a[href*=members_total]").click()
    assert "!C" in browser.find_element(by.ID, "cells").text
    browser.get(f"{address}bang-xoay")
    browser.find_element(by.NAME, "pivot.q").send_keys("zz-002\n")
    assert browser.find_element(by.CSS_SELECTOR, "#pivot .count").text.startswith("1 ")
    browser.get(f"{address}bang-xoay?committee=ZZ&measure=members_total")
    browser.find_element(by.CSS_SELECTOR, "#pivot thead a[href*='sort=row']").click()
    assert browser.find_element(by.CSS_SELECTOR, "#pivot th[aria-sort]").get_attribute("aria-sort") == "ascending"
    before = len(load_decisions(home.decisions))
    browser.get(f"{address}hoi-truoc")
    browser.find_element(by.NAME, "ticked").click()
    browser.find_element(by.NAME, "note").send_keys("đã hỏi đơn vị\n")
    assert "Đã ghi 1" in browser.find_element(by.CSS_SELECTOR, "[role=status]").text
    assert len(load_decisions(home.decisions)) == before + 1
    browser.find_element(by.LINK_TEXT, "English").click()
    assert browser.find_element(by.TAG_NAME, "h1").text == "What to ask first"
    browser.get(address)
    assert browser.find_element(by.TAG_NAME, "h1").text == "Overview"  # the choice is kept
