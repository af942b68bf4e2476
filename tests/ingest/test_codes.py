"""Codes over time: a renamed code stays one code, and its label is that of the period."""

from __future__ import annotations

import datetime as dt

from shared_seeds import shared_reference

from ingest.catalogue import load_catalogue
from ingest.catalogue.tables import form_cells
from ingest.codes import as_called_now, code_texts


def test_a_renamed_code_is_one_code_with_its_last_name() -> None:
    codes = shared_reference()["codes"]
    named = as_called_now(codes)
    assert not named.duplicated(["code_list", "code"]).any()
    cell = named[(named["code_list"] == "organization_type") & (named["code"] == "CBCS")]
    assert list(cell["label_vi"]) == ["Chi bộ"]
    cells = form_cells(load_catalogue(), codes)
    assert cells["cell_code"].is_unique


def test_a_label_is_that_of_the_day() -> None:
    reference = shared_reference()
    before = code_texts(reference, dt.date(2026, 6, 30))["organization_type"]
    after = code_texts(reference, dt.date(2026, 12, 31))["organization_type"]
    assert before["Chi bộ cơ sở"] == after["Chi bộ"] == after["Chi bộ cơ sở"] == "CBCS"
    assert "Chi bộ" not in before
    assert "HUYEN" not in code_texts(reference, dt.date(2025, 12, 31))["external_body"]
