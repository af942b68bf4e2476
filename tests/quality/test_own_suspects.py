"""A finding is told the suspects that stand in its own cells, or in what these are reckoned from, and no others."""

from __future__ import annotations

from quality.localise import Component, Diagnosis, Problem, Suspect
from quality.localise.calibration import load_calibration
from quality.localise.lists import ListAggregate, ListRecord, RecordList
from quality.localise.problem import Cell, Constraint
from quality.suspects import Explained, suggestions

BAND = load_calibration().bands[0]
CLOSE, OUT, STRUCTURE, STUDIED = "form.CLOSE", "form.OUT", "structure.TOTAL", "study.ATTENDED.A"
TOTALS = {CLOSE: {"form.OPEN": 1, OUT: -1}}
TOPICS = {"TOPIC": {"A": "chuyên đề", "B": "nghị quyết"}}
ROWS = tuple(
    ListRecord(number, {"TOPIC": f"B{7 + number}", "ATTENDED": f"E{7 + number}"}, {"TOPIC": topic, "ATTENDED": 5})
    for number, topic in ((1, "A"), (2, "B"))
)
STUDY = RecordList(
    "study", "Học tập", "B8:E9", ROWS, (ListAggregate(STUDIED, "ATTENDED", {"TOPIC": frozenset("A")}),), TOPICS
)
PROBLEM = Problem.of(
    [Cell(CLOSE, 5, sheet="Biểu 1"), Cell(OUT, 1), Cell(STRUCTURE, 6, sheet="Cơ cấu"), Cell(STUDIED, 5, fixed=True)],
    [
        Constraint("R_TOTAL", ((STRUCTURE, 1), (CLOSE, -1))),
        Constraint("R_OUT", ((OUT, 1),), constant=-3),
        Constraint("R_STUDY", ((STUDIED, 1),), constant=-3),
    ],
    [STUDY],
)


def suspect(cell: str, place: str, kind: str = "any", situation: str = "") -> Suspect:
    return Suspect(cell, place, 5, 0.9, BAND, 4, 0.9, kind, "số khác", "some other figure", situation=situation)


def told(*suspects: Suspect) -> dict[str, set[str]]:
    """By rule the places that are suggested; nothing where it says that none can be told."""
    component = Component(("R_TOTAL", "R_OUT", "R_STUDY"), "located", suspects, ())
    rows = suggestions((Explained("f", PROBLEM, Diagnosis((component,)), totals=TOTALS),))
    named = rows["suggested"].fillna("").map(lambda text: {one.partition(":")[0] for one in text.split("; ")} - {""})
    assert rows.loc[named.map(len) == 0, "because_vi"].str.startswith("Không xác định được ô nào sai").all()
    return dict(zip(rows["rule_id"], named, strict=True))


def test_a_suspect_stands_at_the_rules_that_look_at_its_cell() -> None:
    found = told(suspect(STRUCTURE, "Cơ cấu!C9"))
    assert found == {"R_TOTAL": {"Cơ cấu!C9"}, "R_OUT": set(), "R_STUDY": set()}


def test_a_part_of_a_total_is_a_hint_at_what_compares_the_total() -> None:
    found = told(suspect(OUT, "Biểu 1!C22"))
    assert found == {"R_TOTAL": {"Biểu 1!C22"}, "R_OUT": {"Biểu 1!C22"}, "R_STUDY": set()}


def test_of_a_list_the_rows_that_count_are_named_and_those_that_might() -> None:
    """A rule over one topic does not look at the figures of the row of another; its topic may be the wrong one."""
    assert told(suspect("study#1.ATTENDED", "Học tập!E8"))["R_STUDY"] == {"Học tập!E8"}
    assert told(suspect("study#2.ATTENDED", "Học tập!E9"))["R_STUDY"] == set()
    assert told(suspect("study#2.TOPIC", "Học tập!B9"))["R_STUDY"] == {"Học tập!B9"}
    assert told(suspect("study#1", "Học tập!B8"))["R_STUDY"] == {"Học tập!B8"}
    assert told(suspect("study#2", "Học tập!B9"))["R_STUDY"] == set()
    assert told(suspect("study#missing", "Học tập!B8"))["R_STUDY"] == {"Học tập!B8"}


def test_a_sheet_of_last_period_stands_at_every_rule_that_looks_at_it() -> None:
    found = told(suspect("Biểu 1#repeated", "Biểu 1!C9"))
    assert found == {"R_TOTAL": {"Biểu 1!C9"}, "R_OUT": set(), "R_STUDY": set()}


def test_the_other_half_of_an_event_is_told_where_no_rule_looks_at_it() -> None:
    found = told(suspect(STRUCTURE, "Cơ cấu!C9", "exchange"), suspect("structure.FEMALE", "Cơ cấu!C10", "exchange"))
    assert found["R_TOTAL"] == {"Cơ cấu!C9", "Cơ cấu!C10"}
    assert found["R_OUT"] == set()


def test_what_follows_from_an_event_is_told_with_it_where_no_rule_looks_at_it() -> None:
    """A figure taken over onto another form: both cells have to be mended."""
    found = told(suspect(STRUCTURE, "Cơ cấu!C9"), suspect("movement.CLOSE", "Phong trào!C9", "carried", "companion"))
    assert found["R_TOTAL"] == {"Cơ cấu!C9", "Phong trào!C9"}
    assert found["R_OUT"] == set()


def test_a_rule_of_which_nothing_is_known_keeps_all() -> None:
    component = Component(("R_ELSEWHERE",), "located", (suspect(OUT, "Biểu 1!C22"),), ())
    (row,) = suggestions((Explained("f", PROBLEM, Diagnosis((component,))),)).itertuples()
    assert str(row.suggested).startswith("Biểu 1!C22")
