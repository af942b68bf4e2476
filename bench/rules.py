"""How long 31 linear rules over 100,000 rows take in the engine, against one DuckDB scan and against pandera.

    python -m bench.rules [--workbooks 1250] [--runs 5] [--without-pandera]

The engine judges the long table (one row per cell) with rules that are data, and describes every violation with its
cells. The floor is a table with one column per cell, made for these rules, and a query that only counts; pandera
validates the same wide table with all failures. All three must count the same violations, rule by rule. A workbook
has 80 cells here: 1,250 workbooks are 100,000 rows of the long table, 100,000 workbooks as many of the wide one.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from bench.returns import REPORTING, Simulator
from bench.taken import Taken, staying
from demo.deployment import demo_reference
from ingest.catalogue import load_catalogue
from quality.catalogue import RuleCatalogue, load_rules
from quality.catalogue.grammar import Expression
from quality.engine import offline_connection
from quality.engine.linear import check_linear
from quality.findings import tell
from quality.wording import Wording

RULES, DISTINCT, WRONG = 31, 1_000, 0.041
"""Rules judged, different workbooks drawn, share of the workbooks with one wrong cell."""

Counts = dict[str, int]


@dataclass(frozen=True)
class Problem:
    """The rules and the figures, one row per workbook and one column per cell."""

    rules: RuleCatalogue
    wide: pd.DataFrame

    @property
    def expressions(self) -> dict[str, Expression]:
        """The compiled rules by id."""
        return self.rules.expressions


def problem(workbooks: int, seed: int = 1) -> Problem:
    """Clean returns, tiled to ``workbooks``, of which 4.1 % have one wrong cell."""
    simulator = Simulator(REPORTING, seed)
    drawn = pd.DataFrame([simulator.draw().values for _ in range(min(DISTINCT, workbooks))]).fillna(0)
    catalogue = load_rules(load_catalogue(), demo_reference())
    known = set(drawn.columns)
    asked = [rule for rule in catalogue.linear if rule.scope == "record" and _cells(catalogue, rule.id) <= known]
    # A rule that holds for some organizations only is broken by every return of the others, which nobody would send.
    chosen = [rule for rule in asked if _test(catalogue.expressions[rule.id])(drawn).all()][:RULES]
    assert len(chosen) == RULES
    cells = sorted(set().union(*(_cells(catalogue, rule.id) for rule in chosen)))
    figures = np.resize(drawn[cells].to_numpy(dtype=float), (workbooks, len(cells)))
    chance = np.random.default_rng(seed)
    wrong = chance.choice(workbooks, size=round(workbooks * WRONG), replace=False)
    figures[wrong, chance.integers(0, len(cells), len(wrong))] += 1
    expressions = {rule.id: catalogue.expressions[rule.id] for rule in chosen}
    return Problem(RuleCatalogue(tuple(chosen), expressions, {}, "bench"), pd.DataFrame(figures, columns=cells))


def _cells(catalogue: RuleCatalogue, rule_id: str) -> set[str]:
    return {term.cell_code for term in catalogue.expressions[rule_id].terms}


def one_scan(given: Problem) -> Callable[[], Counts]:
    """The floor: the wide table in DuckDB, all rules as conditions of one query that counts."""
    connection = offline_connection()
    connection.register("given", given.wide)
    connection.execute("CREATE TABLE wide AS SELECT * FROM given")
    counts = ", ".join(
        f"count(*) FILTER (NOT ({_sql(expression)})) AS {rule_id}" for rule_id, expression in given.expressions.items()
    )

    def run() -> Counts:
        row = connection.execute(f"SELECT {counts} FROM wide").fetchone()
        assert row is not None
        return dict(zip(given.expressions, row, strict=True))

    return run


def _sql(expression: Expression) -> str:
    sides = {"left": [str(expression.left_constant)], "right": [str(expression.right_constant)]}
    for term in expression.terms:
        sides[term.side].append(f'{term.coefficient} * "{term.cell_code}"')
    return f"{' + '.join(sides['left'])} {expression.operator} {' + '.join(sides['right'])}"


def engine(given: Problem, *, told: bool) -> Callable[[], Counts]:
    """Ours over the long table: violations with their cells; ``told`` also writes both messages and the ids."""
    connection = offline_connection()
    _open_long(connection, given)
    size = len(given.wide)
    context = pd.DataFrame({"file_no": range(size), "file_hash": [f"f{number:06d}" for number in range(size)]})
    context = context.assign(
        committee_code="AA", organization_code=context["file_hash"], period_code="2024H2", workbook_kind=0
    )
    context = context.assign(previous_period_code=None)
    holding = pd.DataFrame(
        {"rule_id": list(given.expressions), "workbook_kind": 0, "severity": "hard", "tolerance": 0.0}
    )

    wording = Wording.of(load_catalogue(), demo_reference())

    def run() -> Counts:
        violations = check_linear(connection, given.rules, "record", context, holding).violations
        found = tell(connection, violations, given.rules, wording) if told else violations
        return {**dict.fromkeys(given.expressions, 0), **found["rule_id"].value_counts().to_dict()}

    return run


def _open_long(connection: duckdb.DuckDBPyConnection, given: Problem) -> None:
    connection.register("given", given.wide.assign(file_no=range(len(given.wide))))
    connection.execute(
        """
        CREATE TABLE observations AS
        SELECT format('f{:06d}', file_no) AS file_hash, cell_code, value,
            CASE WHEN value = 0 THEN 'zero' ELSE 'value' END AS state,
            split_part(cell_code, '.', 1) AS sheet, 'C' || dense_rank() OVER (ORDER BY cell_code) AS cell
        FROM (UNPIVOT given ON COLUMNS(* EXCLUDE file_no) INTO NAME cell_code VALUE value)
        ORDER BY file_no, cell_code
        """
    )
    connection.execute(
        "CREATE TABLE register_observations "
        "(organization_code VARCHAR, period_code VARCHAR, cell_code VARCHAR, value DOUBLE)"
    )


def pandera(given: Problem) -> Callable[[], Counts]:
    """The opponent: one check a rule over the wide table, all failures collected."""
    import pandera.errors
    import pandera.pandas as pa

    checks = [
        pa.Check(_test(expression), name=rule_id, ignore_na=False) for rule_id, expression in given.expressions.items()
    ]
    schema = pa.DataFrameSchema(checks=checks)

    def run() -> Counts:
        counts = dict.fromkeys(given.expressions, 0)
        try:
            schema.validate(given.wide, lazy=True)
        except pandera.errors.SchemaErrors as error:
            rows = error.failure_cases[["check", "index"]].drop_duplicates()
            counts |= rows["check"].astype(str).value_counts().to_dict()
        return counts

    return run


def _test(expression: Expression) -> Callable[[pd.DataFrame], pd.Series]:
    def holds(frame: pd.DataFrame) -> pd.Series:
        sides = {"left": expression.left_constant, "right": expression.right_constant}
        for term in expression.terms:
            sides[term.side] = sides[term.side] + term.coefficient * frame[term.cell_code]
        left, right = sides["left"], sides["right"]
        return {"=": left == right, "<=": left <= right, ">=": left >= right}[expression.operator]

    return holds


def main() -> None:
    """Measure in alternating runs and print medians and ratios to the floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--workbooks", type=int, default=1_250)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--without-pandera", action="store_true", help="leave out the slowest contender")
    parser.add_argument("--json", action="store_true", help="medians as JSON, for the record of the suite")
    options = parser.parse_args()
    given = problem(options.workbooks)
    contenders = {"one DuckDB scan": one_scan(given), "engine": engine(given, told=False)}
    contenders["engine, told"] = engine(given, told=True)
    if not options.without_pandera:
        contenders["pandera"] = pandera(given)
    taken = {name: Taken() for name in contenders}
    for _ in range(options.runs):
        found: list[Counts] = []
        for name, run in contenders.items():
            staying(lambda run=run, found=found: found.append(run()), taken[name])  # type: ignore[misc]
        assert all(counts == found[0] for counts in found), "the contenders disagree"
    if options.json:
        print(
            json.dumps(
                {
                    f"{RULES} linear rules, {len(given.wide):,} workbooks": {
                        name: one.medians() for name, one in taken.items()
                    }
                }
            )
        )
        return
    rows = given.wide.size
    print(f"{RULES} rules, {len(given.wide):,} workbooks, {rows:,} cells, {sum(found[0].values()):,} violations")
    floor = statistics.median(taken["one DuckDB scan"].clock)
    for name, one in taken.items():
        seconds = statistics.median(one.clock)
        print(f"{name:18} {seconds:8.3f} s {seconds / floor:8.1f} x")


if __name__ == "__main__":
    main()
