"""Publications kept for good, one figure over all of them, and why two of them differ."""

from __future__ import annotations

import pytest
from lake_of_rows import LakeOfRows
from published_rows import published_rows
from two_committees import BALANCES, TERMS

from khoi.deployment.home import Home
from khoi.figures.compare import compare
from khoi.figures.revisions import Revision, revisions
from khoi.figures.trace import trace
from khoi.warehouse.build import build_warehouse
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.publish import KEPT_VERSIONS, publish
from khoi.warehouse.read import open_published
from khoi.warehouse.vintages import figure_history, vintage_named, vintages

pytestmark = pytest.mark.long

LATE = ("BB-2", "2021H2", 25, 2, 0, 0)
NEWER = ("AA-4", "2022H1", 29, 3, 0, 1)
CORRECTION = {
    "correction_id": "SUA-1",
    "committee_code": "BB",
    "organization_code": "BB-1",
    "period_code": "2021H2",
    "cell_code": "membership_change.IN_ADMIT",
    "file_hash": "hash-BB-1-2021H2",
    "expected_old": 1,
    "observed": 1,
    "new_value": 4,
    "status": "applied",
    "reason": "Bổ sung quyết định kết nạp",
    "by_role": "Ban Tổ chức",
    "decided_on": "2022-02-01",
}
BREAKS = [
    {"measure_code": "members_opening", "changed_on": "2022-01-01", "bridge_measure_code": "members_total"},
    {"measure_code": "members_expelled_cases", "changed_on": "2022-01-01", "note_vi": "khác", "note_en": "other"},
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two publications: then a late workbook, a new version, a correction and another definition came."""
    root = tmp_path_factory.mktemp("vintages") / "khoi"
    rows = LakeOfRows(**published_rows())
    rows.write(root)
    home = Home(root)
    build_warehouse(home)
    publish(home)
    old = next(row for row in BALANCES if row[:2] == NEWER[:2])
    rows.balances = [row for row in BALANCES if row is not old] + [LATE, NEWER]
    rows.editions = {NEWER[:2]: "-2"}
    rows.corrections = [CORRECTION]
    rows.breaks = BREAKS
    rows.terms = [
        *(term for term in TERMS if term[0] != "members_expelled_cases"),
        ("members_expelled_cases", "discipline_cases.FORM.KTR", 2),
    ]
    rows.write(root)
    build_warehouse(home)
    publish(home)
    return home


@pytest.fixture(scope="module")
def found(home: Home) -> dict[str, Revision]:
    return {revision.figure: revision for revision in revisions(home, "previous", "current").revisions}


def _causes(revision: Revision) -> dict[str, float]:
    return {part.part: part.value for part in revision.parts}


def test_late_workbooks_and_corrections_are_told_apart(found: dict[str, Revision]) -> None:
    """BB-2 admitted 2 in the late workbook; a correction made BB-1's 1 a 4: 1 becomes 6."""
    admitted = found["members_admitted@BB@2021H2"]
    assert (admitted.value_from, admitted.value_to) == (1, 6)
    assert _causes(admitted) == {"late_workbooks": 2, "corrections": 3}


def test_a_new_version_is_not_a_late_workbook(found: dict[str, Revision]) -> None:
    """AA-4 sent 2022H1 again, with 3 admitted instead of none."""
    assert _causes(found["members_admitted@AA@2022H1"]) == {"new_versions": 3}
    assert _causes(found["members_total@AA@2022H1"]) == {"new_versions": 3}


def test_a_changed_definition_is_one(found: dict[str, Revision]) -> None:
    revision = found["members_expelled_cases@AA@2022H1"]
    assert (revision.value_from, revision.value_to) == (1, 2)
    assert _causes(revision) == {"definitions": 1}


def test_every_revision_adds_up_and_nothing_is_left_to_the_code(found: dict[str, Revision]) -> None:
    """The code did not change between the two; ratios add up in points."""
    assert len(found) > 8
    assert "members_admitted_pct@BB@2021H2" in found
    for revision in found.values():
        assert sum(part.value for part in revision.parts) == pytest.approx(revision.difference)
        assert "code" not in _causes(revision)


def test_only_what_changed_is_told(home: Home, found: dict[str, Revision]) -> None:
    told = revisions(home, "previous", "current", committee="BB", measure="members_admitted")
    assert [revision.figure for revision in told.revisions] == ["members_admitted@BB@2021H2"]
    assert set(told.changed) == {"measures"}  # the register of corrections itself is a table of this lake only
    assert "members_total@AA@2021H1" not in found


def test_a_figure_over_all_publications(home: Home) -> None:
    history = figure_history(home, "members_total@BB@2021H2")
    assert history["value"].tolist() == [61, 88]
    assert history["organizations_counted"].tolist() == [1, 2]
    assert figure_history(home, "total")["value"].tolist() == [222, 225]
    with pytest.raises(WarehouseError, match="members_total@BB@2021H2"):
        figure_history(home, "member_total@BB@2021H2")


def test_a_publication_is_named_by_its_beginning(home: Home) -> None:
    first, last = vintages(home)
    assert vintage_named(home, "current") == last
    assert vintage_named(home, first.version) == first
    assert vintage_named(home, "2") == last
    for name in ("3", "1999", ""):
        with pytest.raises(WarehouseError, match=last.version):
            vintage_named(home, name)
    with pytest.raises(WarehouseError, match="earlier"):
        revisions(home, "current", "previous")


def test_a_correction_is_seen_in_the_trace_and_in_the_parts(home: Home) -> None:
    """The workbook's 1 stays beside the 4 that counts; 2021H1 to 2021H2 the 3 are the correction's."""
    with open_published(home) as connection:
        lines = trace(connection, "members_admitted@BB@2021H2").lines.set_index("organization_code")
        (comparison,) = compare(connection, "members_admitted", "2021H1", "2021H2", "BB")
    corrected = lines.loc["BB-1"]
    assert (corrected["raw_text"], corrected["submitted_value"], corrected["value"]) == ("1", 1, 4)
    assert (corrected["correction_id"], corrected["corrected_by_role"]) == ("SUA-1", "Ban Tổ chức")
    assert lines["correction_id"].notna().sum() == 1
    assert {part.part: part.value for part in comparison.parts} == {"own_change": 2, "correction": 3}


def test_a_bridged_measure_follows_its_old_meaning(home: Home) -> None:
    """From 2022 on members_opening means something else, members_total the same: 25 + 59 become 26 + 62."""
    with open_published(home) as connection:
        (comparison,) = compare(connection, "members_opening", "2021H1", "2022H1", "BB", basis="as-is")
    assert [(found.measure, found.bridged) for found in comparison.breaks] == [("members_opening", True)]
    assert comparison.as_reported.difference == 86 - 84
    assert comparison.restated is not None
    assert (comparison.restated.value_from, comparison.restated.value_to) == (84, 88)
    assert {part.part: part.value for part in comparison.parts} == {"own_change": 4, "definition": -2}


def test_a_measure_without_a_bridge_breaks_visibly(home: Home) -> None:
    with open_published(home) as connection:
        for basis in ("as-is", "like-for-like"):
            (comparison, _) = compare(connection, "members_expelled_cases", "2021H1", "2022H1", basis=basis)
            assert comparison.restated is None
            assert [(found.bridged, found.note_en) for found in comparison.breaks] == [(False, "other")]
            assert {part.part: part.value for part in comparison.parts} == {"definition": 2}


def test_vintages_outlive_the_warehouses(home: Home) -> None:
    """The oldest warehouses go, what they said stays."""
    versions = [vintage.version for vintage in vintages(home)]
    for _ in range(KEPT_VERSIONS):
        build_warehouse(home)
        versions.append(publish(home).version)
    assert [vintage.version for vintage in vintages(home)] == versions
    assert len(list(home.published.glob("*.duckdb"))) == KEPT_VERSIONS
    assert figure_history(home, "members_total@BB@2021H2")["value"].tolist() == [61, *[88] * (KEPT_VERSIONS + 1)]
