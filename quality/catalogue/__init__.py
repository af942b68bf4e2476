"""The rule catalogue: what must be true, declared in `quality/rules/`, loaded, checked and told.

Belongs here: the model of a rule, the grammar of its expression, reading the declarations, the catalogue as tables,
a rule in words. Does not belong here: evaluating a rule (`quality.engine`) and locating an error (`quality.localise`).
"""

from quality.catalogue.load import RULES_DIR, RuleCatalogue, RuleError, load_rules

__all__ = ["RULES_DIR", "RuleCatalogue", "RuleError", "load_rules"]
