"""The inbox to the normalised lake with a step for each committee and period, side by side as the executor allows.

For a first load and for forms that changed everywhere, where there is more than one process or machine to use
(`orchestration.executors`). An ordinary run finds what this left done; the check stays one pass over the whole lake.

The steps lock the deployment themselves: receiving has it alone, partitions hold it together. A resource is made for a
whole run where that is one process, and would wait for itself.
"""

from collections.abc import Iterator

import dagster as dg

from khoi import stages
from khoi.deployment.context import load_context
from khoi.deployment.lock import held_together, locked
from orchestration.deployment import WAIT_SECONDS, Deployment
from orchestration.metadata import of_partitions
from orchestration.partitions import keep_current, key_of, pairs

BY_PARTITION = "ingest_by_partition"
_SETTLED_SECONDS = 5.0


@dg.op(out=dg.DynamicOut(str), description="Nhận tệp mới, nêu phân vùng phải làm / receive, list what is stale.")
def receive_and_list(context: dg.OpExecutionContext, deployment: Deployment) -> Iterator[dg.DynamicOutput[str]]:
    """Receive what is new in the inbox, and give each pair of committee and period that must be normalised."""
    home = deployment.home
    with locked(home, WAIT_SECONDS):
        declared = load_context(home)
        keep_current(context.instance, declared.reference)
        stages.receive(home, context=declared, settle_seconds=_SETTLED_SECONDS)
        stale = stages.stale_pairs(home, context=declared)
    for number, pair in enumerate(stale):
        yield dg.DynamicOutput(key_of(pair), mapping_key=f"partition_{number}")


@dg.op(description="Chuẩn hóa một đảng bộ, một kỳ / one committee and period.")
def normalise_partition(context: dg.OpExecutionContext, deployment: Deployment, partition: str) -> None:
    """Normalise one pair, beside others, and tell what its tables hold."""
    home, (pair,) = deployment.home, pairs([partition])
    with held_together(home, WAIT_SECONDS):
        stages.normalise_pair(home, pair)
        told = list(of_partitions(home, {pair}))
    for event in told:
        context.log_event(event)


@dg.job(
    name=BY_PARTITION,
    description="Nạp lần đầu trên nhiều tiến trình / a first load, a step a partition, as the executor allows.",
)
def ingest_by_partition() -> None:
    """Receive once, then normalise every pair."""
    receive_and_list().map(normalise_partition)
