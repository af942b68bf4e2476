"""What a published warehouse rests on, one short text per kind of input: the same texts, nothing to do.

Every seed, form, rule, layout, suite of the gate and source file belongs to exactly one kind, so what changed between
two publications is named by what it is. Only contents count, not the times of files. Of the calendar only what a check
can see counts: which periods, due dates and limits in working days are over and which corrections have expired; so a
new day alone publishes nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from ingest.lake import deciding_files
from ingest.reference import Reference
from ingest.vietnam import today
from ingest.working_days import WorkingDays
from khoi.deployment.home import Home
from khoi.deployment.product import product_path


class InputKind(StrEnum):
    """What an input of a publication is. The value stands in the manifests of publications and is never renamed."""

    WORKBOOKS = "workbooks"
    """What was received, as it was read."""
    CALENDAR = "calendar"
    """Which periods, due dates and limits in working days are over, which corrections have expired."""
    CORRECTIONS = "corrections"
    WITHDRAWALS = "withdrawals"
    """Files that count no longer."""
    DECISIONS = "decisions"
    """Accepted explanations of findings."""
    REGISTER = "register"
    """Committees, organizations, their events, periods, who reports when."""
    RULES = "rules"
    """Rules with their parameters, the pairs of codes they allow and the days that limits are counted by."""
    DEFINITIONS = "definitions"
    """Forms, layouts of others, code lists."""
    MEASURES = "measures"
    FIGURES = "figures"
    """Published figures, how they are computed, targets."""
    GATE = "gate"
    """The suites of the publish gate."""
    CODE = "code"
    """Everything else of the program: Python, SQL, models, words, settings."""


Fingerprints = dict[str, str]
"""InputKind -> fingerprint, every kind once."""

SEED_KINDS = {
    "codes": InputKind.DEFINITIONS,
    "code_combinations": InputKind.RULES,
    "committees": InputKind.REGISTER,
    "organizations": InputKind.REGISTER,
    "organization_events": InputKind.REGISTER,
    "periods": InputKind.REGISTER,
    "reporting_periods": InputKind.REGISTER,
    "measures": InputKind.MEASURES,
    "measure_terms": InputKind.MEASURES,
    "measure_breaks": InputKind.MEASURES,
    "rule_parameters": InputKind.RULES,
    "holidays": InputKind.RULES,
    "published_figures": InputKind.FIGURES,
    "figure_definitions": InputKind.FIGURES,
    "published_checks": InputKind.FIGURES,
    "targets": InputKind.FIGURES,
    "corrections": InputKind.CORRECTIONS,
    "deciding_roles": InputKind.DEFINITIONS,
}
"""The kind of every seed; a test holds that none is missing."""

SENT = frozenset(
    {InputKind.WORKBOOKS, InputKind.DECISIONS, InputKind.WITHDRAWALS, InputKind.CORRECTIONS, InputKind.GATE}
)
"""The kinds that reach the warehouse through tables the stages write, by a seed of their own, or not at all."""

_ALIKE = (InputKind.CODE, InputKind.RULES, InputKind.DEFINITIONS, InputKind.MEASURES, InputKind.FIGURES)

_OWN = {
    "forms/*.yaml": InputKind.DEFINITIONS,
    "layouts/*.yaml": InputKind.DEFINITIONS,
    "rules/*.yaml": InputKind.RULES,
    "gate/*.yaml": InputKind.GATE,
    "decisions.csv": InputKind.DECISIONS,
    "withdrawals.csv": InputKind.WITHDRAWALS,
}
"""What a deployment declares itself, below its `config/`."""

_PROGRAM = ("dbt_project", "ingest", "quality", "khoi")
_DECLARED = {
    "ingest/forms": InputKind.DEFINITIONS,
    "quality/rules": InputKind.RULES,
    "khoi/gate/suites": InputKind.GATE,
}
_SOURCES = frozenset({".py", ".sql", ".yml", ".yaml", ".csv", ".md", ".j2", ".css", ".lark"})
_PRODUCED = frozenset({"target", "logs", "__pycache__"})


def inputs_fingerprint(home: Home, as_of: dt.date | None = None) -> str:
    """The fingerprint of all that is published from ``home`` on the day ``as_of`` (today)."""
    return combined(fingerprints(home, home.reference(), as_of or today()))


def fingerprints(home: Home, reference: Reference, day: dt.date) -> Fingerprints:
    """The fingerprint of every kind of input of ``home``, ``reference`` being its registers as they were read."""
    return declared_fingerprints(home, reference, day) | {InputKind.WORKBOOKS: workbooks_fingerprint(home)}


def declared_fingerprints(home: Home, reference: Reference, day: dt.date) -> Fingerprints:
    """The fingerprints of every kind but the workbooks."""
    digests: dict[InputKind, hashlib._Hash] = {
        kind: hashlib.sha256() for kind in InputKind if kind is not InputKind.WORKBOOKS
    }
    for deadline in _deadlines(reference, day):
        digests[InputKind.CALENDAR].update(deadline.encode() + b"\0")
    tables = reference.as_declared()
    for name, kind in SEED_KINDS.items():
        digests[kind].update(name.encode() + b"\0" + tables[name].to_csv(index=False).encode())
    for kind, name, path in declared_files(home):
        digests[kind].update(name.encode() + b"\0" + path.read_bytes())
    return {str(kind): digest.hexdigest()[:16] for kind, digest in digests.items()}


def workbooks_fingerprint(home: Home) -> str:
    """The fingerprint of what was received and how it was read."""
    digest = hashlib.sha256()
    _add(digest, home.lake, deciding_files(home.lake))
    return digest.hexdigest()[:16]


def combined(found: Mapping[str, str]) -> str:
    """One fingerprint of all kinds."""
    return hashlib.sha256("\n".join(f"{kind} {found[kind]}" for kind in sorted(found)).encode()).hexdigest()


def check_basis(declared: Fingerprints) -> str:
    """One fingerprint of what a check rests on alike for every committee; all else it tells apart itself."""
    return combined({kind: declared[kind] for kind in _ALIKE})


def changed_kinds(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """The kinds that differ, of those that both know: an earlier edition of khoi recorded fewer."""
    return tuple(kind for kind in after if kind in before and before[kind] != after[kind])


def declared_files(home: Home, parts: Iterable[str] = _PROGRAM) -> Iterator[tuple[InputKind, str, Path]]:
    """Every file, the registers apart, that a publication of ``home`` follows from: its kind, a name, its path.

    ``parts``: the folders of the product that are looked through.
    """
    for part in parts:
        folder = product_path(part)
        for path in sorted(_sources(folder)):
            name = f"{part}/{path.relative_to(folder).as_posix()}"
            kind = next((kind for folder, kind in _DECLARED.items() if name.startswith(f"{folder}/")), InputKind.CODE)
            yield kind, name, path
    for pattern, kind in _OWN.items():
        # What is no file is told where the declarations are read.
        for path in sorted(path for path in home.config.glob(pattern) if path.is_file()):
            yield kind, f"config/{path.relative_to(home.config).as_posix()}", path


def files_fingerprint(home: Home) -> str:
    """One fingerprint of what is declared in files, the code apart: whether it stood still while it was read."""
    digest = hashlib.sha256()
    for _, name, path in declared_files(home, _DECLARED):
        digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def sources_fingerprint(*folders: Path) -> str:
    """The fingerprint of the program's sources below ``folders``."""
    digest = hashlib.sha256()
    for folder in folders:
        _add(digest, folder, _sources(folder))
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.suffix in _SOURCES and not _PRODUCED.intersection(path.relative_to(folder).parts):
            yield path


def _add(digest: hashlib._Hash, folder: Path, files: Iterable[Path]) -> None:
    for path in sorted(files):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())


def _deadlines(reference: Reference, day: dt.date) -> Iterator[str]:
    ends, working_days = reference.period_ends, WorkingDays.of(reference)
    for row in reference["reporting_periods"].itertuples():
        overdue = row.due_on is not None and row.due_on < day.isoformat()
        yield f"{row.committee_code} {row.period_code} over={ends[row.period_code] < day} overdue={overdue}"
        for limit in working_days.limits(str(row.committee_code), ends[row.period_code]):
            ended = limit.last_day is not None and limit.last_day < day
            yield f"{row.committee_code} {row.period_code} {limit.parameter} ended={ended}"
    for row in reference["corrections"].itertuples():
        expired = row.expires is not None and row.expires < day.isoformat()
        yield f"{row.correction_id} expired={expired}"
