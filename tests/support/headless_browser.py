"""A browser without a window where Chromium and its driver are installed, and what axe says of the page it shows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
_AXE = Path(__file__).with_name("axe") / "axe.min.js"


def headless_browser(downloads: Path) -> Any:
    """A new browser that puts what is taken along into ``downloads``; the caller ends it."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(BROWSER)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(DRIVER)))
    driver.set_script_timeout(60)
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(downloads)})
    driver.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    return driver


def violations(browser: Any) -> list[str]:
    """What axe finds on the page that is shown, one line each; and that the page is wider than its window."""
    browser.execute_script(_AXE.read_text(encoding="utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']})"
        ".then(r => done(r.violations.map(v => v.id + ': ' + v.nodes[0].html)))"
    )
    wider = "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return [*found, *(["the page is wider than the window"] if browser.execute_script(wider) else [])]
