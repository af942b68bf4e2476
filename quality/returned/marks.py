"""Coloured cells: a conditional format of ours over them, so that no cell and no format of the sender changes.

The condition is always true and names us; by it the marks of an earlier round are found and taken away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from quality.returned.package import Package, main_tag
from quality.returned.styles import StyleBook

CONDITION = 'LEN("khoi")>0'
# What stands in front of <conditionalFormatting> in a worksheet (ECMA-376, CT_Worksheet).
_BEFORE = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews"),
    *("mergeCells", "phoneticPr", "conditionalFormatting"),
)


def color_cells(package: Package, part: str, styles: StyleBook, cells: Mapping[str, Sequence[str]]) -> None:
    """Fill ``cells`` (colour -> addresses) of the worksheet ``part``."""
    sheet = package.tree(part)
    last = max(sheet.index(child) for child in sheet if _name(child) in _BEFORE)
    stated = [str(rule.get("priority", "")) for rule in sheet.iter(main_tag("cfRule"))]
    priority = max((int(text) for text in stated if text.isascii() and text.isdigit()), default=0)
    for number, (color, addresses) in enumerate(cells.items(), start=1):
        formatting = etree.Element(main_tag("conditionalFormatting"), sqref=" ".join(addresses))
        rule = etree.SubElement(formatting, main_tag("cfRule"), type="expression")
        rule.set("dxfId", str(styles.mark(color)))
        rule.set("priority", str(priority + number))
        etree.SubElement(rule, main_tag("formula")).text = CONDITION
        sheet.insert(last + number, formatting)


def remove_colors(package: Package, part: str) -> None:
    """Take away what `color_cells` wrote in an earlier round."""
    if not any(_is_ours(one) for one in package.peek(part).iter(main_tag("conditionalFormatting"))):
        return
    sheet = package.tree(part)
    for formatting in [one for one in sheet.iter(main_tag("conditionalFormatting")) if _is_ours(one)]:
        sheet.remove(formatting)


def _is_ours(formatting: etree._Element) -> bool:
    formulas = [element.text or "" for element in formatting.iter(main_tag("formula"))]
    return bool(formulas) and all(formula.replace(" ", "") == CONDITION for formula in formulas)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
