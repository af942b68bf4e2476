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


def published_oddities() -> frozenset[tuple[str, str, str]]:
    """(organization, period, rule) of what a publication itself contradicts and the demo repeats."""
    told = planted()["published_oddities"]
    return frozenset((one["organization"], one["period"], one["rule"]) for one in told)


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
    a record of a list goes to the first organization that has such a one.
    """
    by_code = {content.organization_code: content for content in contents}
    places: dict[str, str] = {}
    for fault in planted()["contradictions"]:
        committee = next(iter(by_code.values())).committee_code
        if fault["committee"] != committee:
            continue
        form, chosen = fault.get("list", ""), fault.get("chosen", {})
        code = fault.get("organization") or _with_such_a_record(by_code, form, chosen, set(places.values()))
        content = by_code[code]
        if "record" in fault:
            content = _with_record(content, form, chosen, fault["record"])
        by_code[code] = with_changes(content, fault.get("changes", {}))
        places[fault["id"]] = code
    return list(by_code.values()), places


def _is_such(record: dict[str, Any], chosen: dict[str, str]) -> bool:
    return all(record.get(field) == code for field, code in chosen.items())


def _with_such_a_record(by_code: dict[str, WorkbookContent], form: str, chosen: dict[str, str], taken: set[str]) -> str:
    for code, content in sorted(by_code.items()):
        if code not in taken and any(_is_such(record, chosen) for record in content.records.get(form, [])):
            return code
    raise LookupError(f"no organization has a record of {form} with {chosen}")


def _with_record(
    content: WorkbookContent, form: str, chosen: dict[str, str], fields: dict[str, Any]
) -> WorkbookContent:
    """``content`` with the first such record changed and moved to the top; a number is added, a code put in place."""
    records = [dict(record) for record in content.records[form]]
    wrong = next(record for record in records if _is_such(record, chosen))
    wrong.update({name: int(str(wrong[name])) + new if isinstance(new, int) else new for name, new in fields.items()})
    others = [record for record in records if record is not wrong]
    return dataclasses.replace(content, records={**content.records, form: [wrong, *others]})
