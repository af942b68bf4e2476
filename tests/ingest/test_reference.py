"""The name of the day of a committee that was renamed; lists that a later edition of the product brought."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from demo.deployment import REGISTERS
from ingest.catalogue import load_catalogue
from ingest.reference import SEED_COLUMNS, SEEDS_DIR, TARGET_LIST, Reference, read_reference


@pytest.fixture
def reference() -> Reference:
    rows = [
        {"committee_code": "AA", "name_vi": "Đảng bộ mới", "valid_from": "2021-10-01"},
        {"committee_code": "AA", "name_vi": "Đảng bộ cũ", "valid_from": "2010-01-01", "valid_to": "2021-09-30"},
        {"committee_code": "BB", "name_vi": "Đảng bộ BB", "valid_from": None},
    ]
    frame = pd.DataFrame(rows, columns=SEED_COLUMNS["committees"]).astype(object)
    return Reference(Path(), {"committees": frame.where(frame.notna(), None)}, "")


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("AA", "2021-09-30", "Đảng bộ cũ"),
        ("AA", "2021-10-01", "Đảng bộ mới"),
        ("AA", "2005-01-01", "Đảng bộ cũ"),
        ("BB", "2005-01-01", "Đảng bộ BB"),
    ],
)
def test_a_committee_has_the_name_of_the_day(reference: Reference, code: str, day: str, name: str) -> None:
    assert reference.committee_on(code, dt.date.fromisoformat(day))["name_vi"] == name


def test_an_unknown_committee_is_said(reference: Reference) -> None:
    with pytest.raises(KeyError):
        reference.committee_on("ZZ", dt.date(2021, 1, 1))


def _home_before(tmp_path: Path, *without: str) -> Path:
    """A deployment's folder whose copy of the code lists was made before ``without`` were known."""
    folder = tmp_path / "seeds"
    shutil.copytree(REGISTERS, folder)
    codes = pd.read_csv(SEEDS_DIR / "codes.csv", dtype=str, keep_default_na=False)
    own = codes[~codes["code_list"].isin(without)].assign(label_en=lambda rows: rows["label_en"] + " (own)")
    own.to_csv(folder / "codes.csv", index=False)
    return folder


def test_a_list_that_a_later_edition_brought_is_the_product_s(tmp_path: Path) -> None:
    reference, mistakes = read_reference(_home_before(tmp_path, "member_group"))
    assert mistakes == []
    codes = reference["codes"]
    assert len(codes[codes["code_list"] == "member_group"]) == 63
    assert codes.loc[codes["code"] == "DT01", "valid_to"].tolist() == [None]
    asked_for = {field.code_list for form in load_catalogue().forms for field in form.fields.values()}
    assert asked_for - {None, TARGET_LIST} <= {*codes["code_list"]}


def test_a_list_of_the_deployment_stays_as_it_has_it(tmp_path: Path) -> None:
    folder = _home_before(tmp_path)
    kept = pd.read_csv(folder / "codes.csv", dtype=str, keep_default_na=False)
    kept[~((kept["code_list"] == "member_group") & (kept["code"] != "DT01"))].to_csv(folder / "codes.csv", index=False)
    codes = read_reference(folder)[0]["codes"]
    mine = codes[codes["code_list"] == "member_group"]
    assert mine[["code", "label_en"]].to_numpy().tolist() == [["DT01", "Kinh people (own)"]]


def test_registers_that_say_the_same_are_read_once_and_a_changed_one_anew(tmp_path: Path) -> None:
    """Of the same size and the same time: it is the content that counts."""
    folder = tmp_path / "seeds"
    shutil.copytree(REGISTERS, folder)
    first, mistakes = read_reference(folder)
    assert mistakes == []
    again, told = read_reference(folder)
    assert again is first
    assert told is not mistakes  # what was handed out is the caller's own
    path = folder / "committees.csv"
    before = path.stat()
    path.write_bytes(path.read_bytes().replace("Đảng".encode(), b"Dang".ljust(len("Đảng".encode())), 1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    changed, _ = read_reference(folder)
    assert not changed["committees"].equals(first["committees"])
    path.unlink()
    assert [mistake.kind for mistake in read_reference(folder)[1]] == ["file_missing"]
