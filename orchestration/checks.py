"""What people must see at a glance, as asset checks: findings, absent organizations, figures that differ.

A check says what the data say. Where it cannot be computed it raises, and Dagster shows an error, not a failure.
"""

import dagster as dg

from ingest.lake import FINDINGS, read_tables
from ingest.vietnam import today
from khoi import stages
from khoi.figures.reconcile import reconcile
from khoi.gate import GateClosed, GateReport
from khoi.warehouse.read import open_published
from orchestration.deployment import Deployment, Turn
from orchestration.metadata import NOT_COUNTED, listed, organizations, page

_FINDINGS = dg.AssetKey(["checked", "findings"])
_WAREHOUSE = dg.AssetKey(["published", "warehouse"])
_HEADLINES = dg.AssetKey(["warehouse", "marts", "rpt_headlines"])
_LISTED = 200


def _failing(deployment: Deployment, severity: str) -> dg.AssetCheckResult:
    found = read_tables(deployment.home.lake / "checked", FINDINGS, "findings.parquet")
    failing = found[(found["outcome"] == "fail") & (found["severity"] == severity)]
    return dg.AssetCheckResult(
        passed=failing.empty,
        severity=dg.AssetCheckSeverity.ERROR if severity == "hard" else dg.AssetCheckSeverity.WARN,
        metadata={
            "findings": len(failing),
            "workbooks": int(failing["file_hash"].nunique()),
            "by_rule": dg.MetadataValue.json(failing["rule_id"].value_counts().to_dict()),
            "pages": page(),
        },
    )


@dg.asset_check(asset=_FINDINGS, description="Không còn lỗi phải sửa / no hard finding: nothing has to be returned.")
def no_hard_findings(deployment: Deployment) -> dg.AssetCheckResult:
    """Hard findings send a workbook back to its organization."""
    return _failing(deployment, "hard")


@dg.asset_check(asset=_FINDINGS, description="Không còn điều cần xem lại / no soft finding: nothing has to be asked.")
def no_soft_findings(deployment: Deployment) -> dg.AssetCheckResult:
    """Soft findings are questions; the workbook counts."""
    return _failing(deployment, "soft")


@dg.asset_check(asset=_WAREHOUSE, description="Đủ tổ chức / every organization on the roster is counted.")
def every_organization_reported(deployment: Deployment) -> dg.AssetCheckResult:
    """The organizations that are missing: a warning until their due date, an error from the day after."""
    with open_published(deployment.home) as connection:
        missing = organizations(connection, NOT_COUNTED)
    day = today().isoformat()
    overdue = [one for one in missing if str(one["due_on"]) < day]
    return dg.AssetCheckResult(
        passed=not missing,
        severity=dg.AssetCheckSeverity.ERROR if overdue else dg.AssetCheckSeverity.WARN,
        metadata={"missing": len(missing), "overdue": len(overdue), **listed("list", missing)},
    )


@dg.asset_check(asset=_WAREHOUSE, description="Số công bố khớp / no published figure differs from the warehouse.")
def published_figures_agree(deployment: Deployment) -> dg.AssetCheckResult:
    """How many published figures are equal, bounded, contradicted, different, not covered."""
    with open_published(deployment.home) as connection:
        figures = reconcile(connection)
    differing = figures.loc[figures["status"] == "differs", "figure_id"]
    return dg.AssetCheckResult(
        passed=differing.empty,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            **{str(status): int(count) for status, count in figures["status"].value_counts().items()},
            "list": dg.MetadataValue.json(differing.head(_LISTED).tolist()),
        },
    )


@dg.asset_check(
    asset=_HEADLINES,
    blocking=True,
    description="Cổng công bố / the publish gate: the build may replace the last publication.",
)
def publish_gate(turn: Turn) -> dg.AssetCheckResult:
    """Great Expectations over the marts; a critical one that is not met stops the publication."""
    try:
        report = stages.gate(turn.home)
    except GateClosed as closed:
        report = closed.report
    return gate_result(report)


def gate_result(report: GateReport) -> dg.AssetCheckResult:
    """What a gate that was held came to."""
    return dg.AssetCheckResult(
        passed=not report.failures and not report.warnings,
        severity=dg.AssetCheckSeverity.WARN if report.is_open else dg.AssetCheckSeverity.ERROR,
        metadata={
            "expectations": len(report.outcomes),
            "compared_with": report.compared_with or "",
            "critical": dg.MetadataValue.json([one.told() for one in report.failures]),
            "warnings": dg.MetadataValue.json([one.told() for one in report.warnings]),
        },
    )


ALL = [no_hard_findings, no_soft_findings, publish_gate, every_organization_reported, published_figures_agree]
