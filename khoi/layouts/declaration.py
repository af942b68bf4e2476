"""A suggestion as the text of `config/layouts/<name>.yaml`: evidence beside each field, refusals left to be decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from khoi.layouts.suggest import FieldMapping, Suggestion
from khoi.layouts.table_detection import DetectedTable


def declaration_text(suggestion: Suggestion, name: str, committee: str | None) -> str:
    """The declaration. One with refusals cannot be loaded before each of them has got its cells or a reason."""
    return "\n".join([*_head(suggestion.table, name, committee), *_body(suggestion)]) + "\n"


def _head(table: DetectedTable, name: str, committee: str | None) -> Iterator[str]:
    period = table.period
    yield f"# khoi layout suggest: trang / sheet “{table.sheet}”, tiêu đề từ dòng / header at {table.first_row},"
    yield f"# {table.organizations} tổ chức của sổ đăng ký / organizations of the register."
    yield f"layout: {_text(name)}"
    yield f"label: {{vi: {_text(name)}, en: {_text(name)}}}"
    yield "authority: Đề xuất của khoi, cần người xác nhận"
    yield f"committees: [{committee or ''}]"
    yield f"valid_from: {period.end if period else '2000-01-01'}"
    yield "blank: missing"
    yield "tables:"
    yield f"  - rows: {table.rows}"
    if table.form is not None:
        yield f"    form: {table.form}"
    if table.sheets == 1:
        yield f"    sheet: [{_text(table.sheet)}]"
    yield f"    header_rows: {table.header_rows}"
    if table.title is not None:
        yield f"    organization: {_text(table.title)}"


def _body(suggestion: Suggestion) -> Iterator[str]:
    table = suggestion.table
    yield "    columns:"
    for path, role in table.structure:
        yield f"      - {{header: {_texts(path)}, role: {role}}}"
    for path, reason in table.strange:
        yield f"      - {{header: {_texts(path)}, role: ignored, reason: {_text(reason)}}}"
    for member in suggestion.members:
        yield from (f"      # {text}" for text in [*member.evidence, *([member.refusal] if member.refusal else [])])
        told = f"member: {member.cell}" if member.cell else "cells: {}"
        yield f"      - {{header: {_texts(member.field.path)}, {told}}}"
    if table.rows == "item":
        yield "    lines:"
    for name, label in table.lacking.items():
        yield f"    # không cột nào là / no column is “{label}” ({name}); nếu tiêu đề phía trên bảng nói điều đó cho"
        yield f"    # mọi dòng / where the title says it of all rows: said: [{{field: {name}, text: …, code: …}}]"
    for mapping in suggestion.mappings:
        yield from (f"      # {text}" for text in [*mapping.evidence, *([mapping.refusal] if mapping.refusal else [])])
        yield f"      - {{{_place(mapping, table)}, {_meaning(mapping, table)}}}"


def _place(mapping: FieldMapping, table: DetectedTable) -> str:
    if table.rows != "item":
        return f"header: {_texts(mapping.field.path)}"
    ordinal = f", ordinal: {_text(mapping.field.ordinal)}" if mapping.field.ordinal else ""
    return f"label: {_text(mapping.field.path[-1])}{ordinal}"


def _meaning(mapping: FieldMapping, table: DetectedTable) -> str:
    if table.rows == "record" and mapping.reason is None:
        told = ", ".join(f"{_text(text)}: {code}" for text, code in mapping.words.items())
        own = f", words: {{{told}}}" if told else ""
        return f"field: {mapping.cell.partition('.')[2] if mapping.cell else 'null'}{own}"
    if mapping.reason is not None:
        reason = f"reason: {_text(mapping.reason)}"
        return reason if table.rows == "item" else f"role: ignored, {reason}"
    return f"cells: {{{mapping.cell}: 1}}" if mapping.cell else "cells: {}"


def _texts(path: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, path))}]"


def _text(text: str) -> str:
    """A YAML scalar in double quotes: JSON's are YAML's."""
    return json.dumps(text, ensure_ascii=False)
