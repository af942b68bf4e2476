"""Codes that the blank workbook takes over: from what a publication counts back to answers and topics."""

from __future__ import annotations

import pandas as pd
import pytest
from shared_seeds import shared_reference

from ingest.catalogue import Catalogue, load_catalogue
from ingest.reference import Reference
from khoi.exchange.carried_fields import CarriedFields, with_registered

PERIOD = "2026H1"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return shared_reference()


@pytest.fixture
def fields(catalogue: Catalogue, reference: Reference) -> CarriedFields:
    return CarriedFields(catalogue, reference, PERIOD)


def before(**values: int) -> pd.DataFrame:
    """The figures of one organization's last period, by cell code with ``__`` for its dots."""
    rows = [("AA-1", code.replace("__", "."), value) for code, value in values.items()]
    return pd.DataFrame(rows, columns=["organization_code", "cell_code", "value"])


def test_topics_with_any_figure_come_back_in_the_order_of_their_list(fields: CarriedFields) -> None:
    told = before(study__TURNS__TUYEN_TRUYEN=40, study__SESSIONS__NGHI_QUYET=2, study__SESSIONS__CHUYEN_DE=0)
    assert fields.of_organizations(told) == {"AA-1": {"study": [{"TOPIC": "NGHI_QUYET"}, {"TOPIC": "TUYEN_TRUYEN"}]}}


def test_an_answer_comes_back_from_the_organization_that_is_counted_by_it(fields: CarriedFields) -> None:
    told = before(organization_profile__COMMITTEE__CO=1, organization_profile__COMMITTEE__KHONG=0)
    assert fields.of_organizations(told) == {"AA-1": {"organization_profile": [{"HAS_COMMITTEE": "CO"}]}}


def test_of_an_answer_that_is_told_two_ways_nothing_is_taken_over(fields: CarriedFields) -> None:
    told = before(organization_profile__COMMITTEE__CO=1, organization_profile__COMMITTEE__KHONG=1)
    assert fields.of_organizations(told) == {"AA-1": {}}


def test_nothing_published_is_nothing_taken_over(fields: CarriedFields) -> None:
    assert fields.of_organizations(before()) == {}


def test_a_code_that_is_no_longer_in_force_is_not_taken_over(catalogue: Catalogue, reference: Reference) -> None:
    codes = reference["codes"]
    ended = (codes["code_list"] == "study_topic") & (codes["code"] == "NGHI_QUYET")
    tables = {**reference.tables, "codes": codes.assign(valid_to=codes["valid_to"].mask(ended, "2025-12-31"))}
    later = Reference(reference.folder, tables, "another", {}, frozenset())
    told = before(study__SESSIONS__NGHI_QUYET=2, study__SESSIONS__TUYEN_TRUYEN=1)
    assert CarriedFields(catalogue, later, PERIOD).of_organizations(told) == {
        "AA-1": {"study": [{"TOPIC": "TUYEN_TRUYEN"}]}
    }


def test_the_register_goes_before_what_was_reported() -> None:
    reported = {"organization_profile": [{"HAS_COMMITTEE": "CO", "SECTOR": "S1"}], "study": [{"TOPIC": "NGHI_QUYET"}]}
    known = with_registered(reported, {"organization_profile": {"SECTOR": "S5"}})
    assert known == {
        "organization_profile": [{"HAS_COMMITTEE": "CO", "SECTOR": "S5"}],
        "study": [{"TOPIC": "NGHI_QUYET"}],
    }
