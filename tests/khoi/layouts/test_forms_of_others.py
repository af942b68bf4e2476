"""Invented forms of others (`bench/layouts.py`): headings are mapped rightly or left open, and it reads."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
import yaml

from bench.layouts import COMMITTEE, NAMES, PERIOD, Form, by_items, deployment, forms, judged
from ingest.abbreviations import name_keys
from ingest.catalogue import load_catalogue
from ingest.normalise import normalise_cells
from ingest.receive import read_files
from khoi.deployment.home import Home
from khoi.layouts import declaration_text, suggest_layout
from khoi.layouts.lines import parents

Place = tuple[Home, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return deployment(tmp_path_factory.mktemp("others"))


@pytest.mark.long
def test_most_headings_are_right_and_none_is_wrong(place: Place, tmp_path: Path) -> None:
    home, register = place
    told: Counter[str] = sum((judged(form, home, tmp_path) for form in forms(5, 11, register)), Counter())
    assert told["wrong"] == 0, told
    assert told["right"] >= 0.9 * (told["right"] + told["open"]), told


def test_what_is_proposed_for_a_workbook_with_an_organization_a_sheet_reads_every_sheet(
    place: Place, tmp_path: Path
) -> None:
    home, register = place
    form: Form = by_items(random.Random(5), 5, register, sheets=3)
    path = form.save(tmp_path)
    suggestion = suggest_layout(home, path, PERIOD, COMMITTEE)
    assert suggestion.table.sheets == 3
    declared = yaml.safe_load(declaration_text(suggestion, "cua_khoi", COMMITTEE))
    for line in declared["tables"][0]["lines"]:
        if line.get("cells") == {}:
            line |= {"cells": {}, "reason": "chưa rõ"}
    (tmp_path / "layouts").mkdir()
    text = yaml.safe_dump(declared, allow_unicode=True)
    (tmp_path / "layouts" / "cua_khoi.yaml").write_text(text, encoding="utf-8")
    catalogue, reference = load_catalogue(layouts=tmp_path / "layouts"), home.reference()
    read = read_files([path], catalogue, reference)
    assert len(read.submissions) == 3, read.findings["message_vi"].tolist()
    assert read.submissions["organization_code"].nunique() == 3
    assert set(read.submissions["committee_code"]) == {COMMITTEE}
    observations = normalise_cells(read.cells, read.submissions, catalogue, reference).observations
    closing = observations[observations["cell_code"] == "membership_change.CLOSE"].sort_values("sheet")
    stood = [
        next(row[2] for row in rows if len(row) > 2 and form.truth.get((row[1],)) == "membership_change.CLOSE")
        for _, rows in sorted(form.sheets.items())
    ]
    assert closing["value"].tolist() == stood


@pytest.mark.parametrize("spelling", NAMES)
def test_names_are_one_however_they_are_spelled(spelling: str) -> None:
    name = "Đảng bộ cơ sở số 012 (giả định)"
    assert name_keys(name) & name_keys(NAMES[spelling](name))
    assert not name_keys("Đảng bộ cơ sở số 013 (giả định)") & name_keys(NAMES[spelling](name))
    assert name_keys("ĐU Cty CP Chè") == name_keys("Đảng ủy Công ty Cổ phần Chè")
    assert name_keys("CB Trường TH Lê Lợi") == name_keys("Chi bộ Trường Tiểu học Lê Lợi")
    assert name_keys("CB Trường TH Lê Lợi") != name_keys("CB Trường THCS Lê Lợi")


def test_a_line_is_a_part_of_the_one_above_it() -> None:
    lines = [
        ("A", "Đầu kỳ"),
        ("B", "Tăng"),
        ("B1", "Kết nạp"),
        ("", "Trong đó: nữ"),
        ("B2", "Đến"),
        ("a", "- Tỉnh khác"),
    ]
    assert parents([*lines, ("C", "Giảm"), ("", "- Đi")]) == [None, None, 1, 2, 1, 4, None, 6]
    assert parents([("", "Đầu kỳ"), ("", "Tăng"), ("", "- Kết nạp"), ("", "Cuối kỳ")]) == [None, None, 1, None]
    assert parents([("1", "Tổng số"), ("1.1", "Nữ"), ("2", "Kết nạp"), ("2.1", "Nữ")]) == [None, 0, None, 2]
