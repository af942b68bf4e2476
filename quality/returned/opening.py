"""A returned copy opens with the list of findings in front, whatever sheet the sender left it on.

Only which tab is shown and selected changes. A second tab that stayed selected would make a group with the list, and
what is typed into a group goes into all of its sheets; so every other tab is deselected.
"""

from __future__ import annotations

from lxml import etree

from quality.returned.package import OFFICE, WORKBOOK, Package, main_tag

_SELECTED = "tabSelected"
_KINDS = ("worksheet", "chartsheet", "dialogsheet")


def open_with(package: Package, part: str) -> None:
    """Let the workbook open with the sheet in ``part``, and with that sheet alone selected."""
    targets = package.targets(WORKBOOK)
    sheets = [targets.get(str(sheet.get(f"{{{OFFICE}}}id")), ("", "")) for sheet in package.child(WORKBOOK, "sheets")]
    shown = next(number for number, (_, one) in enumerate(sheets) if one == part)
    for kind, other in sheets:
        if kind in _KINDS and package.has(other) and other != part and _is_selected(package, other):
            for view in package.tree(other).iter(main_tag("sheetView")):
                view.attrib.pop(_SELECTED, None)
    for view in package.tree(part).iter(main_tag("sheetView")):
        view.set(_SELECTED, "1")
    for view in _book_views(package):
        view.set("activeTab", str(shown))


def _is_selected(package: Package, part: str) -> bool:
    return any(view.get(_SELECTED) for view in package.peek(part).iter(main_tag("sheetView")))


def _book_views(package: Package) -> list[etree._Element]:
    """The windows of the workbook; one is made where it declares none."""
    book = package.tree(WORKBOOK)
    views = list(book.iter(main_tag("workbookView")))
    if not views:
        sheets = book.find(main_tag("sheets"))
        holder = etree.Element(main_tag("bookViews"))
        book.insert(book.index(sheets), holder)
        views = [etree.SubElement(holder, main_tag("workbookView"))]
    return views
