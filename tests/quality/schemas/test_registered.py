"""Sector and industrial zone are held against the register on the period's last day; a difference is asked about."""

from __future__ import annotations

import pytest
from submitted_rows import AFTER_ALL, PERIOD, Lake, findings_frame, register_of, seed

from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check import check_tables


def _register(*stretches: tuple[str | None, str | None, str | None]) -> Reference:
    """One organization in a row of stretches: sector, first and last day."""
    row = {"organization_code": "AA-1", "committee_code": "AA", "name": "A", "organization_type": "CBCS"}
    rows = [
        {**row, "industrial_zone": "KHONG", "sector": sector, "valid_from": first, "valid_to": last, "authority": "thử"}
        for sector, first, last in stretches
    ]
    return register_of("AA-1", organizations=seed("organizations", rows))


def _asked(
    catalogue: Catalogue, rules: RuleCatalogue, register: Reference, **chosen: str | None
) -> list[dict[str, str]]:
    rows = Lake().add("f", {"membership_change.CLOSE": 9}).record("f", "organization_profile", 1, chosen)
    frames = (rows.submissions, rows.observations, rows.entries, findings_frame())
    findings = check_tables(*frames, catalogue, register, rules, as_of=AFTER_ALL).findings
    return findings[findings["rule_id"] == "S016"].to_dict("records")


def test_another_sector_than_the_registers_is_asked_about_at_its_cell(
    catalogue: Catalogue, rules: RuleCatalogue
) -> None:
    (found,) = _asked(catalogue, rules, _register(("S5", "2000-01-01", None)), SECTOR="S1", INDUSTRIAL_ZONE="KHONG")
    assert (found["severity"], found["period_code"], found["cell"]) == ("soft", PERIOD, "A11")
    assert (found["observed"], found["expected"]) == ("S1", "S5")
    assert "S5" not in found["message_vi"]


def test_an_industrial_zone_is_held_against_the_register_too(catalogue: Catalogue, rules: RuleCatalogue) -> None:
    (found,) = _asked(catalogue, rules, _register(("S5", "2000-01-01", None)), SECTOR="S5", INDUSTRIAL_ZONE="CO")
    assert found["cell_code"] == "organization_profile.INDUSTRIAL_ZONE"


@pytest.mark.parametrize("sector", ["S5", None])
def test_the_same_sector_and_an_empty_one_are_not_asked_about(
    catalogue: Catalogue, rules: RuleCatalogue, sector: str | None
) -> None:
    assert _asked(catalogue, rules, _register(("S5", "2000-01-01", None)), SECTOR=sector) == []


def test_the_register_counts_as_it_is_on_the_periods_last_day(catalogue: Catalogue, rules: RuleCatalogue) -> None:
    moved = _register(("S5", "2000-01-01", "2022-03-31"), ("S1", "2022-04-01", None))
    assert _asked(catalogue, rules, moved, SECTOR="S1") == []
    assert [one["expected"] for one in _asked(catalogue, rules, moved, SECTOR="S5")] == ["S1"]


def test_what_the_register_leaves_empty_is_held_against_nobody(catalogue: Catalogue, rules: RuleCatalogue) -> None:
    assert _asked(catalogue, rules, _register((None, "2000-01-01", None)), SECTOR="S1") == []
