"""What calamine is given is what was guarded; what is kept from workbook to workbook is what the bytes say."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packages import ONE_ROW, packed, parts_of, workbook

from ingest.reading import package as zip_package
from ingest.reading.appearance import merged_ranges
from ingest.reading.limits import Limits
from ingest.reading.package import ZipPackage
from ingest.reading.preflight import preflight, read_cells
from ingest.reading.sheetxml import sheet_facts

LIMITS = Limits()
NAMES = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\\/\x00"), min_size=1, max_size=12)
# As they stood in one expression each, before they were looked for in the cheapest order.
DECIMAL = re.compile(rb"v>\d+\.\d|v>\d*\.?\d+[Ee]|v>\d{7}")
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref=["\']([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)["\']')
MERGES = st.lists(st.sampled_from(['<x:mergeCell ref="A1:C2"/>', "<mergeCell ref='B3:AA4' />", "<mergeCells>", "<a>"]))


@given(st.dictionaries(NAMES, st.binary(max_size=60), min_size=1, max_size=6))
def test_the_parts_that_were_looked_at_are_written_anew_and_no_others(parts: dict[str, bytes]) -> None:
    named = {f"xl/{name}.xml": content for name, content in parts.items()}
    if len({name.lower() for name in named}) < len(named) or any(b"<!" in part for part in parts.values()):
        return
    package = ZipPackage(packed({**named, "xl/media/image.png": b"not looked at"}), LIMITS)
    for name in named:
        package.read(name)
    with zipfile.ZipFile(io.BytesIO(package.as_guarded())) as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()} == named


def test_a_reader_gets_what_was_guarded_not_compressed() -> None:
    content = workbook(xl__media__image1_png=b"\x89PNG" * 500)
    facts = preflight(content, LIMITS)
    assert b'<c r="A1"><v>57</v></c>' in facts.content
    assert b"image1" not in facts.content
    assert [cell[:5] for cell in read_cells(facts)] == [
        ("S", 1, 1, "number", "57"),
        ("S", 1, 2, "text", "đảng viên"),
    ]


def test_a_large_package_is_not_held_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_package, "_WRITTEN_ANEW", 100)
    content = workbook()
    assert preflight(content, LIMITS).content is content


@given(st.lists(st.sampled_from(["v>", "0", "7", "12", ".", "E", "e", "-", "<", "1234567"]), max_size=12).map("".join))
def test_a_number_that_is_not_short_and_whole_is_met_as_before(text: str) -> None:
    from ingest.reading.sheetxml import _DECIMAL

    assert bool(_DECIMAL.search(text.encode())) == bool(DECIMAL.search(text.encode()))


@given(MERGES.map("".join), st.text("<>a ", max_size=5))
def test_merged_ranges_are_met_wherever_they_stand(merges: str, rest: str) -> None:
    after = f"</sheetData>{rest}{merges}{rest}".encode()
    expected = [(int(top), int(bottom)) for _, top, _, bottom in MERGED.findall(after)]
    assert [(top, bottom) for top, _, bottom, _ in merged_ranges(after)] == expected


@pytest.mark.parametrize(
    ("row", "met"),
    [
        ('<c r="A1"><v>7</v></c>', False),
        ('<c r="A1" t="e"><v>#N/A</v></c>', True),
        ("<c r='A1' t='e'><v>#N/A</v></c>", True),
        ('<c r="A1"><f>B1+1</f></c>', True),
        ('<x:c r="A1"><x:f>B1+1</x:f></x:c>', True),
    ],
)
def test_a_special_cell_is_met_by_its_mark(row: str, met: bool) -> None:
    facts = sheet_facts(f'<sheetData><row r="1">{row}</row></sheetData>'.encode(), b"")
    assert bool(facts.errors or facts.no_cache) is met


@pytest.mark.parametrize("height", ['ht="0"', "ht='0'", 'hidden="1"', "hidden='true'"])
def test_a_row_that_is_not_seen_is_met(height: str) -> None:
    rows = ONE_ROW.replace('<row r="1"', f'<row r="1" {height}')
    facts = preflight(packed(parts_of(S=rows)), LIMITS)
    assert {cell[7] for cell in read_cells(facts)} == {"hidden_row"}
