"""Cell comments: added to a sheet that has none, beside those of the sender where there are some.

Our text begins with a fixed word; by it the comments of an earlier round are found and taken away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from quality.returned.package import MAIN, OFFICE, Package, main_tag
from quality.returned.words import returned_words

AUTHOR = "khoi"
_VML = "urn:schemas-microsoft-com:vml"
_OFFICE_VML = "urn:schemas-microsoft-com:office:office"
_EXCEL_VML = "urn:schemas-microsoft-com:office:excel"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
_POINTS_A_LINE, _LETTERS_A_LINE, _WIDTH = 13, 58, 300
# What may stand after <legacyDrawing> in a worksheet (ECMA-376, CT_Worksheet): it goes in front of these.
_AFTER_LEGACY_DRAWING = (
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
)


def split_address(cell: str) -> tuple[int, int]:
    """``D12`` (or the first cell of a range) as (row 12, column 4). Raises ValueError for anything else."""
    match = _ADDRESS.match(cell)
    if match is None:
        raise ValueError(f"{cell!r} is not a cell address")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def add_comments(package: Package, sheet_part: str, texts: Mapping[str, str]) -> None:
    """Write ``texts`` (cell address -> text) to the sheet.

    Where the sheet's drawing is not well-formed XML (some programs write it so) it stays without comments.
    """
    drawing = _drawing(package, sheet_part)
    if drawing is None:
        return
    part = _comments(package, sheet_part)
    root = package.tree(part)
    author = _author(root)
    listed = root.find(main_tag("commentList"))
    present = {str(element.get("ref")): element for element in listed}
    for address in sorted(texts, key=split_address):
        if address not in present:
            present[address] = etree.SubElement(listed, main_tag("comment"), ref=address, authorId=str(author))
            _append_shape(package.tree(drawing), address, texts[address])
        _append_text(present[address], texts[address])


def remove_comments(package: Package, sheet_part: str) -> None:
    """Take away what `add_comments` wrote in an earlier round; what others wrote stays."""
    part = next((part for kind, part in package.targets(sheet_part).values() if kind == "comments"), None)
    if part is None or not any(_starts_ours(one) for one in package.peek(part).iter(main_tag("r"))):
        return
    gone = []
    for comment in list(package.tree(part).iter(main_tag("comment"))):
        text = comment.find(main_tag("text"))
        runs = list(text) if text is not None else []
        first = next((number for number, run in enumerate(runs) if _starts_ours(run)), None)
        for run in runs[first:] if first is not None else []:
            text.remove(run)
        if first == 0:
            gone.append(split_address(str(comment.get("ref"))))
            comment.getparent().remove(comment)
    drawing = _drawing(package, sheet_part)
    if drawing is not None:
        _remove_shapes(package.tree(drawing), gone)


def _starts_ours(run: etree._Element) -> bool:
    return "".join(str(text) for text in run.itertext()).strip().startswith(returned_words().comment["start"])


def _comments(package: Package, sheet_part: str) -> str:
    for kind, part in package.targets(sheet_part).values():
        if kind == "comments":
            return part
    part = package.free_part("xl/commentsK{}.xml")
    root = etree.Element(main_tag("comments"), nsmap={None: MAIN})
    etree.SubElement(root, main_tag("authors"))
    etree.SubElement(root, main_tag("commentList"))
    package.add(part, root)
    package.declare_type(part, _COMMENTS_TYPE)
    package.relate(sheet_part, "comments", part)
    return part


def _drawing(package: Package, sheet_part: str) -> str | None:
    """The drawing that holds the comments' boxes, made where there is none; None where it cannot be read."""
    legacy = package.peek(sheet_part).find(main_tag("legacyDrawing"))
    if legacy is None:
        return _new_drawing(package, sheet_part)
    _, part = package.targets(sheet_part)[str(legacy.get(f"{{{OFFICE}}}id"))]
    try:
        package.peek(part)
    except etree.XMLSyntaxError:
        return None
    return part


def _new_drawing(package: Package, sheet_part: str) -> str:
    part = package.free_part("xl/drawings/vmlDrawingK{}.vml")
    root = etree.Element("xml", nsmap={"v": _VML, "o": _OFFICE_VML, "x": _EXCEL_VML})
    layout = etree.SubElement(root, f"{{{_OFFICE_VML}}}shapelayout")
    layout.set(f"{{{_VML}}}ext", "edit")
    kind = etree.SubElement(root, f"{{{_VML}}}shapetype", id="_x0000_t202", coordsize="21600,21600")
    kind.set("path", "m,l,21600r21600,l21600,xe")
    kind.set(f"{{{_OFFICE_VML}}}spt", "202")
    etree.SubElement(kind, f"{{{_VML}}}stroke", joinstyle="miter")
    package.add(part, root)
    package.declare_extension("vml", _VML_TYPE)
    identifier = package.relate(sheet_part, "vmlDrawing", part)
    sheet = package.tree(sheet_part)
    legacy = etree.Element(main_tag("legacyDrawing"), nsmap={"r": OFFICE})
    legacy.set(f"{{{OFFICE}}}id", identifier)
    followers = [sheet.index(element) for element in sheet if etree.QName(element).localname in _AFTER_LEGACY_DRAWING]
    sheet.insert(min(followers, default=len(sheet)), legacy)
    return part


def _author(root: etree._Element) -> int:
    authors = root.find(main_tag("authors"))
    names = [element.text for element in authors]
    if AUTHOR not in names:
        etree.SubElement(authors, main_tag("author")).text = AUTHOR
        names.append(AUTHOR)
    return names.index(AUTHOR)


def _append_text(comment: etree._Element, text: str) -> None:
    holder = comment.find(main_tag("text"))
    if holder is None:
        holder = etree.SubElement(comment, main_tag("text"))
    run = etree.SubElement(holder, main_tag("r"))
    properties = etree.SubElement(run, main_tag("rPr"))
    etree.SubElement(properties, main_tag("sz"), val="9")
    etree.SubElement(properties, main_tag("rFont"), val="Times New Roman")
    written = etree.SubElement(run, main_tag("t"))
    written.text = text if len(holder) == 1 else f"\n\n{text}"
    written.set(_SPACE, "preserve")


def _append_shape(drawing: etree._Element, address: str, text: str) -> None:
    row_no, column_no = split_address(address)
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.split("\n")) + 1
    height = lines * _POINTS_A_LINE
    shape = etree.SubElement(drawing, f"{{{_VML}}}shape", id=f"_x0000_s{_next_number(drawing)}", type="#_x0000_t202")
    shape.set("style", f"position:absolute;width:{_WIDTH}pt;height:{height}pt;z-index:1;visibility:hidden")
    shape.set("fillcolor", "#ffffe1")
    shape.set(f"{{{_OFFICE_VML}}}insetmode", "auto")
    etree.SubElement(shape, f"{{{_VML}}}fill", color2="#ffffe1")
    etree.SubElement(shape, f"{{{_VML}}}shadow", color="black", obscured="t")
    data = etree.SubElement(shape, f"{{{_EXCEL_VML}}}ClientData", ObjectType="Note")
    anchor = f"{column_no}, 15, {max(row_no - 2, 0)}, 10, {column_no + 4}, 15, {row_no - 1 + lines}, 4"
    for name, value in (
        ("MoveWithCells", None),
        ("SizeWithCells", None),
        ("Anchor", anchor),
        ("AutoFill", "False"),
        ("Row", str(row_no - 1)),
        ("Column", str(column_no - 1)),
    ):
        etree.SubElement(data, f"{{{_EXCEL_VML}}}{name}").text = value


def _next_number(drawing: etree._Element) -> int:
    numbers = re.findall(r"\d+$", "\n".join(str(shape.get("id")) for shape in drawing), re.MULTILINE)
    return max([5000, *map(int, numbers)]) + 1


def _remove_shapes(drawing: etree._Element, places: list[tuple[int, int]]) -> None:
    for shape in list(drawing):
        row, column = (shape.findtext(f".//{{{_EXCEL_VML}}}{name}") for name in ("Row", "Column"))
        if row is not None and column is not None and (int(row) + 1, int(column) + 1) in places:
            drawing.remove(shape)
