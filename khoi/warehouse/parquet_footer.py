"""The footer of a Parquet file: what says where its row groups lie, taken apart and put together again.

A row group is a run of bytes that its footer points at by its place in the file; so one that was written once can stand
in another file, or behind others, without its values being read again. No library that we have can put such files
together. The footer is a record in Thrift's compact form (https://github.com/apache/parquet-format, parquet.thrift).
Belongs here: footers and the places they name. Does not belong here: values, which a library writes and reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAGIC = b"PAR1"
_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = (4, 5, 6)
_I64 = 6

_Struct = dict[int, tuple[int, Any]]
"""Number of a field -> its type and value."""

# FileMetaData, RowGroup, ColumnChunk, ColumnMetaData of parquet.thrift.
_ROWS, _ROW_GROUPS, _SAID = 3, 4, 5
_CHUNKS, _GROUP_ROWS, _GROUP_PLACE, _ORDINAL = 1, 3, 5, 7
_CHUNK_PLACES, _META_DATA = (2, 4, 6), 3
_PAGE_PLACES = (9, 10, 11, 14)


class NoParquet(ValueError):
    """Bytes that do not end as a Parquet file ends."""


@dataclass(frozen=True)
class Part:
    """Row groups on their way into another file: their bytes, rows, and what its footer says of each of them."""

    data: bytes
    rows: int
    row_groups: tuple[bytes, ...]


def part_of(content: bytes, place: int) -> Part:
    """The row groups of the Parquet file ``content``, as they will stand from byte ``place`` of another file."""
    start, footer = _footer(content)
    moved = [_moved(group, place - len(MAGIC)) for group in footer[_ROW_GROUPS][1][1]]
    rows = sum(group[_GROUP_ROWS][1] for group in moved)
    return Part(content[len(MAGIC) : start], rows, tuple(_written(group) for group in moved))


def ending(alike: bytes, row_groups: Iterable[bytes], rows: int, said: Mapping[str, str]) -> bytes:
    """What a file ends with that holds ``row_groups``; ``alike``: a Parquet file of the same columns.

    ``said``: what the file says of itself.
    """
    groups = list(row_groups)
    _, footer = _footer(alike)
    told: list[_Struct] = [{1: (_BINARY, name.encode()), 2: (_BINARY, value.encode())} for name, value in said.items()]
    footer[_ROWS] = (_I64, rows)
    footer[_ROW_GROUPS] = (_LIST, (_STRUCT, groups))
    footer[_SAID] = (_LIST, (_STRUCT, told))
    written = _written(footer)
    return written + len(written).to_bytes(4, "little") + MAGIC


def _footer(content: bytes) -> tuple[int, _Struct]:
    """Where the footer of ``content`` begins, and what it says."""
    length = int.from_bytes(content[-8:-4], "little")
    start = len(content) - 8 - length
    if content[:4] != MAGIC or content[-4:] != MAGIC or start < len(MAGIC):
        raise NoParquet("no Parquet file")
    return start, _Reader(content, start).struct()


def _moved(group: _Struct, by: int) -> _Struct:
    """The row group ``by`` bytes further behind. Its number among others, which may be left out, is."""

    def further(struct: _Struct, places: tuple[int, ...]) -> _Struct:
        # 0 stands for none.
        at = {field: struct[field] for field in places if field in struct and struct[field][1] > 0}
        return struct | {field: (kind, value + by) for field, (kind, value) in at.items()}

    def chunk_moved(chunk: _Struct) -> _Struct:
        kind, pages = chunk[_META_DATA]
        return further(chunk, _CHUNK_PLACES) | {_META_DATA: (kind, further(pages, _PAGE_PLACES))}

    kind, (of, chunks) = group[_CHUNKS]
    moved = further(group, (_GROUP_PLACE,)) | {_CHUNKS: (kind, (of, [chunk_moved(chunk) for chunk in chunks]))}
    return {field: value for field, value in moved.items() if field != _ORDINAL}


@dataclass
class _Reader:
    """Reads Thrift's compact form, from one place of some bytes on."""

    content: bytes
    place: int

    def struct(self) -> _Struct:
        found: _Struct = {}
        field = 0
        while head := self._byte():
            kind = head & 15
            field = field + (head >> 4) if head >> 4 else self._integer()
            found[field] = (kind, self._value(kind))
        return found

    def _value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind in _INTEGERS:
            return self._integer()
        if kind == _STRUCT:
            return self.struct()
        if kind in (_LIST, _SET):
            return self._list()
        length = {_BYTE: 1, _DOUBLE: 8}[kind] if kind != _BINARY else self._count()
        self.place += length
        return self.content[self.place - length : self.place]

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        kind, number = head & 15, head >> 4
        number = self._count() if number == 15 else number
        if kind in (_TRUE, _FALSE):
            return kind, [self._byte() for _ in range(number)]
        return kind, [self._value(kind) for _ in range(number)]

    def _byte(self) -> int:
        self.place += 1
        return self.content[self.place - 1]

    def _count(self) -> int:
        found = shift = 0
        while True:
            byte = self._byte()
            found |= (byte & 127) << shift
            if byte < 128:
                return found
            shift += 7

    def _integer(self) -> int:
        found = self._count()
        return (found >> 1) ^ -(found & 1)


def _written(struct: _Struct) -> bytes:
    """``struct`` in Thrift's compact form; one in a list that is bytes already is taken as it is."""
    parts, last = [], 0
    for field, (kind, value) in sorted(struct.items()):
        head = (_TRUE if value else _FALSE) if kind in (_TRUE, _FALSE) else kind
        step = field - last
        parts.append(bytes([step << 4 | head]) if 0 < step < 16 else bytes([head]) + _integer(field))
        last = field
        if kind not in (_TRUE, _FALSE):
            parts.append(_value(kind, value))
    return b"".join([*parts, b"\0"])


def _value(kind: int, value: Any) -> bytes:
    if kind in _INTEGERS:
        return _integer(value)
    if kind == _STRUCT:
        return bytes(value) if isinstance(value, bytes) else _written(value)
    if kind in (_LIST, _SET):
        of, values = value
        head = bytes([len(values) << 4 | of]) if len(values) < 15 else bytes([15 << 4 | of]) + _count(len(values))
        return head + (bytes(values) if of in (_TRUE, _FALSE) else b"".join(_value(of, one) for one in values))
    return _count(len(value)) + value if kind == _BINARY else bytes(value)


def _count(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def _integer(number: int) -> bytes:
    return _count(number << 1 if number >= 0 else (-number << 1) - 1)
