"""Entries of lists and records as wide frames, held against their definition in words of pandas."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.catalogue import Catalogue
from ingest.lake import ENTRIES
from quality.engine import SUBJECT
from quality.schemas.records import records

STATES = ["value", "zero", "missing", "unreadable"]
ENTRY = st.tuples(
    st.sampled_from(["b" * 64, "a" * 64]),
    st.integers(1, 4),
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from(STATES),
    st.sampled_from([None, "ĐV", "01"]),
    st.none() | st.integers(0, 9),
    st.integers(5, 12),
)


def entries_of(rows: list[tuple[object, ...]], names: list[str], form: str) -> pd.DataFrame:
    """Entries of ``form``: x, y and z stand for three of its fields."""
    frame = pd.DataFrame(rows, columns=["file_hash", "record_no", "field", "state", "value_text", "value", "row_no"])
    frame["field"] = frame["field"].map(dict(zip("xyz", names, strict=True)))
    frame["value"] = frame["value"].astype(float)
    told = frame.assign(form=form, sheet="Biểu", **dict.fromkeys(SUBJECT, "K"))
    return told.reindex(columns=ENTRIES.names).astype({"value_text": "str", "field": "str", "file_hash": "str"})


@settings(deadline=None, max_examples=40)
@given(rows=st.lists(ENTRY, min_size=1, max_size=14))
def test_a_frame_of_records_is_the_first_readable_entry_of_each_field(catalogue: Catalogue, rows) -> None:
    form = next(one for one in catalogue.forms if one.kind == "list" and len(one.fields) > 3)
    counts = [name for name, field in form.fields.items() if field.type == "count"]
    names = [*counts, *(name for name in form.fields if name not in counts)][:3]
    entries = entries_of(rows, names, form.form)
    wide = records(entries, form)
    keys = sorted({(row[0], row[1]) for row in rows})
    assert list(zip(wide["file_hash"], wide["record_no"], strict=True)) == keys
    for place, key in enumerate(keys):
        mine = [row for row in rows if (row[0], row[1]) == key]
        assert wide["row_no"][place] == max(row[6] for row in mine)
        for letter, name in zip("xyz", names, strict=True):
            said = [row for row in mine if row[2] == letter and row[3] in ("value", "zero")]
            found = wide[name.lower()][place]
            expected = (said[0][5] if name in counts else said[0][4]) if said else None
            assert pd.isna(found) if expected is None else found == expected
