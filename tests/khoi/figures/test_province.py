"""A province over the years, on random histories: nobody counted twice or lost, against a replay in plain Python."""

from __future__ import annotations

import duckdb
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from khoi.figures.province import compare_province
from khoi.warehouse.errors import WarehouseError

PROVINCES = {"C1": "P", "C2": "P", "C3": "Q"}
CODES = [f"{committee}-{number}" for committee in PROVINCES for number in range(4)]

histories = st.fixed_dictionaries(
    {
        "links": st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), max_size=8),
        "from": st.dictionaries(st.sampled_from(CODES), st.integers(0, 50), max_size=12),
        "to": st.dictionaries(st.sampled_from(CODES), st.integers(0, 50), max_size=12),
        "alive": st.sets(st.sampled_from(CODES)),
    }
)


def warehouse(history: dict) -> duckdb.DuckDBPyConnection:
    """The marts a comparison reads, of one measure and a ratio on itself."""
    connection = duckdb.connect(":memory:")
    periods = {"from": "2024H2", "to": "2026H1"}
    values = [
        (code.split("-")[0], code, period, measure, float(value))
        for end, period in periods.items()
        for code, value in history[end].items()
        for measure in ("members", "all_members")
    ]
    tables = {
        "dim_committees": [(f"{code}@", code, province) for code, province in PROVINCES.items()],
        "bridge_committee_periods": [(code, period, f"{code}@") for code in PROVINCES for period in periods.values()],
        "bridge_organization_families": [(code, str(number)) for code, number in families(history).items()],
        "dim_organizations": [
            (code, code.split("-")[0], "2000-01-01", None if code in history["alive"] else "2025-06-30")
            for code in CODES
        ],
        "fct_measure_values": values,
        "dim_periods": [("2024H2", "2024-12-31"), ("2026H1", "2026-06-30")],
        "dim_measures": [
            ("members", None, None),
            ("all_members", None, None),
            ("share", "members", "all_members"),
        ],
        "rpt_committee_measures": [("C1", "members", "2024H2", 3)],
    }
    columns = {
        "dim_committees": "committee_key varchar, committee_code varchar, province varchar",
        "bridge_committee_periods": "committee_code varchar, period_code varchar, committee_key varchar",
        "bridge_organization_families": "organization_code varchar, family_code varchar",
        "dim_organizations": "organization_code varchar, committee_code varchar, valid_from date, valid_to date",
        "fct_measure_values": "committee_code varchar, organization_code varchar, period_code varchar, "
        "measure_code varchar, value double",
        "dim_periods": "period_code varchar, period_end date",
        "dim_measures": "measure_code varchar, numerator_measure varchar, denominator_measure varchar",
        "rpt_committee_measures": "committee_code varchar, measure_code varchar, period_code varchar, "
        "organizations_expected integer",
    }
    for name, rows in tables.items():
        connection.execute(f"create table {name} ({columns[name]})")
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            connection.executemany(f"insert into {name} values ({marks})", rows)
    connection.execute("alter table dim_committees add column valid_from date")
    connection.execute(
        "create table dim_measure_breaks as select 'all_members' as measure_code, "
        "date '2025-08-30' as changed_on, 'đổi' as note_vi, 'changed' as note_en where $broken",
        {"broken": history.get("broken", False)},
    )
    for name in ("label_vi", "label_en", "unit_vi", "unit_en", "aggregation"):
        connection.execute(f"alter table dim_measures add column {name} varchar")
    return connection


def families(history: dict) -> dict[str, int]:
    """Organization -> family, by joining again and again what an event binds."""
    family = {code: number for number, code in enumerate(CODES)}
    for _ in CODES:
        for one, other in history["links"]:
            joined = min(family[one], family[other])
            family = {code: joined if of in (family[one], family[other]) else of for code, of in family.items()}
    return family


def inside(history: dict, end: str) -> dict[str, int]:
    return {code: value for code, value in history[end].items() if PROVINCES[code.split("-")[0]] == "P"}


@pytest.mark.long
@settings(deadline=None, max_examples=examples(25))
@given(histories)
def test_every_member_is_in_one_part(history: dict) -> None:
    earlier, later = inside(history, "from"), inside(history, "to")
    with warehouse(history) as connection:
        if not earlier or not later:
            with pytest.raises(WarehouseError):
                compare_province(connection, "members", "2024H2", "2026H1", "P")
            return
        found = {
            basis: compare_province(connection, "members", "2024H2", "2026H1", "P", basis=basis)
            for basis in ("as-was", "as-is", "like-for-like", "as-of:2025-01-01")
        }
    was = found["as-was"]
    assert (was.as_reported.value_from, was.as_reported.value_to) == (sum(earlier.values()), sum(later.values()))
    assert sum(part.value for part in was.parts) == was.as_reported.difference
    family = families(history)

    def of(codes: set[int], end: str, rows: dict[str, int]) -> int:
        return sum(value for code, value in rows.items() if family[code] in codes)

    for basis, living in (("as-is", history["alive"]), ("as-of:2025-01-01", set(CODES))):
        today = {family[code] for code in living if PROVINCES[code.split("-")[0]] == "P"}
        reported = {family[code] for code in (*history["from"], *history["to"])}
        restated = found[basis].restated
        if not today & reported:
            assert restated is None
            continue
        expected = (of(today, "from", history["from"]), of(today, "to", history["to"]))
        assert (restated.value_from, restated.value_to) == expected
    both = {family[code] for code in earlier} & {family[code] for code in later}
    alike = found["like-for-like"].restated
    if both:
        assert (alike.value_from, alike.value_to) == (of(both, "from", earlier), of(both, "to", later))
    else:
        assert alike is None


def test_a_ratio_restates_its_sides() -> None:
    history = {"links": [("C3-0", "C1-1")], "from": {"C1-0": 4, "C3-0": 6}, "to": {"C1-0": 5, "C1-1": 7}}
    with warehouse({**history, "alive": {"C1-0", "C1-1"}}) as connection:
        found = compare_province(connection, "share", "2024H2", "2026H1", "P", basis="as-is")
    assert (found.as_reported.value_from, found.as_reported.value_to) == (100, 100)
    assert [term.restated.value_from for term in found.terms] == [10, 10]


def test_across_a_changed_definition_nothing_is_restated() -> None:
    history = {"links": [], "from": {"C1-0": 4}, "to": {"C1-0": 5}, "alive": set(CODES), "broken": True}
    with warehouse(history) as connection:
        found = compare_province(connection, "all_members", "2024H2", "2026H1", "P", basis="as-is")
        ratio = compare_province(connection, "share", "2024H2", "2026H1", "P", basis="like-for-like")
    assert (found.as_reported.difference, found.restated) == (1, None)
    assert [one.note_en for one in found.breaks] == ["changed"]
    assert (ratio.restated, [one.measure for one in ratio.breaks]) == (None, ["all_members"])


def test_an_unknown_province_is_told_with_the_known_ones() -> None:
    history = {"links": [], "from": {"C1-0": 4}, "to": {"C1-0": 5}, "alive": set(CODES)}
    with warehouse(history) as connection, pytest.raises(WarehouseError, match="P, Q"):
        compare_province(connection, "members", "2024H2", "2026H1", "R")
