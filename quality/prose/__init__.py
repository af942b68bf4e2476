"""Figures in prose: what the sentences of a report say of numbers, and where they contradict each other.

Belongs here: finding quantities in Vietnamese sentences (`quantities`), the relations between them that can be
recomputed (`shares`, `parts`, `growth`, `calendar`, `repeats`, `registered`), and ranking what does not hold
(`audit`). Does not belong here: getting text out of a file (`ingest.documents`) and asking the warehouse (`khoi`).
"""

from quality.prose.audit import audit_report, told_relations
from quality.prose.relations import KnownFigure, Relation, ReportFinding, ReportPeriod

__all__ = ["KnownFigure", "Relation", "ReportFinding", "ReportPeriod", "audit_report", "told_relations"]
