"""Who is to be written to today: what the published warehouse says is not counted, held against the due dates.

A week before the due date and up to it an organization is reminded; from the day after it is told that it is late, and
the committee above is told of all of them together. A workbook that was returned asks to be mended. A period that is
locked asks nobody any more. A letter says nothing that changes from day to day, so it is written once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from ingest.file_names import some_file_name
from ingest.reference import Reference
from khoi.deployment.home import Home
from khoi.warehouse.read import open_published

REMINDER_DAYS = 7
"""So many days before its due date an organization that has not sent is reminded."""

_ROSTER = """
    select committee_code, period_code, organization_code, organization_name, is_committee_itself, state, due_on,
        hard_findings, count(*) over (partition by committee_code, period_code) as due
    from rpt_completeness
    qualify is_counted is not true and due_on is not null
    order by committee_code, period_code, organization_code
"""
_STANDING = {
    "missing": "chưa gửi",
    "returned": "đã gửi, chưa sửa lỗi",
    "unreadable": "đã gửi tệp không mở được",
    "waiting": "đã gửi, đang chờ kiểm tra",
}


@dataclass(frozen=True)
class Letter:
    """One letter. ``name``: its file below `outbox/`; ``text``: subject and body."""

    name: str
    text: str


def due_letters(home: Home, reference: Reference, day: dt.date) -> list[Letter]:
    """The letters of ``day``, in the order of their names. Raises WarehouseError where nothing is published."""
    with open_published(home) as connection:
        roster = connection.execute(_ROSTER).df()
    roster["due_on"] = [pd.Timestamp(one).date() for one in roster["due_on"]]
    open_pairs = _open_pairs(reference, day)
    letters: list[Letter] = []
    for pair, rows in roster.groupby(["committee_code", "period_code"], sort=True):
        if pair in open_pairs:
            letters += _of_period(home, rows, reference, pair, day)
    return sorted(letters, key=lambda letter: letter.name)


def _open_pairs(reference: Reference, day: dt.date) -> set[tuple[str, str]]:
    """The pairs of the calendar that are not locked yet."""
    calendar = reference["reporting_periods"]
    locked = (calendar["locked_on"] != "") & (calendar["locked_on"] <= day.isoformat())
    left = calendar[~locked]
    return set(zip(left["committee_code"], left["period_code"], strict=True))


def _words(reference: Reference, committee: str, period: str) -> dict[str, str]:
    """The committee and the period as people call them."""
    committees = reference["committees"]
    periods = reference["periods"]
    names = committees.loc[committees["committee_code"] == committee, "name_vi"]
    labels = periods.loc[periods["period_code"] == period, "label_vi"]
    return {
        "committee": str(names.iloc[-1]) if len(names) else committee,
        "period": str(labels.iloc[0]) if len(labels) else period,
    }


def _of_period(
    home: Home, rows: pd.DataFrame, reference: Reference, pair: tuple[str, str], day: dt.date
) -> Iterator[Letter]:
    """Letters of one committee and period: one an organization of ``rows``, and when late one to the committee.

    ``rows``: who is not counted, and how many are due (``due``).
    """
    open_rows, words = rows.to_dict("records"), _words(reference, *pair)
    late = [row for row in open_rows if row["due_on"] < day]
    for row in open_rows:
        kind = _kind(row, day)
        if kind is not None:
            yield _letter(kind, row, _facts(home, row, words, day))
    if late:
        first = late[0]
        listed = [
            {"code": row["organization_code"], "name": row["organization_name"], "standing": _standing(row)}
            for row in late
        ]
        yield Letter(
            f"{_folder(first)}/bao-cao-cap-uy.txt",
            _text("escalation", {**words, "due_on": _day(first["due_on"]), "due": int(first["due"]), "rows": listed}),
        )


def _kind(row: dict[str, Any], day: dt.date) -> str | None:
    """Which letter an organization gets on ``day``; None for none."""
    if row["state"] == "waiting":
        return None  # it came and is not checked yet: the next run says what it is
    if row["state"] == "returned":
        return "mend"
    if row["due_on"] < day:
        return "overdue"
    return "reminder" if (row["due_on"] - day).days <= REMINDER_DAYS else None


def _facts(home: Home, row: dict[str, Any], words: dict[str, str], day: dt.date) -> dict[str, Any]:
    return {
        **words,
        "name": row["organization_name"],
        "code": row["organization_code"],
        "due_on": _day(row["due_on"]),
        "is_overdue": row["due_on"] < day,
        "hard": int(row["hard_findings"]),
        "copy": _copy(home, row),
    }


def _copy(home: Home, row: dict[str, Any]) -> str:
    """The marked copy that goes with the letter, below `returned/`; empty where there is none."""
    organization, period = some_file_name(row["organization_code"]), some_file_name(row["period_code"])
    folder = home.returned / some_file_name(row["committee_code"]) / period
    found = sorted(folder.glob(f"{organization}_{period}_*")) if folder.is_dir() else []
    return found[-1].relative_to(home.root).as_posix() if found else ""


def _letter(kind: str, row: dict[str, Any], facts: dict[str, Any]) -> Letter:
    return Letter(f"{_folder(row)}/{some_file_name(row['organization_code'])}.txt", _text(kind, facts))


def _folder(row: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(some_file_name(row["committee_code"])) / some_file_name(row["period_code"])


def _standing(row: dict[str, Any]) -> str:
    return _STANDING.get(row["state"], "chưa được tính")


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _text(template: str, facts: dict[str, Any]) -> str:
    environment = Environment(
        loader=PackageLoader("khoi.outbox"), undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    return environment.get_template(f"{template}.txt.j2").render(**facts)
