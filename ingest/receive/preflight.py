"""Looking at the bytes before any reader does: what the file is, and whether it is safe to open.

calamine turns error cells and formulas without a cached value into empty text and can abort the process on
hostile files; so the package is checked part by part, and both kinds of cells are found here.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from ingest.receive.limits import Limits

_CHUNK = 1 << 20
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3}[0-9]+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)[^>]*>[^<]", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_NAMESPACE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class UnsafeFile(ValueError):
    """A file that is not opened; ``finding`` names the text in `ingest/findings.yaml`, ``detail`` fills it."""

    def __init__(self, finding: str, detail: str = "") -> None:
        super().__init__(f"{finding}: {detail}")
        self.finding = finding
        self.detail = detail


@dataclass(frozen=True)
class Preflight:
    """What the package tells without a reader: sheet -> addresses of error cells and of formulas without a value."""

    container: str
    errors: dict[str, dict[str, str]] = field(default_factory=dict)
    no_cache: dict[str, set[str]] = field(default_factory=dict)
    macros: bool = False


def preflight(content: bytes, limits: Limits) -> Preflight:
    """Tell what ``content`` is and refuse what must not be opened.

    Raises UnsafeFile where the file is no workbook, is protected by a password, or breaks a limit.
    """
    if len(content) == 0:
        raise UnsafeFile("empty_file")
    if len(content) > limits.file_bytes:
        raise UnsafeFile("too_large", f"{len(content):,} byte")
    if content.startswith(b"PK\x03\x04"):
        return _preflight_zip(content, limits)
    if content.startswith(_OLE2):
        return _preflight_ole(content)
    raise UnsafeFile(*_what_it_is(content))


def _what_it_is(content: bytes) -> tuple[str, str]:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"%pdf"):
        return "not_a_workbook", "PDF"
    if head.startswith((b"<html", b"<!doctype html", b"<table")):
        return "not_a_workbook", "HTML"
    if head.startswith(b"<?xml") and b"spreadsheet" in head:
        return "not_a_workbook", "SpreadsheetML 2003"
    if b"\0" not in head and (b"," in head or b";" in head or b"\t" in head):
        return "not_a_workbook", "CSV / văn bản"
    return "not_a_workbook", "không rõ loại"


def _preflight_ole(content: bytes) -> Preflight:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnsafeFile("password")
    if "Workbook".encode("utf-16-le") in content or "Book".encode("utf-16-le") in content:
        return Preflight("xls")
    raise UnsafeFile("not_a_workbook", "OLE2")


def _preflight_zip(content: bytes, limits: Limits) -> Preflight:
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnsafeFile("damaged", str(error)) from error
    infos = package.infolist()
    names = [info.filename for info in infos]
    if len(infos) > limits.zip_entries:
        raise UnsafeFile("too_large", f"{len(infos):,} phần")
    if len({name.lower() for name in names}) != len(names):
        raise UnsafeFile("damaged", "hai phần trùng tên")
    if any(info.flag_bits & 1 for info in infos):
        raise UnsafeFile("password")
    _check_overlap(infos)
    if "mimetype" in names and "content.xml" in names:
        parts = _inflate(package, infos, limits, keep=lambda name: name == "content.xml")
        return _preflight_ods(parts)
    if "xl/workbook.xml" not in names:
        raise UnsafeFile("not_a_workbook", "ZIP")
    if any(name.startswith("xl/macrosheets/") for name in names):
        raise UnsafeFile("macro_sheets")
    parts = _inflate(package, infos, limits, keep=lambda name: name.endswith((".xml", ".rels")))
    return _preflight_xlsx(parts, "xl/vbaProject.bin" in names, limits)


def _check_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Refuse entries that share bytes: the way 182 kB claim to hold gigabytes."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise UnsafeFile("damaged", "các phần chồng lên nhau")
        end = info.header_offset + 30 + info.compress_size


def _inflate(
    package: zipfile.ZipFile, infos: list[zipfile.ZipInfo], limits: Limits, keep: Callable[[str], bool]
) -> dict[str, bytes]:
    total = 0
    parts: dict[str, bytes] = {}
    for info in infos:
        if not keep(info.filename):
            continue
        buffer = bytearray()
        try:
            with package.open(info) as part:
                while chunk := part.read(_CHUNK):
                    buffer += chunk
                    total += len(chunk)
                    if len(buffer) > limits.part_bytes or total > limits.inflated_bytes:
                        raise UnsafeFile("too_large", info.filename)
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            NotImplementedError,
            ValueError,
            zlib.error,
        ) as error:
            if isinstance(error, UnsafeFile):
                raise
            raise UnsafeFile("damaged", info.filename) from error
        if b"<!DOCTYPE" in buffer[:4096]:
            raise UnsafeFile("damaged", "DOCTYPE")
        parts[info.filename] = bytes(buffer)
    return parts


def _preflight_xlsx(parts: dict[str, bytes], macros: bool, limits: Limits) -> Preflight:
    errors: dict[str, dict[str, str]] = {}
    no_cache: dict[str, set[str]] = {}
    sheets = _sheet_parts(parts)
    if len(sheets) > limits.sheets:
        raise UnsafeFile("too_large", f"{len(sheets):,} trang tính")
    for name, part in sheets.items():
        content = parts[part]
        _check_rectangle(content, limits)
        if b't="e"' in content or _FORMULA.search(content):
            errors[name], no_cache[name] = _special_cells(content)
    return Preflight("xlsx", errors, no_cache, macros)


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    try:
        book = ElementTree.fromstring(parts["xl/workbook.xml"])
        relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    except (KeyError, ElementTree.ParseError) as error:
        raise UnsafeFile("damaged", "xl/workbook.xml") from error
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    found = {}
    for sheet in book.iter():
        if not sheet.tag.endswith("}sheet"):
            continue
        target = targets.get(sheet.get(f"{_NAMESPACE}id"))
        if target is None:
            raise UnsafeFile("damaged", str(sheet.get("name")))
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if part not in parts:
            raise UnsafeFile("damaged", part)
        found[str(sheet.get("name"))] = part
    return found


def _check_rectangle(content: bytes, limits: Limits) -> None:
    """Refuse a sheet whose far corner would make a reader allocate more than any honest form needs."""
    rows = columns = cells = 0
    for match in _REFERENCE.finditer(content):
        address = match[1]
        letters = address.rstrip(b"0123456789")
        column = 0
        for letter in letters:
            column = column * 26 + letter - 64
        rows, columns, cells = max(rows, int(address[len(letters) :])), max(columns, column), cells + 1
    if cells > limits.cells or rows * columns > limits.rectangle_cells:
        raise UnsafeFile("too_large", f"{rows:,} dòng × {columns:,} cột")


def _special_cells(content: bytes) -> tuple[dict[str, str], set[str]]:
    errors: dict[str, str] = {}
    no_cache: set[str] = set()
    for match in _CELL.finditer(content):
        attributes, body = match[1], match[3] or b""
        reference = _REFERENCE.search(attributes) or re.match(rb'r="([A-Z]{1,3}[0-9]+)"', attributes)
        if reference is None:
            continue
        kind = _TYPE.search(attributes)
        if kind is not None and kind[1] == b"e":
            text = re.search(rb"<(?:\w+:)?v[^>]*>([^<]*)<", body)
            errors[reference[1].decode()] = text[1].decode("utf-8", "replace") if text else "#?"
        elif _FORMULA.search(body) and not _VALUE.search(body):
            no_cache.add(reference[1].decode())
    return errors, no_cache


def _preflight_ods(parts: dict[str, bytes]) -> Preflight:
    content = parts.get("content.xml", b"")
    if b'calcext:value-type="error"' in content:
        return Preflight("ods", {"*": {}})
    return Preflight("ods")
