"""From violations of every engine to findings: their texts, ids and file names, in one pass.

The texts are those of the rule catalogue; numbers are written the Vietnamese way (6.177) in Vietnamese and
the English way (6,177) in English. ``finding_id`` is a hash of rule, file, subject, sheet and cell, so the same
violation keeps its id from run to run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import duckdb
import pandas as pd

from ingest.database import ask, give_declared
from ingest.derived_once import derived_once
from ingest.lake import FINDINGS
from quality.catalogue import RuleCatalogue
from quality.catalogue.model import Rule
from quality.catalogue.words import Language
from quality.engine import VIOLATION_COLUMNS
from quality.wording import LANGUAGES, Wording, whole_of

_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_WORDS = ("thing", "observed", "expected", "difference", "cells", "organization_code", "period_code", "period")
_IN_WORDS = ("thing", "cells", "period")


def _filled(template: str, language: str, sign: str) -> str:
    """The SQL that fills the placeholders of one message column."""
    sql = f"r.{template}"
    for word in _WORDS:
        value = f"coalesce(v.{word}_{language}, '')" if word in _IN_WORDS else f"coalesce(v.{word}, '')"
        if word in ("observed", "expected"):
            value = f"coalesce(v.{word}_{language}, {_grouped(word, sign)}, '')"
        elif word == "difference":
            value = f"coalesce({_grouped(word, sign)}, '')"
        sql = f"replace({sql}, '{{{word}}}', {value})"
    # What is counted may come first: a message begins with a capital all the same.
    return f"upper(left({sql}, 1)) || substr({sql}, 2)"


def _grouped(word: str, sign: str) -> str:
    number = f"replace(format('{{:,}}', try_cast(v.{word} AS BIGINT)), ',', '{sign}')"
    return f"CASE WHEN r.kind = 'linear' AND v.{word} <> '' THEN {number} ELSE v.{word} END"


TELL = f"""
SELECT
    left(sha256(concat_ws('|', v.rule_id, coalesce(v.file_hash, ''), coalesce(v.committee_code, ''),
        coalesce(v.organization_code, ''), coalesce(v.period_code, ''), coalesce(v.sheet, ''),
        coalesce(v.cell, ''),
        CASE WHEN r.kind IN ('schema', 'counterpart') THEN coalesce(v.cells, '') END)), 24) AS finding_id,
    v.rule_id, v.engine, v.severity, 'fail' AS outcome, v.committee_code, v.organization_code, v.period_code,
    v.file_hash, v.file_name, v.sheet, v.cell, v.cell_code, v.cells, v.observed, v.expected,
    v.suggested,
    {_filled("message_vi", "vi", ".")} AS message_vi,
    {_filled("message_en", "en", ",")} AS message_en
FROM violations v JOIN rule_texts r USING (rule_id)
ORDER BY v.rule_id, v.committee_code, v.organization_code, v.period_code, v.file_hash, v.sheet, v.cell
"""


def tell(
    connection: duckdb.DuckDBPyConnection, violations: pd.DataFrame, rules: RuleCatalogue, wording: Wording
) -> pd.DataFrame:
    """One finding (`ingest.lake.FINDINGS`) per violation, sorted by rule, subject and place."""
    if violations.empty:
        return pd.DataFrame(columns=FINDINGS.names)
    give_declared(connection, _texts(rules, wording))
    told = wording.of_violations(violations.reindex(columns=VIOLATION_COLUMNS).astype(object), rules)
    connection.register("violations", told.astype("str"))
    try:
        return ask(connection, TELL).df()
    finally:
        connection.unregister("violations")


@derived_once
def _texts(rules: RuleCatalogue, wording: Wording) -> dict[str, pd.DataFrame]:
    """``rule_texts``: one row per rule, with its messages."""
    rows = [
        (rule.id, rule.kind, *(_of_whole(rule, rules, wording, language) for language in LANGUAGES))
        for rule in rules.rules
    ]
    return {"rule_texts": pd.DataFrame(rows, columns=["rule_id", "kind", "message_vi", "message_en"])}


def _of_whole(rule: Rule, rules: RuleCatalogue, wording: Wording, language: Language) -> str:
    """The message of a rule with its ``{whole}`` named."""
    text: str = getattr(rule.message, language)
    return text.replace("{whole}", whole_of(rules, wording, rule.id, language)) if "{whole}" in text else text


def with_file_names(findings: pd.DataFrame, submissions: pd.DataFrame) -> pd.DataFrame:
    """``findings`` with every empty file_name filled from ``submissions`` by file_hash."""
    names = submissions.drop_duplicates("file_hash").set_index("file_hash")["file_name"]
    return findings.assign(file_name=findings["file_name"].fillna(findings["file_hash"].map(names)))


def with_suggestions(findings: pd.DataFrame, located: pd.DataFrame) -> pd.DataFrame:
    """``findings`` with what the localiser says (`quality.suspects.suggestions`): cell, proposal and reason.

    Where it names no cell, nothing is added to a question, which accuses none and names its cells itself, nor where one
    alone is to be looked at and there is nothing to compare.
    """
    if located.empty:
        return findings
    told = findings.merge(located, on=["file_hash", "rule_id"], how="left", suffixes=("", "_located"))
    single = ~told["cells"].fillna(";").str.contains("[;:]")
    alone = told["suggested_located"].isna() & (single | (told["severity"] == "soft"))
    told["suggested"] = told["suggested_located"].fillna(told["suggested"])
    for language in ("vi", "en"):
        because = told[f"because_{language}"].mask(alone)
        message = told[f"message_{language}"]
        ended = message.str.replace(r"(?<=[^.?!])$", ".", regex=True, n=1)
        reasons = because.astype(object).where(because.notna(), "").astype("str")
        told[f"message_{language}"] = (ended + " " + reasons).where(because.notna(), message)
    return told[findings.columns]


def with_keys(findings: pd.DataFrame, fixed_cells: Collection[str]) -> pd.DataFrame:
    """``findings`` with finding_key: what is said about whom and where, whatever the version and the period.

    ``fixed_cells`` are the cell codes that stand once in a workbook; they name their place wherever the line
    has moved. Elsewhere the cell does, then what is expected. A key has no digits: on its way through a
    workbook it is never taken for a personal number.
    """
    columns = ["rule_id", "organization_code", "file_hash", "cell_code", "sheet", "cell", "expected"]
    texts = findings[columns].astype(object).where(findings[columns].notna(), "")
    keys = [_key(*row, fixed_cells=fixed_cells) for row in texts.itertuples(index=False)]
    return findings.assign(finding_key=pd.Series(keys, index=findings.index, dtype=object))


def _key(
    rule: str,
    organization: str,
    file: str,
    code: str,
    sheet: str,
    cell: str,
    expected: str,
    *,
    fixed_cells: Collection[str],
) -> str:
    place = (code,) if code in fixed_cells else (code, sheet, cell or expected)
    parts = "\0".join((rule, organization or file, *place))
    return hashlib.sha256(parts.encode()).hexdigest()[:16].translate(_LETTERS)
