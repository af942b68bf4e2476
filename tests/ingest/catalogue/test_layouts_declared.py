"""What a declared layout must say, and which cells it fills."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from ingest.catalogue.layout import Layout, LayoutTable, table_codes

ORGANIZATION = {"header": ["Đơn vị"], "role": "organization"}
VALUE = {"header": ["Số"], "cells": {"meals.ALL": 1}}
LABEL = {"header": ["Nội dung"], "role": "label"}
FIELD = {"header": ["Số hiệu"], "field": "NO"}
LINE = {"label": "Cộng", "cells": {"ratings.DV": 1}}


def table(rows: str, *columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rows": rows, "columns": list(columns), **more}


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (table("organization", VALUE), "the organization stands in one column"),
        (table("branch", ORGANIZATION, VALUE, organization="(x)"), "the organization stands in one column"),
        (table("organization", VALUE, organization="(x)"), "needs a column of role organization"),
        (table("item", LABEL, VALUE), "an item table, and only such a table, declares lines"),
        (table("organization", ORGANIZATION, VALUE, lines=[LINE]), "declares lines"),
        (table("item", VALUE, lines=[LINE]), "one column of role label"),
        (table("item", LABEL, ORGANIZATION, lines=[LINE]), "one column of role label"),
        (table("branch", ORGANIZATION, {"header": ["Số"]}), "give its cells"),
        (table("branch", ORGANIZATION, {"header": ["Số"], "role": "ignored"}), "says why"),
        (table("branch", ORGANIZATION, {"header": [], "cells": {"a.B": 1}}), "at least one text"),
        (table("branch", {**ORGANIZATION, "cells": {"a.B": 1}}, VALUE), "only value columns have cells"),
        (table("item", LABEL, {"header": ["Số"]}, lines=[{"label": "Cộng"}]), "the reason why it is not read"),
        (table("branch", VALUE, organization="đơn vị"), "exactly one group"),
        (table("branch", VALUE, organization="("), "no regular expression"),
        (table("organization", ORGANIZATION, {"header": ["Số"], "cells": {"a.B": 2}}), "cells"),
        (table("record", ORGANIZATION, FIELD), "names the list form"),
        (table("record", ORGANIZATION, {"header": ["Số"]}, form="a"), "give its field"),
        (table("record", ORGANIZATION, FIELD, FIELD, form="a"), "a field stands in one place: NO"),
        (table("record", ORGANIZATION, FIELD, form="a", said=[{"field": "NO", "text": "x", "code": "y"}]), "one place"),
        (table("record", ORGANIZATION, FIELD, {"header": ["%"], "role": "percent"}, form="a"), "no column of role"),
        (table("record", FIELD, form="a"), "the organization stands in one column"),
        (table("organization", ORGANIZATION, VALUE, FIELD), "for a record table"),
        (table("record", ORGANIZATION, {**FIELD, "cells": {"a.B": 1}}, form="a"), "a field stands in a value column"),
        (table("record", ORGANIZATION, {**VALUE, "words": {"x": "y"}}, form="a"), "words are those of a field"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(declared: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        LayoutTable.model_validate(declared)


def test_a_line_in_every_value_column_is_a_cell() -> None:
    columns = [LABEL, {"header": ["HTXS"], "member": "HTXS"}, {"header": ["HTT"], "member": "HTT"}]
    items = LayoutTable.model_validate(table("item", *columns, lines=[LINE]))
    assert table_codes(items) == {"ratings.DV.HTXS", "ratings.DV.HTT"}
    rows = LayoutTable.model_validate(table("organization", ORGANIZATION, VALUE))
    assert table_codes(rows) == {"meals.ALL"}


def test_a_layout_holds_between_its_days_both_included() -> None:
    layout = Layout.model_validate(
        {
            "layout": "own",
            "label": {"vi": "Mẫu", "en": "Own"},
            "authority": "thử",
            "valid_from": "2020-01-01",
            "valid_to": "2020-12-31",
            "tables": [table("organization", ORGANIZATION, VALUE)],
        }
    )
    days = ("2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01")
    assert [layout.in_force(dt.date.fromisoformat(day)) for day in days] == [False, True, True, False]
    assert layout.cell_codes() == {"meals.ALL"}
