"""Data Docs that open from a file share: what Great Expectations renders, without anything that asks the network.

Great Expectations loads styles, scripts, fonts and a logo from other hosts and puts every run into a folder of its
own. Here its result tables are kept, one page per suite, under the house's header and style, behind an index of all
expectations in both languages.
"""

from __future__ import annotations

from pathlib import Path

from lxml import html

from ingest.durable import write_text
from khoi.gate.outcome import Outcome
from khoi.gate.suites import Suite
from khoi.reports.quality.layout import keep_look, page_environment

_ICONS = {"fa-check-circle": "✓ đạt / met", "fa-times": "✗ chưa đạt / not met", "fa-exclamation": "! lỗi / error"}
_DROPPED = "//script|//link|//style|//img|//iframe|//button|//input|//i|//svg|//nav"
_RUN_DETAILS = "//div[contains(@id, '-parent') and .//a[@data-toggle='collapse']]"
_KEPT_ATTRIBUTES = frozenset({"id", "class", "colspan", "rowspan", "href", "scope", "hidden"})
_TEMPLATES = Path(__file__).with_name("templates")


def publish_docs(site: Path, folder: Path, suites: list[Suite], outcomes: list[Outcome]) -> None:
    """Rewrite the pages of Great Expectations' ``site`` into ``folder``.

    ``folder`` then holds ``index.html``, ``<suite>.html`` and the look of the site; pages of former suites are removed.
    """
    environment = page_environment(_TEMPLATES)
    environment.globals.update({"root": "", "site": "../", "has_gate": True})
    keep_look(folder)
    for suite in suites:
        (page,) = site.glob(f"validations/{suite.suite}/**/*.html")
        results = offline(page.read_text(encoding="utf-8"))
        text = environment.get_template("suite.html.j2").render(suite=suite, results=results)
        write_text(folder / f"{suite.suite}.html", text)
    index = environment.get_template("gate.html.j2").render(suites=suites, outcomes=outcomes)
    write_text(folder / "index.html", index)
    for stale in folder.glob("*.html"):
        if stale.stem not in {"index", *(suite.suite for suite in suites)}:
            stale.unlink()


def offline(page: str) -> str:
    """The result sections of one page as HTML that loads nothing, runs nothing and links only within itself."""
    document = html.document_fromstring(page)
    for icon in document.xpath("//i"):
        told = next((text for name, text in _ICONS.items() if name in icon.get("class", "")), "")
        mark = html.Element("b")
        mark.text, mark.tail = told, icon.tail
        icon.getparent().replace(icon, mark)
    for element in document.xpath(f"{_DROPPED}|{_RUN_DETAILS}"):
        element.drop_tree()
    for element in document.iter():
        for name in set(element.attrib) - _KEPT_ATTRIBUTES:
            del element.attrib[name]
    for link in document.xpath("//a[not(starts-with(@href, '#')) or contains(@href, 'collapse')]"):
        link.drop_tag()
    sections = document.xpath("//div[starts-with(@id, 'section-') and contains(@class, 'ge-section')]")
    return "".join(html.tostring(section, encoding="unicode") for section in sections)
