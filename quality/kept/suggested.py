"""What the localiser said of a workbook, kept under a mark of all that it was given.

A committee is asked whole where one workbook of it comes late, and each of its workbooks that contradict themselves was
searched again although nothing of them had changed. Belongs here: the mark, the keeping. Does not belong here: the
search (`quality.suspects`). What is kept is derived: lost, damaged or of another program, it is said again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from ingest.durable import write_text
from ingest.lake import SUGGESTED
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.suspects import failing_records, half_read_sheets, located, suggestions, suggestions_frame

# Every row that a problem is made of: the figures and lists, those of the periods before, what the register says.
_MARKS = """
WITH given AS (
    SELECT o.file_hash, 'now' AS part, to_json({
        'cell_code': o.cell_code, 'value': o.value, 'state': o.state, 'sheet': o.sheet, 'cell': o.cell,
        'row_no': o.row_no, 'column_no': o.column_no, 'reckoned': coalesce(starts_with(o.raw_text, '='), false)
    })::VARCHAR AS told
    FROM observations o JOIN failing f USING (file_hash)
  UNION ALL
    SELECT f.file_hash, 'before', to_json([p.cell_code, p.state, p.value::VARCHAR])::VARCHAR
    FROM observations p JOIN failing f ON p.file_hash = f.previous_file_hash
  UNION ALL
    SELECT f.file_hash, 'year before', to_json([y.cell_code, y.state, y.value::VARCHAR])::VARCHAR
    FROM observations y JOIN failing f ON y.file_hash = f.year_before_file_hash
  UNION ALL
    SELECT f.file_hash, 'register', to_json([r.cell_code, r.value::VARCHAR])::VARCHAR
    FROM register_observations r JOIN failing f USING (organization_code, period_code)
  UNION ALL
    SELECT e.file_hash, 'list', to_json(e)::VARCHAR FROM entries e JOIN failing f USING (file_hash)
)
SELECT file_hash, sha256(string_agg(part || told, chr(10) ORDER BY part, told)) AS mark FROM given GROUP BY file_hash
"""
Row = tuple[str, str | None, str | None, str | None]
"""What is said of one rule: rule_id, suggested, because_vi, because_en (`quality.suspects.suggestions`)."""


@dataclass(frozen=True)
class Suggested:
    """What was said of one workbook, and the mark of what it was said of."""

    mark: str
    rows: tuple[Row, ...]


@dataclass
class KeptSuggestions:
    """File version -> what was ``known`` of it before this check; ``searched``: those that were searched in it."""

    known: dict[str, Suggested] = field(default_factory=dict)
    searched: set[str] = field(default_factory=set)

    def of(
        self,
        connection: duckdb.DuckDBPyConnection,
        violations: pd.DataFrame,
        unread: pd.DataFrame,
        versions: pd.DataFrame,
        clean: pd.DataFrame,
        applicable: pd.DataFrame,
        rules: RuleCatalogue,
        catalogue: Catalogue,
        reference: Reference,
    ) -> pd.DataFrame:
        """`quality.suspects.suggestions` of all workbooks among ``violations`` that break a linear rule."""
        records = failing_records(violations, versions, clean, rules, reference)
        if records.empty:
            return suggestions(())
        marks = _marks(connection, records, unread, applicable, rules)
        known = [file for file, mark in marks.items() if file in self.known and self.known[file].mark == mark]
        anew = records[~records["file_hash"].isin(known)]
        if len(anew):
            found = suggestions(located(connection, anew, unread, applicable, rules, catalogue, reference))
            rows = found.astype(object).where(found.notna(), None)
            for file in anew["file_hash"]:
                told = rows[rows["file_hash"] == file].drop(columns="file_hash")
                self.known[file] = Suggested(marks[file], tuple(told.itertuples(index=False, name=None)))
                self.searched.add(file)
        return suggestions_frame((file, *row) for file in sorted(marks) for row in self.known[file].rows)


def _marks(
    connection: duckdb.DuckDBPyConnection,
    records: pd.DataFrame,
    unread: pd.DataFrame,
    applicable: pd.DataFrame,
    rules: RuleCatalogue,
) -> dict[str, str]:
    """The mark of each of the ``records``: its figures, those before, its register, its rules, what is half read."""
    columns = ["file_hash", "organization_code", "period_code", "previous_file_hash", "year_before_file_hash"]
    connection.register("failing", records[columns].astype("str"))
    figures = dict(connection.execute(_MARKS).fetchall())
    connection.unregister("failing")
    linear = {rule.id for rule in rules.linear}
    holding = applicable[applicable["rule_id"].isin(linear)].sort_values("rule_id")
    of_kind = {
        kind: rows.drop(columns="workbook_kind").to_csv(index=False) for kind, rows in holding.groupby("workbook_kind")
    }
    half_read = half_read_sheets(unread)
    return {
        str(row.file_hash): _sum(
            figures.get(row.file_hash, ""),
            of_kind.get(row.workbook_kind, ""),
            json.dumps(sorted(half_read.get(row.file_hash, ()))),
            str(row.period_end),
        )
        for row in records.itertuples()
    }


def read_suggestions(lake: Path, basis: str) -> KeptSuggestions:
    """What was said under ``basis``; nothing where that is lost, damaged, or was said under another."""
    try:
        head, _, body = (lake / SUGGESTED).read_text(encoding="utf-8").partition("\n")
        if head != _sum(basis, body):
            return KeptSuggestions()
        told = json.loads(body)
    except (OSError, ValueError):
        return KeptSuggestions()
    return KeptSuggestions({file: Suggested(mark, tuple(map(tuple, rows))) for file, (mark, rows) in told.items()})


def write_suggestions(lake: Path, basis: str, said: Mapping[str, Suggested], asked_about: Collection[str]) -> None:
    """Keep what was said of the files ``asked_about``; of others nothing is asked any more."""
    kept = {file: (one.mark, one.rows) for file, one in sorted(said.items()) if file in asked_about}
    body = json.dumps(kept, ensure_ascii=False)
    write_text(lake / SUGGESTED, f"{_sum(basis, body)}\n{body}")


def _sum(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
