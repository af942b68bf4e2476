"""What must hold between the lines of registers: each broken once, told with both lines; sound ones told of nothing."""

# ruff: noqa: E501 - one case a line reads as a table
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from examples import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from register_folder import REGISTERS, Rows, change, read_rows_of, write_registers

from ingest.reference import SEED_COLUMNS
from ingest.register_files.mistakes import Mistake
from ingest.register_files.values import as_count, as_day

Judge = Callable[[Path], list[Mistake]]
Case = tuple[str, Callable[[Rows], Rows], list[tuple[str, str]]]


def put(row: int, column: int, value: str) -> Callable[[Rows], Rows]:
    """Set one cell: data row from 1, column from 0."""

    def how(rows: Rows) -> Rows:
        rows[row] = [*rows[row][:column], value, *rows[row][column + 1 :]]
        return rows

    return how


def add(*row: str) -> Callable[[Rows], Rows]:
    return lambda rows: [*rows, list(row)]


def event(kind: str, day: str, committee: str, left: str, entered: str, *more: str) -> Callable[[Rows], Rows]:
    body, unit, members = (*more, *("", "organization", "5")[len(more) :])
    return add("X1", kind, day, committee, left, entered, body, unit, "0", members, "", "")


CASES: dict[str, Case] = {
    "a key twice": ("organizations", lambda rows: [*rows, rows[1]], [("unique", "G9")]),
    "an organization of no committee": ("organizations", put(1, 1, "XX"), [("reference", "B2")]),
    "an unknown type": ("organizations", put(1, 3, "KHAC_LA"), [("known", "D2")]),
    "an empty name": ("organizations", put(1, 2, ""), [("filled", "C2")]),
    "a code that climbs out of its folder": ("organizations", add("../evil", "AA", "x", "DBCS", "S5", "KHONG", "2010-01-01", "", ""), [("identifier", "A9")]),
    "a code that Windows keeps for itself": ("organizations", add("NUL", "AA", "x", "DBCS", "S5", "KHONG", "2010-01-01", "", ""), [("identifier", "A9")]),
    "a day that does not exist": ("organizations", put(1, 6, "30/02/2010"), [("day", "G2")]),
    "a day as a serial number": ("organizations", put(1, 6, "36526"), [("day", "G2")]),
    "days the wrong way round": ("organizations", put(1, 7, "2009-12-31"), [("span", "H2")]),
    "two stretches that overlap": ("organizations", put(3, 7, "2021-07-01"), [("stretches_overlap", "H4")]),
    "two stretches apart": ("organizations", put(3, 7, "2021-05-31"), [("stretches_hole", "G5")]),
    "a committee that overlaps itself": ("committees", put(1, 6, ""), [("stretches_overlap", "G2")]),
    "codes that differ in a dash": ("organizations", add("AA1", "AA", "x", "DBCS", "S5", "KHONG", "2010-01-01", "", ""), [("codes_alike", "A9")]),
    "an organization before its committee": ("organizations", add("BB-0", "BB", "x", "DBCS", "S5", "KHONG", "2001-01-01", "2002-01-01", ""), [("outside_committee", "H9")]),
    "an unknown parameter's value": ("rule_parameters", put(1, 2, "hai phần trăm"), [("number", "C2")]),
    "a number with two readings": ("rule_parameters", put(1, 2, "1,250"), [("number", "C2")]),
    "members in words": ("organization_events", put(1, 9, "năm"), [("count", "J2")]),
    "members with a thousands sign": ("organization_events", put(1, 9, "1.250"), [("count", "J2")]),
    "members below nothing": ("organization_events", put(1, 9, "-5"), [("count", "J2")]),
    "an unknown type of event": ("organization_events", put(1, 1, "transferred"), [("known", "B2")]),
    "an unknown organization": ("organization_events", put(1, 4, "AA-9"), [("reference", "E2")]),
    "one side missing": ("organization_events", put(1, 5, ""), [("event_side_missing", "F2")]),
    "into itself": ("organization_events", put(1, 5, "AA-2"), [("event_itself", "F2"), ("event_not_there", "F2")]),
    "an end too late": ("organizations", put(2, 7, "2021-03-01"), [("event_still_there", "E2")]),
    "an end too early": ("organizations", put(2, 7, "2021-01-31"), [("event_not_there", "E2")]),
    "a beginning before the event": ("organizations", lambda rows: put(6, 6, "2021-08-10")(put(5, 7, "2021-08-09")(rows)), [("event_there_before", "F4"), ("event_not_there", "E3")]),
    "another committee's event": ("organization_events", put(1, 3, "BB"), [("event_other_committee", "D2")]),
    "one event on two days": ("organization_events", lambda rows: [*rows, ["E1", *rows[1][1:2], "2021-07-01", *rows[1][3:5], "AA-3", *rows[1][6:]]], [("event_differs", "C5"), ("event_not_there", "E5")]),
    "an event without its number": ("organization_events", put(1, 9, ""), [("event_unknown_members", "J2")]),
    "an event in no period": ("organization_events", event("split", "2019-03-01", "AA", "AA-1", "AA-3", "", "subordinate_cell"), [("event_without_period", "C5")]),
    "two types in one change of type": ("organization_events", event("type_changed", "2021-07-01", "AA", "AA-1", "AA-3"), [("event_type_changed", "F5")]),
    "due before it begins": ("reporting_periods", put(1, 2, "2020-07-20"), [("due_before_start", "C2")]),
    "a period of no calendar": ("reporting_periods", put(1, 1, "2021Q5"), [("event_without_period", "C2"), ("reference", "B2")]),
    "reported by nobody": ("reporting_periods", add("BB", "2027H1", "2027-07-20", ""), [("reporting_without_committee", "B8")]),
    "a parameter that is nearly one": ("rule_parameters", add("percent_tolerence", "", "5", "2000-01-01", "", "thử"), []),
    "a parameter misspelt": ("rule_parameters", put(1, 0, "percent_tolerence"), [("parameter_misspelt", "A2")]),
    "a holiday twice": ("holidays", lambda rows: [*rows, rows[1]], [("unique", "A120")]),
    "a holiday without its source": ("holidays", put(1, 3, ""), [("filled", "D2")]),
    "locked before due": ("reporting_periods", put(1, 3, "2021-07-01"), [("span", "D2")]),
    "a pair with a code of no list": ("code_combinations", put(1, 1, "KHAC_LA"), [("reference", "B2")]),
    "a parameter in capitals": ("rule_parameters", put(1, 0, "PERCENT_TOLERANCE"), [("parameter_misspelt", "A2")]),
    "a limit in words": ("rule_parameters", add("transfer_match_working_days", "", "chín mươi", "2000-01-01", "", "thử"), [("number", "C4")]),
    "a limit with half a day": ("rule_parameters", add("transfer_match_working_days", "", "90.5", "2000-01-01", "", "thử"), [("count", "C4")]),
    "a limit below nothing": ("rule_parameters", add("transfer_match_working_days", "", "-5", "2000-01-01", "", "thử"), [("count", "C4")]),
    "a period of no kind": ("periods", put(1, 1, "01.07.2021"), [("known", "B2")]),
    "a measure of no kind": ("measures", put(1, 5, "không"), [("known", "F2")]),
    "a measure of neither stock nor flow": ("measures", put(1, 6, "-"), [("known", "G2")]),
    "a measure that adds up nothing": ("measures", lambda rows: [rows[0], ["lonely", "Lẻ", "Lonely", "", "", "additive", "flow", "", ""], *rows[1:]], [("measure_without_terms", "A2")]),
    "a figure of no block": ("published_figures", add("f1", "không-có", "r", "", "", "m", "", "", "", "", "1", "", "", "", "", "", "", ""), [("reference", "B2")]),
    "a figure in words": ("published_figures", add("f1", "", "r", "", "", "m", "", "", "2021-01-01", "2021-06-30", "mười", "", "1/2", "", "", "", "", ""), [("number", "K2"), ("number", "M2")]),
    "a part of no figure": ("published_checks", add("C1", "f1", "f2; f3", "", ""), [("reference", "B2"), ("part_unknown", "C2"), ("part_unknown", "C2")]),
}  # fmt: skip


def test_sound_registers_are_told_of_nothing(folder: Path, judge: Judge) -> None:
    assert judge(folder) == []


@pytest.mark.parametrize("what", CASES)
def test_what_is_broken_is_told_at_its_cell(folder: Path, judge: Judge, what: str) -> None:
    name, how, expected = CASES[what]
    if what == "reported by nobody":
        change(folder, "committees", put(3, 6, "2026-12-31"))
    change(folder, name, how)
    assert sorted((one.kind, one.place.cell) for one in judge(folder)) == sorted(expected)


def test_a_year_without_holidays_is_told_with_the_periods_whose_limits_reach_into_it(
    folder: Path, judge: Judge
) -> None:
    change(folder, "rule_parameters", add("transfer_match_working_days", "", "90", "2000-01-01", "", "thử"))
    assert judge(folder) == []
    change(folder, "holidays", lambda rows: [row for row in rows if not row[0].startswith("2022")])
    (mistake,) = judge(folder)
    assert (mistake.kind, mistake.severity, mistake.observed) == ("holidays_missing", "soft", "2022")
    assert mistake.expected == "2021H2, 2022H1"


def test_both_lines_of_an_overlap_are_named(folder: Path, judge: Judge) -> None:
    change(folder, "organizations", put(3, 7, "2021-07-01"))
    (mistake,) = judge(folder)
    assert mistake.line("vi").startswith("organizations.csv, dòng 4, cột valid_to (ô H4): ")
    assert "organizations.csv, dòng 5, cột valid_from (ô G5)" in mistake.line("vi")
    assert "2021-06-30" in mistake.line("vi"), "the remedy says which day"


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (put(8, 5, "2021H1"), [("previous_cycle", "F9")]),
        (put(8, 5, "2019H2"), [("previous_apart", "F9")]),
        (put(8, 5, ""), [("previous_missing", "F9")]),
        (put(8, 3, "2021-02-01"), [("periods_hole", "D9"), ("previous_apart", "F9")]),
        (put(8, 3, "2020-12-01"), [("periods_overlap", "D9"), ("previous_apart", "F9")]),
        (lambda rows: rows[:8] + rows[9:], [("periods_hole", "D9"), ("reference", "F9")]),
    ],
)
def test_periods_tile_the_time(folder: Path, judge: Judge, how: Callable[[Rows], Rows], expected: object) -> None:
    change(folder, "reporting_periods", lambda rows: [row for row in rows if row[1] != "2021H1"])
    change(folder, "organization_events", lambda rows: rows[:1] + rows[2:])
    change(folder, "organizations", lambda rows: rows[:2] + rows[3:])
    change(folder, "periods", how)
    assert sorted((one.kind, one.place.cell) for one in judge(folder)) == expected


def test_parents_are_there_and_lead_somewhere(folder: Path, judge: Judge) -> None:
    def how(rows: Rows) -> Rows:
        return put(1, 5, rows[3][1])(put(3, 5, rows[1][1])(put(4, 5, "KHONG_CO")(rows)))

    change(folder, "codes", how)
    assert [(one.kind, one.place.cell) for one in judge(folder)] == [
        ("parent_cycle", "F2"),
        ("parent_cycle", "F4"),
        ("parent_unknown", "F5"),
    ]


def test_two_organizations_cannot_end_into_each_other(folder: Path, judge: Judge) -> None:
    there = event("merged", "2021-03-01", "AA", "AA-1", "AA-2")
    change(folder, "organization_events", there)
    told = [one for one in judge(folder) if one.kind == "event_cycle"]
    assert [(one.place.line, [other.line for other in one.others]) for one in told] == [(2, [5])]


def test_a_hole_that_events_explain_is_none(folder: Path, judge: Judge) -> None:
    change(folder, "organizations", put(3, 7, "2021-05-31"))
    change(folder, "organization_events", event("handed_over", "2021-06-01", "AA", "AA-3", "", "KHAC"))
    change(
        folder,
        "organization_events",
        lambda rows: [*rows, ["X2", "received", "2021-07-01", "AA", "", "AA-3", *rows[-1][6:]]],
    )
    assert judge(folder) == []


def test_what_could_not_be_read_is_not_missed_elsewhere(folder: Path, judge: Judge) -> None:
    (folder / "committees.csv").write_bytes(b"")
    (folder / "organizations.csv").write_bytes(b"PK\x03\x04")
    assert [one.kind for one in judge(folder)] == ["file_empty", "file_is_workbook"]


@pytest.mark.parametrize("name", REGISTERS)
def test_an_empty_register_is_no_mistake_of_its_own(folder: Path, judge: Judge, name: str) -> None:
    change(folder, name, lambda rows: rows[:1])
    assert [one for one in judge(folder) if one.register == name] == []


@pytest.mark.parametrize(
    "day", ["2021-02-30", "2021-13-01", "20210101", "2021-1-1", "hôm nay", "31/6/2021", "0021-01-01"]
)
def test_a_day_that_is_none_is_told(folder: Path, judge: Judge, day: str) -> None:
    change(folder, "reporting_periods", put(1, 2, day))
    assert [(one.kind, one.place.cell) for one in judge(folder)] == [("day", "C2")]


def test_twenty_mistakes_are_told_in_one_pass(folder: Path, judge: Judge) -> None:
    chosen = [what for what in CASES if CASES[what][0] == "organizations"][:7]
    change(
        folder,
        "organizations",
        lambda rows: [*rows, *([f"N-{n}", "AA", "", "LA", "S5", "KHONG", "32/1/2020", "", ""] for n in range(20))],
    )
    change(folder, "organization_events", put(1, 9, "năm"))
    change(folder, "reporting_periods", put(1, 2, "hôm nay"))
    told = [(one.kind, one.place.cell) for one in judge(folder)]
    assert len(chosen) == 7
    assert len(told) == 20 * 3 + 2
    assert {("count", "J2"), ("day", "C2"), ("day", "G28"), ("filled", "C9"), ("known", "D20")} <= set(told)


CHECKED = [
    (name, row, column)
    for name, columns in {
        "organizations": ("committee_code", "organization_type", "sector", "valid_from"),
        "organization_events": ("event_type", "effective_on", "committee_code", "unit", "members_moved"),
        "reporting_periods": ("committee_code", "period_code", "due_on"),
        "committees": ("committee_code", "valid_from"),
    }.items()
    for row in range(1, len(REGISTERS[name]) + 1)
    for column in columns
]


@pytest.mark.long
@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(CHECKED), value=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
def test_any_text_in_a_checked_cell_is_told_in_its_file(
    tmp_path_factory: pytest.TempPathFactory, judge: Judge, place: tuple[str, int, str], value: str
) -> None:
    name, row, column = place
    number = SEED_COLUMNS[name].index(column)
    old = REGISTERS[name][row - 1][number]
    folder = write_registers(tmp_path_factory.mktemp("registers"))
    change(folder, name, put(row, number, value))
    told = judge(folder)
    same = as_day(value.strip()) == old or as_count(value.strip()) == old or not value.strip()
    assert same or any(one.place.line for one in told)


def test_what_stands_in_the_place_of_a_role_is_pointed_at_and_not_repeated(folder: Path, judge: Judge) -> None:
    row = ("K1", "AA", "AA-1", "2021H1", "membership_change.OPEN", "5", "6", "sót", "Nguyễn Văn Thử", "2021-08-01", "")
    change(folder, "corrections", add(*row))
    (told,) = judge(folder)
    assert (told.kind, told.place.cell) == ("reference", "I2")
    assert "Thử" not in told.line("vi") + told.line("en")
    change(folder, "corrections", put(1, 8, "Phó trưởng phòng"))
    assert judge(folder) == []


GARBAGE = ["mùng một Tết", "31/02/2026", "5²", "9" * 40, "", "-", "1,250", "a;b'", "1e400"]


@settings(max_examples=examples(12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    place=st.sampled_from([(name, at) for name, columns in SEED_COLUMNS.items() for at in range(len(columns))]),
    text=st.sampled_from(GARBAGE),
)
@example(place=("holidays", 0), text="mùng một Tết")
@example(place=("periods", SEED_COLUMNS["periods"].index("period_end")), text="31/02/2026")
def test_nonsense_in_any_cell_of_any_register_ends_no_check(
    place: tuple[str, int], text: str, judge: Judge, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A day that is none stopped all checks with a traceback: of holidays, and of the ends of periods."""
    folder = write_registers(tmp_path_factory.mktemp("registers") / "seeds")
    name, column = place
    rows = read_rows_of(folder, name) if (folder / f"{name}.csv").is_file() else []
    if len(rows) < 2:
        return
    change(folder, name, put(1, column, text))
    judge(folder)
