"""The rules of the forms as an attacker may rely on them: hard, linear, exact, by the builder that errors are located
with (`quality.localise.build`)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from quality.catalogue import load_rules
from quality.catalogue.model import LinearRule
from quality.localise.build import builder_of

if TYPE_CHECKING:
    from khoi.deployment.home import Home
    from khoi.sharing.knowledge import Rules
    from quality.localise.problem import Constraint


def known_rules(home: Home) -> Rules:
    """The rules of a deployment, by period. Raises NoRegisters where it has no registers."""
    catalogue = home.catalogue()
    reference = home.reference(catalogue)
    rules = load_rules(catalogue, reference, home.config / "rules")
    builder, ends = builder_of(rules, catalogue, reference), reference.period_ends
    exact = [rule for rule in rules.linear if isinstance(rule, LinearRule) and rule.tolerance == 0]
    holding = {
        period: pd.DataFrame(
            [
                {"rule_id": rule.id, "severity": "hard", "tolerance": 0}
                for rule in exact
                if rule.in_force(end) and rule.severity_on(end) == "hard"
            ],
            columns=["rule_id", "severity", "tolerance"],
        )
        for period, end in ends.items()
    }

    @cache
    def of(period: str, cells: frozenset[str], earlier: frozenset[str]) -> tuple[Constraint, ...]:
        return builder.constraints(holding[period], dict.fromkeys(cells, "value"), earlier)

    return of
