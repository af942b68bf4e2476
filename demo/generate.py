"""Writing the inboxes: every organization's workbook of every period, and the faults of real inboxes."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.committees import committee_itself, plan_committees
from demo.contents import own_workbook, workbook_contents
from demo.copies import as_ods, as_xls, insert_row, rename_label, with_text_numbers
from demo.plan import CommitteePlan
from demo.planting import planted, with_changes, with_contradictions
from ingest.catalogue import Catalogue
from ingest.reference import Reference
from ingest.template import WorkbookContent, write_workbook

Progress = Callable[[int, int], None]
_BATCH = 40


@dataclass(frozen=True)
class PlannedFile:
    """One file to be written: where, what, in which way, and when it is to have arrived (UTC seconds)."""

    path: str
    content: WorkbookContent | None
    arrived: float
    kind: str = "plain"
    habit: dict[str, Any] = field(default_factory=dict)


@dataclass
class DemoReport:
    """What was generated: files written, where each planted contradiction went (id -> organization), and which
    workbooks (organization, period) were not sent as their organization meant them.
    """

    files: int = 0
    contradictions: dict[str, str] = field(default_factory=dict)
    spoilt: set[tuple[str, str]] = field(default_factory=set)


def generate_demo(
    inbox: Path,
    catalogue: Catalogue,
    reference: Reference,
    *,
    seed: int | None = None,
    is_clean: bool = False,
    parameters: dict[str, Any] | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
) -> DemoReport:
    """Write the inboxes of all committees (of ``parameters``, where given) below ``inbox``.

    ``is_clean``: nothing is planted, every organization sends what is true in time, in the form it was given.

    The same seed gives the same contents, names and arrival times. The default seed is the one the registers in
    `demo/seeds/` were planned with; another one would not agree with them.
    """
    report = DemoReport()
    plans = plan_committees(reference, seed=seed, parameters=parameters)
    files = [file for plan in plans for file in _files(plan, catalogue, reference, None if is_clean else report)]
    batches = [files[start : start + _BATCH] for start in range(0, len(files), _BATCH)]
    with ProcessPoolExecutor(max_workers=workers or os.cpu_count()) as pool:
        futures = [pool.submit(_write_files, batch, inbox, catalogue, reference) for batch in batches]
        for future in as_completed(futures):
            report.files += future.result()
            if progress:
                progress(report.files, len(files))
    return report


def _files(
    plan: CommitteePlan, catalogue: Catalogue, reference: Reference, report: DemoReport | None
) -> list[PlannedFile]:
    """The files of a committee; where a ``report`` is given to tell of them, with its faults."""
    names = _names(reference)
    due = reference["reporting_periods"].set_index(["committee_code", "period_code"])["due_on"]
    kinds = reference["periods"].set_index("period_code")["kind"]
    last = plan.faults_in
    files: list[PlannedFile] = []
    for period in plan.periods:
        end, kind = dt.date.fromisoformat(period.end), kinds[period.period_code]
        contents = workbook_contents(plan, period, catalogue.form_set(end, kind, "organization"), names)
        if report and period.period_code == last:
            absent = {one["organization"] for one in planted()["missing"] if one["committee"] == plan.committee_code}
            contents, places = with_contradictions([c for c in contents if c.organization_code not in absent])
            report.contradictions |= places
            report.spoilt |= {(code, last) for code in (*absent, *places.values())}
        own = committee_itself(plan.committee_code)
        contents.append(own_workbook(plan, period, catalogue.form_set(end, kind, "committee"), own, names[own]))
        on_time = _seconds(due[plan.committee_code, period.period_code]) - 6 * 86_400
        for number, content in enumerate(contents):
            name = f"{plan.committee_code}/{period.period_code}/{content.organization_code}_{period.period_code}.xlsx"
            plain = PlannedFile(name, content, on_time + number * 420)
            habit = _habit(content, last) if report else None
            files += _as_sent(plain, habit) if habit else [plain]
            if report and habit:
                report.spoilt.add((content.organization_code, content.period_code))
    return files + (
        _foreign_files(plan.committee_code, last, _seconds(due[plan.committee_code, last])) if report else []
    )


def _names(reference: Reference) -> dict[str, str]:
    organizations = reference["organizations"]
    return dict(zip(organizations["organization_code"], organizations["name"], strict=True))


def _seconds(day: str) -> float:
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(8), dt.UTC).timestamp()


def _habit(content: WorkbookContent, last: str) -> dict[str, Any] | None:
    for habit in planted()["habits"]:
        if habit.get("organization") == content.organization_code and habit.get("period", last) == content.period_code:
            return habit
    return None


def _as_sent(plain: PlannedFile, habit: dict[str, Any]) -> list[PlannedFile]:
    """The file or files that an organization with this habit sends instead of the plain one."""
    content = plain.content
    assert content is not None
    kind = habit["kind"]
    if kind == "late":
        return [dataclasses.replace(plain, arrived=plain.arrived + 15 * 86_400)]
    if kind in ("corrected", "same_number"):
        number = 2 if kind == "corrected" else 1
        wrong = dataclasses.replace(plain, content=with_changes(content, habit["changes"]))
        right = dataclasses.replace(content, submission_no=number)
        path = plain.path.replace(".xlsx", "_lan2.xlsx")
        return [wrong, dataclasses.replace(plain, path=path, content=right, arrived=plain.arrived + 2 * 86_400)]
    if kind == "wrong_period":
        return [dataclasses.replace(plain, kind="written", habit={"PERIOD_CODE": habit["period_written"]})]
    if kind == "unknown_organization":
        return [dataclasses.replace(plain, kind="written", habit={"ORGANIZATION_CODE": habit["code_written"]})]
    if kind == "old_form_set":
        return [dataclasses.replace(plain, kind="written", habit={"FORM_SET": habit["form_set_written"]})]
    if kind == "text_numbers":
        return [dataclasses.replace(plain, content=with_text_numbers(content))]
    if kind in ("xls", "ods"):
        return [dataclasses.replace(plain, path=plain.path.replace(".xlsx", f".{kind}"), kind=kind)]
    return [dataclasses.replace(plain, kind=kind, habit=habit)]


def _foreign_files(committee: str, period: str, due: float) -> list[PlannedFile]:
    return [
        PlannedFile(f"{committee}/{period}/{habit['name']}", None, due - 86_400, habit["kind"])
        for habit in planted()["habits"]
        if habit["committee"] == committee and "name" in habit
    ]


_FOREIGN = {
    "text_file": "Kính gửi Văn phòng, biểu mẫu gửi sau.\n",
    "empty_file": "",
    "html_file": "<html><body><table><tr><td>Biểu 1</td></tr></table></body></html>\n",
}


def _write_files(files: list[PlannedFile], inbox: Path, catalogue: Catalogue, reference: Reference) -> int:
    for file in files:
        target = inbox / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.content is None:
            target.write_text(_FOREIGN[file.kind], encoding="utf-8")
        else:
            _write_workbook(file, file.content, target, catalogue, reference)
        os.utime(target, (file.arrived, file.arrived))
    return len(files)


def _write_workbook(
    file: PlannedFile, content: WorkbookContent, target: Path, catalogue: Catalogue, reference: Reference
) -> None:
    if file.kind == "written":
        content = dataclasses.replace(content, records={**content.records, "cover": [dict(file.habit)]})
    if file.kind in ("xls", "ods"):
        source = target.with_name(f".{target.stem}.xlsx")
        write_workbook(source, content, catalogue, reference)
        (as_xls if file.kind == "xls" else as_ods)(source, target)
        source.unlink()
        return
    write_workbook(target, content, catalogue, reference)
    if file.kind == "renamed_label":
        rename_label(target, file.habit["sheet"], file.habit["label"], file.habit["label_written"])
    if file.kind == "inserted_row":
        insert_row(target, file.habit["sheet"], file.habit["above"])
