"""Invented lists of others (`bench/list_forms.py`): columns and values are right or left open, none is wrong."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.layouts import deployment
from bench.list_forms import judged, lists
from bench.list_words import KEPT, TRIED


@pytest.mark.long
@pytest.mark.parametrize("kind", ["tried", "kept"])
def test_nothing_is_wrong_and_most_is_right(kind: str, tmp_path: Path) -> None:
    home, register = deployment(tmp_path)
    columns: Counter[str] = Counter()
    values: Counter[str] = Counter()
    for listed in lists(4, 11, kind, home, register):
        for whole, told in zip((columns, values), judged(listed, home, tmp_path), strict=True):
            whole.update(told)
    assert (columns["wrong"], values["wrong"]) == (0, 0), (columns, values)
    assert columns["right"] > 0.75 * (columns["right"] + columns["open"]), columns
    assert values["right"] > 0.5 * (values["right"] + values["open"]), values


def test_the_words_that_are_kept_are_not_those_that_are_tried() -> None:
    for form, fields in TRIED.items():
        for name, paths in fields.items():
            assert not set(paths) & set(KEPT[form][name]), f"{form}.{name}"
