"""Looking at the bytes before any reader does: what the file is, and whether it is safe to open.

calamine turns error cells and formulas without a cached value into empty text and can abort the process on
hostile files; so the package is checked part by part, and both kinds of cells are found here.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree import ElementTree

from ingest.reading.containers import ZIP, is_ole2, ole2_container, what_it_is, zip_container
from ingest.reading.limits import Limits
from ingest.reading.sheetxml import SheetFacts, sheet_facts

_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_END_RECORD = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_READ = (".xml", ".rels")
_ACTIVE = ("xl/vbaProject.bin", "xl/externalLinks/", "xl/embeddings/", "xl/activeX/")


class UnsafeFile(ValueError):
    """A file that is not opened; ``finding`` names the text in `ingest/findings.yaml`, ``detail`` fills it."""

    def __init__(self, finding: str, detail: str = "") -> None:
        super().__init__(f"{finding}: {detail}")
        self.finding = finding
        self.detail = detail


@dataclass(frozen=True)
class Preflight:
    """What the package tells without a reader: the container and, per sheet, what calamine would not show.

    ``active`` names parts that run or fetch something; only values are read, and that is told.
    ``content_xml`` is the body of an OpenDocument file that holds error cells or formulas.
    """

    container: str
    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    active: str = ""
    content_xml: bytes = b""


def preflight(content: bytes, limits: Limits) -> Preflight:
    """Tell what ``content`` is and refuse what must not be opened.

    Raises UnsafeFile where the file is no workbook, is protected by a password, or breaks a limit.
    """
    if len(content) == 0:
        raise UnsafeFile("empty_file")
    if len(content) > limits.file_bytes:
        raise UnsafeFile("too_large", f"{len(content):,} byte")
    if content.startswith(ZIP):
        return _preflight_zip(content, limits)
    if not is_ole2(content):
        raise UnsafeFile("not_a_workbook", what_it_is(content))
    container, name = ole2_container(content)
    if container == "encrypted":
        raise UnsafeFile("password")
    if container != "xls":
        raise UnsafeFile("not_a_workbook", name)
    return Preflight("xls")


def _preflight_zip(content: bytes, limits: Limits) -> Preflight:
    infos = _directory(content, limits)
    names = {info.filename for info in infos}
    container, name = zip_container(names)
    if container == "other":
        raise UnsafeFile("not_a_workbook", name)
    if any(part.startswith("xl/macrosheets/") for part in names):
        raise UnsafeFile("macro_sheets")
    parts = _inflate(content, infos, limits)
    if container == "ods":
        return _preflight_ods(parts)
    active = next((part for part in sorted(names) if part.startswith(_ACTIVE)), "")
    sheets = _sheet_parts(parts)
    if len(sheets) > limits.sheets:
        raise UnsafeFile("too_large", f"{len(sheets):,} trang tính")
    styles, shared = parts.get("xl/styles.xml", b""), parts.get("xl/sharedStrings.xml", b"")
    facts = {sheet: sheet_facts(parts[part], styles, shared) for sheet, part in sheets.items()}
    for sheet in _hidden_sheets(parts["xl/workbook.xml"]):
        if sheet in facts:
            facts[sheet].is_hidden = True
    for found in facts.values():
        if found.rows * found.columns > limits.rectangle_cells:
            raise UnsafeFile("too_large", f"{found.rows:,} dòng × {found.columns:,} cột")
    return Preflight("xlsx", facts, active)


def _directory(content: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    """The entries of the package. Refuses trailing data, doubled names, shared bytes and encryption."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end < 0 or end + _END_RECORD.size > len(content):
        raise UnsafeFile("damaged", "thiếu phần cuối của tệp")
    if end + _END_RECORD.size + _END_RECORD.unpack_from(content, end)[-1] != len(content):
        raise UnsafeFile("damaged", "có dữ liệu thừa ở cuối tệp")
    try:
        infos = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnsafeFile("damaged", str(error)) from error
    if len(infos) > limits.zip_entries:
        raise UnsafeFile("too_large", f"{len(infos):,} phần")
    if len({info.filename.lower().replace("\\", "/") for info in infos}) != len(infos):
        raise UnsafeFile("damaged", "hai phần trùng tên")
    if any(info.flag_bits & 1 for info in infos):
        raise UnsafeFile("password")
    reached = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < reached:
            raise UnsafeFile("damaged", "các phần chồng lên nhau")
        reached = info.header_offset + _LOCAL_HEADER.size + info.compress_size
    return infos


def _inflate(content: bytes, infos: list[zipfile.ZipInfo], limits: Limits) -> dict[str, bytes]:
    """The XML parts, counted while they inflate: what a package says about its own size is not believed."""
    parts: dict[str, bytes] = {}
    room = limits.inflated_bytes
    for info in infos:
        if not info.filename.endswith(_READ):
            continue
        part = _part(content, info, min(room, limits.part_bytes))
        room -= len(part)
        if b"<!DOCTYPE" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnsafeFile("damaged", f"{info.filename}: DOCTYPE / UTF-16")
        parts[info.filename] = part
    return parts


def _part(content: bytes, info: zipfile.ZipInfo, room: int) -> bytes:
    header = content[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(ZIP):
        raise UnsafeFile("damaged", info.filename)
    name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
    start = info.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    packed = memoryview(content)[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        part = bytes(packed)
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        try:
            part = zlib.decompressobj(-15).decompress(packed, room + 1)
        except zlib.error as error:
            raise UnsafeFile("damaged", info.filename) from error
    else:
        raise UnsafeFile("damaged", info.filename)
    if len(part) > room:
        raise UnsafeFile("too_large", info.filename)
    if len(part) != info.file_size or zlib.crc32(part) != info.CRC:
        raise UnsafeFile("damaged", info.filename)
    return part


def _sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Sheet name -> part. A sheet whose part is missing or lies outside the package makes the file unreadable."""
    try:
        targets = _targets(parts["xl/workbook.xml"], parts["xl/_rels/workbook.xml.rels"])
    except (KeyError, ElementTree.ParseError) as error:
        raise UnsafeFile("damaged", "xl/workbook.xml") from error
    found = {}
    for name, target in targets.items():
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if part not in parts:
            raise UnsafeFile("damaged", part)
        found[name] = part
    return found


@lru_cache(maxsize=16)
def _targets(book: bytes, relations: bytes) -> dict[str, str]:
    """Sheet name -> target; the workbooks of one template share these two parts to the byte."""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in ElementTree.fromstring(relations)}
    return {
        str(sheet.get("name")): targets.get(sheet.get(f"{_RELATIONS}id"), "?")
        for sheet in ElementTree.fromstring(book).iter()
        if sheet.tag.endswith("}sheet")
    }


@lru_cache(maxsize=16)
def _hidden_sheets(book: bytes) -> frozenset[str]:
    return frozenset(
        str(sheet.get("name"))
        for sheet in ElementTree.fromstring(book).iter()
        if sheet.tag.endswith("}sheet") and sheet.get("state") in ("hidden", "veryHidden")
    )


def _preflight_ods(parts: dict[str, bytes]) -> Preflight:
    if b"manifest:encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise UnsafeFile("password")
    body = parts["content.xml"]
    special = b'value-type="error"' in body or b"table:formula" in body
    return Preflight("ods", content_xml=body if special else b"")
