"""The columns of every table of the lake: each schema is declared once, here, with what a row is and its coded values.

Writers cast to a schema, so an empty table has the same columns as a full one.
"""

from __future__ import annotations

import pyarrow as pa

_TEXT = pa.string()
_ADDRESS = [
    ("file_hash", _TEXT),
    ("sheet", _TEXT),
    ("row_no", pa.int32()),
    ("column_no", pa.int32()),
    ("cell", _TEXT),
]
_SUBJECT = [("committee_code", _TEXT), ("organization_code", _TEXT), ("period_code", _TEXT)]

CELLS = pa.schema(
    [*_ADDRESS, ("kind", _TEXT), ("text", _TEXT), ("number_format", _TEXT), ("shown", _TEXT), ("marks", _TEXT)]
)
"""One row per filled cell. kind: number, text, bool, date, error, no_cache; text: as the file holds it.

number_format: the format code, where it may show something else than ``text``. shown: what the sheet shows, only where
the eye reads another value than ``text`` (100 % for 1, 45¹ for 451), or more than the number (45 đ/c for 45).
marks: words in alphabetical order with a space between: hidden_row, hidden_column, hidden_sheet, covered (under a
merged cell), struck, struck_part (some of the text), raised (a superscript or subscript), dressed (``shown`` is the
same number with something around it), merged_1x2 (a figure whose cell is merged with others, with how many rows and
columns), summed (a formula that adds single cells), tcvn3, vni (fonts of the years before
Unicode), personal (looks like a person's: the content was not kept). Null: nothing of it. A text that is not known
stands there as dots."""

SUBMISSIONS = pa.schema(
    [
        ("file_hash", _TEXT),
        ("file_name", _TEXT),
        ("size_bytes", pa.int64()),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("file_time", _TEXT),
        ("received_basis", _TEXT),
        ("container", _TEXT),
        ("read_state", _TEXT),
        *_SUBJECT,
        ("form_set", _TEXT),
        ("template_id", _TEXT),
        ("submission_no", pa.int32()),
        ("cells_file", _TEXT),
        ("part_of", _TEXT),
        ("layout", _TEXT),
    ]
)
"""One row per received file version. read_state: unreadable, unidentified, identified; opened for mails and archives.

received_at: when our clock first saw the bytes, unless received_basis says how else it is known
(`ingest.receive.receipts`); file_time: the file's own time (ISO text, UTC), a hint that decides nothing.

A file of a known layout gives one row per organization in it: ``file_hash`` is then the hash of file and organization,
``part_of`` the hash of the file's bytes, ``layout`` the layout's name; so does every further cover in a workbook, with
``second_cover`` in the layout's place. A workbook in a mail or an archive has its own
``file_hash`` and ``part_of`` is the mail's or the archive's. Both are empty for every other file. The subject of what
is not identified says whom to ask, and is empty where that is not known."""

OBSERVATIONS = pa.schema(
    [
        *_SUBJECT,
        ("form", _TEXT),
        ("form_version", _TEXT),
        ("cell_code", _TEXT),
        ("value", pa.float64()),
        ("state", _TEXT),
        ("raw_text", _TEXT),
        *_ADDRESS,
    ]
)
"""One row per submission and canonical cell. state: value, zero, missing, not_applicable, unreadable."""

ENTRIES = pa.schema(
    [
        *_SUBJECT,
        ("form", _TEXT),
        ("form_version", _TEXT),
        ("record_no", pa.int32()),
        ("field", _TEXT),
        ("value_text", _TEXT),
        ("value", pa.float64()),
        ("state", _TEXT),
        ("raw_text", _TEXT),
        *_ADDRESS,
    ]
)
"""One row per submission, record and field of the list and record forms. value_text: code, ISO date or text."""

FINDINGS = pa.schema(
    [
        ("finding_id", _TEXT),
        ("rule_id", _TEXT),
        ("engine", _TEXT),
        ("severity", _TEXT),
        ("outcome", _TEXT),
        *_SUBJECT,
        ("file_hash", _TEXT),
        ("file_name", _TEXT),
        ("sheet", _TEXT),
        ("cell", _TEXT),
        ("cell_code", _TEXT),
        ("cells", _TEXT),
        ("observed", _TEXT),
        ("expected", _TEXT),
        ("suggested", _TEXT),
        ("message_vi", _TEXT),
        ("message_en", _TEXT),
        ("finding_key", _TEXT),
        ("answer_state", _TEXT),
    ]
)
"""One row per violation. severity: hard, soft, info; cells: all cells that take part.

outcome: fail, not_assessable, explained (a reviewer accepted the explanation). The check stage fills the last two:
finding_key is the same in every version and period; answer_state: open, answered, accepted.
"""

SUBMISSION_STATES = pa.schema(
    [
        ("file_hash", _TEXT),
        *_SUBJECT,
        ("state", _TEXT),
        ("is_current", pa.bool_()),
        ("hard_findings", pa.int32()),
        ("soft_findings", pa.int32()),
        ("withdrawn_on", _TEXT),
        ("withdrawn_by", _TEXT),
        ("withdrawal_reason", _TEXT),
    ]
)
"""One row per received file version.

state: unreadable, unidentified, waiting (received, not yet normalised and checked), returned, accepted,
accepted_with_warnings, superseded, withdrawn. The last three columns say since when, by whom (a role) and why a
withdrawn one counts no longer."""

ANSWERS = pa.schema(
    [
        ("file_hash", _TEXT),
        *_SUBJECT,
        ("finding_key", _TEXT),
        ("finding_id", _TEXT),
        ("answer", _TEXT),
        ("explanation", _TEXT),
        ("row_no", pa.int32()),
    ]
)
"""One row per line of a list sheet that came back in a file. answer: fix, explain, dispute, or none given."""

FINDING_HISTORY = pa.schema(
    [
        *_SUBJECT,
        ("finding_key", _TEXT),
        ("version_no", pa.int32()),
        ("file_hash", _TEXT),
        ("received_at", pa.timestamp("us", tz="UTC")),
        ("rule_id", _TEXT),
        ("severity", _TEXT),
        ("sheet", _TEXT),
        ("cell", _TEXT),
        ("observed", _TEXT),
        ("message_vi", _TEXT),
        ("answer", _TEXT),
        ("explanation", _TEXT),
        ("state", _TEXT),
        ("is_latest", pa.bool_()),
    ]
)
"""One row per finding (key and period) and file version from the one it first stood in. state: open, answered,
accepted, closed; version_no counts an organization's versions of a period from 1."""

REGISTER_OBSERVATIONS = pa.schema([*_SUBJECT, ("cell_code", _TEXT), ("value", pa.float64()), ("event_id", _TEXT)])
"""One row per organization event and register cell: what the register says in the same long shape as observations."""

RULE_OUTCOMES = pa.schema(
    [
        ("rule_id", _TEXT),
        ("committee_code", _TEXT),
        ("period_code", _TEXT),
        ("passed", pa.int64()),
        ("failed", pa.int64()),
        ("not_assessable", pa.int64()),
    ]
)
"""One row per rule, committee and period: how many evaluations (file versions, records, organizations) ended how."""


CORRECTIONS = pa.schema(
    [
        ("correction_id", _TEXT),
        *_SUBJECT,
        ("cell_code", _TEXT),
        ("file_hash", _TEXT),
        ("expected_old", pa.float64()),
        ("observed", pa.float64()),
        ("new_value", pa.float64()),
        ("status", _TEXT),
        ("reason", _TEXT),
        ("by_role", _TEXT),
        ("decided_on", _TEXT),
        ("expires", _TEXT),
    ]
)
"""One row per correction and file version it was held against.

status: applied, confirmed, does_not_hold, replaced, expired, impossible, no_workbook (then without a file)."""


COUNTERPART_RECORDS = pa.schema(
    [
        ("rule_id", _TEXT),
        ("form", _TEXT),
        ("period_code", _TEXT),
        ("file_hash", _TEXT),
        ("organization_code", _TEXT),
        ("gave", pa.bool_()),
        ("giver", _TEXT),
        ("taker", _TEXT),
        ("amount", pa.float64()),
        ("sheet", _TEXT),
        ("cell", _TEXT),
        ("cells", _TEXT),
    ]
)
"""One row per rule on two sides, latest file version and other side: what it says it gave or took. One row without a
rule per file version and form of such a rule: its sheet, the range of the other sides' codes (cell) and of the numbers
(cells)."""

FOLLOW_UP = pa.schema(
    [
        ("query_id", _TEXT),
        ("kind", _TEXT),
        *_SUBJECT,
        ("rank", pa.int32()),
        ("measure_code", _TEXT),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("movement_pct", pa.float64()),
        ("remaining_pct", pa.float64()),
        ("file_hash", _TEXT),
        ("file_name", _TEXT),
        ("finding_id", _TEXT),
        ("rule_id", _TEXT),
        ("question_vi", _TEXT),
        ("question_en", _TEXT),
    ]
)
"""One row per open query and headline it can move; one without a measure where it moves none.

kind: missing, returned, finding; rank: order of asking in its committee and period; low, high: how far the published
figure may move (units, points for a percentage); remaining_pct: how far this headline may still move once this query
and all before it are answered."""

HEADLINE_BOUNDS = pa.schema(
    [
        ("committee_code", _TEXT),
        ("period_code", _TEXT),
        ("measure_code", _TEXT),
        ("value", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("movement_pct", pa.float64()),
        ("tolerance_pct", pa.float64()),
        ("queries", pa.int32()),
        ("questions", pa.int32()),
    ]
)
"""One row per committee, period and headline: its value, its bounds over open queries, how many questions settle it.

movement_pct and tolerance_pct: percent of the value, points for a percentage."""

FORM_CELLS = pa.schema(
    [
        (name, _TEXT)
        for name in (
            *("cell_code", "form", "domain", "item", "column", "source", "role", "measure", "members"),
            *("nature", "level", "unit_vi", "unit_en", "label_vi", "label_en"),
        )
    ]
)
"""One row per canonical cell of the form catalogue (`ingest.catalogue.tables.form_cells`)."""

FORM_VERSIONS = pa.schema(
    [
        *((name, _TEXT) for name in ("form", "kind", "domain", "version")),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        *((name, _TEXT) for name in ("authority", "sheet", "label_vi", "label_en")),
    ]
)
"""One row per form and version (`ingest.catalogue.tables.form_versions`)."""

AGGREGATE_CONDITIONS = pa.schema([(name, _TEXT) for name in ("cell_code", "form", "sum_field", "field", "code")])
"""One row per aggregate cell and condition on its records (`ingest.catalogue.tables.aggregate_conditions`)."""

PRINTED_LABELS = pa.schema(
    [
        *((name, _TEXT) for name in ("form", "version", "axis", "code", "ordinal", "label", "label_key")),
        ("position", pa.int32()),
        ("canonical", pa.bool_()),
    ]
)
"""One row per printed label or alias (`ingest.catalogue.tables.printed_labels`)."""

RULES = pa.schema(
    [
        ("rule_id", _TEXT),
        ("domain_rule", pa.int64()),
        *((name, _TEXT) for name in ("topic", "kind", "scope", "severity", "title_vi", "title_en", "expression")),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        *((name, _TEXT) for name in ("authority", "reason", "reason_vi", "words_vi", "words_en")),
        *((name, _TEXT) for name in ("holds_vi", "holds_en", "fails_vi", "fails_en", "message_vi", "message_en")),
    ]
)
"""One row per rule (`quality.catalogue.tables.rules_table`)."""

RULE_TERMS = pa.schema(
    [
        ("rule_id", _TEXT),
        ("cell_code", _TEXT),
        ("lag", pa.int32()),
        ("coefficient", pa.int64()),
        ("side", _TEXT),
        ("is_target", pa.bool_()),
    ]
)
"""One row per linear rule and term (`quality.catalogue.tables.rule_terms_table`)."""
