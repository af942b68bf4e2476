"""What other organizations sent, for the questions that one organization's workbook cannot answer alone.

Whether a count fits its peers, whether a transfer met the other side, whether a committee says what its organizations
add up to: a few workbooks before their sender are asked this as the whole lake would be, with what was checked last
standing beside them. Belongs here: what those questions look at, and which of the other workbooks are sound. Does not
belong here: reading the lake (`khoi.exchange.sent_beside`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.derived_once import derived_once
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.engine import Verdicts
from quality.engine.context import evaluation_context
from quality.engine.levels import named_below
from quality.engine.outliers import figure_cells, past_cells
from quality.outliers.settings import load_settings
from quality.registers.contradicted import CLOSING, OPENING
from quality.schemas.shared_records import numbered_lists

_READING = ("receive", "identify", "normalise", "schema")
"""Engines that look at one workbook alone; of the engine ``rule`` those of the scope record do."""


@dataclass(frozen=True)
class Beside:
    """What was checked before of others: file versions, of which only what `looked_at` names has to be there.

    ``submissions``: one row per identified file version (`ingest.lake.SUBMISSIONS`), none of them a version that the
    asked files would replace; ``observations`` and ``entries`` of them; ``clean``: the versions that were sound inside;
    ``witnesses``: rule_id, file_hash and difference of the rules that show which side of a transfer errs; ``asked``:
    the file versions that the questions are put to.
    """

    submissions: pd.DataFrame
    observations: pa.Table
    entries: pa.Table
    clean: frozenset[str]
    witnesses: pd.DataFrame
    asked: frozenset[str]

    @property
    def files(self) -> frozenset[str]:
        """The file versions that only stand beside."""
        return frozenset(self.submissions["file_hash"])


@dataclass(frozen=True)
class LookedAt:
    """Cell codes that questions about several organizations look at, and the list forms."""

    figures: tuple[str, ...]
    """What is held against organizations of the committee in the period asked about, where it is `TELLING` or more."""
    past: tuple[str, ...]
    """What is held against peers and the own past, however small."""
    balances: tuple[str, ...]
    """What says whether an event of the register moved as many as it says."""
    below: tuple[str, ...]
    """What a committee's own workbook is held against."""
    lists: tuple[str, ...]


@derived_once
def looked_at(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> LookedAt:
    """What `check_tables` needs of the workbooks that only stand beside."""
    known = form_cells(catalogue, reference["codes"])["cell_code"].tolist()
    settings, lists = load_settings(), {rule.form for rule in rules.counterparts}
    lists |= set(numbered_lists(catalogue)["numbered_lists"]["form"])
    wanted = (figure_cells(known, settings), past_cells(known, settings), {OPENING, CLOSING}, named_below(rules), lists)
    return LookedAt(*(tuple(sorted(codes)) for codes in wanted))


def returned_inside(findings: pd.DataFrame, rules: RuleCatalogue) -> set[str]:
    """The file versions with a hard finding that needs no other workbook (`quality.submissions.states.clean_inside`).

    ``findings``: those of the last check (`ingest.lake.FINDINGS`), hard ones at least.
    """
    alone = {rule.id for rule in rules.linear if rule.scope == "record"} | {rule.id for rule in rules.combinations}
    hard = findings[(findings["severity"] == "hard") & (findings["outcome"] == "fail")]
    inside = hard["engine"].isin(_READING) | hard["rule_id"].isin(alone)
    return set(hard.loc[inside, "file_hash"].dropna())


def witnesses_of(findings: pd.DataFrame, rules: RuleCatalogue) -> pd.DataFrame:
    """rule_id, file_hash and difference (text) of the ``findings`` that say which side of a transfer errs."""
    told = findings[findings["rule_id"].isin(witness_rules(rules))]
    observed, expected = (pd.to_numeric(told[side], errors="coerce") for side in ("observed", "expected"))
    difference = (observed - expected).astype("Int64").astype("str").where(observed.notna() & expected.notna(), "")
    return told[["rule_id", "file_hash"]].assign(difference=difference)


def witness_rules(rules: RuleCatalogue) -> Collection[str]:
    """The rules that may show which side of a transfer errs."""
    return {witness for rule in rules.counterparts for witness in rule.witness}


@dataclass(frozen=True)
class Among:
    """File versions that are checked, among those that only stand beside (rows of `evaluation_context`)."""

    context: pd.DataFrame
    versions: pd.DataFrame
    beside: Beside | None

    @classmethod
    def of(cls, submissions: pd.DataFrame, beside: Beside | None, reference: Reference) -> Among:
        """The identified versions of ``submissions`` among those of ``beside``."""
        if beside is None or beside.submissions.empty:
            context = evaluation_context(submissions, reference)
            return cls(context, context, None)
        context = evaluation_context(pd.concat([submissions, beside.submissions], ignore_index=True), reference)
        versions = context[~context["file_hash"].isin(beside.files)].reset_index(drop=True)
        return cls(context, versions.assign(file_no=range(len(versions))), beside)

    @property
    def asked(self) -> frozenset[str] | None:
        """The file versions that questions are put to, None where to all."""
        return None if self.beside is None else self.beside.asked

    def with_others(self, clean: pd.DataFrame) -> pd.DataFrame:
        """The ``clean`` ones of the versions and those that stand beside and are clean."""
        if self.beside is None:
            return clean
        return self.context[self.context["file_hash"].isin({*clean["file_hash"], *self.beside.clean})]

    def with_witnesses(self, violations: pd.DataFrame) -> pd.DataFrame:
        """``violations`` of the versions, and what those that stand beside say against themselves."""
        if self.beside is None:
            return violations
        others = self.beside.witnesses[self.beside.witnesses["file_hash"].isin(self.beside.files)]
        return pd.concat([violations, others], ignore_index=True)

    def of_versions(self, verdicts: Verdicts) -> Verdicts:
        """``verdicts`` without what is said of files that only stand beside."""
        if self.beside is None:
            return verdicts
        mine = verdicts.violations["file_hash"].isin(self.versions["file_hash"])
        return Verdicts(verdicts.violations[mine], verdicts.outcomes)
