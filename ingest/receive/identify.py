"""The labels by which a reading process finds the cover and knows what is printed."""

from __future__ import annotations

from ingest.catalogue import Catalogue
from ingest.catalogue.load import COVER_FORM
from ingest.catalogue.tables import printed_labels
from ingest.privacy import holds_personal_number
from ingest.reading.cover import CoverLabels
from ingest.reference import Reference
from ingest.words import words


def cover_labels(catalogue: Catalogue, reference: Reference) -> CoverLabels:
    """The labels of all editions, small enough to be handed to every process."""
    labels = printed_labels(catalogue)
    cover = labels[labels["form"] == COVER_FORM]
    lines = cover[cover["axis"] == "row"]
    organizations = reference["organizations"]["organization_code"].dropna()
    return CoverLabels(
        frozenset(cover[cover["axis"] == "sheet"]["label_key"]),
        dict(zip(lines["label_key"], lines["code"], strict=True)),
        words().answer,
        frozenset(labels["label_key"]) | words().structure | words().answer,
        frozenset(str(code) for code in organizations if holds_personal_number(str(code))),
    )
