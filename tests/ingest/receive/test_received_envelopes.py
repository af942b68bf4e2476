"""Mail and archives in the inbox: their workbooks are received like any other, once, and say what they came in."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pandas as pd
import pytest
from compound import compound
from packages import packed
from workbook_rows import random_content

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.landed import landed_path
from ingest.reading.limits import Limits
from ingest.receive import ReceiveReport, receive_inbox
from ingest.reference import Reference
from ingest.template import write_workbook


class Post:
    """An inbox and what came of it."""

    def __init__(self, root: Path, catalogue: Catalogue, reference: Reference) -> None:
        self.root, self.catalogue, self.reference = root, catalogue, reference
        (root / "inbox").mkdir()

    def book(self, organization: str, seed: int = 1, period: str = "2022H1") -> bytes:
        path = self.root / "book.xlsx"
        content = random_content(seed, self.catalogue, self.reference, organization, period)
        write_workbook(path, content, self.catalogue, self.reference)
        return path.read_bytes()

    def put(self, name: str, content: bytes) -> None:
        path = self.root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def receive(self) -> ReceiveReport:
        folders = (self.root / name for name in ("inbox", "landed", "lake"))
        return receive_inbox(*folders, self.catalogue, self.reference, workers=1, limits=Limits(wall_seconds=20.0))

    @property
    def submissions(self) -> pd.DataFrame:
        return tables.read_tables(self.root / "lake" / "submissions", tables.SUBMISSIONS).set_index("file_name")

    def rules(self, name: str) -> list[str]:
        findings = tables.read_tables(self.root / "lake" / "received_findings", tables.FINDINGS)
        return sorted(findings.loc[findings["file_name"] == name, "rule_id"])


@pytest.fixture
def post(tmp_path: Path, catalogue: Catalogue, reference: Reference) -> Post:
    return Post(tmp_path, catalogue, reference)


def mail(*attached: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Báo cáo", "a@example.vn", "b@example.vn"
    message.set_content("Kính gửi.")
    for name, content in attached:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def test_workbooks_in_mail_and_archives_are_received_and_say_what_they_came_in(post: Post) -> None:
    post.put(
        "hai don vi.zip",
        packed({"AA-1.xlsx": post.book("AA-1", 1), "kèm.zip": packed({"b.xlsx": post.book("AA-2", 2)})}),
    )
    post.put("Re bao cao.eml", mail(("c.xlsx", post.book("AA-3", 3)), ("anh.jpg", b"\xff\xd8\xff")))
    assert post.receive().new == 5
    found = post.submissions
    parts = {
        "hai don vi.zip » AA-1.xlsx": ("AA-1", "hai don vi.zip"),
        "hai don vi.zip » kèm.zip » b.xlsx": ("AA-2", "hai don vi.zip"),
        "Re bao cao.eml » c.xlsx": ("AA-3", "Re bao cao.eml"),
    }
    assert set(found.index) == {*parts, "hai don vi.zip", "Re bao cao.eml"}
    for name, (organization, envelope) in parts.items():
        row = found.loc[name]
        assert (row["organization_code"], row["read_state"]) == (organization, "identified")
        assert row["part_of"] == found.loc[envelope, "file_hash"]
        assert landed_path(post.root / "landed", row["file_hash"], name).stat().st_size == row["size_bytes"]
    assert list(found.loc[["hai don vi.zip", "Re bao cao.eml"], "read_state"]) == ["opened", "opened"]
    assert post.rules("Re bao cao.eml") == ["opened", "others_inside"]
    assert tables.source_hashes(found.reset_index()).tolist() == found["file_hash"].tolist()


def test_nothing_is_opened_or_received_twice(post: Post) -> None:
    book = post.book("AA-1")
    post.put("AA-1.xlsx", book)
    post.put("lai.zip", packed({"x.xlsx": book, "y.xlsx": book}))
    post.receive()
    assert set(post.submissions.index) == {"AA-1.xlsx", "lai.zip"}
    assert post.rules("lai.zip") == ["known_inside", "known_inside", "nothing_new_inside"]
    post.put("nua.eml", mail(("z.xlsx", book), ("moi.xlsx", post.book("AA-2", 2))))
    assert post.receive().new == 2
    assert set(post.submissions.index) == {"AA-1.xlsx", "lai.zip", "nua.eml", "nua.eml » moi.xlsx"}
    assert post.receive().new == 0


def test_a_workbook_that_came_in_two_mails_of_one_pass_is_received_once(post: Post) -> None:
    book = post.book("AA-1")
    post.put("một.eml", mail(("biểu.xlsx", book)))
    post.put("hai.eml", mail(("biểu gửi lại.xlsx", book), ("khác.xlsx", post.book("AA-2", 2))))
    post.receive()
    assert sorted(post.submissions["organization_code"].dropna()) == ["AA-1", "AA-2"]


def test_what_holds_no_workbook_is_told_with_what_it_holds(post: Post) -> None:
    post.put("anh.zip", packed({"anh.jpg": b"\xff\xd8\xff"}))
    post.put("hong.msg", compound({"__properties_version1.0": b""})[:700])
    post.receive()
    assert list(post.submissions["read_state"]) == ["unreadable", "unreadable"]
    assert (post.rules("anh.zip"), post.rules("hong.msg")) == (["nothing_inside"], ["damaged_envelope"])


def test_what_a_mail_program_packed_is_told_with_what_the_sender_can_do(post: Post) -> None:
    """Winmail.dat and S/MIME: the sender did attach the workbook; to be told to attach it helps nobody."""
    post.put("thu.eml", mail(("winmail.dat", b"\x78\x9f\x3e\x22")))
    post.put("ky.eml", mail(("anh.jpg", b"\xff\xd8\xff"), ("smime.p7m", b"\x30\x80")))
    post.receive()
    assert (post.rules("thu.eml"), post.rules("ky.eml")) == (["wrapped_inside"], ["wrapped_inside"])


def test_a_file_that_cannot_be_read_says_whose_it_probably_is(post: Post) -> None:
    post.put("AA/2022H1/AA-1_bao cao.pdf", b"%PDF-1.7\n")
    post.put("AA-2_2022H1 (ban scan).jpg", b"\xff\xd8\xff\xe0")
    post.put("hai don vi AA-1 AA-2 2022H1.pdf", b"%PDF-1.4\n")
    post.put("khong ro.pdf", b"%PDF-1.3\n")
    post.receive()
    found = post.submissions
    subjects = found[["organization_code", "period_code"]].astype(object).where(found["period_code"].notna(), None)
    assert {name: tuple(row) for name, row in zip(subjects.index, subjects.to_numpy(), strict=True)} == {
        "AA/2022H1/AA-1_bao cao.pdf": ("AA-1", "2022H1"),
        "AA-2_2022H1 (ban scan).jpg": ("AA-2", "2022H1"),
        "hai don vi AA-1 AA-2 2022H1.pdf": (None, None),
        "khong ro.pdf": (None, None),
    }
    assert set(found["read_state"]) == {"unreadable"}
    assert post.rules("AA-2_2022H1 (ban scan).jpg") == ["likely_owner", "scan"]


def test_a_register_that_changes_judges_workbooks_from_mail_again(post: Post) -> None:
    post.put("Re.eml", mail(("c.xlsx", post.book("AA-3", 3))))
    post.receive()
    before = post.submissions.loc["Re.eml » c.xlsx"]
    (post.root / "lake" / "identified.txt").write_text("another")
    post.receive()
    assert post.submissions.loc["Re.eml » c.xlsx"].to_dict() == before.to_dict()
    assert post.submissions.loc["Re.eml", "read_state"] == "opened"
