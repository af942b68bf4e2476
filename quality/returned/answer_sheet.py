"""The list sheet of a returned workbook: one row per finding with room for the sender's answer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree

from ingest.addresses import a1_address
from quality.returned.package import MAIN, OFFICE, WORKBOOK, Package, main_tag
from quality.returned.styles import StyleBook
from quality.returned.words import ReturnedWords, answer_sheets, returned_words

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NUMBER = re.compile(r"-?[0-9]{1,8}")
_TAB_COLOR = "FFC00000"
_POINTS_A_LINE = 15

Line = Mapping[str, str]


def put_answer_sheet(package: Package, styles: StyleBook, lines: Sequence[Line], note: str = "") -> str:
    """Append the list of ``lines`` to the workbook and return its part; ours of an earlier round is written anew.

    ``note`` stands above the list beside the instructions.
    """
    root = _sheet_xml(styles, lines, note)
    part = find_answer_sheet(package)
    if part is not None:
        package.add(part, root)
        return part
    part = package.free_part("xl/worksheets/sheetK{}.xml")
    package.add(part, root)
    package.declare_type(part, _SHEET_TYPE)
    identifier = package.relate(WORKBOOK, "worksheet", part)
    sheets = package.tree(WORKBOOK).find(main_tag("sheets"))
    taken = {str(sheet.get("name")).casefold() for sheet in sheets}
    number = max((int(sheet.get("sheetId")) for sheet in sheets), default=0) + 1
    name = next(name for name in answer_sheets() if name.casefold() not in taken)
    sheet = etree.SubElement(sheets, main_tag("sheet"), name=name, sheetId=str(number))
    sheet.set(f"{{{OFFICE}}}id", identifier)
    return part


def find_answer_sheet(package: Package) -> str | None:
    """The part of a list sheet of ours: its name is one of ours and a cell holds the heading of its keys."""
    key = returned_words().columns[0].field
    strings = _shared_strings(package)
    for name, part in package.sheets().items():
        if name in answer_sheets() and key in _texts(package.peek(part), strings):
            return part
    return None


def _shared_strings(package: Package) -> list[str]:
    if not package.has("xl/sharedStrings.xml"):
        return []
    return ["".join(map(str, item.itertext())) for item in package.peek("xl/sharedStrings.xml")]


def _texts(sheet: etree._Element, strings: list[str]) -> set[str]:
    found = set()
    for cell in sheet.iter(main_tag("c")):
        text = "".join(map(str, cell.itertext()))
        found.add(strings[int(text)] if cell.get("t") == "s" and text else text)
    return found


def _sheet_xml(styles: StyleBook, lines: Sequence[Line], note: str) -> etree._Element:
    words = returned_words()
    root = etree.Element(main_tag("worksheet"), nsmap={None: MAIN})
    above = _above(words, note)
    header = len(above) + 1
    _views(root, header)
    columns = etree.SubElement(root, main_tag("cols"))
    for number, column in enumerate(words.columns, start=1):
        one = etree.SubElement(columns, main_tag("col"), min=str(number), max=str(number), customWidth="1")
        one.set("width", str(column.width or 9))
        if not column.width:
            one.set("hidden", "1")
    data = etree.SubElement(root, main_tag("sheetData"))
    first = next(number for number, column in enumerate(words.columns, start=1) if column.width)
    for number, text in enumerate(above, start=1):
        _cell(_row(data, number, 1 + text.count("\n")), first, text, styles.title() if number == 1 else styles.note())
    heading = _row(data, header, 2)
    for number, column in enumerate(words.columns, start=1):
        _cell(heading, number, column.heading, styles.header())
    for number, line in enumerate(lines, start=header + 1):
        _line(data, number, line, styles, words)
    _below(root, header, lines, first, words)
    return root


def _above(words: ReturnedWords, note: str) -> list[str]:
    texts = [f"{words.title.vi} / {words.title.en}"]
    texts += [f"{label.vi}\n{label.en}" for label in words.instructions]
    return [*texts, note] if note else texts


def _views(root: etree._Element, header: int) -> None:
    properties = etree.SubElement(root, main_tag("sheetPr"))
    etree.SubElement(properties, main_tag("tabColor"), rgb=_TAB_COLOR)
    etree.SubElement(properties, main_tag("pageSetUpPr"), fitToPage="1")
    views = etree.SubElement(root, main_tag("sheetViews"))
    view = etree.SubElement(views, main_tag("sheetView"), showGridLines="0", workbookViewId="0")
    pane = etree.SubElement(view, main_tag("pane"), ySplit=str(header), topLeftCell=f"A{header + 1}")
    pane.set("activePane", "bottomLeft")
    pane.set("state", "frozen")


def _row(data: etree._Element, number: int, lines: int) -> etree._Element:
    height = str(lines * _POINTS_A_LINE + 6)
    return etree.SubElement(data, main_tag("row"), r=str(number), ht=height, customHeight="1")


def _line(data: etree._Element, number: int, line: Line, styles: StyleBook, words: ReturnedWords) -> None:
    deepest = max(_wrapped(line.get(column.field, ""), column.width) for column in words.columns if column.width)
    row = _row(data, number, deepest)
    colors = {shade.vi: shade.color for shade in words.severities.values()}
    for column_no, column in enumerate(words.columns, start=1):
        style = styles.body()
        if column.field in ("answer", "explanation"):
            style = styles.answer()
        elif column.field == "severity":
            style = styles.shaded(colors[line["severity"]])
        _cell(row, column_no, line.get(column.field, ""), style)


def _wrapped(text: str, width: int) -> int:
    """How many lines ``text`` takes in a column of ``width`` characters."""
    return sum(1 + len(paragraph) // max(width - 2, 1) for paragraph in text.split("\n"))


def _cell(row: etree._Element, column: int, text: str, style: int) -> None:
    cell = etree.SubElement(row, main_tag("c"), r=a1_address(int(row.get("r")), column), s=str(style))
    if _NUMBER.fullmatch(text):
        etree.SubElement(cell, main_tag("v")).text = text
    elif text:
        cell.set("t", "inlineStr")
        written = etree.SubElement(etree.SubElement(cell, main_tag("is")), main_tag("t"))
        written.text = text
        written.set(_SPACE, "preserve")


def _below(root: etree._Element, header: int, lines: Sequence[Line], first: int, words: ReturnedWords) -> None:
    """What follows the cells, in the order the format demands: merges, drop-downs, links, page."""
    merges = etree.SubElement(root, main_tag("mergeCells"), count=str(header - 1))
    for number in range(1, header):
        span = f"{a1_address(number, first)}:{a1_address(number, len(words.columns))}"
        etree.SubElement(merges, main_tag("mergeCell"), ref=span)
    if lines:
        _answer_list(root, header, len(lines), words)
        _links(root, header, lines, words)
    setup = etree.SubElement(root, main_tag("pageSetup"), paperSize="9", orientation="landscape")
    setup.set("fitToHeight", "0")


def _answer_list(root: etree._Element, header: int, count: int, words: ReturnedWords) -> None:
    column = _number_of(words, "answer")
    validations = etree.SubElement(root, main_tag("dataValidations"), count="1")
    rule = etree.SubElement(validations, main_tag("dataValidation"), type="list", allowBlank="1")
    for name in ("showInputMessage", "showErrorMessage"):
        rule.set(name, "1")
    rule.set("sqref", f"{a1_address(header + 1, column)}:{a1_address(header + count, column)}")
    choices = ",".join(spoken[0] for spoken in words.answers.values())
    etree.SubElement(rule, main_tag("formula1")).text = f'"{choices}"'


def _links(root: etree._Element, header: int, lines: Sequence[Line], words: ReturnedWords) -> None:
    """The address of every finding leads to its cell."""
    column = _number_of(words, "cell")
    linked = [(number, line) for number, line in enumerate(lines, start=header + 1) if line["sheet"] and line["cell"]]
    if not linked:
        return
    links = etree.SubElement(root, main_tag("hyperlinks"))
    for number, line in linked:
        sheet = line["sheet"].replace("'", "''")
        link = etree.SubElement(links, main_tag("hyperlink"), ref=a1_address(number, column))
        link.set("location", f"'{sheet}'!{line['cell']}")


def _number_of(words: ReturnedWords, field: str) -> int:
    return 1 + [column.field for column in words.columns].index(field)
