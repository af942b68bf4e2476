"""From the tables of the rule engine and the lake to problems: one per record, or one over many records.

Figures and verdicts come as frames, so the joins stay set-wise; a problem is cut out only for records that fail.

* ``figures``  one row per record and cell: record, cell_code, value (nullable), previous (nullable), nature,
  sheet, row_no, column_no, label, fixed, trust, expected (nullable), size (nullable). A record is one
  organization and period (``organization|period``); the previous record's cells that rules with a lag name are
  rows of their own record.
* ``records``  one row per record: record, previous_record (nullable).
* ``verdicts`` one row per record and assessable linear rule: record, rule_id, severity, tolerance (resolved).
* ``rules``, ``terms`` as `quality.catalogue.tables` declares them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from quality.localise.problem import Cell, Edit, Operator, Problem
from quality.localise.weights import Weights, load_weights

EDIT_COLUMNS = ["edit", "key", "coefficient", "operator", "constant", "tolerance", "soft"]
FIGURE_COLUMNS = [
    "record",
    "cell_code",
    "value",
    "previous",
    "nature",
    "sheet",
    "row_no",
    "column_no",
    "fixed",
    "trust",
    "expected",
    "size",
    "label",
]


def edit_rows(verdicts: pd.DataFrame, rules: pd.DataFrame, terms: pd.DataFrame, records: pd.DataFrame) -> pd.DataFrame:
    """One row per edit and term: edit, record, key, coefficient, operator, constant, tolerance, soft.

    The right side is brought to the left; a term with lag 1 names the previous record's cell; an edit one of whose
    records is unknown is left out.
    """
    signs = terms.assign(coefficient=terms["coefficient"].where(terms["side"] == "left", -terms["coefficient"]))
    joined = verdicts.merge(rules[["rule_id", "operator", "left_constant", "right_constant"]], on="rule_id")
    joined = joined.merge(records, on="record", how="left").merge(
        signs[["rule_id", "cell_code", "lag", "coefficient"]], on="rule_id"
    )
    owner = joined["record"].where(joined["lag"] == 0, joined["previous_record"])
    joined = joined.assign(
        edit=joined["record"] + "|" + joined["rule_id"],
        key=owner + "|" + joined["cell_code"],
        constant=joined["left_constant"].fillna(0) - joined["right_constant"].fillna(0),
        soft=joined["severity"] != "hard",
    )
    incomplete = set(joined.loc[joined["key"].isna(), "edit"])
    kept = joined[~joined["edit"].isin(incomplete)]
    return kept[["record", *EDIT_COLUMNS]]


def problem_of(figures: pd.DataFrame, rows: pd.DataFrame, weights: Weights | None = None) -> Problem:
    """One problem over all the given figures and edit rows; edits over unknown cells are left out."""
    columns = [name for name in FIGURE_COLUMNS if name in figures.columns]
    cells = [
        _cell(dict(zip(columns, row, strict=True))) for row in zip(*(figures[one] for one in columns), strict=True)
    ]
    known = {cell.key for cell in cells}
    soft = (weights or load_weights()).soft_rule
    terms: dict[str, list[tuple[str, int]]] = {}
    heads: dict[str, tuple[Operator, int, int, bool]] = {}
    for edit, key, factor, *head in zip(*(rows[one] for one in EDIT_COLUMNS), strict=True):
        terms.setdefault(edit, []).append((key, int(factor)))
        heads[edit] = (head[0], int(head[1]), int(head[2]), bool(head[3]))
    edits = [
        Edit(edit, tuple(found), heads[edit][0], heads[edit][1], heads[edit][2], soft if heads[edit][3] else None)
        for edit, found in terms.items()
        if known.issuperset(key for key, _ in found)
    ]
    return Problem.of(cells, edits)


def record_problems(
    figures: pd.DataFrame, rows: pd.DataFrame, records: pd.DataFrame, failing: list[str]
) -> Iterator[tuple[str, Problem]]:
    """(record, its problem) for every failing record: its own figures and those of the record before."""
    by_record = dict(tuple(figures.groupby("record", sort=False)))
    rows_of = dict(tuple(rows.groupby("record", sort=False)))
    before = dict(zip(records["record"], records["previous_record"], strict=True))
    for record in sorted(failing):
        earlier = before.get(record)
        wanted = [record] if earlier is None or earlier not in by_record else [record, earlier]
        part = [rows_of[one] for one in wanted if one in rows_of]
        yield record, problem_of(pd.concat([by_record[one] for one in wanted]), pd.concat(part))


def _cell(row: dict[str, object]) -> Cell:
    return Cell(
        key=f"{row['record']}|{row['cell_code']}",
        observed=_whole(row["value"]),
        previous=_whole(row["previous"]),
        nature=str(row["nature"]),
        sheet=f"{row['record']}|{row['sheet']}" if row["sheet"] else "",
        row=_whole(row["row_no"]) or 0,
        column=_whole(row["column_no"]) or 0,
        fixed=bool(row["fixed"]),
        trust=float(str(row["trust"])),
        expected=_number(row["expected"]),
        size=_number(row["size"]),
        label=str(row["label"]),
    )


def _whole(value: object) -> int | None:
    return None if value is None or pd.isna(value) else round(float(str(value)))


def _number(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(str(value))
