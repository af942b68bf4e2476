"""The pages of the site: which there are, and the contents each is laid out with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.durable import keep_text
from khoi.reports.quality.contents import (
    completeness_matrix,
    findings_by_rule,
    organization_pages,
    overview,
    rule_groups,
    unplaced_files,
)
from khoi.reports.quality.forms import form_matrices
from khoi.reports.quality.kept import FOLDERS, KeptPages, asked_of_all, forget_pages, page_marks
from khoi.reports.quality.layout import keep_look, page_environment, page_name
from khoi.reports.quality.tables import QualityTables, Row, read_quality_tables, rows, rows_by

if TYPE_CHECKING:
    import duckdb
    from jinja2 import Environment

    from khoi.figures.followup import FollowUp
    from khoi.reports.quality.workbooks import Workbook


def write_quality_report(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    handbook: Sequence[Row] = (),
    *,
    gate: bool = False,
    dictionary: bool = False,
    workbooks: Mapping[str, Workbook] | None = None,
    basis: str | None = None,
) -> Path:
    """Write the pages of the warehouse behind ``connection`` into ``folder``; returns the index page.

    ``index.html``, ``followup.html``, ``rules.html`` (from ``handbook``, `khoi.reports.quality.handbook`), and one page
    per code in ``committees/``, ``organizations/``, ``findings/`` (by rule) and ``forms/`` (committee and period).
    ``gate``: whether the gate's Data Docs stand in the folder; ``dictionary``: whether the dictionary stands beside it;
    ``workbooks``: where the files of a hash lie (`khoi.reports.quality.workbooks`). Pages of what is no longer declared
    are removed. ``basis`` names the program and the declarations: under the same, pages of committees of which nothing
    changed stay as they are; without it, all are laid out. Raises duckdb.CatalogException where a mart is missing.
    """
    from khoi.figures.followup import follow_up

    kept = KeptPages.read(folder)
    tables = read_quality_tables(connection, kept.build, kept.forms)
    environment = page_environment()
    lying, ids = workbooks or {}, {rule["id"] for rule in handbook}
    environment.globals.update(has_gate=gate, has_dictionary=dictionary, workbooks=lying, handbook_rules=ids)
    asked, names = {one.committee: one for one in follow_up(connection)}, page_names(tables)
    pages = _of_all(environment, tables, asked, handbook)
    told = None if basis is None else page_marks(tables, asked, lying, f"{basis} {gate} {dictionary}")
    some = tables.of(kept.stale(folder, names, told or {})).with_forms(connection)
    pages |= _of_committees(environment, some, asked)
    forget_pages(folder)
    for kind in FOLDERS:
        _remove_stale(folder, kind, {name for mine in names.values() for name in mine})
    keep_look(folder)
    for name, text in pages.items():
        keep_text(folder / name, text)
    if told is not None:
        kept.with_pages(told, names, pages, tables).write(folder)
    return folder / "index.html"


def _of_all(
    environment: Environment, tables: QualityTables, asked: dict[str, FollowUp], handbook: Sequence[Row]
) -> dict[str, str]:
    topics = list(dict.fromkeys(rule["topic"] for rule in handbook))
    rules = environment.get_template("rules.html.j2")
    return {
        "index.html": _index(environment, tables, asked),
        "followup.html": _followup(environment, tables, asked),
        "rules.html": rules.render(root="", as_of=tables.as_of, topics=topics, rules=handbook),
    }


def _of_committees(environment: Environment, tables: QualityTables, asked: dict[str, FollowUp]) -> dict[str, str]:
    pages = _committees(environment, tables, asked)
    for make in (_findings, _forms, _organizations):
        pages |= make(environment, tables)
    return pages


def page_names(tables: QualityTables) -> dict[str, set[str]]:
    """Committee -> the names of its pages."""
    names = {
        str(code): {f"committees/{page_name(code)}", f"findings/{page_name(code)}"}
        for code in tables.committees["committee_code"]
    }
    due = tables.completeness[["committee_code", "period_code"]].drop_duplicates()
    for code, period in due.itertuples(index=False):
        if code in names:
            names[code].add(f"forms/{page_name(f'{code}-{period}')}")
    homes = tables.organizations.drop_duplicates("organization_code", keep="last")
    for organization, code in homes[["organization_code", "committee_code"]].itertuples(index=False):
        names.setdefault(str(code), set()).add(f"organizations/{page_name(organization)}")
    return names


def _index(environment: Environment, tables: QualityTables, asked: dict[str, FollowUp]) -> str:
    counts, reported = overview(tables), dict[str, set[str]]()
    for committee, period in counts:
        reported.setdefault(committee, set()).add(period)
    return environment.get_template("index.html.j2").render(
        root="",
        as_of=tables.as_of,
        committees=rows(tables.committees),
        periods=_reported_periods(tables),
        reported=reported,
        overview=counts,
        asked=asked,
        unplaced=unplaced_files(tables.of({None})).get(None, []),
    )


def _followup(environment: Environment, tables: QualityTables, asked: dict[str, FollowUp]) -> str:
    committees = {row["committee_code"]: row for row in rows(tables.committees)}
    labels = {row["period_code"]: row for row in rows(tables.periods)}
    headlines, queries = (rows_by(frame, "committee_code") for frame in asked_of_all(asked))
    parts = [
        {
            "committee": committees[code],
            "period": labels[one.period],
            "questions": one.questions,
            "headlines": headlines.get(code, []),
            "queries": queries.get(code, []),
        }
        for code, one in sorted(asked.items())
    ]
    return environment.get_template("followup.html.j2").render(root="", as_of=tables.as_of, parts=parts)


def _committees(environment: Environment, tables: QualityTables, asked: dict[str, FollowUp]) -> dict[str, str]:
    template, counts = environment.get_template("committee.html.j2"), overview(tables)
    rules, matrix, unplaced = rule_groups(tables), completeness_matrix(tables), unplaced_files(tables)
    periods = _reported_periods(tables)
    pages = {}
    for committee in rows(tables.committees):
        code = committee["committee_code"]
        pages[f"committees/{page_name(code)}"] = template.render(
            root="../",
            **_footer(tables, committee["committee_code"]),
            committee=committee,
            periods=[period for period in periods if (code, period["period_code"]) in counts],
            overview=counts,
            asked=asked.get(code),
            rules=rules.get(code, []),
            matrix=matrix.get(code, []),
            unplaced=unplaced.get(code, []),
        )
    return pages


def _findings(environment: Environment, tables: QualityTables) -> dict[str, str]:
    """One page per committee: every open finding under its rule, with organization and state."""
    template, grouped = environment.get_template("findings.html.j2"), findings_by_rule(tables)
    return {
        f"findings/{page_name(committee['committee_code'])}": template.render(
            root="../",
            **_footer(tables, committee["committee_code"]),
            committee=committee,
            groups=grouped.get(committee["committee_code"], []),
        )
        for committee in rows(tables.committees)
    }


def _forms(environment: Environment, tables: QualityTables) -> dict[str, str]:
    """One page per committee and period: organization x form."""
    template = environment.get_template("forms.html.j2")
    committees = {row["committee_code"]: row for row in rows(tables.committees)}
    labels = {row["period_code"]: row for row in rows(tables.periods)}
    return {
        f"forms/{page_name(f'{committee}-{period}')}": template.render(
            root="../",
            **_footer(tables, committee),
            committee=committees[committee],
            period=labels[period],
            groups=groups,
        )
        for (committee, period), groups in form_matrices(tables).items()
        if committee in committees
    }


def _organizations(environment: Environment, tables: QualityTables) -> dict[str, str]:
    template = environment.get_template("organization.html.j2")
    committees = {row["committee_code"]: row for row in rows(tables.committees)}
    labels: dict[Any, Row] = {row["period_code"]: row for row in rows(tables.periods)}
    return {
        f"organizations/{page_name(page['code'])}": template.render(
            root="../",
            **_footer(tables, page["committee_code"]),
            organization=page,
            committee=committees.get(page["committee_code"]),
            labels=labels,
        )
        for page in organization_pages(tables)
    }


def _footer(tables: QualityTables, committee: str) -> Row:
    """What the foot of a committee's page says: when its last file came, so that it stands while nothing comes."""
    return {"as_of": tables.arrivals.get(committee), "of_committee": True}


def _reported_periods(tables: QualityTables) -> list[Row]:
    reported = set(tables.completeness["period_code"])
    return [period for period in rows(tables.periods) if period["period_code"] in reported]


def _remove_stale(folder: Path, kind: str, kept: set[str]) -> None:
    for path in (folder / kind).glob("*.html"):
        if f"{kind}/{path.name}" not in kept:
            path.unlink()
