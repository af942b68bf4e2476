"""Writing a workbook: the cover, every form that is due, the hidden lists, the very hidden identity."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ingest.addresses import a1_address
from ingest.catalogue import Catalogue, FormSet
from ingest.catalogue.model import Sender
from ingest.catalogue.tables import aggregate_conditions
from ingest.check_sheets import CHECK_SHEET, FIGURES_SHEET
from ingest.codes import code_texts
from ingest.new_workbook import new_workbook
from ingest.reference import Reference
from ingest.template.checks import WorkbookChecks, write_checks
from ingest.template.content import Value, WorkbookContent
from ingest.template.figures import FigureSheet, PrintedFigures
from ingest.template.layout import SheetLayout, layouts, template_id
from ingest.template.nil_mark import write_mark
from ingest.template.sheets import CodeList, SheetWriter, Values
from ingest.template.styles import Styles
from ingest.template.totals import NO_TOTALS, parts_printed, total_formulas

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

CODES_SHEET = "_danh_muc"
IDENTITY_SHEET = "_khoi"
COVER = "cover"


@dataclass(frozen=True)
class Plan:
    """What all workbooks of one committee, period and type of organization share, computed once."""

    form_set: FormSet
    template: str
    layouts: list[SheetLayout]
    codes: dict[str, CodeList]
    committee_name: str
    period_label: str
    day: dt.date
    catalogue: Catalogue
    reference: Reference

    @cached_property
    def conditions(self) -> pd.DataFrame:
        """What counted and summed cells are made of."""
        return aggregate_conditions(self.catalogue, self.reference["codes"])

    @cached_property
    def code_texts(self) -> dict[str, dict[str, str]]:
        """Code list -> what people write -> code."""
        return code_texts(self.reference, self.day)


def write_workbook(
    path: Path,
    content: WorkbookContent,
    catalogue: Catalogue,
    reference: Reference,
    checks: WorkbookChecks | None = None,
) -> None:
    """Write the workbook of ``content`` to ``path``, with ``checks`` also the sheet that checks it.

    Sheets and versions follow the period's last day. Raises CatalogueError where no form is in force then and
    KeyError for an undeclared period or committee.
    """
    plan = _plan(content, catalogue, reference)
    with new_workbook(str(path)) as book:
        book.set_properties(
            {
                "title": plan.period_label,
                "company": content.organization_code,
                "created": dt.datetime(2020, 1, 1),
            }
        )
        styles = Styles(book)
        totals = total_formulas(plan.layouts) if content.is_prefilled else {}
        writer = SheetWriter(styles, plan.codes, _footer(content, plan), content.is_prefilled, totals)
        heads = (plan.committee_name, content.organization_name, plan.period_label)
        for layout in plan.layouts:
            sheet = book.add_worksheet(layout.sheet)
            writer.write(sheet, layout, heads, _values(layout, content, plan))
            if layout.form.nil_mark is not None:
                write_mark(sheet, styles, layout, content.marks.get(layout.form.form))
        if checks is not None:
            write_checks(book, book.add_worksheet(CHECK_SHEET), styles, checks.checks)
            _write_figures(book.add_worksheet(FIGURES_SHEET), content, checks, plan)
        _write_codes(book.add_worksheet(CODES_SHEET), plan.codes)
        _write_identity(book.add_worksheet(IDENTITY_SHEET), content, plan)


def _write_figures(sheet: Worksheet, content: WorkbookContent, checks: WorkbookChecks, plan: Plan) -> None:
    longer = [
        layout.with_room_for(len(content.records.get(layout.form.form, ()))) if layout.form.kind == "list" else layout
        for layout in plan.layouts
    ]
    totals = parts_printed(plan.layouts) if content.is_prefilled else NO_TOTALS
    figures = FigureSheet(sheet, PrintedFigures(longer, plan.conditions), plan.code_texts, totals)
    figures.write(checks.keys, checks.labels, checks.known)
    sheet.hide()
    sheet.protect()


def _values(layout: SheetLayout, content: WorkbookContent, plan: Plan) -> Values:
    form = layout.form.form
    if layout.form.kind == "matrix":
        return content.matrix.get(form, {})
    if form != COVER:
        return content.records.get(form, [])
    cover: dict[str, Value] = {
        "ORGANIZATION_CODE": content.organization_code,
        "ORGANIZATION_NAME": content.organization_name,
        "PERIOD_CODE": content.period_code,
        "FORM_SET": plan.form_set.code,
        "SUBMISSION_NO": content.submission_no,
    }
    given = content.records.get(COVER, [{}])[0]
    return [{**cover, **given}]


def _footer(content: WorkbookContent, plan: Plan) -> str:
    # The space after each size keeps a code that begins with a digit from being read as part of the size.
    return f"&L&8 {content.organization_code} · {content.period_code}&C&8 &A&R&8 {plan.template} · &P/&N"


def _write_codes(sheet: Worksheet, codes: dict[str, CodeList]) -> None:
    for column, (name, code_list) in enumerate(codes.items()):
        sheet.write_string(0, column, name)
        for row, label in enumerate(code_list.labels.values(), start=1):
            sheet.write_string(row, column, label)
    sheet.hide()
    sheet.protect()


def _write_identity(sheet: Worksheet, content: WorkbookContent, plan: Plan) -> None:
    identity = {
        "template_id": plan.template,
        "form_set": plan.form_set.code,
        "committee_code": content.committee_code,
        "organization_code": content.organization_code,
        "period_code": content.period_code,
    }
    for row, (key, value) in enumerate(identity.items()):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()


_PLANS: dict[tuple[str, str, str, str | None, str, str], Plan] = {}


def _plan(content: WorkbookContent, catalogue: Catalogue, reference: Reference) -> Plan:
    organization = content.organization_code
    sender = reference.sender(organization)
    kind = reference.organization_type(organization, reference.period_ends[content.period_code])
    key = (content.committee_code, content.period_code, sender, kind, catalogue.fingerprint, reference.fingerprint)
    if key not in _PLANS:
        _PLANS[key] = _make_plan(content, sender, kind, catalogue, reference)
    return _PLANS[key]


def _make_plan(
    content: WorkbookContent, sender: Sender, kind: str | None, catalogue: Catalogue, reference: Reference
) -> Plan:
    committee_code, period_code = content.committee_code, content.period_code
    period = reference["periods"].set_index("period_code").loc[period_code]
    end = dt.date.fromisoformat(str(period["period_end"]))
    committee = reference.committee_on(committee_code, end)
    form_set = catalogue.form_set(end, str(period["kind"]), sender)
    names = {field.code_list for form, _ in form_set.forms for field in form.fields.values() if field.code_list}
    return Plan(
        form_set,
        template_id(form_set),
        layouts(form_set, kind),
        _code_lists(sorted(names), reference["codes"], end),
        str(committee["name_vi"]),
        str(period["label_vi"]),
        end,
        catalogue,
        reference,
    )


def _code_lists(names: list[str], codes: pd.DataFrame, day: dt.date) -> dict[str, CodeList]:
    today = day.isoformat()
    valid = codes[(codes["valid_from"] <= today) & (codes["valid_to"].isna() | (codes["valid_to"].fillna("") >= today))]
    lists = {}
    for column, name in enumerate(names, start=1):
        chosen = valid[valid["code_list"] == name]
        labels = dict(zip(chosen["code"], chosen["label_vi"], strict=True))
        # A list without a code in force still needs a cell to point to.
        first, last = _absolute(2, column), _absolute(1 + max(len(labels), 1), column)
        lists[name] = CodeList(labels, f"={CODES_SHEET}!{first}:{last}")
    return lists


@lru_cache(maxsize=4096)
def _absolute(row_no: int, column_no: int) -> str:
    address = a1_address(row_no, column_no)
    letters = address.rstrip("0123456789")
    return f"${letters}${address[len(letters) :]}"
