"""When work starts: a workbook in the inbox, a deadline that has passed, a person who asks for it."""

import datetime as dt
from collections.abc import Iterator

import dagster as dg

from ingest.vietnam import VIETNAM
from khoi.deployment.context import load_context
from khoi.pending import pending
from khoi.warehouse.versions import published_version
from orchestration.deployment import Deployment
from orchestration.partitions import keep_current

TAKE_IN = "take_in_workbooks"
RAISE_MISSING = "raise_missing_organizations"
WRITE_LETTERS = "write_letters"
_SETTLED_SECONDS = 5.0
_MARK = "khoi/work"
_PAUSE = dt.timedelta(minutes=10)
_UNDER_WAY = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
_LOOK_BACK = dt.timedelta(days=7)
_LOADED = dt.datetime.now(dt.UTC)
"""When this service began: what ended before, ended with the service before, and is tried again at once."""
_WHOLE = {"dagster/retry_strategy": "ALL_STEPS"}
"""A run whose process died is done from its first step on: what lies behind it may have changed since."""


_EVERYTHING = dg.AssetSelection.all()
JOBS = [
    dg.define_asset_job(
        TAKE_IN,
        _EVERYTHING,
        description="Nhận biểu mới và công bố / from the inbox to the published warehouse, only what changed.",
        tags=_WHOLE,
    ),
    dg.define_asset_job(
        RAISE_MISSING,
        _EVERYTHING - dg.AssetSelection.groups("landed", "normalised"),
        description="Nêu tổ chức chưa gửi / what is missing after a deadline is checked again and published.",
        tags=_WHOLE,
    ),
    dg.define_asset_job(
        WRITE_LETTERS,
        dg.AssetSelection.groups("outbox"),
        description="Soạn thư nhắc / reminders before a due date, letters and escalations after it, into `outbox/`.",
        tags=_WHOLE,
    ),
]
"""The things people want done."""


@dg.sensor(
    job_name=TAKE_IN,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Có việc phải làm: tệp mới, sổ hay biểu đã đổi / new files, changed registers, forms, decisions.",
)
def inbox(context: dg.SensorEvaluationContext, deployment: Deployment) -> dg.SensorResult | dg.SkipReason:
    """A run wherever there is work (`khoi.pending`), none while one is under way; a failed one is tried again."""
    home = deployment.home
    declared = load_context(home)
    keep_current(context.instance, declared.reference)
    work = pending(home, declared, settle_seconds=_SETTLED_SECONDS)
    if not work:
        return dg.SkipReason(work.told())
    if context.instance.get_run_records(dg.RunsFilter(job_name=TAKE_IN, statuses=_UNDER_WAY), limit=1):
        return dg.SkipReason(f"Đang chạy / a run is under way: {work.told()}")
    mark, _, attempt = (context.cursor or "").partition(" ")
    number = int(attempt or 0) + 1 if mark == work.mark else 1
    if number > 1 and _failed_lately(context, work.mark):
        return dg.SkipReason(f"Lượt chạy vừa rồi không xong, sẽ thử lại / to be tried again: {work.told()}")
    request = dg.RunRequest(
        run_key=f"{work.mark} {number}", tags={_MARK: work.mark, "khoi/new_files": str(len(work.new))}
    )
    return dg.SensorResult([request], cursor=f"{work.mark} {number}")


def _failed_lately(context: dg.SensorEvaluationContext, mark: str) -> bool:
    """True where the last run for the same work ended so lately that another try would end alike.

    A run whose process died is tried again by Dagster itself; until that has begun it counts here as well.
    """
    last = context.instance.get_run_records(dg.RunsFilter(job_name=TAKE_IN, tags={_MARK: mark}), limit=1)
    if not last:
        return False
    ended = last[0].update_timestamp.replace(tzinfo=dt.UTC)
    # A run that ended "in the future" ended under a clock that was set back since: how long ago, nobody knows.
    is_lately = dt.timedelta(0) <= dt.datetime.now(dt.UTC) - ended < _PAUSE
    return is_lately and (ended > _LOADED or last[0].dagster_run.tags.get("dagster/will_retry") == "true")


@dg.schedule(
    job_name=RAISE_MISSING,
    cron_schedule="0 7 * * *",
    execution_timezone="Asia/Ho_Chi_Minh",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Sáng hôm sau hạn nộp / the morning after a due date of `reporting_periods.csv`.",
)
def deadlines(context: dg.ScheduleEvaluationContext, deployment: Deployment) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run per due date; a morning on which the machine was off is made up for within a week."""
    day = context.scheduled_execution_time.astimezone(VIETNAM).date()
    calendar = deployment.home.reference()["reporting_periods"]
    recent = calendar[calendar["due_on"].between((day - _LOOK_BACK).isoformat(), (day - dt.timedelta(1)).isoformat())]
    if recent.empty:
        yield dg.SkipReason("Không có hạn nộp nào vừa qua / no due date has just passed")
    for due_on, rows in recent.groupby("due_on"):
        whose = ", ".join(f"{row.committee_code} {row.period_code}" for row in rows.itertuples())
        again = f" {day}" if _failed(context.instance, str(due_on)) else ""
        yield dg.RunRequest(run_key=f"due {due_on}{again}", tags={"khoi/due_on": str(due_on), "khoi/periods": whose})


def _failed(instance: dg.DagsterInstance, due_on: str) -> bool:
    """True where the last run for a due date came to nothing: its key is spent, and the next morning needs another."""
    last = instance.get_runs(dg.RunsFilter(job_name=RAISE_MISSING, tags={"khoi/due_on": due_on}), limit=1)
    return bool(last) and last[0].status in (dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)


@dg.schedule(
    job_name=WRITE_LETTERS,
    cron_schedule="30 7 * * *",
    execution_timezone="Asia/Ho_Chi_Minh",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Mỗi sáng soạn thư nhắc / every morning the letters of the day, where something is published.",
)
def letters(context: dg.ScheduleEvaluationContext, deployment: Deployment) -> dg.RunRequest | dg.SkipReason:
    """One run a day: a due date comes nearer without anything having changed."""
    if published_version(deployment.home) is None:
        return dg.SkipReason("Chưa công bố lần nào / nothing is published yet")
    return dg.RunRequest(run_key=f"letters {context.scheduled_execution_time.astimezone(VIETNAM).date()}")
