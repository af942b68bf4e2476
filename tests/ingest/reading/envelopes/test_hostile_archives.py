"""Archives made to do harm: nothing leaves its bounds, no name of a member names a place, every one gets a verdict."""

from __future__ import annotations

import io
import time
import zipfile
import zlib

import pytest
from packages import packed, workbook

from ingest.reading.envelope import SEPARATOR, opened
from ingest.reading.limits import Limits
from ingest.reading.package import UnsafeFile
from ingest.reading.preflight import sniff

LIMITS = Limits()
BOOK = workbook()
PLACES = [
    "../../etc/LDC-001.xlsx",
    "/etc/LDC-001.xlsx",
    "..\\..\\windows\\LDC-001.xlsx",
    "C:\\Users\\x\\LDC-001.xlsx",
    "C:/x/LDC-001.xlsx",
    "a/./../LDC-001.xlsx",
]


@pytest.mark.parametrize("name", PLACES)
def test_a_members_name_is_a_name_and_no_place(name: str) -> None:
    found = opened(sniff(packed({name: BOOK}), LIMITS), LIMITS)
    assert found is not None
    (member,) = found.members
    assert member.content == BOOK
    for part in member.name.split(SEPARATOR):
        assert not {"/", "\\", "\0"} & set(part)
        assert part.strip(".") != ""
    assert member.name.endswith("LDC-001.xlsx")


def test_a_name_that_turns_the_reading_order_is_shown_as_it_is_written() -> None:
    found = opened(sniff(packed({"\u202eLDC-001.xlsx": BOOK}), LIMITS), LIMITS)
    assert found is not None
    assert "\u202e" not in found.members[0].name


def test_members_of_one_name_are_refused_with_the_archive() -> None:
    """Which of two a person meant cannot be told, and readers differ: the sender is asked."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("LDC-001.xlsx", BOOK)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("LDC-001.xlsx", BOOK + b" ")
    with pytest.raises(UnsafeFile) as refused:
        opened(sniff(target.getvalue(), LIMITS), LIMITS)
    assert refused.value.finding == "damaged"
    assert "trùng tên" in refused.value.detail


def test_an_archive_with_a_protected_member_is_told_as_protected() -> None:
    content = bytearray(packed({"khoa.xlsx": BOOK}))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    content[6] |= 1
    with pytest.raises(UnsafeFile) as refused:
        opened(sniff(bytes(content), LIMITS), LIMITS)
    assert refused.value.finding == "password"


@pytest.mark.parametrize("layers", [1, 2, 3])
def test_a_small_file_that_grows_a_thousandfold_is_refused_before_it_has_grown(layers: int) -> None:
    small = Limits(envelope_bytes=3_000_000, part_bytes=3_000_000, inflated_bytes=3_000_000)
    content = packed({"a.bin": bytes(60_000_000)})
    for _ in range(layers - 1):
        content = packed({"b.zip": content})
    assert len(content) < 100_000
    started = time.process_time()
    with pytest.raises(UnsafeFile) as refused:
        opened(sniff(content, small), small)
    assert refused.value.finding == "too_large"
    assert time.process_time() - started < 2


def test_what_an_archive_says_of_a_members_size_is_not_believed() -> None:
    content = bytearray(packed({"a.xlsx": BOOK}))
    at = content.find(b"PK\x01\x02")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    found = opened(sniff(bytes(content), LIMITS), LIMITS)
    assert found is not None
    assert (found.members, found.others) == ([], ["a.xlsx"])


def test_many_members_over_the_same_bytes_are_refused() -> None:
    """The bomb that is not nested: directory entries that share one stretch of packed bytes."""
    packed_zeros = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed_zeros.compress(bytes(1_000_000)) + packed_zeros.flush()
    local = zipfile.ZipInfo("a")
    local.compress_type, local.CRC = zipfile.ZIP_DEFLATED, zlib.crc32(bytes(1_000_000))
    local.compress_size, local.file_size = len(body), 1_000_000
    head = local.FileHeader() + body
    directory = b""
    for number in range(50):
        name = f"{number:02}".encode()
        directory += b"PK\x01\x02" + bytes([20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 33, 0])
        directory += (
            local.CRC.to_bytes(4, "little") + len(body).to_bytes(4, "little") + (1_000_000).to_bytes(4, "little")
        )
        directory += len(name).to_bytes(2, "little") + bytes(16) + name
    end = b"PK\x05\x06" + bytes(4) + (50).to_bytes(2, "little") * 2
    end += len(directory).to_bytes(4, "little") + len(head).to_bytes(4, "little") + bytes(2)
    with pytest.raises(UnsafeFile) as refused:
        opened(sniff(head + directory + end, LIMITS), LIMITS)
    assert refused.value.finding == "damaged"
