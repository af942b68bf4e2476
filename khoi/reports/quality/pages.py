"""Laying the contents out: Jinja2 templates into static files that stand on their own."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from khoi.reports.quality.contents import (
    SEVERITIES,
    completeness_matrix,
    organization_pages,
    overview,
    rule_groups,
    unplaced_files,
)
from khoi.reports.quality.tables import QualityTables, Row, read_quality_tables, rows

if TYPE_CHECKING:
    import duckdb
    from jinja2 import Environment, Template

_HERE = Path(__file__).resolve().parent
STYLE = _HERE / "templates" / "style.css"
_UNSAFE = re.compile(r"[^\w.-]+")


def write_quality_report(connection: duckdb.DuckDBPyConnection, folder: Path) -> Path:
    """Write the pages of the warehouse behind ``connection`` into ``folder``; returns the index page.

    ``index.html``, ``committees/<code>.html``, ``organizations/<code>.html``. Pages of committees and organizations
    that are no longer declared are removed. Raises duckdb.CatalogException where a mart is missing.
    """
    tables = read_quality_tables(connection)
    environment = page_environment()
    pages = {"index.html": _index(environment, tables)}
    pages |= _committees(environment, tables)
    pages |= _organizations(environment, tables)
    for kind in ("committees", "organizations"):
        _remove_stale(folder / kind, {Path(name).name for name in pages if name.startswith(f"{kind}/")})
    write_page(folder / STYLE.name, STYLE.read_text(encoding="utf-8"))
    for name, text in pages.items():
        write_page(folder / name, text)
    return folder / "index.html"


def _index(environment: Environment, tables: QualityTables) -> str:
    return _template(environment, "index").render(
        root="",
        as_of=tables.as_of,
        committees=rows(tables.committees),
        periods=_reported_periods(tables),
        overview=overview(tables),
        unplaced=unplaced_files(tables).get(None, []),
    )


def _committees(environment: Environment, tables: QualityTables) -> dict[str, str]:
    template, counts = _template(environment, "committee"), overview(tables)
    rules, matrix, unplaced = rule_groups(tables), completeness_matrix(tables), unplaced_files(tables)
    periods = _reported_periods(tables)
    pages = {}
    for committee in rows(tables.committees):
        code = committee["committee_code"]
        pages[f"committees/{page_name(code)}"] = template.render(
            root="../",
            as_of=tables.as_of,
            committee=committee,
            periods=[period for period in periods if (code, period["period_code"]) in counts],
            overview=counts,
            rules=rules.get(code, []),
            matrix=matrix.get(code, []),
            unplaced=unplaced.get(code, []),
        )
    return pages


def _organizations(environment: Environment, tables: QualityTables) -> dict[str, str]:
    template = _template(environment, "organization")
    committees = {row["committee_code"]: row for row in rows(tables.committees)}
    labels = {row["period_code"]: row for row in rows(tables.periods)}
    return {
        f"organizations/{page_name(page['code'])}": template.render(
            root="../",
            as_of=tables.as_of,
            organization=page,
            committee=committees.get(page["committee_code"]),
            labels=labels,
        )
        for page in organization_pages(tables)
    }


def _reported_periods(tables: QualityTables) -> list[Row]:
    reported = set(tables.completeness["period_code"])
    return [period for period in rows(tables.periods) if period["period_code"] in reported]


def page_name(code: str) -> str:
    """The file name of a code's page: nothing in it can leave the folder or end a link."""
    return f"{_UNSAFE.sub('_', code).strip('.')}.html"


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    words: dict[str, dict[str, dict[str, str]]] = yaml.safe_load((_HERE / "words.yaml").read_text(encoding="utf-8"))
    return words


def word(kind: str, code: str) -> dict[str, str]:
    """The words for a coded value (``vi``, ``en``, ``mark``); a code without words stands for itself."""
    return {"mark": "", "vi": code, "en": code} | _words()[kind].get(code, {})


def page_environment(*folders: Path) -> Environment:
    """The environment of the site's templates; those of ``folders`` may extend them."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader([*folders, _HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    additions: dict[str, Any] = {"word": word, "page_name": page_name, "severities": SEVERITIES}
    environment.globals.update(additions)
    return environment


def _template(environment: Environment, name: str) -> Template:
    return environment.get_template(f"{name}.html.j2")


def _remove_stale(folder: Path, kept: set[str]) -> None:
    for path in folder.glob("*.html"):
        if path.name not in kept:
            path.unlink()


def write_page(path: Path, text: str) -> None:
    """Write ``text`` so that a reader on the share sees the old page or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    os.replace(temporary, path)
