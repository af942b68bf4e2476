"""Excel workbooks as packages of XML (.xlsx, .xlsm, .xltx), in the usual and in the strict form of the standard."""

from __future__ import annotations

from functools import lru_cache
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from ingest.reading.cells import Cell, calamine_cells
from ingest.reading.container import Preflight, Sniffed
from ingest.reading.limits import Limits
from ingest.reading.package import UnsafeFile, ZipPackage, packed, parsed
from ingest.reading.sheetshape import addressed, compacted
from ingest.reading.sheetxml import SheetFacts, sheet_facts

ACTIVE = ("vbaproject.bin", "externallinks/", "embeddings/", "activex/")
_IDENTIFIERS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_USUAL = "xl/workbook.xml"
_USUAL_PARTS = {"styles": "xl/styles.xml", "sharedStrings": "xl/sharedStrings.xml"}


class Xlsx:
    """The workbook is the part the package names as its document, sheets are what its relations name."""

    name = "xlsx"

    def claims(self, file: Sniffed) -> bool:
        """True for a package whose document is a workbook of XML."""
        return file.package is not None and file.main_root == "workbook"

    def guard(self, file: Sniffed, limits: Limits) -> Preflight:
        """Every XML part inflated and looked at; what calamine does not show found in every sheet."""
        package = file.package
        assert package is not None
        refuse_macro_sheets(package)
        package.guard_xml((".xml", ".rels"))
        parts, styles, strings = _parts(package, file.main_part)
        if len(parts) > limits.sheets:
            raise UnsafeFile("too_large", f"{len(parts):,} trang tính")
        formats, texts = _read(package, styles), _read(package, strings)
        hidden = _hidden_sheets(package.xml(file.main_part))
        facts: dict[str, SheetFacts] = {}
        rewritten: dict[str, bytes] = {}
        for sheet, part in parts.items():
            xml = package.xml(part)
            shaped = addressed(xml)
            facts[sheet] = sheet_facts(shaped, formats, texts)
            if facts[sheet].rows * facts[sheet].columns > limits.rectangle_cells:
                shaped = _near(shaped, facts[sheet], limits)
            facts[sheet].is_hidden = sheet in hidden
            if shaped is not xml:
                rewritten[sheet] = shaped
        if rewritten or not _is_usual(file.main_part, [*parts.values()], styles, strings):
            sheets = {sheet: rewritten.get(sheet) or package.xml(part) for sheet, part in parts.items()}
            content = _as_usual(package, file.main_part, sheets, formats, texts)
        else:
            content = package.as_guarded()
        return Preflight(self.name, content, facts, active_part(package))

    def cells(self, file: Preflight) -> list[Cell]:
        """What calamine reads, and what `guard` found beside it."""
        return calamine_cells(file.content, file.sheets)


def refuse_macro_sheets(package: ZipPackage) -> None:
    """Excel 4 macro sheets are programs in cells: raises UnsafeFile."""
    if any("/macrosheets/" in name.lower() for name in package.names):
        raise UnsafeFile("macro_sheets")


def active_part(package: ZipPackage) -> str:
    """A part that runs or fetches something, or nothing."""
    return next((name for name in sorted(package.names) if name.lower().partition("/")[2].startswith(ACTIVE)), "")


def _parts(package: ZipPackage, book: str) -> tuple[dict[str, str], str, str]:
    """Sheet name -> part, and the parts of styles and shared texts. A sheet without its part is damage."""
    try:
        relations = package.relations(book)
    except KeyError as error:
        raise UnsafeFile("damaged", book) from error
    found = {}
    for name, identifier in _sheets(package.xml(book), book):
        kind, part = relations.get(identifier, ("worksheet", "?"))
        if part not in package:
            raise UnsafeFile("damaged", part)
        if kind != "chartsheet":
            found[name] = part
    named = {kind: part for kind, part in relations.values() if part in package}
    styles, strings = (named.get(kind, usual) for kind, usual in _USUAL_PARTS.items())
    return found, styles, strings


def _read(package: ZipPackage, part: str) -> bytes:
    return package.read(part) if part in package else b""


def _is_usual(book: str, sheets: list[str], styles: str, strings: str) -> bool:
    """True where every part lies where the fast reader looks for it."""
    others = [styles.lower(), strings.lower()] == [*map(str.lower, _USUAL_PARTS.values())]
    return book.lower() == _USUAL and others and all(part.lower().startswith("xl/") for part in sheets)


@lru_cache(maxsize=16)
def _sheets(book: bytes, part: str) -> list[tuple[str, str]]:
    """(name, relation) of every sheet; the workbooks of one template share this part to the byte."""
    return [
        (str(sheet.get("name")), next((found for key in _IDENTIFIERS if (found := sheet.get(key))), "?"))
        for sheet in parsed(book, part).iter()
        if sheet.tag.endswith("}sheet")
    ]


@lru_cache(maxsize=16)
def _hidden_sheets(book: bytes) -> frozenset[str]:
    return frozenset(
        str(sheet.get("name"))
        for sheet in parsed(book, "").iter()
        if sheet.tag.endswith("}sheet") and sheet.get("state") in ("hidden", "veryHidden")
    )


def _near(sheet: bytes, facts: SheetFacts, limits: Limits) -> bytes:
    """``sheet`` with its far cells moved near; raises UnsafeFile where so many are filled that it does not help."""
    near, facts.row_numbers, facts.column_numbers = compacted(sheet)
    rows, columns = len(facts.row_numbers), len(facts.column_numbers)
    if rows * columns > limits.rectangle_cells:
        raise UnsafeFile("too_large", f"{rows:,} dòng × {columns:,} cột")
    return near


def _as_usual(package: ZipPackage, book: str, sheets: dict[str, bytes], styles: bytes, strings: bytes) -> bytes:
    """A package with the same values whose parts have their usual names: for the reader that knows no others."""
    named = {sheet: f"worksheets/sheet{number}.xml" for number, sheet in enumerate(sheets, start=1)}
    identifiers = dict(_sheets(package.xml(book), book))
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    of_package = "http://schemas.openxmlformats.org/package/2006/relationships"
    relation = '<Relationship Id="{}" Type="' + office + '/{}" Target="{}"/>'
    listed = [
        relation.format(escape(identifiers[sheet], {'"': "&quot;"}), "worksheet", part) for sheet, part in named.items()
    ]
    listed += [relation.format("khoiStyles", "styles", "styles.xml")] if styles else []
    listed += [relation.format("khoiTexts", "sharedStrings", "sharedStrings.xml")] if strings else []
    parts = [
        ("_rels/.rels", relation.format("rId1", "officeDocument", _USUAL)),
        ("xl/_rels/workbook.xml.rels", "".join(listed)),
    ]
    whole = [(name, f'<Relationships xmlns="{of_package}">{text}</Relationships>'.encode()) for name, text in parts]
    whole += [(_USUAL, _listing(package.xml(book), set(sheets)))]
    whole += [(f"xl/{named[sheet]}", xml) for sheet, xml in sheets.items()]
    whole += [("xl/styles.xml", styles)] if styles else []
    whole += [("xl/sharedStrings.xml", strings)] if strings else []
    return packed(whole)


def _listing(book: bytes, kept: set[str]) -> bytes:
    """The workbook part without the sheets that hold no cells (charts)."""
    if len(kept) == len(_sheets(book, _USUAL)):
        return book
    root = ElementTree.fromstring(book)
    for parent in list(root.iter()):
        for sheet in [child for child in parent if child.tag.endswith("}sheet") and child.get("name") not in kept]:
            parent.remove(sheet)
    return ElementTree.tostring(root, encoding="utf-8")


CONTAINER = Xlsx()
