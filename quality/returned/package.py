"""An .xlsx file as an OPC package of which single parts are replaced or added and all others stay byte for byte."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass, field

from lxml import etree

from quality.returned.raw_zip import with_entries

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES = "[Content_Types].xml"
WORKBOOK = "xl/workbook.xml"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_DATE = (1980, 1, 1, 0, 0, 0)


class NotMarkable(ValueError):
    """A file whose package is not one this module changes: another container, or OOXML's rare strict form."""


def main_tag(name: str) -> str:
    """``name`` in the spreadsheet namespace, as lxml writes qualified names."""
    return f"{{{MAIN}}}{name}"


@dataclass
class Package:
    """The parts of one workbook; only parts asked for by `tree` or added can differ when it is saved."""

    original: zipfile.ZipFile
    content: bytes
    _trees: dict[str, etree._Element] = field(default_factory=dict)

    @classmethod
    def open(cls, content: bytes) -> Package:
        """Open a workbook that receiving has already found to be safe. Raises NotMarkable where it is no .xlsx."""
        try:
            package = cls(zipfile.ZipFile(io.BytesIO(content)), content)
            package.child(WORKBOOK, "sheets")
            package.child("xl/styles.xml", "cellXfs")
        except (zipfile.BadZipFile, NotImplementedError, KeyError, etree.XMLSyntaxError) as error:
            raise NotMarkable(str(error)) from error
        return package

    def has(self, part: str) -> bool:
        """True where the package holds ``part``, originally or added."""
        return part in self._trees or part in self.original.NameToInfo

    def tree(self, part: str) -> etree._Element:
        """The parsed part, to be edited in place; it is written back on save. Raises KeyError where there is none."""
        if part not in self._trees:
            self._trees[part] = etree.fromstring(self.original.read(part), _PARSER)
        return self._trees[part]

    def peek(self, part: str) -> etree._Element:
        """The parsed part for reading only: it is not written back unless `tree` was asked for it."""
        if part in self._trees:
            return self._trees[part]
        return etree.fromstring(self.original.read(part), _PARSER)

    def child(self, part: str, name: str) -> etree._Element:
        """The element ``name`` at the top of ``part``, for reading. Raises KeyError where there is none."""
        found = self.peek(part).find(main_tag(name))
        if found is None:
            raise KeyError(f"{part} has no <{name}>")
        return found

    def add(self, part: str, root: etree._Element) -> None:
        """Add a new part, or put a new tree in the place of an old one."""
        self._trees[part] = root

    def free_part(self, pattern: str) -> str:
        """The first name of ``pattern`` (with ``{}`` for a number) that no part has."""
        return next(name for number in range(1, 10_000) if not self.has(name := pattern.format(number)))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation of ``part`` to the part ``target``; returns its new id."""
        relations = _relations_part(part)
        if not self.has(relations):
            self.add(relations, etree.Element(f"{{{RELATIONS}}}Relationships", nsmap={None: RELATIONS}))
        root = self.tree(relations)
        taken = {element.get("Id") for element in root}
        identifier = next(name for number in range(1, len(taken) + 2) if (name := f"rIdK{number}") not in taken)
        path = posixpath.relpath(target, posixpath.dirname(part))
        etree.SubElement(root, f"{{{RELATIONS}}}Relationship", Id=identifier, Type=f"{OFFICE}/{kind}", Target=path)
        return identifier

    def targets(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (kind, part) of everything inside the package that ``part`` relates to."""
        relations = _relations_part(part)
        if not self.has(relations):
            return {}
        return {
            str(relation.get("Id")): (
                str(relation.get("Type")).rpartition("/")[2],
                _resolve(part, str(relation.get("Target"))),
            )
            for relation in self.peek(relations)
            if relation.get("TargetMode") != "External"
        }

    def declare_type(self, part: str, content_type: str) -> None:
        """Give a new part its content type."""
        root = self.tree(CONTENT_TYPES)
        etree.SubElement(root, f"{{{TYPES}}}Override", PartName=f"/{part}", ContentType=content_type)

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Give a file extension its content type unless it has one."""
        if not any(element.get("Extension") == extension for element in self.peek(CONTENT_TYPES)):
            element = etree.Element(f"{{{TYPES}}}Default", Extension=extension, ContentType=content_type)
            self.tree(CONTENT_TYPES).insert(0, element)

    def sheets(self) -> dict[str, str]:
        """Sheet name -> part name, in the order of the workbook."""
        targets = self.targets(WORKBOOK)
        found = {}
        for sheet in self.child(WORKBOOK, "sheets"):
            kind, part = targets.get(str(sheet.get(f"{{{OFFICE}}}id")), ("", ""))
            if kind == "worksheet" and self.has(part):
                found[str(sheet.get("name"))] = part
        return found

    def save(self) -> bytes:
        """The whole file: untouched parts as they are compressed, in their order; the others as they are now."""
        changed = {part: _to_bytes(root) for part, root in self._trees.items()}
        return with_entries(self.content, self.original.infolist(), changed)


def _to_bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def _resolve(part: str, target: str) -> str:
    """A relation's target as a part name: absolute from the package root or relative to the part's folder."""
    if target.startswith("/"):
        return target.lstrip("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


def empty_package() -> Package:
    """A workbook without any sheet yet: what a list of its own is put into."""
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    book = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        CONTENT_TYPES: f'<Types xmlns="{TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{WORKBOOK}" ContentType="{book}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{book}.styles+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="{WORKBOOK}"/></Relationships>',
        WORKBOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets/></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
        f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/>'
        '<name val="Times New Roman"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>',
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target:
        for part, text in parts.items():
            target.writestr(zipfile.ZipInfo(part, _DATE), xml + text, zipfile.ZIP_DEFLATED)
    return Package.open(content.getvalue())


def named_for(content: bytes, name: str) -> bytes:
    """A list alone as the file ``name``: Excel opens .xlsm only where the package says it may hold macros."""
    if not name.lower().endswith(".xlsm"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read(CONTENT_TYPES)
        plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        macros = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
        return with_entries(content, archive.infolist(), {CONTENT_TYPES: types.replace(plain, macros)})
