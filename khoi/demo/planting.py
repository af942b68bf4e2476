"""Planting faults: what is changed in which workbook before it is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ingest.template import WorkbookContent

PLANTED_FILE = Path(__file__).with_name("planted.yaml")


@cache
def planted() -> dict[str, list[dict[str, Any]]]:
    """The declared faults: contradictions, missing organizations, habits of real inboxes."""
    declared: dict[str, list[dict[str, Any]]] = yaml.safe_load(PLANTED_FILE.read_text(encoding="utf-8"))
    return declared


def with_changes(content: WorkbookContent, changes: dict[str, dict[str, int]]) -> WorkbookContent:
    """``content`` with numbers added to matrix cells (``ITEM`` or ``ITEM.COLUMN``)."""
    matrix = {form: dict(cells) for form, cells in content.matrix.items()}
    for form, cells in changes.items():
        for name, amount in cells.items():
            item, _, column = name.partition(".")
            key = (item, column or "value")
            matrix[form][key] = int(matrix[form][key]) + amount  # type: ignore[arg-type]
    return dataclasses.replace(content, matrix=matrix)


def with_contradictions(contents: Iterable[WorkbookContent]) -> tuple[list[WorkbookContent], dict[str, str]]:
    """The workbooks of a committee's last period with its contradictions planted.

    Also returns which organization each contradiction went to (id -> organization code); one that asks for
    a case of some form goes to the first organization that has one.
    """
    by_code = {content.organization_code: content for content in contents}
    places: dict[str, str] = {}
    for fault in planted()["contradictions"]:
        committee = next(iter(by_code.values())).committee_code
        if fault["committee"] != committee:
            continue
        code = fault.get("organization") or _with_case(by_code, fault["case"], set(places.values()))
        content = by_code[code]
        if "record" in fault:
            content = _with_record(content, fault["case"], fault["record"])
        by_code[code] = with_changes(content, fault.get("changes", {}))
        places[fault["id"]] = code
    return list(by_code.values()), places


def _with_case(by_code: dict[str, WorkbookContent], form: str, taken: set[str]) -> str:
    for code, content in sorted(by_code.items()):
        cases = content.records["discipline_cases"]
        if code not in taken and any(case["DISCIPLINE_FORM"] == form for case in cases):
            return code
    raise LookupError(f"no organization has a case of form {form}")


def _with_record(content: WorkbookContent, form: str, fields: dict[str, str]) -> WorkbookContent:
    cases = [dict(case) for case in content.records["discipline_cases"]]
    chosen = next(case for case in cases if case["DISCIPLINE_FORM"] == form)
    chosen.update(fields)
    cases = [chosen, *(case for case in cases if case is not chosen)]
    return dataclasses.replace(content, records={**content.records, "discipline_cases": cases})
