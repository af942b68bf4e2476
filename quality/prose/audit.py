"""The audit of a report: every relation recomputed, what contradicts ranked by how sure the reading is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from ingest.documents import Paragraph
from quality.prose.calendar import date_relations, period_told
from quality.prose.growth import growth_relations
from quality.prose.parts import part_relations
from quality.prose.portions import portion_relations
from quality.prose.registered import warehouse_relations
from quality.prose.relations import KnownFigure, Relation, ReportFinding, ReportPeriod
from quality.prose.repeats import repeat_relations
from quality.prose.sentences import sentences
from quality.prose.shares import part_above_whole, share_relations
from quality.prose.wholes import whole_relations

SURE_ENOUGH = 0.5
"""Below this the sentence may well mean something else, and nothing is said."""


def audit_report(
    paragraphs: Sequence[Paragraph], known: Sequence[KnownFigure] = (), period: ReportPeriod | None = None
) -> list[ReportFinding]:
    """The contradictions of a report, most certain first, then in reading order; nothing about what is fine."""
    found = [
        one
        for one in told_relations(paragraphs, known, period)
        if one.verdict == "contradicts" and one.certainty >= SURE_ENOUGH
    ]
    found.sort(key=lambda one: -one.certainty)
    names = [field.name for field in fields(ReportFinding)]
    return [ReportFinding(**{name: getattr(one, name) for name in names}) for one in found]


def told_relations(
    paragraphs: Sequence[Paragraph], known: Sequence[KnownFigure] = (), period: ReportPeriod | None = None
) -> list[Relation]:
    """Every relation that was recognised, whatever came of it, in reading order.

    ``period`` is what the report is about; where it is not given, its first lines are asked.
    """
    told_period = period_told(" ".join(paragraph.text for paragraph in paragraphs[:14]))
    about = ReportPeriod(
        *(getattr(period, name, None) or getattr(told_period, name) for name in ("start", "end", "issued_on"))
    )
    everything = [(sentence, paragraph.page) for paragraph in paragraphs for sentence in sentences(paragraph.text)]
    relations: list[Relation] = []
    before = ""
    for sentence, page in everything:
        shares = share_relations(sentence, page)
        shares += whole_relations(sentence, page, [one.printed for one in shares])
        relations += shares
        relations += portion_relations(sentence, before, page, [one.printed for one in shares])
        relations += part_above_whole(sentence, page)
        relations += part_relations(sentence, before, page)
        relations += growth_relations(sentence, page)
        relations += date_relations(sentence, page, about)
        relations += warehouse_relations(sentence, page, known)
        before = sentence if not _continues(sentence) else before
    return relations + repeat_relations(everything, about)


def _continues(sentence: str) -> bool:
    """Whether a sentence only divides again what the one before it said: it must not take its place."""
    head, colon, _ = sentence.partition(":")
    return bool(colon) and len(head) < 60 and not any(letter.isdigit() for letter in head)
