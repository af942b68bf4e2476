"""What a published warehouse rests on, as one short text: the same inputs, the same fingerprint, nothing to do.

Only what is in the files counts, not their times. Of the calendar only what a check can see counts: which periods
are over, which due dates have passed and which corrections have expired; so a new day alone publishes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from ingest.reference import Reference, seed_file
from ingest.vietnam import today
from khoi.deployment.home import Home
from khoi.deployment.product import product_path

_LAKE = ("submissions/*.parquet", "received_findings/*.parquet", "normalised/*/*/manifest.json")
_PROGRAM = ("dbt_project", "ingest", "quality", "khoi/warehouse", "khoi/figures", "khoi/gate", "khoi/reports")
_SOURCES = frozenset({".py", ".sql", ".yml", ".yaml", ".csv", ".md", ".j2", ".css", ".lark"})
_RULES_AND_FORMS = frozenset({"rules", "forms"})
_SEEDS = {
    "rules": ("rule_parameters", "code_combinations"),
    "forms": ("codes", "periods"),
    "measures": ("measures", "measure_terms", "measure_breaks", "figure_definitions"),
    "register": ("committees", "organizations", "organization_events", "reporting_periods"),
    "corrections": ("corrections",),
}
_PRODUCED = frozenset({"target", "logs", "__pycache__"})


def inputs_fingerprint(home: Home, as_of: dt.date | None = None) -> str:
    """The fingerprint of received files, normalised partitions, seeds, forms, rules, models and code."""
    reference = home.reference()
    digest = hashlib.sha256("\n".join(_deadlines(reference, as_of or today())).encode())
    for pattern in _LAKE:
        _add(digest, home.lake, home.lake.glob(pattern))
    _add(digest, home.config, _sources(home.config))
    digest.update(reference.fingerprint.encode())
    digest.update(sources_fingerprint(*map(product_path, _PROGRAM)).encode())
    return digest.hexdigest()


def part_fingerprints(home: Home) -> dict[str, str]:
    """The fingerprint of each kind of input but the workbooks: code, rules, forms, measures, register, corrections."""
    rules, forms = product_path("quality/rules"), product_path("ingest/forms")
    program = [product_path(part) for part in _PROGRAM]
    kinds: dict[str, list[tuple[Path, Iterable[Path]]]] = {
        "code": [(folder, _code(folder)) for folder in program],
        "rules": [(rules, _sources(rules)), (home.config, _sources(home.config / "rules"))],
        "definitions": [(forms, _sources(forms)), (home.config, _sources(home.config / "forms"))],
        "measures": [],
        "register": [],
        "corrections": [],
    }
    found = {}
    for kind, folders in kinds.items():
        digest = hashlib.sha256()
        for folder, files in folders:
            _add(digest, folder, files)
        for seed in _SEEDS.get(kind, ()):
            file = seed_file(home.seeds, seed)
            _add(digest, file.parent, [file])
        found[kind] = digest.hexdigest()[:16]
    return found


def sources_fingerprint(*folders: Path) -> str:
    """The fingerprint of the program's sources below ``folders``."""
    digest = hashlib.sha256()
    for folder in folders:
        _add(digest, folder, _sources(folder))
    return digest.hexdigest()


def _code(folder: Path) -> Iterator[Path]:
    """The sources of ``folder`` without forms and rules, which are kinds of their own."""
    return (path for path in _sources(folder) if _RULES_AND_FORMS.isdisjoint(path.relative_to(folder).parts))


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in _SOURCES and not _PRODUCED.intersection(path.relative_to(folder).parts):
            yield path


def _add(digest: hashlib._Hash, folder: Path, files: Iterable[Path]) -> None:
    for path in sorted(files):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())


def _deadlines(reference: Reference, day: dt.date) -> Iterator[str]:
    ends = reference.period_ends
    for row in reference["reporting_periods"].itertuples():
        overdue = row.due_on is not None and row.due_on < day.isoformat()
        yield f"{row.committee_code} {row.period_code} over={ends[row.period_code] < day} overdue={overdue}"
    for row in reference["corrections"].itertuples():
        expired = row.expires is not None and row.expires < day.isoformat()
        yield f"{row.correction_id} expired={expired}"
