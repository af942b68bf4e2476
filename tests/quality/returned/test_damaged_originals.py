"""Whatever a readable workbook holds beside its cells: a copy goes back, and nobody else's waits for it."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import ONE_ROW, packed, parts_of

from ingest.lake import FINDINGS
from ingest.reading.limits import Limits
from ingest.reading.preflight import preflight, read_cells
from quality.returned import CopyTask, annotate, annotated_copies
from quality.returned.package import named_for
from quality.returned.raw_zip import with_entries
from quality.returned.words import answer_sheets

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellXfs count="1"><xf/></cellXfs></styleSheet>'  # noqa: E501
WRONG = pd.DataFrame(
    [
        {
            **dict.fromkeys(FINDINGS.names),
            **{"finding_id": "f1", "finding_key": "k1", "rule_id": "R1", "severity": "hard", "outcome": "fail"},
            **{"sheet": "S", "cell": "A1", "message_vi": "sai", "message_en": "wrong", "observed": "57"},
        }
    ],
    columns=FINDINGS.names,
)


def book(rows: str = ONE_ROW, behind: str = "", relations: str = "", **more: str | bytes) -> dict[str, str | bytes]:
    """The parts of a workbook with styles; ``behind`` follows its cells, ``relations`` are those of its sheet."""
    parts: dict[str, str | bytes] = {**parts_of(S=rows), "xl/styles.xml": STYLES}
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    parts["xl/worksheets/sheet1.xml"] = sheet.replace("</worksheet>", f"{behind}</worksheet>")
    listed = str(parts["xl/_rels/workbook.xml.rels"])
    styles = f'<Relationship Id="rIdS" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    parts["xl/_rels/workbook.xml.rels"] = listed.replace("</Relationships>", styles)
    if relations:
        head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = f"{head}{relations}</Relationships>"
    return {**parts, **{name.replace("__", "/"): content for name, content in more.items()}}


def related(kind: str, target: str, more: str = "") -> str:
    return f'<Relationship Id="rId{kind}" Type="{OFFICE}/{kind}" Target="{target}"{more}/>'


LEGACY = f'<legacyDrawing xmlns:r="{OFFICE}" r:id="rIdvmlDrawing"/>'
VML = '<xml xmlns:v="urn:schemas-microsoft-com:vml"/>'
BOTH = related("comments", "../comments1.xml") + related("vmlDrawing", "../drawings/d.vml")


def with_comments(xml: str) -> bytes:
    return packed(book(behind=LEGACY, relations=BOTH, **{"xl__comments1.xml": xml, "xl__drawings__d.vml": VML}))


def patched(content: bytes, name: str, at_central: int, at_local: int, value: bytes) -> bytes:
    """``content`` with one field of an entry changed in both of its headers."""
    info = zipfile.ZipFile(io.BytesIO(content)).getinfo(name)
    central = content.rindex(name.encode()) - 46
    changed = bytearray(content)
    changed[central + at_central : central + at_central + len(value)] = value
    changed[info.header_offset + at_local : info.header_offset + at_local + len(value)] = value
    return bytes(changed)


PICTURE = packed(book(**{"xl__media__p.png": b"x" * 2000, "xl__p.bin": b"y" * 2000}))
CASES: dict[str, tuple[bytes, bool]] = {
    "wrong checksum of a picture": (patched(PICTURE, "xl/media/p.png", 16, 14, b"\1\2\3\4"), True),
    "a method no library knows": (patched(PICTURE, "xl/p.bin", 10, 8, struct.pack("<H", 9)), True),
    "comments cut off": (with_comments(f'<comments xmlns="{MAIN}"><authors><author>A</author>'), True),
    "comments without authors": (with_comments(f'<comments xmlns="{MAIN}"><commentList/></comments>'), True),
    "comments without a list": (with_comments(f'<comments xmlns="{MAIN}"><authors/></comments>'), True),
    "drawing outside": (
        packed(book(behind=LEGACY, relations=related("vmlDrawing", "http://x/y.vml", ' TargetMode="External"'))),
        True,
    ),
    "drawing without relation": (packed(book(behind=LEGACY)), True),
    "drawing that is not there": (packed(book(behind=LEGACY, relations=related("vmlDrawing", "../none.vml"))), True),
    "priority that is no number": (
        packed(
            book(
                behind='<conditionalFormatting sqref="A1"><cfRule type="expression" priority="abc"><formula>1</formula>'
                "</cfRule></conditionalFormatting>"
            )
        ),
        True,
    ),
    "no styles": (packed(parts_of(S=ONE_ROW)), False),
}


@pytest.mark.parametrize("name", CASES)
def test_a_copy_goes_back_whatever_lies_beside_the_cells(name: str) -> None:
    content, is_marked = CASES[name]
    assert len(read_cells(preflight(content, Limits()))) == 2, "it is a workbook that is read"
    copy = annotate(content, "xlsx", WRONG, {}, {})
    assert copy.is_marked == is_marked
    archive = zipfile.ZipFile(io.BytesIO(copy.content))
    assert any(answer_sheets()[0] in archive.read(part).decode() for part in ["xl/workbook.xml"])
    if is_marked:
        assert b"conditionalFormatting" in archive.read("xl/worksheets/sheet1.xml")
        before = {info.filename: info.CRC for info in zipfile.ZipFile(io.BytesIO(content)).infolist()}
        after = {info.filename: info.CRC for info in archive.infolist()}
        assert all(after[part] == before[part] for part in before if part.startswith("xl/media"))


def test_a_part_that_inflates_to_gigabytes_is_taken_over_without_being_inflated() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part, content in book().items():
            archive.writestr(part, content)
        with archive.open("xl/media/p.png", "w") as picture:
            for _ in range(300):
                picture.write(bytes(1 << 20))
    started = time.process_time()
    copy = annotate(target.getvalue(), "xlsx", WRONG, {}, {})
    assert copy.is_marked
    assert time.process_time() - started < 1
    assert len(copy.content) < 600_000


@settings(deadline=None, max_examples=60)
@given(
    st.dictionaries(st.text("abcđ/. ", min_size=1, max_size=8), st.binary(max_size=300), max_size=6),
    st.dictionaries(st.text("abcđ/. ", min_size=1, max_size=8), st.binary(max_size=300), max_size=4),
)
def test_entries_are_kept_replaced_and_added(before: dict[str, bytes], changed: dict[str, bytes]) -> None:
    content = packed(before)
    infos = zipfile.ZipFile(io.BytesIO(content)).infolist()
    archive = zipfile.ZipFile(io.BytesIO(with_entries(content, infos, changed)))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == {**before, **changed}


def test_a_list_alone_in_place_of_a_workbook_with_macros_opens_as_one() -> None:
    alone = annotate(b"anything", "xls", WRONG, {}, {}).content
    assert openpyxl.load_workbook(io.BytesIO(named_for(alone, "x.xlsm"))).sheetnames == [answer_sheets()[0]]
    types = zipfile.ZipFile(io.BytesIO(named_for(alone, "x.xlsm"))).read("[Content_Types].xml")
    assert b"macroEnabled" in types
    assert named_for(alone, "x.xlsx") == alone


def _tasks(folder: Path, contents: dict[str, bytes]) -> list[CopyTask]:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [CopyTask(folder / name, "xlsx", WRONG, {}) for name in contents]


def test_one_that_cannot_be_written_gets_the_list_and_the_others_their_marks(tmp_path: Path) -> None:
    good = packed(book())
    tasks = _tasks(tmp_path, {"a.xlsx": good, "b.xlsx": good, "c.xlsx": good})
    (tmp_path / "b.xlsx").unlink()
    assert [copy.is_marked for copy in annotated_copies(tasks, {})] == [True, False, True]


@pytest.mark.parametrize("limit", ["time", "memory"])
def test_one_that_costs_too_much_gets_the_list(tmp_path: Path, limit: str) -> None:
    rows = "".join(f'<row r="{row}">' + f'<c r="A{row}" s="0"/>' * 1 + "</row>" for row in range(1, 400_000))
    tasks = _tasks(tmp_path, {"a.xlsx": packed(book()), "b.xlsx": packed(book(rows=rows)), "c.xlsx": packed(book())})
    limits: Callable[..., Limits] = Limits
    bounds = limits(copy_seconds=0.1) if limit == "time" else limits(copy_memory_bytes=700_000_000)
    found = [copy.is_marked for copy in annotated_copies(tasks, {}, bounds)]
    assert found[1] is False
    assert limit == "time" or found == [True, False, True]
