"""The static site opened from a folder in a browser: found, filtered and sorted by its script, nothing barred."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from headless_browser import BROWSER, DRIVER, headless_browser, violations
from published_marts import published_marts
from shared_seeds import shared_reference

from ingest.catalogue import load_catalogue
from khoi.reports.dictionary import write_dictionary
from khoi.reports.quality import handbook_sections, write_quality_report
from khoi.reports.quality.workbooks import Workbook
from quality.catalogue import load_rules

WebDriverWait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not (BROWSER and DRIVER), reason="Chromium and chromedriver are not installed here"),
]
PAGES = [
    *("quality/index.html", "quality/followup.html", "quality/rules.html", "quality/committees/VD.html"),
    *("quality/findings/VD.html", "quality/forms/VD-2022H1.html", "quality/organizations/VD-001.html"),
    "dictionary/index.html",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site and the dictionary in a folder, as on a file share."""
    folder = tmp_path_factory.mktemp("reports")
    catalogue, reference = load_catalogue(), shared_reference()
    handbook = handbook_sections(load_rules(catalogue, reference), catalogue, reference)
    links = {"h1": Workbook("../a.xlsx", "../b.xlsx")}
    write_quality_report(published_marts(), folder / "quality", handbook, dictionary=True, workbooks=links)
    write_dictionary(catalogue, reference, folder / "dictionary")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    driver = headless_browser(tmp_path_factory.mktemp("taken"))
    yield driver
    driver.quit()


def rows(browser: Any, css: str) -> list[str]:
    """The text of the rows that are shown, in the order of the page."""
    found: list[str] = browser.execute_script(
        "return Array.from(document.querySelectorAll(arguments[0])).filter(e => e.offsetParent).map(e => e.innerText)",
        css,
    )
    return found


def typed(browser: Any, text: str) -> str:
    """Type into the search of the page; returns what it says it found."""
    field = browser.find_element("css selector", ".tools input[type=search]")
    field.clear()
    field.send_keys(text)
    told: str = browser.find_element("css selector", ".tools [role=status]").text
    return told


@pytest.mark.parametrize("width", [1280, 400])
def test_no_page_of_the_site_breaks_a_rule_of_accessibility_or_its_width(browser: Any, site: Path, width: int) -> None:
    browser.set_window_size(width, 900)
    found = {}
    for page in PAGES:
        browser.get((site / page).as_uri())
        found[page] = violations(browser)
    assert found == {page: [] for page in PAGES}


def test_the_handbook_is_searched_without_accents_and_filtered_by_grade(browser: Any, site: Path) -> None:
    browser.get((site / "quality/rules.html").as_uri())
    every = rows(browser, "section.rule")
    told = typed(browser, "XEP LOAI lam nen")
    assert told.startswith("0/")
    assert rows(browser, "section.rule") == []
    assert rows(browser, "main h2") == [], "a topic without a rule is not shown"
    assert typed(browser, "chuoi so lieu so theo doi") == f"1/{len(every)} dòng"
    assert rows(browser, "section.rule")[0].startswith("R002 ")
    assert len(rows(browser, "main h2")) == 1
    browser.find_element("css selector", ".tools button[type=reset]").click()
    browser.find_element("css selector", "option[value='Cần giải trình']").click()
    asked = rows(browser, "section.rule")
    assert 0 < len(asked) < len(every)
    assert all("Cần giải trình" in one.splitlines()[0] for one in asked)


def test_a_table_is_sorted_by_what_its_cells_mean(browser: Any, site: Path) -> None:
    browser.get((site / "dictionary/index.html").as_uri())
    browser.execute_script(
        """
        const table = document.querySelector("#form-cover table") || document.querySelector("table[data-list]");
        table.id = "tried";
        const said = ["1.234", "20/01/2024", "9", "–", "ă", "a", "31/12/2023", "-5", "12,5 %"];
        Array.from(table.tBodies[0].rows).forEach((row, at) => {
          if (at < said.length) row.cells[0].textContent = said[at]; else row.remove();
        });
        """
    )
    before = rows(browser, "#tried tbody td:first-child")
    head = browser.find_element("css selector", "#tried thead button")
    head.click()
    up = rows(browser, "#tried tbody td:first-child")
    numbers = [one for one in ("-5", "9", "12,5 %", "1.234") if one in before]
    days = [one for one in ("31/12/2023", "20/01/2024") if one in before]
    words = [one for one in ("a", "ă") if one in before]
    expected = [*numbers, *days, *words, "–"]
    assert [one for one in up if one in expected] == expected
    assert browser.find_element("css selector", "#tried th").get_attribute("aria-sort") == "ascending"
    head.click()
    assert browser.find_element("css selector", "#tried th").get_attribute("aria-sort") == "descending"
    assert [one for one in rows(browser, "#tried tbody td:first-child") if one in expected] == expected[::-1]


def test_without_a_script_every_row_stands_there(browser: Any, site: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get((site / "quality/rules.html").as_uri())
        # On a busy machine a long page is still arriving when the browser says that it is there.
        WebDriverWait(browser, 30).until(lambda page: len(page.find_elements("css selector", "section.rule")) > 200)
        assert browser.find_elements("css selector", ".tools") == []
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_the_scripts_run_under_the_policy_of_the_page(site: Path, tmp_path: Path) -> None:
    driver = headless_browser(tmp_path)
    try:
        driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": False})
        driver.get((site / "quality/rules.html").as_uri())
        assert driver.find_elements("css selector", ".tools input")
    finally:
        driver.quit()
