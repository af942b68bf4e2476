"""Which received file is named: by its name, its path, its bytes or the beginning of its hash; never guessed."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from khoi_deployment import Deployment
from typer.testing import CliRunner

from ingest.receive.receipts import Receipt
from khoi import stages
from khoi.cli import app
from khoi.exchange.received import NotReceived, received_file

MOMENT = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)


def receipt(no: int, name: str, digest: str) -> Receipt:
    return Receipt(no, digest, name, 10, None, MOMENT, MOMENT)


KNOWN = [
    receipt(1, "2026/abcdef.xlsx", "0123456789"),
    receipt(2, "abcdef", "fedcba9876"),
    receipt(3, "x/biểu.xlsx", "abcdef0001"),
    receipt(4, "y/biểu.xlsx", "abcdee0002"),
]


@pytest.mark.parametrize(
    ("file", "no"),
    [
        ("2026/abcdef.xlsx", 1),
        ("abcdef.xlsx", 1),
        ("abcdef", 2),  # a name goes before the beginning of another's hash
        ("012345", 1),
        ("ABCDEF00", 3),
        ("y/biểu.xlsx", 4),
    ],
)
def test_one_file_is_named(file: str, no: int) -> None:
    assert received_file(KNOWN, file).no == no


def test_of_two_of_one_name_the_hashes_are_listed() -> None:
    with pytest.raises(NotReceived, match=r"có 2 tệp cùng tên[\s\S]*abcdef0001[\s\S]*abcdee0002"):
        received_file(KNOWN, "biểu.xlsx")


@pytest.mark.parametrize("file", ["01234", "nothing.xlsx", ""])
def test_what_names_none_is_told(file: str) -> None:
    with pytest.raises(NotReceived, match="no such file was received"):
        received_file(KNOWN, file)


def test_a_withdrawal_is_answered_in_json(deployment: Deployment) -> None:
    home = deployment.home
    deployment.write("ZZ-001", "2021H1", 20, 2).rename(home.inbox / "nhầm.xlsx")
    stages.receive(home, settle_seconds=0, workers=1)
    asked = ["withdraw", "nhầm.xlsx", "--by", "Tổ tổng hợp", "--reason", "gửi nhầm", "--json"]
    result = CliRunner().invoke(app, asked, env={"KHOI_HOME": str(home.root)})
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["file_name"], told["reason"]) == ("nhầm.xlsx", "gửi nhầm")
