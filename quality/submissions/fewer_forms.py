"""A later version in somebody's own layout that lacks forms which an accepted one had: it would take them away.

The official forms are often sent one Biểu a file, and the later version of a report replaces the earlier one whole.
Belongs here: what would be lost. Does not belong here: which version counts (`quality.submissions.states`).
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import pandas as pd

from ingest.catalogue import Catalogue
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import FEWER_FORMS
from quality.engine import VIOLATION_COLUMNS
from quality.engine.context import VERSION_ORDER
from quality.submissions.states import version_violation

# Forms by file: those with a figure, and those that the file has at all.
_FORMS = """
SELECT o.file_hash, split_part(o.cell_code, '.', 1) AS form, bool_or(o.state IN ('value', 'zero')) AS is_filled
FROM observations o JOIN asked_versions USING (file_hash)
WHERE o.state <> 'not_applicable'
GROUP BY ALL
"""


def fewer_forms(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    clean: pd.DataFrame,
    catalogue: Catalogue,
    rules: RuleCatalogue,
) -> pd.DataFrame:
    """Violations (`VIOLATION_COLUMNS`), one per version of a layout without a form that an earlier ``clean`` one fills.

    ``versions``: the identified versions, with the layout of each. Reads the relation ``observations``.
    """
    subject = ["organization_code", "period_code"]
    ordered = versions.sort_values(VERSION_ORDER, kind="stable")
    several = ordered[ordered.duplicated(subject, keep=False)]
    asked = several[several["layout"].notna() & several.duplicated(subject, keep="first")]
    if asked.empty:
        return pd.DataFrame(columns=VIOLATION_COLUMNS)
    forms = _forms_of(connection, several)
    sound = set(clean["file_hash"])
    found = []
    for _, group in several.groupby(subject):
        had: dict[str, None] = {}
        for version in group.itertuples():
            own = forms.get(version.file_hash, {})
            lacking = [form for form in had if form not in own] if version.Index in asked.index else []
            if lacking:
                found.append((version.Index, own, lacking))
            # A version that lacks something is returned: what it has was not accepted either.
            elif version.file_hash in sound:
                had |= {form: None for form, is_filled in own.items() if is_filled}
    told = asked.loc[[index for index, _, _ in found]]
    words = {
        f"{side}{ending}": pd.Series(
            [_labels(forms, catalogue, language) for forms in of_side], told.index, dtype=object
        )
        for side, of_side in (("observed", [own for _, own, _ in found]), ("expected", [less for _, _, less in found]))
        for ending, language in (("", "vi"), ("_vi", "vi"), ("_en", "en"))
    }
    violations = version_violation(rules, FEWER_FORMS, told, words["observed"], words["expected"])
    return violations.assign(**words).reindex(columns=VIOLATION_COLUMNS)


def _forms_of(connection: duckdb.DuckDBPyConnection, versions: pd.DataFrame) -> dict[str, dict[str, bool]]:
    """File -> its forms in order -> whether a figure stands in it."""
    connection.register("asked_versions", versions[["file_hash"]])
    rows = connection.execute(_FORMS).fetchall()
    connection.unregister("asked_versions")
    found: dict[str, dict[str, bool]] = {}
    for file_hash, form, is_filled in sorted(rows):
        found.setdefault(file_hash, {})[form] = is_filled
    return found


def _labels(forms: Collection[str], catalogue: Catalogue, language: str) -> str:
    """What ``forms`` are called, in the order of the catalogue."""
    return ", ".join(getattr(form.label, language) for form in catalogue.forms if form.form in forms)
