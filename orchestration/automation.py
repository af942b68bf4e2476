"""When work starts: a workbook in the inbox, a deadline that has passed, a person who asks for it."""

import datetime as dt
import hashlib
from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from ingest.receive import unreceived
from ingest.vietnam import VIETNAM
from orchestration.deployment import Deployment
from orchestration.partitions import whole_grid

TAKE_IN = "take_in_workbooks"
RAISE_MISSING = "raise_missing_organizations"
_SETTLED_SECONDS = 5.0
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
    """One run for all workbooks that have arrived since the last one; the same files never start a second."""

    @dg.sensor(
        job_name=TAKE_IN,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Hộp thư có tệp mới / new files in the inbox.",
    )
    def inbox(context: dg.SensorEvaluationContext, deployment: Deployment) -> dg.SensorResult | dg.SkipReason:
        home = deployment.home
        waiting = unreceived(home.inbox, home.lake, settle_seconds=_SETTLED_SECONDS)
        if not waiting:
            return dg.SkipReason("Không có tệp mới / no new files")
        key = hashlib.sha256("".join(waiting).encode()).hexdigest()
        if key == context.cursor:
            return dg.SkipReason(f"{len(waiting)} tệp đang được xử lý / files are being taken in")
        request = dg.RunRequest(run_key=key, tags={**whole_grid(partitions), "khoi/new_files": str(len(waiting))})
        return dg.SensorResult([request], cursor=key)

    return inbox


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
