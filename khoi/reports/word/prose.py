"""The sentences of a report: declared with their measures, printed only where every figure is known and agrees."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from ingest.program_yaml import declared_in
from khoi.reports.word.figures import Figure
from khoi.reports.word.rounding import printed, share

DECLARED = Path(__file__).with_name("sections.yaml")
_PLACE = re.compile(r"{(\w+)(?:%(\w+))?}")


@dataclass
class Section:
    """A title, its sentences as printed, the declared chart, and what could not be said."""

    title: str
    sentences: list[str] = field(default_factory=list)
    chart: str | None = None
    left_out: list[str] = field(default_factory=list)


def declared_sections() -> dict[str, Any]:
    """The declaration as it stands in `sections.yaml`."""
    found: dict[str, Any] = declared_in(DECLARED)
    return found


def measures_of(text: str) -> list[str]:
    """The measures a sentence names, in its order."""
    return [code for pair in _PLACE.findall(text) for code in pair if code]


def written_sections(declared: Mapping[str, Any], figures: Mapping[str, Figure]) -> list[Section]:
    """The sections that have something to say."""
    sections = []
    for one in declared["sections"]:
        section = Section(one["title"], chart=one.get("chart"))
        for sentence in one["sentences"]:
            said = _said(sentence, figures)
            if said is None:
                section.left_out.append(sentence["text"])
            else:
                section.sentences.append(said)
        sections.append(section)
    return [section for section in sections if section.sentences]


def _said(sentence: Mapping[str, Any], figures: Mapping[str, Figure]) -> str | None:
    """The sentence with its figures; None where one is not known, or the parts are not the total as printed."""
    codes = measures_of(sentence["text"])
    if any(code not in figures for code in codes):
        return None
    alike = {(figures[code].counted, figures[code].periods) for code in codes}
    if not _adds_up(sentence.get("sum"), figures) or len(alike) > 1:
        return None
    values: dict[str, Decimal] = {}
    for part, whole in _PLACE.findall(sentence["text"]):
        value = share(figures[part].value, figures[whole].value) if whole else figures[part].value
        if value is None:
            return None
        values[f"{part}%{whole}" if whole else part] = value
    return _PLACE.sub(lambda place: printed(values[place[0].strip("{}")]), sentence["text"])


def _adds_up(codes: list[str] | None, figures: Mapping[str, Figure]) -> bool:
    if codes is None:
        return True
    total, *parts = (figures[code].value for code in codes)
    return total == sum(parts)
