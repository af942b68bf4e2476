"""A deployment of rows: the small tables of `two_committees` written as seeds and lake.

Change one number before `write` and see what moves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from two_committees import (
    AUTHORITY,
    BALANCES,
    CODES,
    EVENTS,
    MEASURES,
    ORGANIZATIONS,
    PERIODS,
    TERMS,
    Row,
)

from ingest import lake
from ingest.addresses import a1_address
from ingest.catalogue import load_catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import SEED_COLUMNS, read_reference
from khoi.deployment.home import Home
from khoi.deployment.registers import _fingerprint


@dataclass
class LakeOfRows:
    """The rows of one deployment; change them before `write`."""

    committees: tuple[str, ...] = ("AA", "BB")
    periods: tuple[str, ...] = tuple(PERIODS)
    longer_periods: list[Row] = field(default_factory=list)
    organizations: list[tuple[str, ...]] = field(default_factory=lambda: list(ORGANIZATIONS))
    balances: list[tuple[str, str, int, int, int, int]] = field(default_factory=lambda: list(BALANCES))
    events: list[tuple[object, ...]] = field(default_factory=lambda: list(EVENTS))
    figures: list[Row] = field(default_factory=list)
    definitions: list[Row] = field(default_factory=list)
    checks: list[Row] = field(default_factory=list)
    breaks: list[Row] = field(default_factory=list)
    corrections: list[Row] = field(default_factory=list)
    terms: list[tuple[object, ...]] = field(default_factory=lambda: list(TERMS))
    editions: dict[tuple[str, str], str] = field(default_factory=dict)
    """Organization and period -> what tells a new version's file from the one before."""
    every_cell: bool = True
    """Whether a workbook has all cells of its forms, or only those that the balances fill."""

    def write(self, root: Path) -> Home:
        """Write seeds and lake below ``root`` and return the home."""
        home = Home(root)
        home.create()
        _write_seeds(self, home.config / "seeds")
        _write_lake(self, home)
        _call_sound(home)
        return home


def _call_sound(home: Home) -> None:
    """Note the registers as checked: these rows hold what a build reads and little else, less than registers must."""
    reference, _ = read_reference(home.seeds)
    stamp = home.lake / "reference" / "registers_sound.txt"
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(_fingerprint(reference, home.config / "forms"), encoding="utf-8")


def _seed(folder: Path, name: str, rows: list[Row]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(rows, columns=SEED_COLUMNS[name])
    frame.to_csv(folder / f"{name}.csv", index=False)


def _write_seeds(rows: LakeOfRows, folder: Path) -> None:
    for name in SEED_COLUMNS:
        _seed(folder, name, [])
    _seed(
        folder,
        "codes",
        [
            {"code_list": code_list, "code": code, "label_vi": code, "label_en": code, "sort_order": number}
            for code_list, codes in CODES.items()
            for number, code in enumerate(codes)
        ],
    )
    _seed(
        folder,
        "committees",
        [{"committee_code": code, "name_vi": code, "name_en": code, "block": code} for code in rows.committees],
    )
    names = ("committee_code", "organization_code", "name", "organization_type", "valid_from", "valid_to")
    _seed(folder, "organizations", [dict(zip(names, row, strict=True)) for row in rows.organizations])
    names = (
        *("event_id", "event_type", "effective_on", "committee_code", "from_organization_code"),
        *("to_organization_code", "external_body", "unit", "members_moved"),
    )
    _seed(folder, "organization_events", [dict(zip(names, row, strict=True)) for row in rows.events])
    _seed(folder, "periods", [_period(code) for code in dict.fromkeys(("2020H2", *rows.periods))] + rows.longer_periods)
    _seed(
        folder,
        "reporting_periods",
        [
            {"committee_code": committee, "period_code": code, "due_on": _due(code)}
            for committee in rows.committees
            for code in rows.periods
        ],
    )
    names = (
        "measure_code",
        "label_vi",
        "label_en",
        "kind",
        "aggregation",
        "numerator_measure",
        "denominator_measure",
    )
    _seed(folder, "measures", [dict(zip(names, row, strict=True)) for row in MEASURES])
    names = ("measure_code", "cell_code", "coefficient")
    _seed(folder, "measure_terms", [dict(zip(names, row, strict=True)) for row in rows.terms])
    tolerance = {
        "parameter": "percent_tolerance",
        "value": 0.01,
        "valid_from": "2000-01-01",
        "authority": AUTHORITY,
    }
    _seed(folder, "rule_parameters", [tolerance])
    _seed(folder, "published_figures", rows.figures)
    _seed(folder, "figure_definitions", rows.definitions)
    _seed(folder, "published_checks", rows.checks)
    _seed(folder, "measure_breaks", rows.breaks)


def _period(code: str) -> Row:
    year, half = int(code[:4]), code[4:]
    first, last = ("01-01", "06-30") if half == "H1" else ("07-01", "12-31")
    before = f"{year - 1}H2" if half == "H1" else f"{year}H1"
    return {
        "period_code": code,
        "kind": half,
        "year": year,
        "period_start": f"{year}-{first}",
        "period_end": f"{year}-{last}",
        "previous_period_code": before,
        "label_vi": code,
        "label_en": code,
    }


def _due(code: str) -> str:
    return f"{code[:4]}-07-20" if code.endswith("H1") else f"{int(code[:4]) + 1}-01-20"


def _file_hash(rows: LakeOfRows, organization: str, period: str) -> str:
    return f"hash-{organization}-{period}{rows.editions.get((organization, period), '')}"


def _values(balance: tuple[str, str, int, int, int, int]) -> dict[str, int]:
    _, period, opening, admitted, died, expelled = balance
    values = {
        "membership_change.OPEN": opening,
        "membership_change.INC": admitted,
        "membership_change.IN_ADMIT": admitted,
        "membership_change.DEC": died + expelled,
        "membership_change.OUT_DEATH": died,
        "membership_change.OUT_EXPEL": expelled,
        "membership_change.CLOSE": opening + admitted - died - expelled,
        "discipline_cases.FORM.KTR": expelled,
    }
    if period.endswith("H2"):
        values["ratings.DV.RATED"] = opening
        values["ratings.DV.HTXS"] = opening // 10
        values["ratings.DV.HTT"] = opening - opening // 10
    return values


def _observations(rows: LakeOfRows, cells: pd.DataFrame) -> Iterator[Row]:
    due = {"H1": set(cells["cell_code"]) - set(cells.loc[cells["form"] == "ratings", "cell_code"])}
    due["H2"] = set(cells["cell_code"])
    forms = dict(zip(cells["cell_code"], cells["form"], strict=True))
    for balance in rows.balances:
        organization, period = balance[:2]
        values = _values(balance)
        for number, cell_code in enumerate(sorted(due[period[4:]] if rows.every_cell else values)):
            value = values.get(cell_code, 0)
            yield {
                **_subject(organization, period),
                "form": forms[cell_code],
                "form_version": "2012",
                "cell_code": cell_code,
                "value": value,
                "state": "value" if value else "zero",
                "raw_text": str(value),
                "file_hash": _file_hash(rows, organization, period),
                "sheet": forms[cell_code],
                "row_no": number + 1,
                "column_no": 3,
                "cell": f"C{number + 1}",
            }


def _subject(organization: str, period: str) -> Row:
    return {"committee_code": organization[:2], "organization_code": organization, "period_code": period}


def _entries(rows: LakeOfRows) -> Iterator[Row]:
    for balance in rows.balances:
        organization, period, *_, expelled = balance
        for record in range(expelled):
            fields = {
                "CASE_NO": f"{record + 1:02d}",
                "SUBJECT": "DV",
                "DISCIPLINE_FORM": "KTR",
                "DISCIPLINE_LEVEL": "L_DUCS",
                "VIOLATION": "DDLS",
                "COMMITTEE_MEMBER": "KHONG",
                "DECIDED_ON": "2022-03-15",
                "DECISION_STATUS": "DECIDED",
            }
            for column, (name, text) in enumerate(fields.items()):
                yield {
                    **_subject(organization, period),
                    "form": "discipline_cases",
                    "form_version": "2012",
                    "record_no": record + 1,
                    "field": name,
                    "value_text": text,
                    "state": "value",
                    "raw_text": text,
                    "file_hash": _file_hash(rows, organization, period),
                    "sheet": "DS kỷ luật",
                    "row_no": 10 + record,
                    "column_no": column + 2,
                    "cell": a1_address(10 + record, column + 2),
                }


def _register(rows: LakeOfRows) -> Iterator[Row]:
    for event_id, event_type, day, committee, source, target, _, unit, moved in rows.events:
        period = f"{str(day)[:4]}{'H1' if str(day)[5:7] < '07' else 'H2'}"
        common = {"committee_code": committee, "period_code": period, "event_id": event_id}
        if source:
            yield {**common, "organization_code": source, "cell_code": "register.MEMBERS_OUT", "value": moved}
            if str(day)[5:] not in ("01-01", "07-01") and _is_last(rows, str(source), str(day)):
                yield {**common, "organization_code": source, "cell_code": "register.MEMBERS_PASSED_ON", "value": moved}
        if target:
            yield {**common, "organization_code": target, "cell_code": "register.MEMBERS_IN", "value": moved}
        if unit == "organization":
            code = f"register.ORGANIZATIONS.{event_type}"
            yield {**common, "organization_code": source or target, "cell_code": code, "value": 1}


def _is_last(rows: LakeOfRows, organization: str, day: str) -> bool:
    """The organization's days end before ``day``."""
    return all(until and until < day for _, code, *_, until in rows.organizations if code == organization)


def _submissions(rows: LakeOfRows) -> tuple[list[Row], list[Row]]:
    submissions: list[Row] = []
    states: list[Row] = []
    for organization, period, *_ in rows.balances:
        late = organization == "BB-1" and period == "2021H2"
        received = dt.datetime.fromisoformat(_due(period)) + dt.timedelta(days=3 if late else -2)
        submissions.append(
            {
                **_subject(organization, period),
                "file_hash": _file_hash(rows, organization, period),
                "file_name": f"{organization} {period}.xlsx",
                "size_bytes": 9000,
                "received_at": received.replace(tzinfo=dt.UTC),
                "container": "xlsx",
                "read_state": "identified",
                "form_set": "2012-05-17",
                "submission_no": 1,
            }
        )
        states.append(
            {
                **_subject(organization, period),
                "file_hash": _file_hash(rows, organization, period),
                "state": "accepted",
                "is_current": True,
                "hard_findings": 0,
                "soft_findings": 0,
            }
        )
    if "BB" not in rows.committees:
        return submissions, states
    return [*submissions, *_RETURNED[0]], [*states, *_RETURNED[1]]


def _returned() -> tuple[list[Row], list[Row]]:
    subject = _subject("BB-2", "2021H2")
    submission = {
        **subject,
        "file_hash": "hash-returned",
        "file_name": "sai.xlsx",
        "size_bytes": 9000,
        "received_at": dt.datetime(2022, 1, 10, tzinfo=dt.UTC),
        "container": "xlsx",
        "read_state": "identified",
        "submission_no": 1,
    }
    state = {
        **subject,
        "file_hash": "hash-returned",
        "state": "returned",
        "is_current": False,
        "hard_findings": 1,
    }
    unreadable = {
        "file_hash": "hash-unreadable",
        "file_name": "rỗng.xlsx",
        "size_bytes": 0,
        "received_at": dt.datetime(2022, 1, 10, tzinfo=dt.UTC),
        "container": "unknown",
        "read_state": "unreadable",
    }
    unreadable_state = {"file_hash": "hash-unreadable", "state": "unreadable", "is_current": False}
    return [submission, unreadable], [state, unreadable_state]


_RETURNED = _returned()


def _findings() -> list[Row]:
    return [
        {
            **_subject("BB-2", "2021H2"),
            "finding_id": "f1",
            "rule_id": "R001A",
            "engine": "rule",
            "severity": "hard",
            "outcome": "fail",
            "file_hash": "hash-returned",
            "file_name": "sai.xlsx",
            "sheet": "Biểu 1",
            "cell": "C25",
            "observed": "24",
            "expected": "25",
            "message_vi": "sai",
            "message_en": "wrong",
        }
    ]


def _write_lake(rows: LakeOfRows, home: Home) -> None:
    codes = pd.read_csv(home.config / "seeds" / "codes.csv", dtype=str, keep_default_na=False)
    cells = form_cells(load_catalogue(), codes)
    submissions, states = _submissions(rows)
    tables = [
        (submissions, lake.SUBMISSIONS, "submissions/batch.parquet"),
        (states, lake.SUBMISSION_STATES, "checked/submission_states.parquet"),
        (_findings() if "BB" in rows.committees else [], lake.FINDINGS, "checked/findings.parquet"),
        (list(_register(rows)), lake.REGISTER_OBSERVATIONS, "checked/register_observations.parquet"),
        (list(_observations(rows, cells)), lake.OBSERVATIONS, "normalised/all/all/observations.parquet"),
        (list(_entries(rows)), lake.ENTRIES, "normalised/all/all/entries.parquet"),
        (rows.corrections, lake.CORRECTIONS, "checked/corrections.parquet"),
    ]
    for records, schema, name in tables:
        lake.write_table(pd.DataFrame(records, columns=schema.names), schema, home.lake / name)
