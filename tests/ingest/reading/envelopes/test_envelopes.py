"""Mail and archives as people send them: the workbooks inside are found by content, within bounds."""

from __future__ import annotations

import dataclasses
import io
import random
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from compound import Tree, compound
from hypothesis import given, settings
from hypothesis import strategies as st
from packages import packed, workbook

from ingest.reading.containers import containers
from ingest.reading.envelope import Opened, opened
from ingest.reading.envelopes import envelope_of, envelopes
from ingest.reading.limits import Limits
from ingest.reading.package import UnsafeFile
from ingest.reading.preflight import sniff

LIMITS = Limits()
BOOK = workbook()
OTHER_BOOK = workbook("<row r='1'/>")


def open_(content: bytes, limits: Limits = LIMITS) -> Opened:
    found = opened(sniff(content, limits), limits)
    assert found is not None
    return found


def names(content: bytes) -> list[str]:
    return [member.name for member in open_(content).members]


def mail(*attached: tuple[str, bytes], encoding: str = "base64") -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"], message["From"], message["To"] = "Báo cáo 6 tháng", "a@example.vn", "b@example.vn"
    message.set_content("Kính gửi đồng chí, báo cáo; biểu; số liệu.")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name, cte=encoding)
    return message


def outlook(*attached: tuple[str, bytes], inside: Tree | None = None) -> dict[str, bytes | Tree]:
    tree: dict[str, bytes | Tree] = {"__properties_version1.0": b"\0" * 32}
    for number, (name, content) in enumerate(attached):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__substg1.0_3707001F": name.encode("utf-16-le"),
            "__substg1.0_37010102": content,
        }
    if inside is not None:
        tree["__attach_version1.0_#000000FF"] = {"__substg1.0_3701000D": inside}
    return tree


SAMPLES = {
    "zip": packed({"a.txt": "x"}),
    "eml": mail().as_bytes(),
    "msg": compound(outlook()),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_is_claimed_by_one_envelope_and_no_reader_of_cells(name: str) -> None:
    file = sniff(SAMPLES[name], LIMITS)
    assert [one.name for one in envelopes() if one.claims(file)] == [name]
    assert not any(one.claims(file) for one in containers())


def test_there_is_a_sample_of_every_envelope_and_no_workbook_is_one() -> None:
    assert sorted(SAMPLES) == sorted(one.name for one in envelopes())
    for content in (BOOK, packed({"word/document.xml": "<w/>", "[Content_Types].xml": "<x/>"})):
        assert envelope_of(sniff(content, LIMITS)) is None


# Archives.


def test_workbooks_of_an_archive_are_taken_and_the_rest_is_named() -> None:
    found = open_(
        packed(
            {
                "Kỳ 1/LDC-015.xlsx": BOOK,
                "khong co duoi": BOOK,
                "anh.jpg": b"\xff\xd8\xff\xe0",
                "ghi chu.txt": "mot; hai\nba; bon\n",
                "so lieu.csv": "mot;hai\nba;bon\n",
                "__MACOSX/Kỳ 1/._LDC-015.xlsx": b"\0\5\x16\7",
                "Kỳ 1/~$LDC-015.xlsx": b"khoa",
            }
        )
    )
    assert [member.name for member in found.members] == ["LDC-015.xlsx", "khong co duoi", "so lieu.csv"]
    assert found.others == ["anh.jpg", "ghi chu.txt"]
    assert found.members[0].content == BOOK


@pytest.mark.parametrize("encoding", ["utf-8", "cp1258"])
def test_names_of_members_are_read_as_vietnamese_systems_wrote_them(encoding: str) -> None:
    name = "Báo cáo Đảng bộ.xlsx"
    raw = name.encode() if encoding == "utf-8" else b"B\xe1o c\xe1o \xd0\xe3ng b\xf4.xlsx"
    content = packed({"X" * len(raw): BOOK}).replace(b"X" * len(raw), raw)
    assert names(content) == [name if encoding == "utf-8" else raw.decode("cp1258")]


def test_a_name_that_no_known_system_wrote_stays_as_it_is_shown() -> None:
    raw = b"so lieu \x8a.xlsx"  # cp1258 leaves this byte undefined, and UTF-8 never begins with it
    assert names(packed({"X" * len(raw): BOOK}).replace(b"X" * len(raw), raw)) == [raw.decode("cp437")]


def test_an_archive_in_an_archive_is_opened_and_its_names_lead_through() -> None:
    inner = packed({"LDC-016.xlsx": BOOK})
    assert names(packed({"gui lai.zip": packed({"hai.zip": inner})})) == ["gui lai.zip » hai.zip » LDC-016.xlsx"]


def test_a_member_that_cannot_be_taken_out_is_named_and_the_others_are_taken() -> None:
    content = bytearray(packed({"tot.xlsx": BOOK, "hong.xlsx": BOOK + b"x"}))
    at = content.rindex(b"hong.xlsx") - 46
    content[at + 16] ^= 0xFF
    found = open_(bytes(content))
    assert ([member.name for member in found.members], found.others) == (["tot.xlsx"], ["hong.xlsx"])


def nested(depth: int) -> bytes:
    content = BOOK
    for number in range(depth):
        content = packed({f"{number}.zip" if number else "x.xlsx": content})
    return content


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (nested(6), LIMITS),
        (packed({f"{number}.txt": "x" for number in range(20)}), dataclasses.replace(LIMITS, envelope_files=10)),
        (packed({"a.bin": bytes(2_000_000)}), dataclasses.replace(LIMITS, envelope_bytes=1_000_000)),
        (
            packed({f"{number}.zip": packed({"a.bin": bytes(400_000)}) for number in range(9)}),
            dataclasses.replace(LIMITS, envelope_bytes=1_000_000),
        ),
    ],
    ids=["depth", "number", "size", "size through layers"],
)
def test_what_comes_out_is_bounded_in_depth_number_and_size(content: bytes, limits: Limits) -> None:
    with pytest.raises(UnsafeFile) as refused:
        open_(content, limits)
    assert refused.value.finding == "too_large"


def test_four_layers_are_still_opened() -> None:
    assert len(names(nested(4))) == 1


def test_a_protected_workbook_is_taken_so_that_its_sender_is_told() -> None:
    assert names(packed({"khoa.xlsx": compound({"EncryptedPackage": b"x"})})) == ["khoa.xlsx"]
    assert names(packed({"hong.xlsx": BOOK[:-30]})) == ["hong.xlsx"]


# Mail.


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_attachments_of_a_mail_are_taken_whatever_the_way_they_are_written(encoding: str) -> None:
    content = mail(("Báo cáo quý.xlsx", BOOK), ("anh.png", b"\x89PNG\r\n\x1a\n"), encoding=encoding).as_bytes()
    found = open_(content)
    assert [(member.name, member.content) for member in found.members] == [("Báo cáo quý.xlsx", BOOK)]
    assert found.others == ["anh.png"]


@pytest.mark.parametrize(
    "header",
    [
        'filename="=?utf-8?B?QsOhbyBjw6FvLnhsc3g=?="',
        'filename="=?UTF-8?Q?B=C3=A1o_c=C3=A1o.xlsx?="',
        "filename*=utf-8''B%C3%A1o%20c%C3%A1o.xlsx",
    ],
)
def test_names_of_attachments_are_decoded(header: str) -> None:
    content = mail(("THAY.xlsx", BOOK)).as_bytes()
    assert names(content.replace(b'filename="THAY.xlsx"', header.encode())) == ["Báo cáo.xlsx"]


def test_a_mail_forwarded_in_a_mail_and_an_archive_attached_to_it_are_opened() -> None:
    outer = mail(("nen.zip", packed({"trong nen.xlsx": BOOK})))
    outer.add_attachment(mail(("chuyen tiep.xlsx", BOOK)))
    assert names(outer.as_bytes()) == ["nen.zip » trong nen.xlsx", "chuyen tiep.xlsx"]


def test_a_workbook_without_a_name_beside_the_words_of_a_mail_is_taken() -> None:
    """Some programs put it among the pictures of the text; it was lost where another attachment had a name."""
    letter = mail(("b.xlsx", OTHER_BOOK))
    words = letter.get_payload()[0]
    words.add_alternative("<b>Kính gửi</b><img src='cid:2'>", subtype="html")
    written = words.get_payload()[1]
    written.add_related(BOOK, "application", "vnd.ms-excel", cid="<1>")
    written.add_related(b"\x89PNG", "image", "png", cid="<2>")
    found = open_(letter.as_bytes())
    assert [(one.name, one.content) for one in found.members] == [("phần 3", BOOK), ("b.xlsx", OTHER_BOOK)]
    assert found.others == []


def test_a_mail_that_is_nothing_but_a_workbook_is_opened() -> None:
    letter = EmailMessage()
    letter["From"], letter["Subject"] = "a@example.vn", "Báo cáo"
    letter.set_content(BOOK, "application", "octet-stream")
    assert names(letter.as_bytes()) == ["phần 1"]


def test_a_mail_out_of_a_mailbox_begins_with_a_line_of_its_own() -> None:
    content = b"From a@example.vn Thu Jan 01 00:00:00 2026\r\n" + mail(("x.xlsx", BOOK)).as_bytes()
    assert names(content) == ["x.xlsx"]


def test_attachments_of_outlook_are_taken_those_of_mail_inside_too() -> None:
    large = workbook(**{"xl__media__a.bin": bytes(random.Random(7).randbytes(9_000))})
    inside = outlook(("ben trong.xlsx", large))
    found = open_(compound(outlook(("Báo cáo.xlsx", BOOK), ("thu.txt", b"Kinh gui"), inside=inside)))
    assert [(member.name, member.content) for member in found.members] == [
        ("Báo cáo.xlsx", BOOK),
        ("ben trong.xlsx", large),
    ]
    assert found.others == ["thu.txt"]


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(sorted(SAMPLES)), st.integers(0, 5_000), st.binary(min_size=1, max_size=20))
def test_a_mangled_envelope_gets_a_verdict(name: str, at: int, change: bytes) -> None:
    good = {
        "zip": packed({"a.xlsx": BOOK}),
        "eml": mail(("a.xlsx", BOOK)).as_bytes(),
        "msg": compound(outlook(("a.xlsx", BOOK))),
    }[name]
    content = bytearray(good)
    content[at % len(content) : at % len(content) + len(change)] = change
    try:
        found = opened(sniff(bytes(content), LIMITS), LIMITS)
    except UnsafeFile:
        return
    assert found is None or len(found.members) + len(found.others) <= 2


def test_members_are_written_in_any_way_that_zip_files_are() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("khac.xlsx", BOOK)
    assert open_(target.getvalue()).others == ["khac.xlsx"]
