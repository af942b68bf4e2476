"""What stands on each page: the tables grouped and counted, ready to be laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from khoi.reports.quality.layout import SEVERITIES
from khoi.reports.quality.tables import QualityTables, Row, rows, rows_by
from quality.said_once import by_place_vi, said_once

MISSING, LATE = "missing", "late"


def overview(tables: QualityTables) -> dict[tuple[str, str], Row]:
    """One row per committee and reporting period: organizations expected, received, counted, late; open findings.

    Late counts organizations of which every version came after the due day.
    """
    organizations = tables.completeness[~tables.completeness["is_committee_itself"].astype(bool)]
    counted = organizations.assign(
        received=organizations["state"] != MISSING,
        missing=organizations["state"] == MISSING,
        late=organizations["timeliness"] == LATE,
        returned=organizations["state"] == "returned",
    )
    flags = ["received", "missing", "late", "returned", "is_counted"]
    grouped = counted.groupby(["committee_code", "period_code"])
    sums = grouped[flags].sum().astype(int).assign(expected=grouped.size(), due_on=grouped["due_on"].first())
    severities = _open_counts(tables.findings, ["committee_code", "period_code"])
    joined = sums.join(severities).fillna({severity: 0 for severity in SEVERITIES}).reset_index()
    return {(row["committee_code"], row["period_code"]): row for row in rows(joined)}


def _open_counts(findings: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    open_findings = _open(findings).dropna(subset=keys)
    counts = open_findings.groupby([*keys, "severity"]).size().unstack("severity", fill_value=0)
    return counts.reindex(columns=list(SEVERITIES), fill_value=0)


def _open(findings: pd.DataFrame) -> pd.DataFrame:
    return findings[findings["is_open"].astype(bool) & (findings["outcome"] == "fail")]


def rule_groups(tables: QualityTables) -> dict[str | None, list[Row]]:
    """By committee: one row per rule and severity with open findings and an example; hard and frequent ones first."""
    columns = ["committee_code", "rule_id", "severity"]
    grouped = _open(tables.findings).groupby(columns, dropna=False, sort=False)
    summed = grouped.agg(
        found_by=("engine", "first"),
        rule_vi=("rule_vi", "first"),
        rule_en=("rule_en", "first"),
        findings=("finding_id", "size"),
        organizations=("organization_code", "nunique"),
        example_vi=("message_vi", "first"),
        example_en=("message_en", "first"),
    ).reset_index()
    order = summed["severity"].map({severity: rank for rank, severity in enumerate(SEVERITIES)})
    summed = summed.assign(rank=order).sort_values(["rank", "findings", "rule_id"], ascending=[True, False, True])
    return rows_by(summed, "committee_code")


def findings_by_rule(tables: QualityTables) -> dict[str | None, list[Row]]:
    """By committee: the groups of `rule_groups`, each with ``list``: its open findings, known organizations marked."""
    known = tables.known_organizations
    listed = rows_by(_open(tables.findings), "committee_code", "rule_id", "severity")
    groups = rule_groups(tables)
    for committee, mine in groups.items():
        for group in mine:
            found = listed[(committee, group["rule_id"], group["severity"])]
            marked = [one | {"is_known": one["organization_code"] in known} for one in found]
            group["list"] = sorted(marked, key=lambda one: (str(one["period_code"]), str(one["organization_code"])))
        once = iter(said_once([one for group in mine for one in group["list"]], by_place_vi))
        for group in mine:
            group["list"] = [next(once) for _ in group["list"]]
    return groups


def completeness_matrix(tables: QualityTables) -> dict[str, list[Row]]:
    """By committee: one row per organization with its latest name and ``periods``, its cell of each period.

    A period in which the organization was not on the roster has no cell.
    """
    counts = _open_counts(tables.findings, ["organization_code", "period_code"])
    keyed = tables.completeness.join(counts, on=["organization_code", "period_code"])
    keyed = keyed.fillna({severity: 0 for severity in SEVERITIES})
    matrix: dict[str, list[Row]] = {}
    for (committee, organization), cells in rows_by(keyed, "committee_code", "organization_code").items():
        matrix.setdefault(committee, []).append(
            {
                "organization_code": organization,
                "name": cells[-1]["organization_name"],
                "periods": {cell["period_code"]: cell for cell in cells},
            }
        )
    return matrix


def unplaced_files(tables: QualityTables) -> dict[str | None, list[Row]]:
    """By committee (None: unknown): received files that belong to no declared organization, with their findings."""
    submissions = tables.submissions
    unplaced = submissions[~tables.is_known(submissions)]
    told = tables.findings["file_hash"].astype(object).isin(set(unplaced["file_hash"]))
    findings = rows_by(tables.findings[told], "file_hash")
    grouped = rows_by(unplaced, "committee_code")
    for files in grouped.values():
        for file in files:
            file["findings"] = findings.get(file["file_hash"], [])
    return grouped


def organization_pages(tables: QualityTables) -> Iterator[Row]:
    """One dict per organization of the register: its names, and its periods, latest first, with files and findings."""
    roster = rows_by(tables.completeness, "organization_code")
    files = rows_by(tables.submissions, "organization_code", "period_code")
    findings = rows_by(tables.findings, "organization_code", "period_code")
    reported: dict[str, set[str | None]] = {}
    for organization, period in (*files, *findings):
        reported.setdefault(organization, set()).add(period)
    for organization, names in rows_by(tables.organizations, "organization_code").items():
        due = {cell["period_code"]: cell for cell in roster.get(organization, [])}
        periods = sorted(set(due) | reported.get(organization, set()), key=str, reverse=True)
        blocks = []
        for period in periods:
            found = findings.get((organization, period), [])
            blocks.append(
                {
                    "period_code": period,
                    "due": due.get(period),
                    "files": files.get((organization, period), []),
                    "open": said_once([finding for finding in found if finding["is_open"]], by_place_vi),
                    "replaced": said_once([finding for finding in found if not finding["is_open"]], by_place_vi),
                    "counts": Counter(
                        finding["severity"] for finding in found if finding["is_open"] and finding["outcome"] == "fail"
                    ),
                }
            )
        yield {"code": organization, "names": names, "committee_code": names[-1]["committee_code"], "periods": blocks}
