"""A ZIP file with some entries replaced or added and all others taken over as they are compressed.

What is not changed is never inflated: a picture with a wrong checksum, a method no library knows or a part that
inflates to gigabytes goes back to its sender exactly as it came. Belongs here: bytes of the format.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")
_SIZES_FOLLOW, _UTF8 = 0x08, 0x800
# 1980-01-01, the first day the format knows: the same input gives the same bytes.
_DAY = (1 << 5) | 1
_VERSION = 20


@dataclass(frozen=True)
class _Entry:
    """One entry as it will be written; ``data`` is compressed."""

    name: bytes
    flags: int
    method: int
    time: int
    day: int
    checksum: int
    size: int
    data: bytes
    attributes: int = 0


def with_entries(content: bytes, infos: list[zipfile.ZipInfo], changed: Mapping[str, bytes]) -> bytes:
    """The ZIP file ``content`` (its directory as ``infos``) with the entries ``changed``, new ones at the end.

    Raises ValueError where an entry does not begin with a header.
    """
    left = dict(changed)
    entries = []
    for info in infos:
        part = left.pop(info.filename, None)
        entries.append(_kept(content, info) if part is None else _made(info.filename, part))
    entries += [_made(name, left[name]) for name in sorted(left)]
    return _written(entries)


def _kept(content: bytes, info: zipfile.ZipInfo) -> _Entry:
    header = content[info.header_offset : info.header_offset + _LOCAL.size]
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise ValueError(f"{info.filename}: no header")
    _, _, flags, method, time, day, *_, name_length, extra_length = _LOCAL.unpack(header)
    at = info.header_offset + _LOCAL.size
    start = at + name_length + extra_length
    return _Entry(
        *(content[at : at + name_length], flags & ~_SIZES_FOLLOW, method, time, day, info.CRC, info.file_size),
        content[start : start + info.compress_size],
        info.external_attr,
    )


def _made(name: str, part: bytes) -> _Entry:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = packer.compress(part) + packer.flush()
    return _Entry(name.encode(), _UTF8, zipfile.ZIP_DEFLATED, 0, _DAY, zlib.crc32(part), len(part), data)


def _written(entries: list[_Entry]) -> bytes:
    body, directory = bytearray(), bytearray()
    for one in entries:
        offset = len(body)
        common = (one.flags, one.method, one.time, one.day, one.checksum, len(one.data), one.size, len(one.name))
        body += _LOCAL.pack(b"PK\x03\x04", _VERSION, *common, 0) + one.name + one.data
        directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, 0, _VERSION, 0, *common, 0, 0, 0, 0, one.attributes, offset)
        directory += one.name
    count, start = len(entries), len(body)
    return bytes(body + directory + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0))
