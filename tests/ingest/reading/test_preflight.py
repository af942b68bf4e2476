"""What must not be opened is refused with a reason its sender understands; what is honest passes."""

from __future__ import annotations

import dataclasses
import io
import random
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import ONE_ROW, ole2, opens, packed, parts_of, sheet_xml, workbook

from ingest.addresses import column_letters
from ingest.findings import finding_texts
from ingest.reading.limits import Limits
from ingest.reading.preflight import UnsafeFile, preflight

LIMITS = Limits()
HTML = b"<html><table><tr><td>57</td></tr></table></html>"


def refusal(content: bytes, limits: Limits = LIMITS) -> tuple[str, str]:
    """(finding, detail) with which ``content`` is refused."""
    with pytest.raises(UnsafeFile) as refused:
        preflight(content, limits)
    assert refused.value.finding in finding_texts()
    return refused.value.finding, refused.value.detail


def test_an_honest_workbook_passes() -> None:
    content = workbook()
    assert opens(content)
    facts = preflight(content, LIMITS)
    assert (facts.container, list(facts.sheets), facts.active) == ("xlsx", ["S"], "")
    assert facts.sheets["S"].is_plain


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", ("empty_file", "")),
        ("Kính gửi văn phòng,\nđã nhận.\n".encode(), ("not_a_workbook", "CSV / văn bản")),
        ("\ufeffMã\tSố\n".encode("utf-16-le"), ("not_a_workbook", "CSV / văn bản")),
        ("Mã;Số\nĐảng bộ;57\n".encode("cp1258", "replace"), ("text_encoding", "")),
        (b'{"url": "https://docs.google.com/spreadsheets/d/x"}', ("link_only", "Google Trang tính")),
        (b"[InternetShortcut]\r\nURL=https://example.vn/", ("link_only", "lối tắt")),
        (packed({"Index/Document.iwa": "x", "Metadata/Properties.plist": "x"}), ("other_program", "Apple Numbers")),
        (HTML, ("not_a_workbook", "HTML")),
        (b"\xef\xbb\xbf\r\n  <!DOCTYPE HTML><p>57</p>", ("not_a_workbook", "HTML")),
        (b'<?xml version="1.0"?><html xmlns="x">', ("not_a_workbook", "HTML")),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:x:spreadsheet">', ("not_a_workbook", "SpreadsheetML 2003")),
        (b"%PDF-1.7\n", ("scan", "PDF")),
        (b"{\\rtf1", ("not_a_workbook", "RTF")),
        (b"\xff\xd8\xff\xe0", ("scan", "ảnh JPEG")),
        (b"\x89PNG\r\n\x1a\n", ("scan", "ảnh PNG")),
        (b"Rar!\x1a\x07\x01\x00", ("archive", "RAR")),
        (b"7z\xbc\xaf\x27\x1c", ("archive", "7-Zip")),
        (packed({}), ("empty_archive", "")),
        (b"\x00\x01\x02\x03", ("not_a_workbook", "không rõ loại")),
        (packed({"word/document.xml": "<w/>"}), ("not_a_workbook", "Word")),
        (packed({"thư.txt": "x"}), ("not_a_workbook", "ZIP")),
        (ole2("WordDocument"), ("not_a_workbook", "Word 97-2003")),
        (ole2("PowerPoint Document"), ("not_a_workbook", "PowerPoint 97-2003")),
        (ole2("Something"), ("not_a_workbook", "OLE2")),
        (ole2("Workbook")[:700], ("damaged", "không đọc được danh mục của tệp")),
        (ole2("EncryptionInfo", "EncryptedPackage"), ("password", "")),
    ],
)
def test_what_is_no_workbook_is_told_by_its_bytes_and_not_by_its_name(content: bytes, what: tuple[str, str]) -> None:
    assert refusal(content) == what


def test_excel_97_is_known_by_its_stream() -> None:
    assert preflight(ole2("Workbook"), LIMITS).container == "xls"
    assert preflight(ole2("Book"), LIMITS).container == "xls"


def test_a_file_over_the_limit_is_not_even_looked_at() -> None:
    content = workbook()
    exactly = dataclasses.replace(LIMITS, file_bytes=len(content))
    assert preflight(content, exactly).container == "xlsx"
    finding, detail = refusal(content + b"x", exactly)
    assert finding == "too_large"
    assert f"{len(content) + 1:,}" in detail


# Bombs.


def test_a_part_that_inflates_beyond_its_limit_is_a_bomb() -> None:
    content = workbook(**{"xl__bomb.xml": b"0" * 5_000_000})
    assert len(content) < 50_000
    assert refusal(content, dataclasses.replace(LIMITS, part_bytes=1_000_000)) == ("too_large", "xl/bomb.xml")


def test_many_parts_that_inflate_beyond_the_limit_together_are_a_bomb() -> None:
    content = workbook(**{f"xl__bomb{number}.xml": b"0" * 400_000 for number in range(5)})
    assert refusal(content, dataclasses.replace(LIMITS, inflated_bytes=1_000_000))[0] == "too_large"


def test_a_package_that_lies_about_its_size_is_not_believed() -> None:
    content = bytearray(workbook(**{"xl__bomb.xml": b"0" * 5_000_000}))
    true, lie = struct.pack("<L", 5_000_000), struct.pack("<L", 10)
    assert content.count(true) == 2, "once in the local header, once in the directory"
    lying = bytes(content).replace(true, lie)
    assert zipfile.ZipFile(io.BytesIO(lying)).getinfo("xl/bomb.xml").file_size == 10
    assert refusal(lying, dataclasses.replace(LIMITS, part_bytes=1_000_000))[0] == "too_large"
    assert refusal(lying)[0] == "damaged"


def test_parts_that_share_their_bytes_are_refused() -> None:
    content = bytearray(workbook(**{"xl__a.xml": b"0" * 100_000, "xl__b.xml": b"0" * 100_000}))
    infos = zipfile.ZipFile(io.BytesIO(bytes(content))).infolist()
    offsets = {info.filename: info.header_offset for info in infos}
    at = content.rindex(b"xl/b.xml") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 42 : at + 46] = struct.pack("<L", offsets["xl/a.xml"])
    assert refusal(bytes(content)) == ("damaged", "các phần chồng lên nhau")


def test_too_many_parts_sheets_or_a_far_cell_are_refused() -> None:
    many = packed({**parts_of(S=ONE_ROW), **{f"xl/{number}.bin": b"" for number in range(40)}})
    assert refusal(many, dataclasses.replace(LIMITS, zip_entries=20))[0] == "too_large"
    sheets = packed(parts_of(**{f"S{number}": ONE_ROW for number in range(12)}))
    assert refusal(sheets, dataclasses.replace(LIMITS, sheets=10)) == ("too_large", "12 trang tính")


def test_one_far_cell_is_no_reason_to_refuse_but_a_diagonal_of_them_is() -> None:
    far = workbook('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    assert preflight(far, LIMITS).container == "xlsx"
    places = [(number, f"{column_letters(number)}{number * 9}") for number in range(1, 6_001)]
    diagonal = workbook("".join(f'<row r="{n * 9}"><c r="{place}"><v>1</v></c></row>' for n, place in places))
    assert refusal(diagonal) == ("too_large", "6,000 dòng × 6,000 cột")


# Damage.


def test_a_workbook_cut_in_half_is_damaged() -> None:
    content = workbook()
    for end in range(4, len(content)):
        assert refusal(content[:end])[0] in ("damaged", "not_a_workbook"), end


@pytest.mark.parametrize(
    "content",
    [
        workbook() + b"something behind the end",
        packed({**parts_of(S=ONE_ROW), "XL/Workbook.xml": "<w/>"}),
        packed({**parts_of(S=ONE_ROW), "xl\\workbook.xml": "<w/>"}),
        workbook(**{"xl__worksheets__sheet1.xml": f"<!DOCTYPE a [<!ENTITY b 'c'>]>{sheet_xml(ONE_ROW)}"}),
        workbook(**{"xl__worksheets__sheet1.xml": sheet_xml(ONE_ROW).encode("utf-16")}),
        packed({name: part for name, part in parts_of(S=ONE_ROW).items() if "sheet1" not in name}),
        packed({name: part for name, part in parts_of(S=ONE_ROW).items() if not name.endswith("workbook.xml.rels")}),
        workbook(**{"xl__workbook.xml": "<workbook><not closed"}),
        workbook(
            **{
                "xl___rels__workbook.xml.rels": parts_of(S="")["xl/_rels/workbook.xml.rels"].replace(
                    "sheet1", "../../x"
                )
            }
        ),
        packed(parts_of(S=ONE_ROW), compression=zipfile.ZIP_BZIP2),
    ],
    ids=[
        "trailing",
        "case",
        "backslash",
        "doctype",
        "utf16",
        "no sheet",
        "no relations",
        "bad xml",
        "outside",
        "bzip2",
    ],
)
def test_a_package_that_is_not_whole_is_damaged(content: bytes) -> None:
    assert refusal(content)[0] == "damaged"


def test_a_part_that_claims_to_begin_far_behind_the_end_costs_no_memory() -> None:
    content = bytearray(workbook(**{"xl__zz.xml": b"0"}))
    at = content.rindex(b"xl/zz.xml") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 42 : at + 46] = struct.pack("<L", 900_000_000)
    tracemalloc.start()
    try:
        assert refusal(bytes(content))[0] == "damaged"
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_flipped_byte_in_a_part_is_noticed() -> None:
    content = bytearray(workbook())
    info = zipfile.ZipFile(io.BytesIO(bytes(content))).getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    for at in range(start, start + info.compress_size):
        broken = bytearray(content)
        broken[at] ^= 0x55
        assert refusal(bytes(broken))[0] == "damaged"


# Passwords, macros, what runs or fetches.


def test_a_zip_password_and_an_open_document_password_are_passwords() -> None:
    content = bytearray(workbook())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.index(mark)
        content[at + flags] |= 1
    assert refusal(bytes(content))[0] == "password"
    manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    body = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}
    assert preflight(packed(body), LIMITS).container == "ods"
    assert refusal(packed({**body, "META-INF/manifest.xml": manifest}))[0] == "password"


def test_macro_sheets_are_refused_and_macros_are_told_but_never_run() -> None:
    assert refusal(workbook(**{"xl__macrosheets__sheet1.xml": "<x/>"}))[0] == "macro_sheets"
    for part in ("xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/ole1.bin"):
        assert preflight(packed({**parts_of(S=ONE_ROW), part: b"<x/>"}), LIMITS).active == part


# Whatever comes: a verdict, never a surprise.


def verdict(content: bytes) -> None:
    """Nothing but a pass or a declared refusal."""
    found = "fine"
    try:
        preflight(content, LIMITS)
    except UnsafeFile as refused:
        found = refused.finding
    assert found == "fine" or found in finding_texts()


def rezipped(name: str, part: bytes) -> bytes:
    return packed({**parts_of(S=ONE_ROW), name: part})


@settings(deadline=None, max_examples=300)
@given(seed=st.integers(0, 2**32), flips=st.integers(1, 8))
def test_a_mangled_workbook_gets_a_verdict(seed: int, flips: int) -> None:
    chance = random.Random(seed)
    content = bytearray(WHOLE)
    for _ in range(flips):
        at = chance.randrange(4, len(content))
        content[at] = chance.choice([0, 0xFF, content[at] ^ (1 << chance.randrange(8)), chance.randrange(256)])
    if chance.random() < 0.3:
        at = chance.randrange(4, len(content))
        del content[at : at + chance.randrange(1, 40)]
    verdict(bytes(content))


WHOLE = workbook()
PIECES = [
    *('<c r="A1" t="e"><v>#N/A</v></c>', '<c r="B2"><f>1/0</f></c>', "<c", ' r="', "ZZZ9999999", '"/>', "<f/>"),
    *('<c r="AAAA1"><v>-1</v></c>', '<c r="XFD1048577" s="99"><v>-5</v></c>', "</sheetData>", "<sheetData>"),
    *('<c r="A1" s="1"><f></f><v></v></c>', '<x:c r="A0"><x:v>-0</x:v></x:c>', "\x00", "é"),
]
XML = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from(PIECES), max_size=12).map(lambda pieces: "".join(pieces).encode()),
)


@settings(deadline=None, max_examples=400)
@given(
    name=st.sampled_from(
        [
            "xl/workbook.xml",
            "xl/_rels/workbook.xml.rels",
            "xl/worksheets/sheet1.xml",
            "xl/styles.xml",
            "[Content_Types].xml",
        ]
    ),
    part=XML,
    wrapped=st.booleans(),
)
def test_a_workbook_of_strange_parts_gets_a_verdict(name: str, part: bytes, wrapped: bool) -> None:
    verdict(rezipped(name, sheet_xml("@").encode().replace(b"@", part) if wrapped else part))


@settings(deadline=None, max_examples=150)
@given(
    head=st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", ole2(), ole2("Workbook"), b""]), rest=st.binary(max_size=200)
)
def test_any_bytes_get_a_verdict(head: bytes, rest: bytes) -> None:
    verdict(head + rest)
    verdict(head + rest + zlib.compress(rest))
