"""Every message about a workbook or a register, with an example each: docs/messages.md, to be read in one go.

    python -m bench.messages        writes docs/messages.md

The messages are those that production code makes: a linear or combination rule is evaluated over its own declared
failing example (the cells stand where the blank workbook has them), the others are filled with the words of
`messages.yaml`. A rule that is declared once for several rows is shown once. A test holds the page to the declarations
and what is on it to the language that people are spoken to in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from demo.deployment import demo_reference
from ingest.addresses import a1_address
from ingest.catalogue import Catalogue, load_catalogue
from ingest.catalogue.tables import form_cells
from ingest.findings import finding_texts, reading_findings
from ingest.lake import REGISTER_OBSERVATIONS
from ingest.reference import Reference
from ingest.register_files.mistakes import Mistake, Place, mistake_texts
from ingest.template.layout import SheetLayout, sheet_layout
from quality.catalogue import RuleCatalogue, load_rules
from quality.catalogue.grammar import BELOW, PREVIOUS, REGISTER
from quality.catalogue.model import LinearRule, Rule
from quality.engine import VIOLATION_COLUMNS, offline_connection
from quality.engine.combination import check_combinations
from quality.engine.levels import LEVEL_BELOW_COLUMNS
from quality.engine.linear import check_linear
from quality.findings import tell
from quality.wording import Wording

PAGE = Path(__file__).resolve().parents[1] / "docs" / "messages.md"
SAMPLES = Path(__file__).with_name("messages.yaml")
PERIOD, BEFORE, ORGANIZATION = "2022H2", "2022H1", "TV-030"
_LAST_DAY = "2022-12-31"
_HEAD = """# Những điều khoi nói với người gửi báo cáo / what khoi says to senders

Viết bởi `python -m bench.messages` từ các khai báo, mỗi loại một ví dụ do chính chương trình tạo ra; một phép thử
giữ cho trang này khớp. Written by `python -m bench.messages`: every message about a workbook or a register with an
example made by the product's own code. ● phải sửa / must be corrected, ▲ đề nghị kiểm tra, giải trình / to be looked
at, ○ để biết / a note.
"""
_MARKS = {"hard": "●", "soft": "▲", "info": "○"}


@dataclass(frozen=True)
class Message:
    """One line of the page: its id, how grave it is, the sentence in both languages."""

    name: str
    severity: str
    vi: str
    en: str


@dataclass(frozen=True)
class Declared:
    """What the messages follow from."""

    catalogue: Catalogue
    reference: Reference
    rules: RuleCatalogue

    @classmethod
    def load(cls) -> Declared:
        """The forms, rules and registers that are delivered, with the demo's organizations."""
        catalogue, reference = load_catalogue(), demo_reference()
        return cls(catalogue, reference, load_rules(catalogue, reference))


def shown_rules(rules: RuleCatalogue) -> list[Rule]:
    """The rules in order, one for each declaration: rules of one number and reason are one declaration."""
    first: dict[tuple[str, str], Rule] = {}
    for rule in rules.rules:
        first.setdefault((rule.id.split("_")[0], rule.reason), rule)
    return list(first.values())


def rule_messages(declared: Declared) -> list[Message]:
    """One message per declared rule, as `quality.findings.tell` makes it."""
    rules = shown_rules(declared.rules)
    samples: dict[str, dict[str, str]] = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))["rules"]
    subject = {"organization_code": ORGANIZATION, "committee_code": "TV", "period_code": PERIOD, "file_hash": "f"}
    given = [{"rule_id": rule.id, **subject, **samples[rule.id]} for rule in rules if rule.id in samples]
    with offline_connection() as connection:
        violations = pd.concat(
            [
                _linear(connection, [rule for rule in rules if isinstance(rule, LinearRule)], declared),
                _combinations(connection, declared),
                pd.DataFrame(given).reindex(columns=VIOLATION_COLUMNS),
            ],
            ignore_index=True,
        )
        wording = Wording.of(declared.catalogue, declared.reference)
        told = tell(connection, violations, declared.rules, wording).set_index("rule_id")
    return [
        Message(rule.id, rule.severity, told.loc[rule.id, "message_vi"], told.loc[rule.id, "message_en"])
        for rule in rules
    ]


def _linear(connection: Any, rules: list[LinearRule], declared: Declared) -> pd.DataFrame:
    """The violations of the first failing example of each rule, each in a workbook of its own."""
    cells = list(_example_cells(rules, declared))
    frame = pd.DataFrame(cells, columns=["file_hash", "place", "cell_code", "value", "state", "sheet", "cell"])
    named = frame["file_hash"].map({rule.id: rule.id for rule in rules})
    stated = frame.assign(organization_code=named, committee_code="TV", period_code=PERIOD)
    connection.register("observations", stated[stated["place"] == "form"])
    register = stated[stated["place"] == "register"].reindex(columns=REGISTER_OBSERVATIONS.names)
    connection.register("register_observations", register.astype({"value": "float64"}))
    below = stated[stated["place"] == "below"].reindex(columns=LEVEL_BELOW_COLUMNS)
    parts = []
    for number, scope in enumerate(("record", "previous", "levels")):
        mine = [rule for rule in rules if rule.scope == scope]
        context = pd.DataFrame(
            {
                "file_no": range(len(mine)),
                "workbook_kind": range(len(mine)),
                "file_hash": [rule.id for rule in mine],
                "organization_code": [rule.id for rule in mine],
            }
        ).assign(committee_code="TV", period_code=PERIOD, previous_period_code=BEFORE)
        context["previous_file_hash"] = context["file_hash"] + "-before"
        holding = pd.DataFrame({"rule_id": context["file_hash"], "workbook_kind": context["workbook_kind"]})
        holding = holding.assign(severity="hard", tolerance=0.0)
        found = check_linear(connection, declared.rules, scope, context, holding, below if number == 2 else None)
        parts.append(found.violations.assign(organization_code=ORGANIZATION))
    return pd.concat(parts, ignore_index=True)


def _example_cells(rules: list[LinearRule], declared: Declared) -> Iterator[tuple[object, ...]]:
    places = _places(declared)
    for rule in rules:
        example = next(one for one in rule.examples if one.outcome == "fail")
        terms = declared.rules.expressions[rule.id].terms
        # What else the example holds stands beside it, as the other answers of a drop-down do.
        for code in sorted({code for code in example.cells if code in places} - {term.cell_code for term in terms}):
            value = example.cells[code]
            yield rule.id, "form", code, value, {None: "missing", 0: "zero"}.get(value, "value"), *places[code]
        for term in terms:
            code = term.cell_code
            value = example.cells.get(PREVIOUS * term.lag + code, 0)
            state = {None: "missing", 0: "zero"}.get(value, "value")
            file_hash = rule.id + ("-before" if term.lag else "")
            if code.startswith(REGISTER):
                yield rule.id, "register", code, value, state, None, None
            elif code.startswith(BELOW):
                sheet, cell = places[code.removeprefix(BELOW)]
                yield rule.id, "below", code, value, state, f"Σ {sheet}", cell
            else:
                yield file_hash, "form", code, value, state, *places[code]


def _places(declared: Declared) -> dict[str, tuple[str, str]]:
    """Where each cell stands in the last version of its form; what is counted over a list stands in its column."""
    cells = form_cells(declared.catalogue, declared.reference["codes"])
    sheets = {form.form: sheet_layout(form, form.versions[-1]) for form in declared.catalogue.forms}
    return {
        row.cell_code: (sheets[row.form].sheet, _cell(row, sheets[row.form])) for row in cells.itertuples(index=False)
    }


def _cell(row: Any, sheet: SheetLayout) -> str:
    if row.source == "matrix":
        return a1_address(sheet.lines.get(row.item, 9), sheet.heads.get(row.column, 3))
    aggregate = sheet.form.all_aggregates[row.item]
    counted = (aggregate.by, aggregate.of, *aggregate.where)
    if sheet.form.kind == "record":
        return a1_address(next(sheet.lines[name] for name in counted if name in sheet.lines), 3)
    column = next((sheet.heads[name] for name in counted if name in sheet.heads), min(sheet.heads.values()))
    first = sheet.first_body_row
    return f"{a1_address(first, column)}:{a1_address(first + 4, column)}"


def _combinations(connection: Any, declared: Declared) -> pd.DataFrame:
    """The violations of the first failing example of each combination rule."""
    entries, kinds, holding = [], [], []
    for number, rule in enumerate(declared.rules.combinations):
        example = next(one for one in rule.examples if one.outcome == "fail")
        sheet = sheet_layout(declared.catalogue.by_name[rule.form], declared.catalogue.by_name[rule.form].versions[-1])
        for field, code in ((rule.left, example.left), (rule.right, example.right)):
            cell = a1_address(sheet.first_body_row, sheet.heads[field])
            entries.append((rule.id, rule.form, 1, field, code, "value", sheet.sheet, cell))
        kinds.append((number, rule.id))
        holding.append((rule.id, number, rule.severity))
    columns = ["file_hash", "form", "record_no", "field", "value_text", "state", "sheet", "cell"]
    connection.register("entries", pd.DataFrame(entries, columns=columns))
    context = pd.DataFrame(kinds, columns=["workbook_kind", "file_hash"]).assign(
        committee_code="TV", organization_code=ORGANIZATION, period_code=PERIOD, period_end=_LAST_DAY
    )
    applicable = pd.DataFrame(holding, columns=["rule_id", "workbook_kind", "severity"])
    return check_combinations(
        connection, declared.rules, declared.catalogue, declared.reference, context, applicable
    ).violations


def read_messages() -> list[Message]:
    """One message per thing that receiving, identifying and normalising tell."""
    samples: dict[str, dict[str, str]] = yaml.safe_load(SAMPLES.read_text(encoding="utf-8"))["reading"]
    names = list(finding_texts())
    told = reading_findings([{"name": name, **samples.get(name, {})} for name in names])
    return [Message(*row) for row in told[["rule_id", "severity", "message_vi", "message_en"]].itertuples(index=False)]


def register_messages() -> list[Message]:
    """One message per kind of mistake in a register, with its place; X is what stands there, Y what may."""
    place, other = Place("organizations.csv", 7, "valid_from", "F"), Place("organizations.csv", 5)
    found = [Mistake(kind, "organizations", place, "X", "Y", (other,)) for kind in mistake_texts()]
    return [Message(one.kind, one.severity, one.line("vi"), one.line("en")) for one in found]


def page(declared: Declared) -> str:
    """The whole page."""
    parts = [_HEAD]
    sections = (
        ("Quy tắc / rules", rule_messages(declared)),
        ("Đọc tệp / reading", read_messages()),
        ("Sổ đăng ký / registers", register_messages()),
    )
    for title, messages in sections:
        lines = [f"| {one.name} | {_MARKS[one.severity]} | {_line(one.vi)}<br>*{_line(one.en)}* |" for one in messages]
        parts.append("\n".join([f"## {title}", "", "| mã / id | | thông báo / message |", "|---|---|---|", *lines]))
    return "\n".join([parts[0], *(f"{part}\n" for part in parts[1:])])


def _line(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(Declared.load()), encoding="utf-8")
