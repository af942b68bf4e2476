"""What is open: workbooks that do not count although they should, and findings on those that count."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from ingest.reference import Reference
from quality.engine.completeness import WAITING, roster
from quality.engine.context import latest_versions
from quality.followup.figures import SUBJECT
from quality.followup.settings import Settings

QUERY = [
    *("query_id", "kind", *SUBJECT, "file_hash", "file_name", "finding_id", "rule_id"),
    *("question_vi", "question_en"),
]
_SETTLED = ("accepted", "closed")
_UNREAD = ("unreadable", "unidentified")


@dataclass(frozen=True)
class Queries:
    """One row per open query of a kind, columns QUERY; ``missing`` and ``returned`` have period_end as well."""

    missing: pd.DataFrame
    returned: pd.DataFrame
    findings: pd.DataFrame

    @property
    def all(self) -> pd.DataFrame:
        """All queries, columns QUERY."""
        parts = [part[QUERY] for part in (self.missing, self.returned, self.findings) if len(part)]
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=QUERY)


def open_queries(
    versions: pd.DataFrame,
    states: pd.DataFrame,
    findings: pd.DataFrame,
    reference: Reference,
    settings: Settings,
    today: dt.date,
) -> Queries:
    """The open queries of all ended periods.

    A workbook that does not count is one query, whatever is wrong with it; a finding that has been accepted or settled
    is none.
    """
    absent = _absent(versions, states, reference, today)
    hard = findings[(findings["outcome"] == "fail") & (findings["severity"] == "hard")].dropna(subset=["file_hash"])
    counts = hard.groupby("file_hash")["finding_id"].size()
    first = hard.sort_values("finding_id").drop_duplicates("file_hash").set_index("file_hash")
    names = absent["file_hash"].map(first["file_name"]).astype(absent["file_name"].dtype)
    absent = absent.assign(
        findings=absent["file_hash"].map(counts),
        file_name=absent["file_name"].fillna(names),
        first_vi=absent["file_hash"].map(first["message_vi"]),
        first_en=absent["file_hash"].map(first["message_en"]),
    )
    is_returned = absent["findings"].notna()
    return Queries(
        _told(absent[~is_returned].assign(kind="missing"), settings),
        _told(absent[is_returned].assign(kind="returned"), settings),
        _findings(findings, states),
    )


def _absent(versions: pd.DataFrame, states: pd.DataFrame, reference: Reference, today: dt.date) -> pd.DataFrame:
    """One row per organization on the roster of an ended period without a counted workbook, with its latest version."""
    expected = roster(reference)
    expected = expected[expected["period_end"] < today.isoformat()]
    known = states["is_current"] | (states["state"] == WAITING)  # one that waits is not asked for again
    counted = states.loc[known, SUBJECT[1:]].drop_duplicates()
    absent = expected.merge(counted, on=SUBJECT[1:], how="left", indicator=True)
    absent = absent[absent["_merge"] == "left_only"].drop(columns="_merge")
    latest = latest_versions(versions)[["organization_code", "period_code", "file_hash", "file_name"]]
    absent = absent.merge(pd.concat([latest, _unread(states, latest)]), on=SUBJECT[1:], how="left")
    names = reference["organizations"].sort_values("valid_from", na_position="first")
    names = names.drop_duplicates("organization_code", keep="last").set_index("organization_code")["name"]
    return absent.assign(
        query_id=absent["organization_code"] + "@" + absent["period_code"],
        name=absent["organization_code"].map(names),
        finding_id=None,
        rule_id=None,
    )


def _unread(states: pd.DataFrame, latest: pd.DataFrame) -> pd.DataFrame:
    """One row per organization and period of which only unread files lie there, known by their names: not "nothing"."""
    unread = states[states["state"].isin(_UNREAD) & states["organization_code"].notna() & states["period_code"].notna()]
    unread = unread.sort_values("file_hash").drop_duplicates(SUBJECT[1:])
    known = pd.MultiIndex.from_frame(unread[SUBJECT[1:]]).isin(pd.MultiIndex.from_frame(latest[SUBJECT[1:]]))
    return unread.loc[~known, [*SUBJECT[1:], "file_hash"]]


def _told(absent: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    texts = {"question_vi": [], "question_en": []}  # type: dict[str, list[str]]
    for row in absent.itertuples():
        text = settings.texts[str(row.kind)]
        parts = {"organization": row.organization_code, "name": row.name}
        count = 0 if pd.isna(row.findings) else int(float(str(row.findings)))
        texts["question_vi"].append(text.vi.format(**parts, findings=count, first=row.first_vi))
        texts["question_en"].append(text.en.format(**parts, findings=count, first=row.first_en))
    return absent.assign(**texts)


def _findings(findings: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Open findings on workbooks that count, as queries."""
    counted = states.loc[states["is_current"], "file_hash"]
    asked = findings[
        (findings["outcome"] == "fail")
        & (findings["severity"] != "info")
        & findings["file_hash"].isin(counted)
        & ~findings["answer_state"].isin(_SETTLED)
    ]
    return asked.assign(
        query_id=asked["finding_id"],
        kind="finding",
        question_vi=asked["message_vi"],
        question_en=asked["message_en"],
    ).drop_duplicates("query_id")[QUERY]
