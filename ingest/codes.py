"""Code lists as look-ups, restricted to what is valid on a period's last day."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from ingest.labels import label_key
from ingest.reference import Reference


def as_called_now(codes: pd.DataFrame) -> pd.DataFrame:
    """One row per code of the code list table: a code that was renamed has its last name."""
    named = codes.sort_values("valid_from", kind="stable", na_position="first")
    return named.drop_duplicates(["code_list", "code"], keep="last").sort_index()


def code_texts(reference: Reference, day: dt.date) -> dict[str, dict[str, str]]:
    """code list -> (code, label or alias as people write it -> code), for the codes valid on ``day``."""
    today = day.isoformat()
    lists: dict[str, dict[str, str]] = {}
    for row in reference["codes"].itertuples():
        if (row.valid_from and row.valid_from > today) or (row.valid_to and row.valid_to < today):
            continue
        texts = lists.setdefault(row.code_list, {})
        for text in (row.code, row.label_vi, row.label_en, *(row.aliases or "").split("|")):
            if text:
                texts.setdefault(text, row.code)
    return lists


def code_keys(reference: Reference, day: dt.date) -> dict[str, dict[str, str]]:
    """code list -> (key of code, label or alias -> code), for the codes valid on ``day``."""
    lists: dict[str, dict[str, str]] = {}
    for code_list, texts in code_texts(reference, day).items():
        keys = lists.setdefault(code_list, {})
        for text, code in texts.items():
            keys.setdefault(label_key(text), code)
    return lists


def code_labels(reference: Reference, day: dt.date) -> dict[str, dict[str, str]]:
    """code list -> (code -> its Vietnamese label), for the codes valid on ``day``."""
    today = day.isoformat()
    lists: dict[str, dict[str, str]] = {}
    for row in reference["codes"].itertuples():
        if (row.valid_from and row.valid_from > today) or (row.valid_to and row.valid_to < today):
            continue
        lists.setdefault(row.code_list, {}).setdefault(row.code, row.label_vi)
    return lists
