"""OpenDocument spreadsheets, as a package (.ods, .ots) and as one XML file (.fods): read in one pass, sparsely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from ingest.reading.appearance import (
    COVERED,
    DRESSED,
    HIDDEN_COLUMN,
    HIDDEN_ROW,
    HIDDEN_SHEET,
    MERGED,
    told_by_runs,
)
from ingest.reading.cells import Cell, is_figure, kind_and_text, marks_text
from ingest.reading.container import Preflight, Sniffed
from ingest.reading.limits import Limits
from ingest.reading.odf_styles import OdfStyles, dressed_text, number_shown_otherwise
from ingest.reading.package import UnsafeFile, parsed
from ingest.reading.sheets import sheets_of
from ingest.reading.sums_of_cells import SUMMED, is_sum_of_cells

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE, _TEXT = (f"{{{_ODF}{name}:1.0}}" for name in ("table", "office", "text"))
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_TYPE = f"{_OFFICE}value-type"
_NUMBERS = ("float", "percentage", "currency")
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_VISIBILITY, _UNSEEN = f"{_TABLE}visibility", ("collapse", "filter")
_STYLE_NAME, _DEFAULT_STYLE = f"{_TABLE}style-name", f"{_TABLE}default-cell-style-name"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ACTIVE = ("Basic/", "Scripts/", "Object ")
_HEAD = 16_384
# What Calc has at most: a cell repeated beyond is told as too large, not written out.
_ROWS, _COLUMNS = 1_048_576, 16_384


class Ods:
    """The body is parsed once for guarding; cells that repeat are counted before they are written out."""

    name = "ods"

    def claims(self, file: Sniffed) -> bool:
        """True for a package that says so in its first entry, and for one XML file that says so at its root."""
        if file.package is not None:
            return "content.xml" in file.package and self._says_so(file)
        head = file.content[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
        return head.startswith(b"<") and b"office:document" in head and _SPREADSHEET in head

    @staticmethod
    def _says_so(file: Sniffed) -> bool:
        assert file.package is not None
        if "mimetype" in file.package:
            return file.package.head("mimetype").strip().startswith(_SPREADSHEET)
        return b"office:spreadsheet" in file.package.read("content.xml")

    def guard(self, file: Sniffed, limits: Limits) -> Preflight:
        """No password, well-formed, no more cells than allowed once repetitions are written out."""
        active = ""
        if file.package is not None:
            if b"encryption-data" in _part(file, "META-INF/manifest.xml"):
                raise UnsafeFile("password")
            file.package.guard_xml((".xml",))
            body = file.package.xml("content.xml")
            active = next((name for name in sorted(file.package.names) if name.startswith(_ACTIVE)), "")
        else:
            body = file.content
            if b"<!DOCTYPE" in body:
                raise UnsafeFile("damaged", "DOCTYPE")
        tree = parsed(body, "content.xml")
        if (count := sum(cell.across * cell.down for cell in _filled(tree))) > limits.cells:
            raise UnsafeFile("too_large", f"{count:,} ô")
        common = _part(file, "styles.xml")
        styles = [tree, *([parsed(common, "styles.xml")] if common else [])]
        return Preflight(self.name, active=active, trees=tuple(styles))

    def cells(self, file: Preflight) -> list[Cell]:
        """Every filled cell; one that repeats stands at each of its places."""
        tree, styles = file.trees[0], OdfStyles(file.trees)
        read = set(sheets_of([str(table.get(f"{_TABLE}name")) for table in _tables(tree)]))
        found: list[Cell] = []
        for cell in _filled(tree):
            value = _value(cell.element) if cell.sheet in read else None
            if value is not None:
                looks = _looks(cell, *value, styles)
                found += [
                    (cell.sheet, cell.row_no + below, cell.column_no + beside, *value, *looks)
                    for below in range(cell.down)
                    for beside in range(cell.across)
                ]
        return found


@dataclass(frozen=True)
class _FilledCell:
    """A cell with something in it: where, how often to the right and down, the styles it may inherit, why unseen."""

    sheet: str
    sheet_style: str | None
    element: ElementTree.Element
    row_no: int
    column_no: int
    across: int
    down: int
    style: str | None
    unseen: frozenset[str]


def _looks(cell: _FilledCell, kind: str, text: str, styles: OdfStyles) -> tuple[None, str | None, str | None]:
    """Format code (the shown text stands in its place), what is shown, marks."""
    own = styles.marks(cell.style)
    own |= {SUMMED} if is_sum_of_cells(cell.element.get(f"{_TABLE}formula", "")) else set()
    own |= _spread(cell.element) if is_figure(kind, text) else set()
    runs = told_by_runs(_runs(cell, styles, own)) if kind in ("text", "number") else None
    shown = runs.shown if runs else None
    if shown is None and kind == "number":
        shown = number_shown_otherwise(text, _text(cell.element))
        dressed = None if shown else dressed_text(text, _text(cell.element))
        shown, own = (shown or dressed), own | {DRESSED} if dressed else own
    hidden = {HIDDEN_SHEET} if styles.hides_sheet(cell.sheet_style) else set()
    return None, shown, marks_text((runs.marks if runs else own) | cell.unseen | hidden)


def _spread(element: ElementTree.Element) -> set[str]:
    """The mark of a cell that is merged with others."""
    rows, columns = (element.get(f"{_TABLE}number-{what}-spanned", "1") for what in ("rows", "columns"))
    return set() if (rows, columns) == ("1", "1") else {f"{MERGED}_{rows}x{columns}"}


def _runs(
    cell: _FilledCell, styles: OdfStyles, own: frozenset[str]
) -> Iterator[tuple[frozenset[str], bool | None, str]]:
    """The pieces of a cell's text, each with the marks of its own style beside those of the cell."""
    for paragraph in cell.element.findall(f"{_TEXT}p"):
        for style, text in _pieces(paragraph, None):
            if text.strip():
                raised = styles.is_raised(style) if style else styles.is_raised(cell.style)
                yield own | styles.marks(style), raised, text


def _pieces(element: ElementTree.Element, style: str | None) -> Iterator[tuple[str | None, str]]:
    """(style of the run, text) in order."""
    yield style, element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}span":
            yield from _pieces(child, child.get(f"{_TEXT}style-name"))
        elif child.tag != f"{_OFFICE}annotation":
            yield style, _inline(child)
        yield style, child.tail or ""


def _part(file: Sniffed, name: str) -> bytes:
    return file.package.xml(name) if file.package is not None and name in file.package else b""


def _tables(tree: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The sheets; a table inside a drawing or a change record is none."""
    for body in tree.iter(f"{_OFFICE}spreadsheet"):
        yield from body.findall(f"{_TABLE}table")


def _filled(tree: ElementTree.Element) -> Iterator[_FilledCell]:
    """Every cell with a value, a formula or text, also under a merged one."""
    for table in _tables(tree):
        sheet, row_no, columns = str(table.get(f"{_TABLE}name")), 1, _columns(table)
        for row in _rows(table):
            down, column_no = _times(row, "rows"), 1
            hidden = frozenset({HIDDEN_ROW}) if row.get(_VISIBILITY) in _UNSEEN else frozenset()
            for cell in row:
                across = _times(cell, "columns")
                if cell.tag in _CELLS and _is_filled(cell):
                    if row_no + down - 1 > _ROWS or column_no + across - 1 > _COLUMNS:
                        raise UnsafeFile("too_large", f"{row_no + down - 1:,} dòng")
                    style, unseen = _of_column(columns, column_no)
                    unseen |= hidden | (frozenset({COVERED}) if cell.tag == _CELLS[1] else frozenset())
                    own = cell.get(_STYLE_NAME) or row.get(_DEFAULT_STYLE) or style
                    yield _FilledCell(sheet, table.get(_STYLE_NAME), cell, row_no, column_no, across, down, own, unseen)
                column_no += across
            row_no += down


def _columns(table: ElementTree.Element) -> list[tuple[int, str | None, frozenset[str]]]:
    """(last column, default style, marks) of every stretch of columns, left to right."""
    found, last = [], 0
    for column in table.iter(f"{_TABLE}table-column"):
        last += _times(column, "columns")
        hidden = frozenset({HIDDEN_COLUMN}) if column.get(_VISIBILITY) in _UNSEEN else frozenset()
        found.append((last, column.get(_DEFAULT_STYLE), hidden))
    return found


def _of_column(
    columns: list[tuple[int, str | None, frozenset[str]]], column_no: int
) -> tuple[str | None, frozenset[str]]:
    return next(((style, marks) for last, style, marks in columns if column_no <= last), (None, frozenset()))


def _rows(element: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """Rows in order, those inside groups and headers too, those of a table inside a cell not."""
    for child in element:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in (
            f"{_TABLE}table-row-group",
            f"{_TABLE}table-header-rows",
            f"{_TABLE}table-rows",
        ):
            yield from _rows(child)


def _times(element: ElementTree.Element, what: str) -> int:
    text = element.get(f"{_TABLE}number-{what}-repeated", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise UnsafeFile("damaged", "content.xml")
    return max(1, int(text))


def _is_filled(cell: ElementTree.Element) -> bool:
    return cell.get(_TYPE) is not None or cell.get(f"{_TABLE}formula") is not None or bool(_text(cell))


def _value(cell: ElementTree.Element) -> tuple[str, str] | None:
    """(kind, text) of a cell; None where it holds nothing after all."""
    kind, text = cell.get(_TYPE), _text(cell)
    formula = cell.get(f"{_TABLE}formula") is not None
    if "error" in (cell.get(_CALC_TYPE), kind):
        return "error", text or "#?"
    if kind is None:
        return ("no_cache", "") if formula else ("text", text)
    if kind in _NUMBERS:
        return _number(cell.get(f"{_OFFICE}value", ""), text)
    if kind == "date":
        stated = cell.get(f"{_OFFICE}date-value", "")
        shows_hour = ":" in text and not stated.endswith("T00:00:00")
        return "date", stated if shows_hour else stated[:10]
    if kind == "boolean":
        return "bool", "1" if cell.get(f"{_OFFICE}boolean-value") == "true" else "0"
    if kind == "time":
        return "text", text
    shown = text or cell.get(f"{_OFFICE}string-value", "")
    return ("text", shown) if shown else None


def _number(stated: str, shown: str) -> tuple[str, str]:
    try:
        return kind_and_text(float(stated))
    except ValueError:
        return "text", shown or stated


def _text(cell: ElementTree.Element) -> str:
    """The paragraphs of a cell; a comment hanging on it is not what it says."""
    return "\n".join(_inline(child) for child in cell if child.tag == f"{_TEXT}p")


def _inline(element: ElementTree.Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(int(child.get(f"{_TEXT}c", "1")), 1000))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag != f"{_OFFICE}annotation":
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


CONTAINER = Ods()
