"""When work starts: a workbook in the inbox, a deadline that has passed, a person who asks for it."""

import datetime as dt
from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from ingest.vietnam import VIETNAM
from khoi.deployment.context import load_context
from khoi.pending import pending
from orchestration.deployment import Deployment
from orchestration.partitions import whole_grid

TAKE_IN = "take_in_workbooks"
RAISE_MISSING = "raise_missing_organizations"
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


def jobs() -> list[UnresolvedAssetJobDefinition]:
    """The two things people want done."""
    everything = dg.AssetSelection.all()
    return [
        dg.define_asset_job(
            TAKE_IN,
            everything,
            description="Nhận biểu mới và công bố / from the inbox to the published warehouse, only what changed.",
        ),
        dg.define_asset_job(
            RAISE_MISSING,
            everything - dg.AssetSelection.groups("landed", "normalised"),
            description="Nêu tổ chức chưa gửi / what is missing after a deadline is checked again and published.",
        ),
    ]


def inbox_sensor(partitions: dg.MultiPartitionsDefinition) -> dg.SensorDefinition:
    """A run wherever there is work (`khoi.pending`), none while one is under way; a failed one is tried again."""

    @dg.sensor(
        job_name=TAKE_IN,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Có việc phải làm: tệp mới, sổ hay biểu đã đổi / new files, changed registers, forms, decisions.",
    )
    def inbox(context: dg.SensorEvaluationContext, deployment: Deployment) -> dg.SensorResult | dg.SkipReason:
        home = deployment.home
        work = pending(home, load_context(home), settle_seconds=_SETTLED_SECONDS)
        if not work:
            return dg.SkipReason(work.told())
        if context.instance.get_run_records(dg.RunsFilter(job_name=TAKE_IN, statuses=_UNDER_WAY), limit=1):
            return dg.SkipReason(f"Đang chạy / a run is under way: {work.told()}")
        mark, _, attempt = (context.cursor or "").partition(" ")
        number = int(attempt or 0) + 1 if mark == work.mark else 1
        if number > 1 and _failed_lately(context, work.mark):
            return dg.SkipReason(f"Lượt chạy vừa rồi không xong, sẽ thử lại / to be tried again: {work.told()}")
        request = dg.RunRequest(
            run_key=f"{work.mark} {number}",
            tags={**whole_grid(partitions), _MARK: work.mark, "khoi/new_files": str(len(work.new))},
        )
        return dg.SensorResult([request], cursor=f"{work.mark} {number}")

    return inbox


def _failed_lately(context: dg.SensorEvaluationContext, mark: str) -> bool:
    """True where the last run for the same work ended so lately that another try would end alike."""
    last = context.instance.get_run_records(dg.RunsFilter(job_name=TAKE_IN, tags={_MARK: mark}), limit=1)
    return bool(last) and dt.datetime.now(dt.UTC) - last[0].update_timestamp.replace(tzinfo=dt.UTC) < _PAUSE


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
        yield dg.RunRequest(run_key=f"due {due_on}", tags={"khoi/due_on": str(due_on), "khoi/periods": whose})
