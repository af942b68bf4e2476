"""What is declared, as frames for `khoi catalogue`: forms with the sheet and cell of every item, rules, codes."""

from __future__ import annotations

from typing import Any

import pandas as pd

from ingest.catalogue import FormSet
from ingest.template import cell_addresses
from khoi.deployment.home import Home


def declared_forms(home: Home) -> pd.DataFrame:
    """One row per form, version, item and column: labels, validity, authority, sheet and cell of the blank form."""
    rows = []
    for form in home.catalogue().forms:
        for version in form.versions:
            lines = form.items or form.fields
            addresses = cell_addresses(FormSet(version.version, ((form, version),)))
            for place in addresses.itertuples():
                line = lines[place.item]
                rows.append(
                    {
                        "form": form.form,
                        "kind": form.kind,
                        "version": version.version,
                        "valid_from": version.valid_from.isoformat(),
                        "valid_to": version.valid_to and version.valid_to.isoformat(),
                        "authority": version.authority,
                        "item": place.item,
                        "column": place.column,
                        "label_vi": line.label.vi,
                        "label_en": line.label.en,
                        "sheet": place.sheet,
                        "cell": place.cell,
                    }
                )
    return pd.DataFrame(rows)


def declared_rules(home: Home) -> pd.DataFrame:
    """One row per rule, with expression, severity, validity, authority and both messages."""
    from quality.catalogue import load_rules
    from quality.catalogue.tables import rules_table
    from quality.catalogue.words import CellLabels

    catalogue, reference = home.catalogue(), home.reference()
    labels = CellLabels.of(catalogue, reference)
    return rules_table(load_rules(catalogue, reference, home.config / "rules"), labels)


def rule_told(home: Home, rule_id: str) -> dict[str, Any]:
    """One rule for people: what it says in words, texts, validity, authority, severities, examples.

    Raises WarehouseError where there is no such rule.
    """
    from khoi.figures.names import chosen
    from quality.catalogue import load_rules
    from quality.catalogue.words import CellLabels, rule_in_words

    catalogue, reference = home.catalogue(), home.reference()
    rules = load_rules(catalogue, reference, home.config / "rules")
    rule_id = chosen("rule", rule_id, rules.by_id)
    rule, labels = rules.by_id[rule_id], CellLabels.of(catalogue, reference)
    words = {"words_vi": rule_in_words(rule, rules, labels, "vi"), "words_en": rule_in_words(rule, rules, labels, "en")}
    reasons = {"reason": rule.reason.en, "reason_vi": rule.reason.vi}
    return {**words, "topic": rules.topics[rule_id], **rule.model_dump(mode="json"), **reasons}


def declared_codes(home: Home) -> pd.DataFrame:
    """One row per code, with both labels, validity and authority."""
    return home.reference()["codes"]


def declared_layouts(home: Home) -> pd.DataFrame:
    """One row per layout of others: label, committees, validity, authority, its kinds of rows, cells and forms."""
    columns = ["layout", "label_vi", "label_en", "committees", "valid_from", "valid_to", "authority"]
    rows = [
        {
            **{"layout": one.layout, "label_vi": one.label.vi, "label_en": one.label.en},
            **{"committees": ", ".join(one.committees), "valid_from": one.valid_from.isoformat()},
            **{"valid_to": one.valid_to and one.valid_to.isoformat(), "authority": one.authority},
            "rows": ", ".join(table.rows for table in one.tables),
            "cells": len(one.cell_codes()),
            "forms": ", ".join(sorted({code.split(".")[0] for code in one.cell_codes()})),
        }
        for one in home.catalogue().layouts
    ]
    return pd.DataFrame(rows, columns=[*columns, "rows", "cells", "forms"])
