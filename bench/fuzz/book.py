"""One .xlsx package whose cells, styles, rows and sheets are changed as XML; nothing else in it moves."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from ingest.addresses import column_letters, column_number

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_BEFORE_MERGED = ("sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState")
Place = tuple[int, int]
Element = etree._Element


def tag(name: str) -> str:
    """A name of the spreadsheet namespace."""
    return f"{{{MAIN}}}{name}"


def split(reference: str) -> Place:
    """Row and column of an A1 address."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_number(letters)


def joined(place: Place) -> str:
    """The A1 address of row and column."""
    return f"{column_letters(place[1])}{place[0]}"


class Book:
    """The parts of a package. Sheets are named as in the workbook; rows and columns are 1-based."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self._trees: dict[str, Element] = {}
        related = {
            one.get("Id"): "xl/" + str(one.get("Target")).removeprefix("/xl/")
            for one in self.tree("xl/_rels/workbook.xml.rels")
        }
        self.sheets = {
            str(one.get("name")): related[one.get(f"{{{_OFFICE}}}id")]
            for one in self.tree("xl/workbook.xml").iter(tag("sheet"))
        }

    def tree(self, part: str) -> Element:
        """A part as a tree; what is changed in it is saved."""
        if part not in self._trees:
            self._trees[part] = etree.fromstring(self.parts[part])
        return self._trees[part]

    def sheet(self, name: str) -> Element:
        """The tree of a worksheet."""
        return self.tree(self.sheets[name])

    def listed(self, name: str) -> Element:
        """A sheet's entry in the workbook."""
        return next(one for one in self.tree("xl/workbook.xml").iter(tag("sheet")) if one.get("name") == name)

    def visible(self) -> list[str]:
        """The sheets that a person sees."""
        return [name for name in self.sheets if not self.listed(name).get("state")]

    def rows(self, name: str) -> Iterator[Element]:
        """The rows of a sheet."""
        data = self.sheet(name).find(tag("sheetData"))
        assert data is not None
        yield from data.iter(tag("row"))

    def code(self, cell: Element) -> str:
        """The number format of a cell; one of those without a code of their own by its number (``id:10``)."""
        styles = self.tree("xl/styles.xml")
        formats = styles.find(tag("cellXfs"))
        assert formats is not None
        number = formats[int(cell.get("s") or 0)].get("numFmtId") or "0"
        declared = {str(one.get("numFmtId")): str(one.get("formatCode")) for one in styles.iter(tag("numFmt"))}
        return declared.get(number, f"id:{number}")

    def cells(self, name: str) -> dict[Place, Element]:
        """The filled cells of a sheet."""
        found = {}
        for row in self.rows(name):
            for number, cell in enumerate(row, start=1):
                if len(cell) and (cell.get("t") != "s" or cell.findtext(tag("v")) is not None):
                    found[split(cell.get("r")) if cell.get("r") else (int(row.get("r")), number)] = cell
        return found

    def text(self, cell: Element) -> str:
        """What a cell holds, as text."""
        value = cell.findtext(tag("v")) or ""
        if cell.get("t") == "s":
            item = self.tree("xl/sharedStrings.xml")[int(value)]
            return "".join(one.text or "" for one in item.iter(tag("t")))
        return value or "".join(one.text or "" for one in cell.iter(tag("t")))

    def cell(self, name: str, place: Place) -> Element:
        """The cell at a place, made where there is none."""
        data = self.sheet(name).find(tag("sheetData"))
        assert data is not None
        row = next((one for one in data if int(one.get("r")) >= place[0]), None)
        if row is None or int(row.get("r")) != place[0]:
            made = etree.Element(tag("row"), r=str(place[0]))
            data.insert(len(data) if row is None else data.index(row), made)
            row = made
        row.attrib.pop("spans", None)
        for index, cell in enumerate(row):
            column = split(cell.get("r"))[1]
            if column == place[1]:
                return cell
            if column > place[1]:
                row.insert(index, etree.Element(tag("c"), r=joined(place)))
                return row[index]
        return etree.SubElement(row, tag("c"), r=joined(place))

    def write(self, name: str, place: Place, kind: str | None, *children: Element) -> None:
        """Put ``children`` of a type (``t``) into a cell, its style kept."""
        cell = self.cell(name, place)
        del cell[:]
        cell.attrib.pop("t", None)
        if kind:
            cell.set("t", kind)
        cell.extend(children)

    def style(self, like: str | None, *, code: str | None = None, font: str | None = None) -> str:
        """A cell style like another one, with a number format or what ``font`` adds; returns its number."""
        styles = self.tree("xl/styles.xml")
        formats = styles.find(tag("cellXfs"))
        assert formats is not None
        style = copy.deepcopy(formats[int(like or 0)])
        if code is not None:
            style.set("numFmtId", self._number_format(styles, code))
            style.set("applyNumberFormat", "1")
        if font is not None:
            fonts = styles.find(tag("fonts"))
            assert fonts is not None
            made = copy.deepcopy(fonts[int(style.get("fontId") or 0)])
            made.insert(0, etree.fromstring(f'<{font} xmlns="{MAIN}"/>'))
            fonts.append(made)
            fonts.set("count", str(len(fonts)))
            style.set("fontId", str(len(fonts) - 1))
            style.set("applyFont", "1")
        formats.append(style)
        formats.set("count", str(len(formats)))
        return str(len(formats) - 1)

    def _number_format(self, styles: Element, code: str) -> str:
        if code.startswith("id:"):
            return code[3:]
        declared = styles.find(tag("numFmts"))
        if declared is None:
            declared = etree.Element(tag("numFmts"))
            styles.insert(0, declared)
        number = max([163, *(int(one.get("numFmtId")) for one in declared)]) + 1
        etree.SubElement(declared, tag("numFmt"), numFmtId=str(number), formatCode=code)
        declared.set("count", str(len(declared)))
        return str(number)

    def merge(self, name: str, first: Place, last: Place) -> None:
        """Merge a range; what lies under it stays in the file, as some programs leave it."""
        sheet = self.sheet(name)
        merged = sheet.find(tag("mergeCells"))
        if merged is None:
            merged = etree.Element(tag("mergeCells"))
            data = sheet.find(tag("sheetData"))
            assert data is not None
            after = [index for index, one in enumerate(sheet) if etree.QName(one).localname in _BEFORE_MERGED]
            sheet.insert(max([sheet.index(data), *after]) + 1, merged)
        etree.SubElement(merged, tag("mergeCell"), ref=f"{joined(first)}:{joined(last)}")
        merged.set("count", str(len(merged)))

    def merged(self, name: str) -> list[tuple[Place, Place]]:
        """The merged ranges of a sheet."""
        found = [one.get("ref").partition(":") for one in self.sheet(name).iter(tag("mergeCell"))]
        return [(split(first), split(last or first)) for first, _, last in found]

    def shift_rows(self, name: str, at: int, by: int) -> None:
        """Push the rows from ``at`` on down (or, by a negative number, up over those that are taken out)."""
        for row in list(self.rows(name)):
            number = int(row.get("r"))
            if at <= number < at - by:
                row.getparent().remove(row)
            elif number >= at:
                self._renumber(row, number + by)
        for one in list(self.sheet(name).iter(tag("mergeCell"))):
            first, last = (split(end) for end in one.get("ref").split(":"))
            if at <= first[0] < at - by:
                one.getparent().remove(one)
            elif first[0] >= at:
                one.set("ref", f"{joined((first[0] + by, first[1]))}:{joined((last[0] + by, last[1]))}")

    def swap_rows(self, name: str, one: int, other: int) -> None:
        """Two rows change places."""
        found = {int(row.get("r")): row for row in self.rows(name)}
        if one in found and other in found and one != other:
            first, second = found[one], found[other]
            parent = first.getparent()
            indexes = parent.index(first), parent.index(second)
            copies = copy.deepcopy(first), copy.deepcopy(second)
            parent[indexes[0]], parent[indexes[1]] = copies[1], copies[0]
            self._renumber(copies[1], one)
            self._renumber(copies[0], other)

    @staticmethod
    def _renumber(row: Element, number: int) -> None:
        row.set("r", str(number))
        for cell in row:
            cell.set("r", joined((number, split(cell.get("r"))[1])))

    def move_columns(self, name: str, moved: dict[int, int]) -> None:
        """Columns change places: old number -> new number; others stay."""
        for row in self.rows(name):
            row.attrib.pop("spans", None)
            for cell in row:
                row_no, column = split(cell.get("r"))
                cell.set("r", joined((row_no, moved.get(column, column))))
            row[:] = sorted(row, key=lambda cell: split(cell.get("r"))[1])

    def copy_sheet(self, name: str, new: str) -> None:
        """A second sheet with the same cells, as "Move or Copy" makes it."""
        number = len(self.sheets) + 1
        part = f"xl/worksheets/copy{number}.xml"
        self._trees[part] = copy.deepcopy(self.sheet(name))
        self.parts[part] = b""
        self.sheets[new] = part
        relation = f"rIdCopy{number}"
        etree.SubElement(
            self.tree("xl/_rels/workbook.xml.rels"),
            f"{{{_PACKAGE}}}Relationship",
            Id=relation,
            Type=f"{_OFFICE}/worksheet",
            Target=f"worksheets/copy{number}.xml",
        )
        etree.SubElement(
            self.tree("[Content_Types].xml"), f"{{{_TYPES}}}Override", PartName=f"/{part}", ContentType=_SHEET_TYPE
        )
        entry = etree.SubElement(self.listed(name).getparent(), tag("sheet"), name=new, sheetId=str(100 + number))
        entry.set(f"{{{_OFFICE}}}id", relation)

    def rename_sheet(self, name: str, new: str) -> None:
        """Another name for a sheet; what refers to it by name goes, as in an export."""
        self.listed(name).set("name", new)
        self.sheets = {new if one == name else one: part for one, part in self.sheets.items()}
        for names in list(self.tree("xl/workbook.xml").iter(tag("definedNames"))):
            names.getparent().remove(names)

    def content(self) -> bytes:
        """The package as bytes."""
        self._let_shared_formulas_follow()
        for part, tree in self._trees.items():
            self.parts[part] = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, part in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
        return packed.getvalue()

    def _let_shared_formulas_follow(self) -> None:
        """A shared formula says where it stands: Excel moves that with the cell, and LibreOffice shows nothing else."""
        for part in self.sheets.values():
            if part not in self._trees:
                continue
            found = [one for one in self._trees[part].iter(tag("f")) if one.get("t") == "shared" and one.text]
            for number, formula in enumerate(found):
                place = formula.getparent().get("r")
                if place is None:  # a cell that has lost its address shares its formula with nobody
                    for name in ("t", "ref", "si"):
                        formula.attrib.pop(name, None)
                    continue
                formula.set("ref", place)
                formula.set("si", str(number))

    def save(self, path: Path) -> None:
        """Write the package."""
        path.write_bytes(self.content())


_UNSEEN = re.compile(
    rb"<conditionalFormatting.*?</conditionalFormatting>|<dataValidations.*?</dataValidations>|<extLst>.*?</extLst>",
    re.DOTALL,
)


def only_sheets(content: bytes, names: set[str]) -> bytes:
    """A package with some of its sheets, without drop-downs and colours: the same is shown, but it opens at once."""
    book = Book(content)
    listed = book.tree("xl/workbook.xml")
    for one in list(listed.iter(tag("sheet"), tag("definedNames"), tag("bookViews"))):
        if one.get("name") not in names:
            one.getparent().remove(one)
    kept = {part for name, part in book.sheets.items() if name in names}
    relations = book.tree("xl/_rels/workbook.xml.rels")
    for one in list(relations):
        part = "xl/" + str(one.get("Target")).removeprefix("/xl/")
        if part in book.sheets.values() and part not in kept:
            relations.remove(one)
    dropped = set(book.sheets.values()) - kept
    for one in list(book.tree("[Content_Types].xml")):
        if str(one.get("PartName")).lstrip("/") in dropped:
            one.getparent().remove(one)
    book.content()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name, part in book.parts.items():
            if name not in dropped:
                target.writestr(name, _UNSEEN.sub(b"", part) if name in kept else part)
    return packed.getvalue()
