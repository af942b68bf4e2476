"""The copies that go back to the senders: `returned/<committee>/<period>/`, and the manifest of what lies there.

Of every organization and period the latest version, as long as something in it is open. What is unchanged is not
written again, what is no longer asked for is taken away; only files the manifest names are ever touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ingest import lake
from ingest.durable import write_bytes, write_text
from ingest.file_names import some_file_name
from ingest.landed import landed_path
from ingest.reading.envelope import SEPARATOR
from ingest.reference import Reference
from khoi.deployment.fingerprint import sources_fingerprint
from khoi.deployment.home import Home
from khoi.deployment.product import product_path
from quality.catalogue import RuleCatalogue
from quality.engine import SUBJECT, offline_connection
from quality.engine.context import latest_versions
from quality.returned import Annotated, CopyTask, annotated_copies, to_be_answered
from quality.returned.contents import Figures
from quality.returned.package import named_for
from quality.returned.previous import previous_figures, versions_with_previous
from quality.submissions.answers import OPEN

_ASKED_BACK = ("returned", "accepted_with_warnings")
_LIST_ONLY = "phan-hoi"
_UNREAD = ("unreadable", "unidentified")
_UNREAD_NAME, _OF_NOBODY = "chua-doc-duoc", "chua-ro-cua-ai"
# What cannot be read is never opened again to be marked: its note is the list, which says what to do.
_LIST_OF_UNREAD = "unread"
Manifest = dict[str, dict[str, str]]


@dataclass(frozen=True)
class ReturnedReport:
    """How many copies lie in `returned/`, and how many of them this run wrote; how many it took away.

    ``unmarked``: those written now as a list alone because the sender's workbook could not be marked.
    """

    copies: int
    written: int
    removed: int
    unmarked: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Asked:
    """One workbook to be returned: where to, and what of it; ``told`` are the findings that it shows, as text."""

    target: str
    original: Path
    container: str
    file_hash: str
    told: str
    previous: Figures

    def fingerprint(self, program: str) -> str:
        figures = sorted((*place, value) for place, value in self.previous.items())
        return hashlib.sha256(f"{program}\0{self.file_hash}\0{self.told}\0{figures}".encode()).hexdigest()


def rule_titles(rules: RuleCatalogue) -> dict[str, str]:
    """Rule id -> its Vietnamese title."""
    return {rule.id: rule.title.vi for rule in rules.rules}


def with_answers(findings: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """``findings`` with the answer and explanation given so far."""
    said = history[["file_hash", "finding_key", "answer", "explanation"]]
    return findings.merge(said, on=["file_hash", "finding_key"], how="left")


def copy_name(stem: str, file_name: str, container: str) -> str:
    """The name of a returned copy; a list alone says so in its name."""
    if container != "xlsx":
        return f"{stem}_{_LIST_ONLY}.xlsx"
    extension = Path(file_name).suffix.lower()
    return stem + (extension if extension in (".xlsx", ".xlsm") else ".xlsx")


def write_returned(
    home: Home,
    reference: Reference,
    rules: RuleCatalogue,
    progress: Callable[[int, int], None] | None = None,
    *,
    full: bool = False,
) -> ReturnedReport:
    """Write the copies of the lake's workbooks that are asked back; each atomically, the manifest last.

    ``full``: those that are there already as well.
    """
    path = home.returned / "manifest.json"
    known = known_copies(path)
    asked, said = _asked_back(home, reference)
    titles = rule_titles(rules)
    program = sources_fingerprint(product_path("quality/returned"))
    manifest = {one.target: {"file_hash": one.file_hash, "fingerprint": one.fingerprint(program)} for one in asked}
    fresh = [one for one in asked if full or _is_stale(one, manifest, known, home)]
    tasks = [CopyTask(one.original, one.container, said.of_file(one.file_hash), one.previous) for one in fresh]
    unmarked = []
    for number, (one, copy) in enumerate(zip(fresh, annotated_copies(tasks, titles), strict=True), start=1):
        write_copy(home.returned / one.target, copy)
        if one.container == "xlsx" and not copy.is_marked:
            unmarked.append(one.target)
        if progress:
            progress(number, len(fresh))
    gone = sorted(set(known) - set(manifest))
    for name in gone:
        (home.returned / name).unlink(missing_ok=True)
    if manifest != known:
        _write_manifest(path, manifest)
    return ReturnedReport(len(manifest), len(fresh), len(gone), tuple(unmarked))


def remove_copies(home: Home, file_hashes: Collection[str]) -> int:
    """Take away the copies of ``file_hashes``; returns how many there were."""
    path = home.returned / "manifest.json"
    known = known_copies(path)
    gone = [name for name, one in known.items() if one.get("file_hash") in file_hashes]
    for name in gone:
        (home.returned / name).unlink(missing_ok=True)
    if gone:
        _write_manifest(path, {name: one for name, one in known.items() if name not in gone})
    return len(gone)


def known_copies(path: Path) -> Manifest:
    """What the manifest says; nothing where it is lost or damaged, and then every copy is written again."""
    try:
        read = json.loads(path.read_bytes())
        return {str(name): {str(key): str(value) for key, value in one.items()} for name, one in read.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _write_manifest(path: Path, manifest: Manifest) -> None:
    """One line a copy: an indented file of ten thousand copies takes seconds to write."""
    lines = (f"{_json(name)}: {_json(one)}" for name, one in sorted(manifest.items()))
    write_text(path, "{\n" + ",\n".join(lines) + "\n}\n")


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def write_copy(target: Path, copy: Annotated) -> None:
    """Write a copy under its name, whatever it came to."""
    write_bytes(target, copy.content if copy.is_marked else named_for(copy.content, target.name))


def _is_stale(one: _Asked, manifest: Manifest, known: Manifest, home: Home) -> bool:
    return known.get(one.target) != manifest[one.target] or not (home.returned / one.target).exists()


def _asked_back(home: Home, reference: Reference) -> tuple[list[_Asked], _Said]:
    checked = home.lake / "checked"
    findings = lake.read_tables(checked, lake.FINDINGS, "findings.parquet")
    states = lake.read_tables(checked, lake.SUBMISSION_STATES, "submission_states.parquet")
    history = lake.read_tables(checked, lake.FINDING_HISTORY, "finding_history.parquet")
    submissions = lake.read_tables(home.lake / "submissions", lake.SUBMISSIONS)
    versions = versions_with_previous(submissions, states, reference)
    open_files = findings.loc[findings["answer_state"] == OPEN, "file_hash"].dropna()
    back = states.loc[states["state"].isin(_ASKED_BACK) & states["file_hash"].isin(open_files), "file_hash"]
    latest = latest_versions(versions)
    # A form of the committee's own speaks for many organizations; there is no copy to send to one of them.
    wanted = latest[latest["file_hash"].isin(back) & latest["layout"].isna()].sort_values(SUBJECT)
    previous = _previous(home, wanted)
    unread = unread_files(submissions, findings)
    mine = {*wanted["file_hash"], *(row["file_hash"] for row in unread)}
    said = _Said.of(with_answers(findings[findings["file_hash"].isin(mine)], history))
    asked = [_asked(home, row, said, previous) for row in wanted.to_dict("records")]
    return asked + [_unread_asked(home, row, said) for row in unread], said


@dataclass(frozen=True)
class _Said:
    """The findings of the workbooks that are returned, and by file those that its copy shows, as one text."""

    findings: pd.DataFrame
    places: dict[Any, Any]
    told: dict[Any, str]

    @classmethod
    def of(cls, findings: pd.DataFrame) -> _Said:
        """Ordered, chosen and written once for all workbooks: a workbook at a time it costs more than marking does."""
        shown = to_be_answered(findings)
        by_file: dict[Any, list[str]] = {}
        for file_hash, line in zip(shown["file_hash"], _written_rows(shown), strict=True):
            by_file.setdefault(file_hash, []).append(line)
        told = {file_hash: f"[{','.join(lines)}]" for file_hash, lines in by_file.items()}
        return cls(findings, findings.groupby("file_hash").indices, told)

    def of_file(self, file_hash: str) -> pd.DataFrame:
        """The findings of one workbook."""
        return self.findings.take(self.places[file_hash])


_ROW = "\x02"


def _written_rows(frame: pd.DataFrame) -> list[str]:
    """Every row of ``frame`` as pandas writes it in JSON, a list of values."""
    if frame.empty:
        return []
    marked = frame.copy()
    marked.insert(0, _ROW, _ROW)
    first = f'["{json.dumps(_ROW)[1:-1]}",'  # no text of the frame holds it: a quotation mark within one is escaped
    told = marked.to_json(orient="values", force_ascii=False)
    return ["[" + row for row in told[len("[" + first) : -len("]")].split("," + first)]


def unread_files(submissions: pd.DataFrame, findings: pd.DataFrame) -> list[dict[Any, Any]]:
    """The submissions that could not be read or identified and whose organization, if known, sent nothing since."""
    hard = set(findings.loc[(findings["severity"] == "hard") & (findings["outcome"] == "fail"), "file_hash"].dropna())
    unread = submissions[submissions["read_state"].isin(_UNREAD) & submissions["file_hash"].isin(hard)]
    # The parts of a form of many organizations have no sender of their own.
    unread = unread[unread["layout"].isna()].sort_values(["received_at", "file_hash"])
    read = submissions[submissions["read_state"] == "identified"]
    last = read.groupby(["organization_code", "period_code"])["received_at"].max()
    return [
        row
        for row in unread.astype(object).where(unread.notna(), None).to_dict("records")
        if not (last.get((row["organization_code"], row["period_code"]), row["received_at"]) > row["received_at"])
    ]


def _unread_asked(home: Home, row: Mapping[Any, Any], said: _Said) -> _Asked:
    """A note about a file that counts for nobody: filed with the organization it probably is from, else by its name."""
    mark = f"{_UNREAD_NAME}_{str(row['file_hash'])[:8]}.xlsx"
    if row["organization_code"] and row["period_code"] and row["committee_code"]:
        committee, organization, period = (some_file_name(str(row[name])) for name in SUBJECT)
        target = f"{committee}/{period}/{organization}_{period}_{mark}"
    else:
        stem = Path(str(row["file_name"]).rpartition(SEPARATOR)[2]).stem
        target = f"{_OF_NOBODY}/{some_file_name(stem)}_{mark}"
    original = landed_path(home.landed, row["file_hash"], row["file_name"])
    file_hash = row["file_hash"]
    return _Asked(target, original, _LIST_OF_UNREAD, file_hash, said.told[file_hash], {})


def _asked(home: Home, row: Mapping[Any, Any], said: _Said, previous: Mapping[str, Figures]) -> _Asked:
    # One organization's impossible code must not stop the copies of all others, as a refusal would.
    committee, organization, period = (some_file_name(str(row[name])) for name in SUBJECT)
    name = copy_name(f"{organization}_{period}_{row['submission_no']}", row["file_name"], row["container"])
    original = landed_path(home.landed, row["file_hash"], row["file_name"])
    target = f"{committee}/{period}/{name}"
    file_hash = row["file_hash"]
    return _Asked(target, original, row["container"], file_hash, said.told[file_hash], previous.get(file_hash, {}))


def _previous(home: Home, wanted: pd.DataFrame) -> dict[str, Figures]:
    """What the last period held, read from the partitions that matter only."""
    periods = pd.concat([wanted["period_code"], wanted["previous_period_code"]])
    committees = pd.concat([wanted["committee_code"]] * 2)
    folders = {home.lake / "normalised" / str(c) / str(p) for c, p in zip(committees, periods, strict=True)}
    files = sorted(str(path) for folder in folders for path in folder.glob("observations.parquet"))
    if not files:
        return {}
    with offline_connection() as connection:
        connection.read_parquet(files, hive_partitioning=False).create_view("observations")
        return previous_figures(connection, wanted)
