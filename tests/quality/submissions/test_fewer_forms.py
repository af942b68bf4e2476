"""A later version in an own layout that would take accepted forms away is returned, and what was accepted stays."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pytest
from submitted_rows import Lake, findings_frame, register_of

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import check_tables
from quality.engine.context import evaluation_context
from quality.submissions.fewer_forms import fewer_forms

CHANGES, MEMBERS = {"membership_change.OPEN": 5}, {"membership_structure.TOTAL": 5}
Cells = Mapping[str, float | None]


@pytest.fixture(scope="module")
def register() -> Reference:
    """Two organizations."""
    return register_of("AA-1", "AA-2")


def lake_of(*versions: Cells, layout: str | None = "bieu_2021") -> Lake:
    """The versions of one organization, files a, b, c as they arrived."""
    lake = Lake()
    for at, cells in enumerate(versions):
        lake.add("abc"[at], cells, received_at=f"2022-07-0{at + 1}T02:00:00Z", layout=layout)
    return lake


def told(
    lake: Lake, register: Reference, catalogue: Catalogue, rules: RuleCatalogue, clean: str | None = None
) -> list[tuple[str, str, str]]:
    """(file, observed, expected); ``clean``: the files without a hard finding, all unless given."""
    versions = evaluation_context(lake.submissions, register)
    sound = versions if clean is None else versions[versions["file_hash"].isin(set(clean))]
    with duckdb.connect() as connection:
        connection.register("observations", lake.observations)
        found = fewer_forms(connection, versions, sound, catalogue, rules)
    return list(found[["file_hash", "observed", "expected"]].itertuples(index=False, name=None))


def test_a_form_that_an_accepted_version_filled_must_not_be_lacking(
    register: Reference, catalogue: Catalogue, rules: RuleCatalogue
) -> None:
    changes, members = (catalogue.by_name[form].label.vi for form in ("membership_change", "membership_structure"))
    assert told(lake_of(CHANGES, MEMBERS), register, catalogue, rules) == [("b", members, changes)]
    assert told(lake_of(CHANGES, MEMBERS, CHANGES | MEMBERS), register, catalogue, rules) == [("b", members, changes)]
    # The second one was returned, so the third one takes nothing away.
    assert told(lake_of(CHANGES, MEMBERS, CHANGES), register, catalogue, rules) == [("b", members, changes)]


@pytest.mark.parametrize(
    ("versions", "clean", "layout"),
    [
        ((CHANGES, CHANGES | MEMBERS), None, "bieu_2021"),  # more than before
        ((CHANGES, CHANGES), None, "bieu_2021"),
        ((CHANGES, MEMBERS), "b", "bieu_2021"),  # the first one was returned: nothing of it is in force
        ((CHANGES, MEMBERS), None, None),  # our own form: a sheet that is missing is told as such
        (({"membership_change.OPEN": None}, MEMBERS), None, "bieu_2021"),  # no figure stood in it
    ],
)
def test_where_nothing_accepted_would_be_lost_nothing_is_said(
    versions: tuple[Cells, ...],
    clean: str | None,
    layout: str | None,
    register: Reference,
    catalogue: Catalogue,
    rules: RuleCatalogue,
) -> None:
    assert told(lake_of(*versions, layout=layout), register, catalogue, rules, clean) == []


def test_the_version_is_returned_and_the_one_before_it_stays(
    register: Reference, catalogue: Catalogue, rules: RuleCatalogue
) -> None:
    lake = lake_of(CHANGES, MEMBERS)
    found = check_tables(
        lake.submissions, lake.observations, lake.entries, findings_frame(), catalogue, register, rules
    )
    states = {row.file_hash: (row.state, row.is_current) for row in found.submission_states.itertuples()}
    told = found.findings[found.findings["rule_id"] == "V005"]
    assert told[["file_hash", "severity"]].to_numpy().tolist() == [["b", "hard"]]
    for language in ("vi", "en"):
        labels = [
            getattr(catalogue.by_name[form].label, language) for form in ("membership_change", "membership_structure")
        ]
        assert all(label in told[f"message_{language}"].item() for label in labels)
    assert not states["b"][1]
