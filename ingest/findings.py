"""The texts of reading findings (`ingest/findings.yaml`) and how a finding gets its id and its words."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ingest.lake import FINDINGS
from ingest.privacy import UNQUOTED
from ingest.program_yaml import declared_in
from ingest.visible import shown

__all__ = ["TEXTS_FILE", "finding_id", "finding_texts", "reading_findings", "shown"]

TEXTS_FILE = Path(__file__).with_name("findings.yaml")


@cache
def finding_texts() -> dict[str, dict[str, str]]:
    """The declared findings: name -> severity, engine, vi, en, and all_read where nothing stayed unread."""
    declared: dict[str, dict[str, str]] = declared_in(TEXTS_FILE)
    return declared


_NOT_QUOTED = {
    "vi": f"Dấu {UNQUOTED} thay cho chữ của người gửi, không chép lại ở đây.",
    "en": f"{UNQUOTED} stands for the sender's own words, which are not quoted here.",
}
"""What is said where a sender's own words may not be quoted."""


def leaves_something_unread(rule_id: object, severity: object) -> bool:
    """True of a reading finding after which its sheet is not known whole."""
    return severity in ("hard", "soft") and "all_read" not in finding_texts().get(str(rule_id), {})


def finding_id(*parts: object) -> str:
    """The stable id of a violation: the same rule, file and cells always give the same id."""
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()[:16]


def reading_findings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Findings in the schema of the lake from rows that hold ``name`` and what is known of the place.

    One row per finding. Keys besides ``name``: any column of `ingest.lake.FINDINGS`, ``detail``, and in thing_vi and
    thing_en what the cell asks for, with which a text may begin. Where there is an ``expected`` that not every such
    finding has, the sentence expected_vi of its text is added.
    """
    return pd.DataFrame([_finding(row) for row in rows], columns=FINDINGS.names)


def _finding(row: dict[str, Any]) -> dict[str, Any]:
    text = finding_texts()[row["name"]]
    words = {key: shown(str(row.get(key) or "")) for key in ("observed", "expected", "detail")}
    place = {key: row[key] for key in FINDINGS.names if key in row}
    place.setdefault("cells", f"{row['sheet']}!{row['cell']}" if row.get("cell") else None)
    return {
        **place,
        "finding_id": finding_id(
            row["name"],
            row.get("file_hash"),
            row.get("sheet"),
            row.get("cell"),
            words["observed"],
            words["expected"],
        ),
        "rule_id": row["name"],
        "engine": text["engine"],
        "severity": text["severity"],
        "outcome": "fail",
        "observed": words["observed"] or None,
        "expected": words["expected"] or None,
        "message_vi": _message(text, "vi", words, row.get("thing_vi")),
        "message_en": _message(text, "en", words, row.get("thing_en")),
    }


def _message(text: dict[str, str], language: str, words: dict[str, str], thing: str | None) -> str:
    told = text[language].format(**words, thing=f"{thing}: " if thing else "")
    more = text.get(f"expected_{language}")
    told = f"{told} {more.format(**words)}" if more and words["expected"] else told
    return f"{told} {_NOT_QUOTED[language]}" if UNQUOTED in told else told
