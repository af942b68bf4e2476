"""What cannot be read goes back as well, to the organization it probably is from, and nobody says nothing came."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import openpyxl
import pytest
from khoi_deployment import Deployment
from packages import packed

from ingest import lake as tables
from khoi import stages
from khoi.deployment.home import Home

pytestmark = pytest.mark.long

LEAD = "chua-doc-duoc"


def passed(home: Home) -> set[str]:
    """One pass up to the copies; what lies in `returned/` then."""
    stages.receive(home, settle_seconds=0, workers=1)
    stages.normalise(home)
    stages.check(home)
    stages.return_copies(home)
    return {path.relative_to(home.returned).as_posix() for path in home.returned.rglob("*.xlsx")}


def texts(path: Path) -> str:
    sheet = openpyxl.load_workbook(io.BytesIO(path.read_bytes())).active
    return "\n".join(str(cell.value) for row in sheet for cell in row if cell.value is not None)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path / "khoi")


def put(home: Home, name: str, content: bytes) -> None:
    path = home.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - 3_600,) * 2)


def test_notes_go_back_for_what_cannot_be_read_and_end_with_a_workbook_that_can(deployment: Deployment) -> None:
    home = deployment.home
    deployment.write("ZZ-002", "2021H2", 44, 2)
    put(home, "ZZ/2021H2/ZZ-001 ban scan.pdf", b"%PDF-1.7\n")
    put(home, "khong ten.zip", packed({"anh.jpg": b"\xff\xd8\xff"}))
    copies = {name for name in passed(home) if "ZZ-002" not in name}
    (note,) = (name for name in copies if name.startswith(f"ZZ/2021H2/ZZ-001_2021H2_{LEAD}_"))
    (stray,) = (name for name in copies if name.startswith("chua-ro-cua-ai/"))
    assert copies == {note, stray}
    assert "bản quét" in texts(home.returned / note)
    assert "anh.jpg" in texts(home.returned / stray)
    follow_up = tables.read_tables(home.lake / "checked", tables.FOLLOW_UP, "follow_up.parquet")
    asked = follow_up[follow_up["organization_code"] == "ZZ-001"].drop_duplicates("query_id").set_index("period_code")
    assert asked.loc["2021H2", "kind"] == "returned", "not: nothing came"
    assert "bản quét" in asked.loc["2021H2", "question_vi"]
    assert "ban scan.pdf" in asked.loc["2021H2", "file_name"]

    deployment.write("ZZ-001", "2021H2", 44, 2)
    assert not any(LEAD in name and name.startswith("ZZ/") for name in passed(home))


def test_a_workbook_from_a_mail_gets_its_own_marked_copy(deployment: Deployment) -> None:
    home = deployment.home
    path = deployment.write("ZZ-002", "2021H2", 44, 2, CLOSE=99)
    put(home, "gui.zip", packed({"ZZ-002.xlsx": path.read_bytes()}))
    path.unlink()
    assert passed(home) == {"ZZ/2021H2/ZZ-002_2021H2_1.xlsx"}
    book = openpyxl.load_workbook(home.returned / "ZZ/2021H2/ZZ-002_2021H2_1.xlsx")
    assert {"Biểu 1", "Phản hồi"} <= set(book.sheetnames)


def test_one_original_that_is_gone_costs_its_own_marks_only(deployment: Deployment) -> None:
    home = deployment.home
    for organization in ("ZZ-001", "ZZ-002"):
        deployment.write(organization, "2021H2", 44, 2, CLOSE=99)
    stages.receive(home, settle_seconds=0, workers=1)
    stages.normalise(home)
    stages.check(home)
    submissions = tables.read_tables(home.lake / "submissions", tables.SUBMISSIONS).set_index("organization_code")
    next(home.landed.rglob(f"{submissions.loc['ZZ-001', 'file_hash']}*")).unlink()
    report = stages.return_copies(home)
    assert report.unmarked == ("ZZ/2021H2/ZZ-001_2021H2_1.xlsx",)
    assert openpyxl.load_workbook(home.returned / "ZZ/2021H2/ZZ-002_2021H2_1.xlsx").sheetnames[0] == "Bìa"
    assert "Phải sửa" in texts(home.returned / "ZZ/2021H2/ZZ-001_2021H2_1.xlsx")
