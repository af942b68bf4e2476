"""Which number columns of a table of items are the period's own: not last year's, no plan, no percentage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from ingest.labels import label_key
from ingest.program_yaml import declared_in
from khoi.layouts.likeness import HEADINGS_FILE

_FORMER = ("cùng kỳ", "kỳ trước", "năm trước")


@cache
def _other_words() -> re.Pattern[str]:
    told = declared_in(HEADINGS_FILE)
    declared = [*told["other_columns"], *told["former_columns"]]
    return re.compile("|".join(rf"(?<!\w){re.escape(label_key(text))}(?!\w)" for text in declared))


def period_columns(paths: Mapping[int, tuple[str, ...]]) -> list[int]:
    """The columns that may hold the period's figures: all but those whose heading says otherwise."""
    heads = {at: " ".join(path) for at, path in paths.items()}
    return [at for at, head in heads.items() if "%" not in head and not _other_words().search(label_key(head))]


def reason_aside(path: tuple[str, ...]) -> str:
    """Why a column is not read, for the declaration."""
    head = label_key(" ".join(path))
    if any(word in head for word in _FORMER):
        return "số của kỳ trước: kho dữ liệu tự lấy để so sánh / the warehouse has the period before itself"
    return "không phải số liệu của kỳ / no figures of the period"
