"""Empty cells whose value follows from filled ones: a balance in which one cell alone is empty says what it must hold.

A blank closing total would pass every rule (none can be assessed) and count as nothing; what the other cells, or the
kind of organization, say it must be is therefore asked for, and it is never said of it that 0 may be written: a
grassroots cell is one cell, and where there are secretaries there are cells. Belongs here: empty cells of matrix
forms and the equations inside one workbook. Does not belong here: cells that hold something (`quality.localise`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.database import ask, give_declared
from ingest.derived_once import derived_once
from ingest.reference import SEED_COLUMNS
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import DERIVED_CELL
from quality.engine import SUBJECT

_EQUATIONS = """
WITH facts AS (
    SELECT c.file_no, c.workbook_kind, o.cell_code, o.value, o.state, o.sheet,
        -- A total that is a formula leads to its parts, but nobody fills it in.
        CASE WHEN o.state <> 'missing' OR NOT coalesce(starts_with(o.raw_text, '='), false) THEN o.cell END AS cell
    FROM observations o JOIN context c USING (file_hash)
    WHERE o.cell_code IN (SELECT cell_code FROM equation_terms)
),
holding AS (
    -- As in `linear`: a rule whose target, or one whole side, is not printed says nothing; a number may be a side.
    SELECT t.rule_id, f.file_no
    FROM facts f JOIN equation_terms t USING (cell_code) JOIN equations_held a USING (rule_id, workbook_kind)
    WHERE f.state <> 'not_applicable'
    GROUP BY ALL
    HAVING bool_or(f.state = 'missing') AND bool_or(t.is_target) AND (bool_or(t.on_right) OR bool_or(t.of_a_number))
)
SELECT h.rule_id, h.file_no, f.cell_code, t.coefficient, t.constant, t.is_equation, f.value, f.state, f.sheet, f.cell
FROM holding h
JOIN equation_terms t USING (rule_id)
JOIN facts f USING (file_no, cell_code)
WHERE f.state <> 'not_applicable'
ORDER BY h.file_no, h.rule_id, f.cell_code
"""
_IN_WORDS = ["observed_vi", "observed_en", "expected_vi", "expected_en", "cells_vi", "cells_en"]
_ELSE = {"vi": "; nếu số đó không đúng thì xem lại các ô: ", "en": "; if that number is not right, look at: "}
"""Behind the request: the filled cells that it follows from. Of an empty cell that follows from none, nothing."""
AT_LEAST = ">= "
DERIVED_COLUMNS = ["check", *SUBJECT, "file_hash", "sheet", "cell", "cell_code", "cells", "observed", "expected"]


def derived_cells(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    applicable: pd.DataFrame,
    rules: RuleCatalogue,
    fillable: frozenset[str],
) -> pd.DataFrame:
    """One row per file version and empty cell of a form for which filled cells say something else than 0.

    ``expected``: the value, several (``50; 52``) where equations disagree, or the least that it can be (``>= 1``) where
    it is only known not to be 0; ``suggested`` proposes the value where there is one and it is possible; ``cells``: the
    filled cells it follows from, else the cell itself. ``connection`` has the relation observations; ``applicable``
    says which rules hold for which kind of workbook, ``fillable`` which cells can be filled in.
    What follows from a cell that itself follows is found as well.
    """
    told = [*DERIVED_COLUMNS, *_IN_WORDS, "suggested", "file_no"]
    if versions.empty:
        return pd.DataFrame(columns=told)
    equations = _equations(rules)
    give_declared(connection, equations)
    held = applicable[
        applicable["rule_id"].isin(equations["equation_terms"]["rule_id"]) & (applicable["severity"] == "hard")
    ]
    relations = {
        "equations_held": held[held["tolerance"] == 0][["rule_id", "workbook_kind"]],
        "context": versions[["file_no", "file_hash", "workbook_kind"]],
    }
    for name, frame in relations.items():
        connection.register(name, frame)
    terms = ask(connection, _EQUATIONS).df()
    for name in relations:
        connection.unregister(name)
    found = _solved(terms, fillable)
    return _in_words(found.merge(versions[["file_no", "file_hash", *SUBJECT]], on="file_no")).reindex(columns=told)


def _in_words(placed: pd.DataFrame) -> pd.DataFrame:
    """``placed`` with what a message says of each cell."""
    said = placed.assign(check=DERIVED_CELL, observed="", observed_vi="để trống", observed_en="empty")
    for language, words in (("vi", "từ {} trở lên"), ("en", "{} or more")):
        least = said["expected"].str.extract(rf"^{AT_LEAST}(\d+)$", expand=False)
        said[f"expected_{language}"] = least.map(words.format, na_action="ignore").astype(object)
        follows = said["cells"].astype("str") != said["sheet"].astype("str") + "!" + said["cell"].astype("str")
        said[f"cells_{language}"] = (_ELSE[language] + said["cells"].astype("str")).where(follows, "")
    return said


@derived_once
def matrix_cells(catalogue: Catalogue) -> frozenset[str]:
    """The cells of matrix forms: those that a sender fills in one by one."""
    cells = form_cells(catalogue, pd.DataFrame(columns=SEED_COLUMNS["codes"]))
    return frozenset(
        cells.loc[cells["form"].isin([f.form for f in catalogue.forms if f.kind == "matrix"]), "cell_code"]
    )


@derived_once
def _equations(rules: RuleCatalogue) -> dict[str, pd.DataFrame]:
    """``equation_terms``: one row per term of each rule in one workbook whose empty cells leave it unassessed.

    As left side less right side, which is 0 (``is_equation``), else at most 0.
    """
    rows = [
        (
            rule.id,
            term.cell_code,
            sign * float(term.coefficient if term.side == "left" else -term.coefficient),
            sign * float(expression.left_constant - expression.right_constant),
            expression.operator == "=",
            term == expression.target,
            term.side == "right",
            all(other.side == "left" for other in expression.terms),
        )
        for rule in rules.linear
        if rule.scope == "record" and rule.missing.left == rule.missing.right == "skip"
        for expression in [rules.expressions[rule.id]]
        if not any(term.is_external for term in expression.terms)
        for sign in [-1 if expression.operator == ">=" else 1]
        for term in expression.terms
    ]
    columns = ["rule_id", "cell_code", "coefficient", "constant", "is_equation", "is_target", "on_right", "of_a_number"]
    return {"equation_terms": pd.DataFrame(rows, columns=columns)}


def _solved(terms: pd.DataFrame, fillable: frozenset[str]) -> pd.DataFrame:
    """One row per file and empty cell that is not 0: file_no, cell_code, sheet, cell, cells, expected, suggested."""
    derived: dict[tuple[int, str], dict[float, str]] = {}
    places = {(row.file_no, row.cell_code): (row.sheet, row.cell) for row in terms.itertuples()}
    groups = [group for _, group in terms.groupby(["file_no", "rule_id"], sort=True)]
    equations = [group for group in groups if group["is_equation"].iat[0]]
    while True:
        before = sum(map(len, derived.values()))
        for equation in equations:
            _solve(equation, derived, fillable)
        if sum(map(len, derived.values())) == before:
            break
    rows = []
    for (file_no, code), values in derived.items():
        sheet, cell = places[file_no, code]
        told = [f"{value:g}" for value in sorted(values)]
        if told == ["0"] or not isinstance(cell, str):
            continue
        possible = len(told) == 1 and next(iter(values)) >= 0 and next(iter(values)).is_integer()
        proposal = f"{sheet}!{cell}: trống → {told[0]}" if possible else None
        cells = "; ".join(dict.fromkeys(used for _, used in sorted(values.items()) if used))
        rows.append((file_no, code, sheet, cell, cells or f"{sheet}!{cell}", "; ".join(told), proposal))
    for (file_no, code), (least, used) in _bounds(groups, derived, fillable).items():
        sheet, cell = places[file_no, code]
        if isinstance(cell, str):
            rows.append((file_no, code, sheet, cell, used, f"{AT_LEAST}{least}", None))
    columns = ["file_no", "cell_code", "sheet", "cell", "cells", "expected", "suggested"]
    return pd.DataFrame(rows, columns=columns, dtype=object).astype({"file_no": "int64"})


def _bounds(
    groups: Iterable[pd.DataFrame], derived: Mapping[tuple[int, str], object], fillable: frozenset[str]
) -> dict[tuple[int, str], tuple[int, str]]:
    """The least that an empty cell can be and the cells that say so, where that is not 0 and no value is known."""
    found: dict[tuple[int, str], tuple[int, str]] = {}
    for group in (group for group in groups if not group["is_equation"].iat[0]):
        missing = group[group["state"] == "missing"]
        filled = group[group["state"].isin(["value", "zero"])]
        if len(missing) != 1 or len(filled) + 1 != len(group) or missing["coefficient"].iat[0] >= 0:
            continue
        key = int(group["file_no"].iat[0]), str(missing["cell_code"].iat[0])
        rest = float(group["constant"].iat[0]) + float((filled["coefficient"] * filled["value"]).sum())
        least = math.ceil(rest / -float(missing["coefficient"].iat[0]))
        if least > found.get(key, (0, ""))[0] and key not in derived and key[1] in fillable:
            used = "; ".join(f"{one.sheet}!{one.cell}={float(str(one.value)):g}" for one in filled.itertuples())
            found[key] = least, used
    return found


def _solve(equation: pd.DataFrame, derived: dict[tuple[int, str], dict[float, str]], cells: frozenset[str]) -> None:
    """Add what ``equation`` (the terms of one rule in one file) says of the one cell of it that is not known yet."""
    file_no, rest, unknown, used = int(equation["file_no"].iat[0]), float(equation["constant"].iat[0]), [], []
    for term in equation.itertuples():
        known = derived.get((file_no, str(term.cell_code)), {})
        if term.state in ("value", "zero"):
            rest += float(str(term.coefficient)) * float(str(term.value))
            used.append(f"{term.sheet}!{term.cell}={float(str(term.value)):g}")
        elif term.state == "missing" and len(known) == 1 and min(known) >= 0:
            rest += float(str(term.coefficient)) * next(iter(known))
        else:
            unknown.append(term)
    # A cell that this same equation already said something of would only be said again.
    missing = [term for term in equation.itertuples() if term.state == "missing"]
    if not unknown and len(missing) == 1:
        unknown, code = missing, str(missing[0].cell_code)
        rest -= float(str(missing[0].coefficient)) * next(iter(derived[file_no, code]))
    if (
        not (used or len(equation) == 1)
        or len(unknown) != 1
        or unknown[0].state != "missing"
        or unknown[0].cell_code not in cells
    ):
        return
    value = -rest / float(str(unknown[0].coefficient)) + 0.0
    derived.setdefault((file_no, str(unknown[0].cell_code)), {}).setdefault(value, "; ".join(used))
