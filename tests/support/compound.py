"""OLE2 compound files as bytes: what .xls, .doc, .msg and encrypted workbooks are outside."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import pairwise

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_STREAM, _STORAGE, _ROOT = 2, 1, 5

Tree = Mapping[str, "bytes | Tree"]


def compound(tree: Tree) -> bytes:
    """An OLE2 file of ``tree``: a name stands for a stream's bytes or for a storage of more."""
    entries: list[list[object]] = [["Root Entry", _ROOT, _FREE, _FREE, b""]]
    _enter(entries, 0, tree)
    sectors: list[bytes] = []
    fat: list[int] = []
    minis, mini_fat = b"", []
    placed = []
    for _, kind, _, _, content in entries:
        assert isinstance(content, bytes)
        if kind == _STREAM and content and len(content) < _CUTOFF:
            placed.append(len(mini_fat))
            mini_fat += _chain(len(mini_fat), -(-len(content) // _MINI))
            minis += content.ljust(-(-len(content) // _MINI) * _MINI, b"\0")
        elif kind == _STREAM and content:
            placed.append(_write(sectors, fat, content))
        else:
            placed.append(_END)
    placed[0] = _write(sectors, fat, minis) if minis else _END
    mini_table = _write(sectors, fat, struct.pack(f"<{len(mini_fat)}I", *mini_fat), b"\xff") if minis else _END
    directory = b"".join(_entry(entry, place, len(minis)) for entry, place in zip(entries, placed, strict=True))
    first = _write(sectors, fat, directory)
    table_at = len(sectors)
    count = next(n for n in range(1, 100) if n * (_SECTOR // 4) >= len(fat) + n)
    fat += [_FAT] * count
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(count * _SECTOR, b"\xff")
    header = struct.pack(
        "<8s16s6H10I", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, count, first, 0,
        _CUTOFF, mini_table, -(-4 * len(mini_fat) // _SECTOR), _END, 0,
    )  # fmt: skip
    difat = struct.pack("<109I", *[*range(table_at, table_at + count), *[_FREE] * (109 - count)])
    return header + difat + b"".join(sectors) + table


def _enter(entries: list[list[object]], parent: int, tree: Tree) -> None:
    numbers = []
    for name, content in tree.items():
        numbers.append(len(entries))
        kind, body = (_STREAM, content) if isinstance(content, bytes) else (_STORAGE, b"")
        entries.append([name, kind, _FREE, _FREE, body])
        if not isinstance(content, bytes):
            _enter(entries, numbers[-1], content)
    for one, following in pairwise(numbers):
        entries[one][2] = following
    if numbers:
        entries[parent][3] = numbers[0]


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), _END]


def _write(sectors: list[bytes], fat: list[int], content: bytes, padding: bytes = b"\0") -> int:
    start, count = len(sectors), -(-len(content) // _SECTOR)
    whole = content.ljust(count * _SECTOR, padding)
    sectors += [whole[at : at + _SECTOR] for at in range(0, len(whole), _SECTOR)]
    fat += _chain(start, count)
    return start


def _entry(entry: list[object], place: int, minis: int) -> bytes:
    name, kind, right, child, content = entry
    assert isinstance(name, str)
    assert isinstance(content, bytes)
    encoded = name.encode("utf-16-le")
    size = minis if kind == _ROOT else len(content)
    return struct.pack(
        "<64sHBB3I16sI16sIII", encoded, len(encoded) + 2, kind, 1, _FREE, right, child, b"", 0, b"", place, size, 0
    )
