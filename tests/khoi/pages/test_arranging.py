"""The view of a listing: no row lost, none twice, in the order asked for."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from khoi.pages.arranging import PAGE_ROWS, address, all_rows, arranged
from khoi.pages.blocks import Column, Listing, Words

COLUMNS = [Column("name", Words("Tên", "Name")), Column("value", Words("Số", "Number"), "number")]
ROWS = st.lists(
    st.fixed_dictionaries({"name": st.text(max_size=5), "value": st.one_of(st.none(), st.integers(-99, 99))}),
    max_size=2 * PAGE_ROWS + 5,
)


def listing(rows: list[dict[str, Any]]) -> Listing:
    """A listing of ``rows``."""
    return Listing("x", Words("", ""), COLUMNS, rows)


@given(ROWS, st.sampled_from(["", "name", "-name", "value", "-value", "nothing"]))
def test_the_pages_together_are_all_rows_in_order(rows: list[dict[str, Any]], order: str) -> None:
    whole = all_rows(listing(rows), {"x.sort": order})
    assert sorted(map(str, whole)) == sorted(map(str, rows))
    pages = arranged(listing(rows), {"x.sort": order}).pages
    shown = [
        row
        for page in range(1, pages + 1)
        for row in arranged(listing(rows), {"x.sort": order, "x.page": str(page)}).rows
    ]
    assert shown == whole
    if order.lstrip("-") == "value":
        values = [row["value"] for row in whole if row["value"] is not None]
        assert values == sorted(values, reverse=order.startswith("-"))
        assert all(row["value"] is None for row in whole[len(values) :])


@given(st.text(max_size=12))
def test_a_page_that_is_none_is_the_first_or_the_last(page: str) -> None:
    view = arranged(listing([{"name": "a", "value": 1}]), {"x.page": page})
    assert (view.page, view.found) == (1, 1)


def test_an_address_keeps_what_was_asked_and_changes_what_is_given() -> None:
    asked = {"committee": "TH", "x.q": "đảng"}
    assert address(asked, x__sort="-value", committee="LD") == "?committee=LD&x.q=%C4%91%E1%BA%A3ng&x.sort=-value"
    assert address(asked, **{"x__q": None}) == "?committee=TH"
