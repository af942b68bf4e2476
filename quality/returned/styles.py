"""Formats added to a workbook: the marking colours and those of the list sheet. None that is there is changed."""

from __future__ import annotations

from lxml import etree

from quality.returned.package import MAIN, Package, main_tag

STYLES = "xl/styles.xml"
_HEADER_COLOR, _ANSWER_COLOR = "FFDDE7F0", "FFFFFFF0"
_BEFORE_DXFS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles")


class StyleBook:
    """The styles part of one workbook; asking twice for the same format adds it once, also over two markings."""

    def __init__(self, package: Package) -> None:
        self._styles = package.tree(STYLES)

    def mark(self, color: str) -> int:
        """The number of the differential format that fills a cell with ``color`` (ARGB)."""
        return self._add(
            "dxfs",
            f'<dxf><fill><patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor rgb="{color}"/>'
            "</patternFill></fill></dxf>",
        )

    def title(self) -> int:
        """Bold and larger, for the sheet's title."""
        return self._format(self._font(bold=True, size=14), 0, 0, wrap=False)

    def note(self) -> int:
        """Plain text, wrapped."""
        return self._format(self._font(), 0, 0)

    def header(self) -> int:
        """A heading of the list."""
        return self._format(self._font(bold=True), self._fill(_HEADER_COLOR), self._border())

    def body(self) -> int:
        """A cell of the list."""
        return self._format(self._font(), 0, self._border())

    def answer(self) -> int:
        """A cell of the list that the sender fills in."""
        return self._format(self._font(), self._fill(_ANSWER_COLOR), self._border(), locked=False)

    def shaded(self, color: str) -> int:
        """A cell of the list in a marking colour."""
        return self._format(self._font(bold=True), self._fill(color), self._border())

    def _font(self, *, bold: bool = False, size: int = 11) -> int:
        weight = "<b/>" if bold else ""
        return self._add("fonts", f'<font>{weight}<sz val="{size}"/><name val="Times New Roman"/></font>')

    def _fill(self, color: str) -> int:
        pattern = f'<patternFill patternType="solid"><fgColor rgb="{color}"/><bgColor indexed="64"/></patternFill>'
        return self._add("fills", f"<fill>{pattern}</fill>")

    def _border(self) -> int:
        sides = "".join(f'<{side} style="thin"/>' for side in ("left", "right", "top", "bottom"))
        return self._add("borders", f"<border>{sides}</border>")

    def _format(self, font: int, fill: int, border: int, *, wrap: bool = True, locked: bool = True) -> int:
        alignment = f'<alignment vertical="top"{" wrapText=" + chr(34) + "1" + chr(34) if wrap else ""}/>'
        protection = "" if locked else '<protection locked="0"/>'
        return self._add(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" applyFont="1" '
            f'applyFill="1" applyBorder="1" applyAlignment="1" applyProtection="1">{alignment}{protection}</xf>',
        )

    def _add(self, collection: str, xml: str) -> int:
        """The number of the format ``xml`` in its ``collection``, appended where it is not there."""
        root = self._collection(collection)
        wanted = etree.fromstring(f'<_ xmlns="{MAIN}">{xml}</_>')[0]
        form = etree.tostring(wanted, method="c14n", exclusive=True)
        for number, element in enumerate(root):
            if etree.tostring(element, method="c14n", exclusive=True, with_tail=False) == form:
                return number
        root.append(wanted)
        etree.cleanup_namespaces(wanted)
        root.set("count", str(len(root)))
        return len(root) - 1

    def _collection(self, name: str) -> etree._Element:
        found = self._styles.find(main_tag(name))
        if found is None:
            before = [self._styles.find(main_tag(one)) for one in _BEFORE_DXFS]
            place = max(self._styles.index(one) for one in before if one is not None) + 1
            found = etree.Element(main_tag(name))
            self._styles.insert(place, found)
        return found
