"""ZIP packages from untrusted senders: the directory checked, parts counted while they inflate, names resolved.

Belongs here: what is true of every ZIP file. Does not belong here: what a part means (`ingest.reading.containers`).
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from xml.etree import ElementTree

from ingest.reading.limits import Limits

ZIP = b"PK\x03\x04"
_END_RECORD = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_IN_UTF_8 = 0x800
_NO_TIME = (0, 33)
"""The first day of ZIP's calendar."""
_SHORT = 20_000
_WRITTEN_ANEW = 20_000_000
"""Bytes of parts up to which a package is written anew."""


class UnsafeFile(ValueError):
    """A file that is not opened; ``finding`` names the text in `ingest/findings.yaml`, ``detail`` fills it."""

    def __init__(self, finding: str, detail: str = "") -> None:
        super().__init__(f"{finding}: {detail}")
        self.finding = finding
        self.detail = detail


class ZipPackage:
    """The entries of a ZIP file by part name: forward slashes, found in any case, as the format demands."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        """Check the directory. Raises UnsafeFile for trailing data, doubled names, shared bytes and encryption."""
        self._content = content
        self._limits = limits
        self._room = limits.inflated_bytes
        self._parts: dict[str, bytes] = {}
        self._looked_at: set[str] = set()
        infos = _directory(content, limits)
        self.names = [part_name(info.filename) for info in infos]
        self.infos = infos
        self._found = {name.lower(): info for name, info in zip(self.names, infos, strict=True)}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._found

    def head(self, name: str, length: int = 4096) -> bytes:
        """The first bytes of a part, without inflating the rest."""
        return _inflated(self._content, self._found[name.lower()], length)[0]

    def read(self, name: str) -> bytes:
        """A part, counted while it inflates: what a package says of its own size is not believed.

        Raises KeyError where there is none, UnsafeFile where it is damaged or larger than allowed.
        """
        key = name.lower()
        if key not in self._parts:
            part = _part(self._content, self._found[key], min(self._room, self._limits.part_bytes))
            self._room -= len(part)
            self._parts[key] = part
        return self._parts[key]

    def xml(self, name: str) -> bytes:
        """A part of XML. Raises UnsafeFile where it declares entities or is not in UTF-8, else as `read`."""
        part = self.read(name)
        if name not in self._looked_at:
            if b"<!DOCTYPE" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise UnsafeFile("damaged", f"{name}: DOCTYPE / UTF-16")
            self._looked_at.add(name)
        return part

    def guard_xml(self, endings: tuple[str, ...]) -> None:
        """Inflate and look at every part whose name ends so. Raises UnsafeFile as `xml`."""
        for name in self.names:
            if name.endswith(endings):
                self.xml(name)

    def relations(self, part: str) -> Mapping[str, tuple[str, str]]:
        """Relation id -> (kind, part) of what ``part`` (or, for an empty name, the package) relates to inside it.

        Raises KeyError where it has no relations, UnsafeFile where they are not XML.
        """
        folder, name = posixpath.split(part)
        place = posixpath.join(folder, "_rels", f"{name}.rels")
        xml = self.xml(place)
        return (_relations_of_template if len(xml) <= _SHORT else _relations)(xml, folder, place)

    def as_guarded(self) -> bytes:
        """This package with the parts that were looked at and no others, for a reader that inflates parts itself.

        What it reads is what was guarded, and is inflated once. A large package is given as it came: nobody holds it
        in memory twice.
        """
        if sum(map(len, self._parts.values())) > _WRITTEN_ANEW:
            return self._content
        return _stored(
            (info.filename.encode(), info.CRC, part)
            for name, info in self._found.items()
            if (part := self._parts.get(name)) is not None
        )


def part_name(name: str) -> str:
    """A ZIP entry's name as a part name: some programs write backslashes or a leading slash."""
    return name.replace("\\", "/").lstrip("/")


def parsed(xml: bytes, part: str) -> ElementTree.Element:
    """The root of ``xml``. Raises UnsafeFile where it is not well-formed."""
    try:
        return ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise UnsafeFile("damaged", part) from error


def packed(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP file of ``parts``, not compressed: it is read at once and thrown away."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts:
            archive.writestr(zipfile.ZipInfo(name), part)
    return content.getvalue()


def _stored(parts: Iterable[tuple[bytes, int, bytes]]) -> bytes:
    """A ZIP file of (name, checksum, part), not compressed; `zipfile` takes a millisecond for it."""
    files, directory, at = list[bytes](), list[bytes](), 0
    for name, checksum, part in parts:
        facts = (*_NO_TIME, checksum, len(part), len(part), len(name))
        directory += [_ENTRY.pack(b"PK\x01\x02", 20, 20, _IN_UTF_8, 0, *facts, *(0,) * 5, at), name]
        files += [_LOCAL_HEADER.pack(ZIP, 20, _IN_UTF_8, 0, *facts, 0), name, part]
        at += _LOCAL_HEADER.size + len(name) + len(part)
    listed, count = b"".join(directory), len(files) // 3
    return b"".join([*files, listed, _END_RECORD.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), at, 0)])


def _relations(xml: bytes, folder: str, place: str) -> Mapping[str, tuple[str, str]]:
    return {
        str(relation.get("Id")): (
            str(relation.get("Type")).rpartition("/")[2],
            _resolve(folder, str(relation.get("Target"))),
        )
        for relation in parsed(xml, place)
        if relation.get("TargetMode") != "External"
    }


_relations_of_template = lru_cache(maxsize=32)(_relations)
"""The same; the workbooks of one template share such a part to the byte."""


def _resolve(folder: str, target: str) -> str:
    return part_name(target) if target.startswith(("/", "\\")) else posixpath.normpath(posixpath.join(folder, target))


def _directory(content: bytes, limits: Limits) -> list[zipfile.ZipInfo]:
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 65_557))
    if end < 0 or end + _END_RECORD.size > len(content):
        raise UnsafeFile("damaged", "thiếu phần cuối của tệp")
    if end + _END_RECORD.size + _END_RECORD.unpack_from(content, end)[-1] != len(content):
        raise UnsafeFile("damaged", "có dữ liệu thừa ở cuối tệp")
    try:
        infos = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnsafeFile("damaged", "không đọc được danh mục của tệp") from error
    if len(infos) > limits.zip_entries:
        raise UnsafeFile("too_large", f"{len(infos):,} phần")
    if len({part_name(info.filename).lower() for info in infos}) != len(infos):
        raise UnsafeFile("damaged", "hai phần trùng tên")
    if any(info.flag_bits & 1 for info in infos):
        raise UnsafeFile("password")
    reached = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < reached:
            raise UnsafeFile("damaged", "các phần chồng lên nhau")
        reached = info.header_offset + _LOCAL_HEADER.size + info.compress_size
    return infos


def _part(content: bytes, info: zipfile.ZipInfo, room: int) -> bytes:
    part, whole = _inflated(content, info, room + 1)
    if len(part) > room:
        raise UnsafeFile("too_large", info.filename)
    if not whole or len(part) != info.file_size or zlib.crc32(part) != info.CRC:
        raise UnsafeFile("damaged", info.filename)
    return part


def _inflated(content: bytes, info: zipfile.ZipInfo, most: int) -> tuple[bytes, bool]:
    """At most ``most`` bytes of an entry, and whether that is all of it."""
    header = content[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(ZIP):
        raise UnsafeFile("damaged", info.filename)
    name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
    start = info.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    packed_part = memoryview(content)[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        return bytes(packed_part[:most]), len(packed_part) <= most
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise UnsafeFile("damaged", info.filename)
    inflater = zlib.decompressobj(-15)
    try:
        part = inflater.decompress(packed_part, most)
    except zlib.error as error:
        raise UnsafeFile("damaged", info.filename) from error
    return part, inflater.eof
