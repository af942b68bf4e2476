"""Which names are offered where one is not known: those that begin so, else those that look like it, else some."""

from __future__ import annotations

import pytest

from khoi.figures.names import chosen, nearest
from khoi.warehouse.errors import WarehouseError

KNOWN = ["members_total", "members_admitted", "members_women", "members_youth", "orgs_total"]


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ("Members_A", "members_admitted"),
        ("members", "members_admitted, members_total, members_women"),
        ("members_totle", "members_total, members_youth, members_women"),
        ("MEMBERS_TOTL", "members_total, members_youth, members_women"),
        ("zzzz", "members_total, members_admitted, members_women, members_youth, orgs_total"),
    ],
)
def test_the_nearest_names_are_offered(asked: str, offered: str) -> None:
    assert nearest(asked, KNOWN) == offered


def test_of_no_names_a_dash_is_offered() -> None:
    assert nearest("x", []) == "–"


def test_a_name_is_known_in_any_case_and_an_unknown_one_is_told_in_both_languages() -> None:
    assert chosen("measure", " MEMBERS_TOTAL ", KNOWN) == "members_total"
    with pytest.raises(WarehouseError) as told:
        chosen("measure", "orgs_totl", KNOWN)
    vietnamese, english = str(told.value).splitlines()
    assert vietnamese.startswith("orgs_totl: không có chỉ tiêu này; gần nhất: orgs_total")
    assert english.startswith("orgs_totl: no such measure; nearest: orgs_total")
