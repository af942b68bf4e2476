"""A workbook typed in a font of the years before Unicode: labels are the printed ones, answers are proposed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from legacy_typing import typed_with
from workbook_rows import PERIOD, Sheets, random_content, submissions_of

from ingest.legacy_fonts import key_and_encoding, readings
from ingest.normalise import normalise_cells
from ingest.normalise.keys import text_keys
from ingest.privacy import UNQUOTED, names_person, without_persons
from ingest.sheet_names import sheet_keys

ENCODINGS = ("tcvn3", "vni")
ANSWERS = {"number", "date", "bool"}


@pytest.fixture
def clean(catalogue, reference, tmp_path: Path) -> pd.DataFrame:
    return Sheets.of(random_content(7, catalogue, reference), catalogue, reference, tmp_path).frame()


def retyped(cells: pd.DataFrame, encoding: str, sheets: set[str] | None = None) -> pd.DataFrame:
    """All texts of ``sheets`` (of all but the hidden ones) and their names as ``encoding`` leaves them."""
    chosen = cells["sheet"].isin(sheets) if sheets else ~cells["sheet"].str.startswith("_")
    texts = chosen & (cells["kind"] == "text")
    changed = cells.copy()
    changed.loc[texts, "text"] = cells.loc[texts, "text"].map(lambda text: typed_with(encoding, text))
    changed.loc[chosen, "sheet"] = cells.loc[chosen, "sheet"].map(lambda name: typed_with(encoding, name)[:31])
    return changed


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_figures_of_a_workbook_typed_so_are_those_of_the_workbook(encoding, clean, catalogue, reference) -> None:
    def figures(cells: pd.DataFrame) -> pd.DataFrame:
        found = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference).observations
        matrix = {form.form for form in catalogue.forms if form.kind == "matrix"}
        found = found[found["form"].isin(matrix) & ~found["cell_code"].str.contains("#")]
        listed = found["cell"].astype(str).str.contains(":")  # sums over lists wait for their codes
        return found.loc[~listed, ["form", "cell_code", "state", "value", "cell"]].reset_index(drop=True)

    pd.testing.assert_frame_equal(figures(retyped(clean, encoding)), figures(clean))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_sheet_is_named_and_every_code_typed_so_gets_its_proposal(encoding, clean, catalogue, reference) -> None:
    cells = retyped(clean, encoding)
    findings = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference).findings
    told = findings[findings["rule_id"] == "legacy_labels"]
    changed = set(cells.loc[cells["text"].ne(clean["text"]), "sheet"]) - {typed_with(encoding, "Bìa")}
    assert changed <= set(told["sheet"]) | {name for name in cells["sheet"] if name.startswith("_")}
    assert set(told["severity"]) == {"soft"}
    codes = findings[findings["rule_id"] == "legacy_font"]
    assert len(codes) > 0
    assert codes["suggested"].notna().all()
    hard = findings[findings["severity"] == "hard"]
    assert set(hard["rule_id"]) == {"legacy_font"}


def test_one_sheet_typed_so_among_others_is_told_alone(clean, catalogue, reference) -> None:
    cells = retyped(clean, "tcvn3", {"Biểu 1"})
    findings = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference).findings
    told = findings[findings["severity"] != "info"]
    assert list(told["rule_id"]) == ["legacy_labels"]
    assert "TCVN3 (.VnTime)" in told["message_vi"].iloc[0]
    assert "Đánh dấu nếu không phát sinh" in told["message_vi"].iloc[0]


def test_a_sheet_of_both_names_is_never_chosen_between(clean, catalogue, reference) -> None:
    extra = retyped(clean[clean["sheet"] == "Biểu 1"], "vni", {"Biểu 1"})
    cells = pd.concat([clean, extra], ignore_index=True)
    findings = normalise_cells(cells, submissions_of("f", period=PERIOD), catalogue, reference).findings
    assert "duplicate_sheet" in set(findings.loc[findings["severity"] == "hard", "rule_id"])


@given(text=st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệ ", min_size=1, max_size=30))
def test_what_is_typed_so_is_read_back(text: str) -> None:
    for encoding in ENCODINGS:
        typed = typed_with(encoding, text)
        assert readings(typed).get(encoding, typed) == text
        western = typed.encode("cp1252").decode("cp1258", "replace")
        if "\ufffd" not in western:
            assert readings(western).get(encoding, western) == text


def test_a_text_whose_own_key_is_known_says_what_it_says() -> None:
    assert key_and_encoding("Bìa", {"bìa", "bỡa"}.__contains__) == ("bìa", None)
    assert key_and_encoding("B×a", {"bìa"}.__contains__) == ("bìa", "tcvn3")
    assert key_and_encoding("B×a", {"other"}.__contains__) == ("b×a", None)


def test_a_sheet_name_that_was_cut_in_such_a_font_is_found() -> None:
    ours = "thực hiện nghị quyết của cấp ủy"
    typed = typed_with("vni", ours)[:31]
    assert sheet_keys([typed], {ours, "bìa"})[typed] == ours


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_person_named_in_such_a_font_is_hidden(encoding: str) -> None:
    typed = typed_with(encoding, "Người lập: Nguyễn Thị Bích Hạnh")
    assert names_person(typed)
    assert without_persons(typed) == UNQUOTED
    for ours in ("Đảng viên dự bị", "Cà phê, lúa gạo", "Hội Nông dân", "Trường THPT Nguyễn Trãi"):
        assert without_persons(ours) == ours
        assert without_persons(typed_with(encoding, ours)) == typed_with(encoding, ours)


@pytest.mark.parametrize(("typed", "said"), [("B×A", "BÌA"), ("MøC", "MỨC"), ("Kú", "Kỳ")])
def test_a_capital_that_tcvn3_lacks_is_told_as_one_where_two_letters_beside_it_are(typed, said, catalogue) -> None:
    (row,) = text_keys([typed], catalogue).to_dict("records")
    assert (row["encoding"], row["said"]) == ("TCVN3 (.VnTime)", said)
