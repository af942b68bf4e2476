"""The labels by which a reading process finds the cover, and the texts that it may let into the lake."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.load import COVER_FORM
from ingest.catalogue.model import Form, FormVersion
from ingest.catalogue.printed import printed_forms
from ingest.catalogue.tables import printed_labels
from ingest.derived_once import derived_once
from ingest.identity_headers import asks_for_person
from ingest.labels import label_key
from ingest.reading.cover import IDENTITY_SHEET, CoverLabels
from ingest.reading.known import KnownTexts
from ingest.reference import Reference
from ingest.template.paper import PARTY, PLACE_AND_DATE, SIGNATURES
from ingest.template.workbook import CODES_SHEET
from ingest.words import words


@derived_once
def cover_labels(catalogue: Catalogue, reference: Reference) -> CoverLabels:
    """The labels of all editions, small enough to be handed to every process."""
    labels = printed_labels(catalogue)
    cover = labels[labels["form"] == COVER_FORM]
    lines = cover[cover["axis"] == "row"]
    return CoverLabels(
        frozenset(cover[cover["axis"] == "sheet"]["label_key"]),
        dict(zip(lines["label_key"], lines["code"], strict=True)),
        words().answer,
        known_texts(catalogue, reference, labels),
    )


def known_texts(catalogue: Catalogue, reference: Reference, labels: pd.DataFrame) -> KnownTexts:
    """All that our forms print, our code lists hold and our registers name, whatever its validity."""
    fields = [field for form in catalogue.forms for field in form.fields.values()]
    codes = reference["codes"]
    coded = {*codes["code"], *codes["label_vi"], *codes["label_en"]}
    coded |= {alias for aliases in codes["aliases"].dropna() for alias in str(aliases).split("|")}
    code_keys = frozenset(label_key(str(text)) for text in coded if text)
    printed = {label_key(text) for text in (*_printed(catalogue), *_registered(reference), *codes["code_list"])}
    headings = labels[labels["axis"].isin(["column", "ignored"])]
    return KnownTexts(
        keys=frozenset(labels["label_key"])
        | words().structure
        | words().answer
        | words().nil_mark_texts
        | code_keys
        | frozenset(printed),
        codes=code_keys,
        patterns=tuple(sorted({field.pattern for field in fields if field.pattern})),
        sheets=frozenset(labels.loc[labels["axis"] == "sheet", "label_key"])
        | {label_key(sheet) for sheet in (CODES_SHEET, IDENTITY_SHEET)},
        headings=frozenset(headings["label_key"]) | words().structure | _layout_headings(catalogue),
        money=frozenset(label_key(field.label.vi) for field in fields if field.money),
        organizations=frozenset(str(code) for code in reference["organizations"]["organization_code"].dropna()),
        periods=tuple(sorted({label_key(str(label)) for label in reference["periods"]["label_vi"]})),
        days=frozenset(str(day) for day in reference["periods"]["period_end"]),
        searched=tuple(sorted(_searched(catalogue))),
    )


def _layout_headings(catalogue: Catalogue) -> frozenset[str]:
    columns = (column for layout in catalogue.layouts for table in layout.tables for column in table.columns)
    return frozenset(label_key(text) for column in columns for text in column.header)


def _searched(catalogue: Catalogue) -> set[str]:
    found = {layout.period for layout in catalogue.layouts}
    found |= {table.organization for layout in catalogue.layouts for table in layout.tables}
    found |= {re.escape(said.text) for layout in catalogue.layouts for table in layout.tables for said in table.said}
    found |= {edition.named for edition in printed_forms().editions}
    return {pattern for pattern in found if pattern}


def _printed(catalogue: Catalogue) -> Iterator[str]:
    """What the blank workbooks print besides labels, and what the layouts of others do."""
    yield from (PARTY, PLACE_AND_DATE, *(text for block in SIGNATURES for text in block))
    yield from (*string.ascii_uppercase, "Đ", "template_id", "form_set", "committee_code", "organization_code")
    yield from ("period_code", *words().totals, *words().returned)
    for form in catalogue.forms:
        yield from (form.label.vi, form.label.en)
        yield from (field.help.vi for field in form.fields.values() if field.help)
        for version in form.versions:
            yield from _of_version(form, version)
    yield from (text for text in _layout_texts(catalogue) if not asks_for_person(label_key(text)))


def _layout_texts(catalogue: Catalogue) -> Iterator[str]:
    for layout in catalogue.layouts:
        for table in layout.tables:
            yield from (text for column in table.columns for text in column.header)
            yield from (text for column in table.columns for text in column.words)
            yield from (said.text for said in table.said)
            yield from (text for line in table.lines for text in (line.label, line.ordinal) if text)
            yield from table.ignored_rows
    declared = printed_forms()
    yield from (declared.label.vi, *(printed.label.vi for printed in declared.forms))
    for named in (declared.columns, *(one.concepts for one in declared.vocabularies.values())):
        yield from (text for spellings in named.values() for text in spellings)


def _of_version(form: Form, version: FormVersion) -> Iterator[str]:
    yield from (version.title, version.unit, *version.notes)
    yield from (column.group for column in version.columns if column.group)
    yield from (row.ordinal for row in version.rows if row.ordinal)


def _registered(reference: Reference) -> Iterator[str]:
    """Names of organizations, committees and periods, as registers hold them and as the template prints them."""
    for name in ("organizations", "committees"):
        frame = reference[name]
        columns = [
            column
            for column in ("organization_code", "committee_code", "name", "name_vi", "name_en")
            if column in frame
        ]
        yield from (str(text) for column in columns for text in frame[column].dropna())
    for period in reference["periods"].itertuples():
        yield from (str(period.period_code), str(period.label_vi), str(period.label_en), f"Kỳ: {period.label_vi}")
