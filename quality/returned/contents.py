"""What of a workbook's findings stands where: the lines of the list, and colour and comment of every marked cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ingest.numerals import number_vi
from quality.returned.words import ReturnedWords, answer_sheets, returned_words
from quality.said_once import said_once

Place = tuple[str, str]
Figures = Mapping[Place, float]
"""(sheet, cell) -> what the organization's last period held there."""

_NOT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_SUSPECT = re.compile(
    r"(?P<sheet>[^!\n]{1,255})!(?P<cell>[A-Z]{1,3}[0-9]+(?::[A-Z]{1,3}[0-9]+)?)"
    r"(?:: (?P<observed>[^→\n]+?) → (?P<proposed>[^\n]+?))?(?: \((?P<probability>[^()\n]+)\))?"
    r"(?: - (?P<reason>[^\n]+))?$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Mark:
    """One cell to be marked: its kind of shade (`ReturnedWords.shades`) and the text of its comment."""

    sheet: str
    cell: str
    shade: str
    comment: str


@dataclass
class _Told:
    """What is said at one cell: the shades it asks for, the findings at it, and the rules that suspect it."""

    shades: set[str] = field(default_factory=set)
    findings: list[Mapping[str, str]] = field(default_factory=list)
    suspected: dict[str, list[str]] = field(default_factory=dict)


def to_be_answered(findings: pd.DataFrame) -> pd.DataFrame:
    """Those of ``findings`` (`ingest.lake.FINDINGS`) that a sender must fix or may explain, hard ones first."""
    severities = list(returned_words().severities)
    chosen = findings[(findings["outcome"] == "fail") & findings["severity"].isin(severities)]
    order = chosen["severity"].map(severities.index)
    ordered = chosen.assign(_order=order).sort_values(["_order", "sheet", "cell", "rule_id", "finding_id"])
    return ordered.drop(columns="_order").astype(object).where(ordered.notna(), None).reset_index(drop=True)


def list_lines(findings: pd.DataFrame, previous: Figures) -> list[dict[str, str]]:
    """One line per finding of `to_be_answered`: the list's fields as text.

    Where the frame has ``answer`` and ``explanation`` (of an earlier round), the line holds them again.
    """
    words = returned_words()
    lines = []
    rows = findings.to_dict("records")
    once = said_once(rows, lambda number, _: words.likely_at_line.format(number=number))
    for number, (row, shown) in enumerate(zip(rows, once, strict=True), start=1):
        line = {name: str(row[name] or "") for name in ("finding_key", "finding_id", "sheet", "cell")}
        line |= {"observed": str(row["observed"] or ""), "expected": to_be_written(row)}
        line["suggested"] = str(shown["suggested"] or "")
        line["number"] = str(number)
        line["severity"] = words.severities[row["severity"]].vi
        line["message"] = f"{shown['message_vi']}\n{shown['message_en']}"
        line["answer"] = words.answers[row["answer"]][0] if row.get("answer") in words.answers else ""
        line["explanation"] = str(row.get("explanation") or "")
        line["previous"] = number_vi(previous.get((line["sheet"], line["cell"])))
        lines.append({name: printable(text) for name, text in line.items()})
    return lines


def to_be_written(row: Mapping[str, str]) -> str:
    """What should stand at the finding's own cell.

    Rules that compare figures do not know which of them is wrong: only the value proposed for this very cell is told,
    else that it cannot be determined. Findings of other engines name it themselves.
    """
    expected = str(row["expected"] or "")
    if row["engine"] != "rule" or not expected.lstrip("-").isdigit():
        return expected
    for suspect in _suspects(row):
        if (suspect["sheet"], suspect["cell"]) == (row["sheet"], row["cell"]) and suspect["proposed"]:
            return suspect["proposed"]
    return returned_words().undetermined.vi


def _suspects(row: Mapping[str, str]) -> list[re.Match[str]]:
    return list(_SUSPECT.finditer((row["suggested"] or "").replace("; ", "\n")))


def marks(findings: pd.DataFrame, titles: Mapping[str, str], previous: Figures) -> list[Mark]:
    """One mark per cell that a finding of `to_be_answered` stands at, or that probably is the wrong one."""
    words = returned_words()
    told: dict[Place, _Told] = {}
    for row in findings.to_dict("records"):
        suspects = _suspects(row)
        if row["sheet"] and row["cell"]:
            at = told.setdefault((row["sheet"], row["cell"]), _Told())
            at.shades.add(row["severity"])
            at.findings.append(row)
        for suspect in suspects:
            at = told.setdefault((suspect["sheet"], suspect["cell"]), _Told())
            at.shades.add("likely")
            at.suspected.setdefault(_suspect_text(suspect, words), []).append(row["rule_id"])
    return [
        Mark(sheet, cell, next(shade for shade in words.shades if shade in at.shades), text)
        for (sheet, cell), at in sorted(told.items())
        if (text := _comment(at, previous.get((sheet, cell)), titles, words))
    ]


def _finding_text(row: Mapping[str, str], titles: Mapping[str, str], words: ReturnedWords) -> str:
    shade = words.severities[row["severity"]]
    lines = [f"{shade.vi} / {shade.en}: {row['message_vi']}", f"({row['message_en']})"]
    if row["rule_id"] in titles:
        lines.append(words.comment["rule"].format(rule_id=row["rule_id"], title=titles[row["rule_id"]]))
    if row["suggested"] and not row["suggested"].startswith(f"{row['sheet']}!{row['cell']}"):
        lines.append(words.comment["likely"].format(suggested=row["suggested"]))
    return "\n".join(lines)


def _suspect_text(suspect: re.Match[str], words: ReturnedWords) -> str:
    told = "unknown" if not suspect["proposed"] else "proposed" if suspect["probability"] else "witnessed"
    template = words.comment[told]
    reason = words.comment["reason"].format(reason=suspect["reason"]) if suspect["reason"] else ""
    return reason + template.format(
        observed=suspect["observed"], proposed=suspect["proposed"], probability=suspect["probability"] or "?"
    )


def _comment(at: _Told, previous: float | None, titles: Mapping[str, str], words: ReturnedWords) -> str:
    parts = [words.comment["start"]]
    parts += [f"{text} [{', '.join(dict.fromkeys(rules))}]" for text, rules in at.suspected.items()]
    # What is proposed stands in the first paragraph that has it.
    parts += [_finding_text(row, titles, words) for row in said_once(at.findings, lambda *_: "")]
    if previous is not None:
        parts.append(words.comment["previous"].format(previous=number_vi(previous)))
    parts.append(words.comment["answer"].format(sheet=answer_sheets()[0]))
    return printable("\n".join(parts))


def printable(text: str) -> str:
    """``text`` without characters that XML forbids or that turn the direction of reading."""
    return _NOT_FOR_XML.sub("", text)
