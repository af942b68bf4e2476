"""The pictures of README and the guides, made again from the demo: `python -m bench.pictures HOME [FOLDER]`.

``HOME`` is a deployment in which `khoi demo` ran; what is read there is noted as every reading. Needs Chromium with its
driver and, for the returned workbook, LibreOffice and Ghostscript.

Belongs here: which pictures there are. Does not belong here: checks of pages (`tests/khoi/pages/test_in_browser.py`).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import uvicorn

from khoi.deployment.home import Home
from khoi.pages.app import pages_app
from khoi.pages.published import Published

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
_WIDTH, _HEIGHT = 1280, 860
PAGES = {
    "tong-quan": "",
    "dang-bo": "dang-bo/TH?period=2022H2",
    "so-sanh": "so-sanh?committee=TH&measure=members_total&from=2020H2&to=2023H1",
    "hoi-truoc": "hoi-truoc",
    "bang-xoay": "bang-xoay?committee=TV&measure=members_total",
    "chi-tieu": "chi-tieu?committee=TH",
}
"""Picture -> page; the sheet of the returned workbook comes beside them."""
RETURNED, SHEET = "bieu-tra-lai", "Biểu 1"


def main() -> None:
    """Make every picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    home = Home(asked.home)
    with _served(home) as (address, published), _browser() as browser:
        for name, page in PAGES.items():
            browser.get(address + page)
            browser.save_screenshot(str(asked.folder / f"{name}.png"))
        copy, cell = _marked(published, address, browser)
        browser.save_screenshot(str(asked.folder / "trang-tinh.png"))
    print(f"{copy.name}: {SHEET}!{cell}")
    _picture_of_sheet(copy, asked.folder / f"{RETURNED}.png")


@contextmanager
def _served(home: Home) -> Iterator[tuple[str, Published]]:
    pages = pages_app(home)
    server = uvicorn.Server(uvicorn.Config(pages, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/kho/", pages.state.published
    server.should_exit = True
    thread.join()


@contextmanager
def _browser() -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = str(shutil.which("chromium") or shutil.which("chromium-browser"))
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(str(shutil.which("chromedriver"))))
    driver.set_window_size(_WIDTH, _HEIGHT)
    yield driver
    driver.quit()


def _marked(published: Published, address: str, browser: Any) -> tuple[Path, str]:
    """The first returned copy with a wrong cell in the sheet, its page open in the browser, and the cell."""
    from khoi.exchange.returned import known_copies

    rows = [
        (row["file_hash"], row["cell"])
        for row in published.rows(
            "select file_hash, cell from fct_findings where outcome = 'fail' and severity = 'hard' and sheet = $sheet "
            "and rule_id = 'R001A' and cell is not null order by committee_code, file_name, cell",
            {"sheet": SHEET},
        )
    ]
    home = published.home
    copies = {
        facts["file_hash"]: home.returned / name
        for name, facts in known_copies(home.returned / "manifest.json").items()
    }
    file_hash, cell = next((code, cell) for code, cell in rows if code in copies and copies[code].suffix == ".xlsx")
    browser.get(f"{address}trang-tinh/{file_hash}?sheet={SHEET}&cell={cell}#here")
    return copies[file_hash], cell


def _picture_of_sheet(copy: Path, picture: Path) -> None:
    """The sheet as LibreOffice prints it."""
    with tempfile.TemporaryDirectory(prefix="khoi-") as folder:
        book = openpyxl.load_workbook(copy)
        for sheet in book.sheetnames:
            if sheet != SHEET:
                del book[sheet]
        alone = Path(folder) / "alone.xlsx"
        book.save(alone)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(alone)]
        subprocess.run(convert, check=True, capture_output=True, timeout=300)
        page = ["gs", "-q", "-sDEVICE=png16m", "-r75", "-dTextAlphaBits=4", "-dFirstPage=1", "-dLastPage=1", "-o"]
        subprocess.run([*page, str(picture), str(alone.with_suffix(".pdf"))], check=True, timeout=120)


if __name__ == "__main__":
    main()
