"""What is shown can be written to every table, page and console."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from ingest.visible import shown


@given(st.binary(min_size=1, max_size=40))
def test_a_file_name_of_any_bytes_can_be_shown_and_stored(name: bytes) -> None:
    text = shown(os.fsdecode(name))
    assert text.encode()
    assert text.isprintable() or all(not one.isspace() or one == " " or one > "\x9f" for one in text)


def test_what_turns_or_hides_text_is_spelt_out() -> None:
    assert shown("a\x1b[31m\x9b\u202e\udce1") == "a\\u001b[31m\\u009b\\u202e\\udce1"
