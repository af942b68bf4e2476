"""Errors in the records of lists, through the builder: rows, amounts and codes are blamed, sums over them never."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.tables import form_cells
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.localise import Cell, Constraint, Diagnosis, Problem, load_weights, localise
from quality.localise.build import ProblemBuilder, WorkbookFigures
from quality.localise.list_reader import ListReader
from quality.localise.lists import ANY, ListAggregate, ListRecord, RecordList
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.problem import Operator
from quality.localise.record_errors import record_errors

SHEET, LIST = "Biểu 1", "Chuyển sinh hoạt"
RULES = (
    "R001A",
    "R001B",
    "R001C",
    "R001D",
    "R001E",
    "R041_IN",
    "R041_OUT",
    "R042_IN",
    "R042_OUT",
    "R043_IN",
    "R043_OUT",
)
FIGURES = {
    "OPEN": 100, "INC": 9, "IN_ADMIT": 2, "IN_TR": 7, "IN_TR_EXT": 4, "IN_TR_INT": 3, "IN_TR_OWN": 0, "IN_RESTORE": 0,
    "DEC": 5, "OUT_DEATH": 0, "OUT_EXPEL": 0, "OUT_REMOVE": 0, "OUT_RESIGN": 0, "OUT_TR": 5, "OUT_TR_EXT": 5,
    "OUT_TR_INT": 0, "OUT_TR_OWN": 0, "CLOSE": 104,
}  # fmt: skip
RECORDS = [("IN", "NGOAI_TINH", 3), ("IN", "NGOAI_TINH", 1), ("IN", "TRONG_TINH", 3), ("OUT", "NGOAI_TINH", 5)]
Record = tuple[str, str, int]


@pytest.fixture(scope="module")
def builder(rules: RuleCatalogue, catalogue: Catalogue, reference: Reference) -> ProblemBuilder:
    return ProblemBuilder(rules, catalogue, reference)


def figures(records: list[Record], half_read: bool = False, **changed: int) -> WorkbookFigures:
    """Biểu 1 as written, and the list of transfers with its sums."""
    written = {**FIGURES, **changed}
    rows = [
        _cell(f"membership_change.{name}", value, SHEET, f"C{n}", n)
        for n, (name, value) in enumerate(written.items(), 1)
    ]
    for direction in ("IN", "OUT"):
        for scope in ("NGOAI_TINH", "NGOAI_NUOC", "TRONG_TINH", "TRONG_DANG_BO"):
            total = sum(amount for one, two, amount in records if (one, two) == (direction, scope))
            rows.append(_cell(f"transfers.{direction}.{scope}", total, LIST, f"E8:E{7 + len(records)}", 8))
    entries = [
        {
            "form": "transfers", "record_no": number, "field": field, "value_text": str(value),
            "value": float(value) if field == "MEMBERS" else None, "state": "value", "sheet": LIST,
            "row_no": 7 + number, "column_no": column, "cell": f"{'ABCDE'[column - 1]}{7 + number}",
        }
        for number, record in enumerate(records, start=1)
        for field, column, value in zip(("DIRECTION", "SCOPE", "MEMBERS"), (2, 3, 5), record, strict=True)
    ]  # fmt: skip
    unread = frozenset({LIST}) if half_read else frozenset()
    columns = [
        *("form", "record_no", "field", "value_text", "value", "state", "sheet", "row_no", "column_no", "cell")
    ]  # fmt: skip
    return WorkbookFigures(pd.DataFrame(rows), {}, pd.DataFrame(entries, columns=columns), unread, "2022-06-30")


def _cell(code: str, value: int, sheet: str, cell: str, row: int) -> dict[str, Any]:
    place = {"sheet": sheet, "cell": cell, "row_no": row, "column_no": 3}
    return {"cell_code": code, "value": float(value), "state": "value", **place, "previous": None, "last_known": None}


def diagnosed(builder: ProblemBuilder, said: WorkbookFigures) -> Diagnosis:
    holding = pd.DataFrame({"rule_id": RULES, "severity": "hard", "tolerance": 0.0})
    return localise(builder.problem(said, holding))


def test_the_clean_workbook_contradicts_nothing(builder: ProblemBuilder) -> None:
    assert diagnosed(builder, figures(RECORDS)).components == ()


@pytest.mark.parametrize(
    ("records", "place", "observed", "proposed", "kind"),
    [
        ([*RECORDS[:3], ("OUT", "NGOAI_TINH", 6)], f"{LIST}!E11", "6", "5", "wrong_amount"),
        ([*RECORDS[:3], ("OUT", "TRONG_TINH", 5)], f"{LIST}!C11", "Đảng bộ khác trong tỉnh", "Tỉnh khác", "wrong_code"),
        ([*RECORDS[:3], ("IN", "NGOAI_TINH", 5)], f"{LIST}!B11", "Đến", "Đi", "wrong_code"),
        (RECORDS[:3], f"{LIST}!B8:E10", None, None, "row_missing"),
        ([*RECORDS, RECORDS[2]], f"{LIST}!B12:E12", None, None, "row_twice"),
    ],
)  # fmt: skip
def test_an_error_in_a_record_is_named_where_it_stands(
    builder: ProblemBuilder, records: list[Record], place: str, observed: str | None, proposed: str | None, kind: str
) -> None:
    (component,) = diagnosed(builder, figures(records)).components
    best = {one.place: one for one in component.suspects}
    assert place in best
    assert component.suspects[0].probability - best[place].probability < 0.05
    assert kind in component.alternatives[0].kinds or kind == best[place].kind
    if proposed is not None:
        assert (best[place].observed, best[place].proposed) == (observed, proposed)


def test_a_list_that_was_forgotten_is_one_slip_and_no_figure_of_the_form_is_blamed_instead(
    builder: ProblemBuilder,
) -> None:
    """Four transfers in lines that add up, none in the list: seven figures would have to be wrong."""
    said = figures([])
    (component,) = diagnosed(builder, said).components
    assert [one.kind for one in component.suspects if one.probability >= 0.5] == ["list_empty"]
    assert component.suspects[0].place.startswith(LIST)
    assert component.suspects[0].reason_vi == "cả danh sách chưa được ghi"


def test_a_figure_of_the_form_that_nothing_confirms_is_wrong_though_the_list_is_empty(builder: ProblemBuilder) -> None:
    none = dict.fromkeys(
        ("INC", "IN_ADMIT", "IN_TR", "IN_TR_EXT", "IN_TR_INT", "DEC", "OUT_TR", "OUT_TR_EXT"), 0
    )  # fmt: skip
    (best, *_) = diagnosed(builder, figures([], **{**none, "CLOSE": 100, "OUT_TR_EXT": 3})).suspects()
    assert best.place == f"{SHEET}!C15"


def test_a_drop_down_never_gets_a_number(builder: ProblemBuilder) -> None:
    for records in ([*RECORDS[:3], ("IN", "NGOAI_TINH", 5)], RECORDS[1:], [*RECORDS, RECORDS[0]]):
        for component in diagnosed(builder, figures(records)).components:
            for one in component.suspects:
                if one.place.startswith(f"{LIST}!B") and ":" not in one.place:
                    assert one.proposed in ("Đến", "Đi")


def test_the_form_is_blamed_where_its_own_total_speaks_against_it(builder: ProblemBuilder) -> None:
    (best, *_) = diagnosed(builder, figures(RECORDS, OUT_TR_EXT=50)).suspects()
    assert (best.place, best.proposed) == (f"{SHEET}!C15", 5)


LINES = ("IN_TR_EXT", "IN_TR_INT", "IN_TR_OWN", "OUT_TR_EXT", "OUT_TR_INT", "OUT_TR_OWN")


@pytest.mark.parametrize(
    ("line", "written"),
    [(line, FIGURES[line] + step) for line in LINES for step in (-3, -1, 1, 2, 7) if FIGURES[line] + step >= 0],
)
def test_a_line_that_its_list_and_its_total_confirm_is_wrong_and_no_row_of_the_list(
    builder: ProblemBuilder, line: str, written: int
) -> None:
    """Two slips in two places, a code of the list and another line that was reckoned from it, are no likelier."""
    (best, *others) = diagnosed(builder, figures(RECORDS, **{line: written})).suspects()
    place = f"{SHEET}!C{list(FIGURES).index(line) + 1}"
    assert (best.place, best.proposed) == (place, FIGURES[line])
    assert all(one.probability < 0.5 for one in others if one.place.startswith(LIST))


def test_a_half_read_list_proposes_nothing(builder: ProblemBuilder) -> None:
    said = figures(RECORDS[:3], half_read=True)
    told = diagnosed(builder, said).components
    assert {one.constraints for one in told} == {("R041_OUT",)}
    assert all((one.outcome, one.suspects, one.alternatives) == ("no_explanation", (), ()) for one in told)


@pytest.mark.parametrize("dropped", range(len(RECORDS)))
@pytest.mark.parametrize("doubled", range(len(RECORDS)))
def test_no_place_stands_twice_in_one_explanation(builder: ProblemBuilder, dropped: int, doubled: int) -> None:
    records = [one for number, one in enumerate(RECORDS) if number != dropped] + [RECORDS[doubled]]
    for component in diagnosed(builder, figures(records)).components:
        for alternative in component.alternatives:
            keys = [repair.cell for repair in alternative.repairs]
            assert len(keys) == len(set(keys))
        places = [one.cell for one in component.suspects]
        assert len(places) == len(set(places))


def _exchanged(one: int, other: int) -> list[Record]:
    amounts = {one: RECORDS[other][2], other: RECORDS[one][2]}
    return [(*record[:2], amounts.get(number, record[2])) for number, record in enumerate(RECORDS)]


TELLING_PAIRS = [(0, 3), (1, 3), (2, 3)]
"""Rows that are counted in different sums, and no other row could have been meant."""


@pytest.mark.parametrize("pair", TELLING_PAIRS)
def test_amounts_that_changed_places_are_one_event_and_both_are_named(
    builder: ProblemBuilder, pair: tuple[int, int]
) -> None:
    wrong = {f"{LIST}!E{8 + number}": (_exchanged(*pair)[number][2], RECORDS[number][2]) for number in pair}
    (component,) = diagnosed(builder, figures(_exchanged(*pair))).components
    assert component.alternatives[0].kinds == ("amounts_exchanged",)
    told = {one.place: (one.observed, one.proposed) for one in component.suspects if one.probability >= 0.5}
    assert told == {place: (str(now), str(true)) for place, (now, true) in wrong.items()}
    other = next(one for one in component.suspects if one.place == f"{LIST}!E{8 + pair[0]}")
    assert f"{LIST}!E{8 + pair[1]}" in other.reason_vi


@pytest.mark.parametrize("pair", TELLING_PAIRS)
def test_amounts_exchanged_in_a_half_read_list_propose_nothing(builder: ProblemBuilder, pair: tuple[int, int]) -> None:
    said = figures(_exchanged(*pair), half_read=True)
    assert all(one.suspects == () for one in diagnosed(builder, said).components)


def test_where_either_of_two_rows_may_be_meant_neither_is_accused(builder: ProblemBuilder) -> None:
    (component,) = diagnosed(builder, figures(_exchanged(1, 2))).components
    assert {one.place: one.probability for one in component.suspects}.keys() >= {f"{LIST}!E8", f"{LIST}!E9"}
    assert all(one.probability < 0.8 for one in component.suspects)
    assert component.suspects[0].place == f"{LIST}!E10"


def test_an_exchange_that_no_sum_sees_is_no_hypothesis(builder: ProblemBuilder) -> None:
    assert diagnosed(builder, figures(_exchanged(0, 1))).components == ()


@pytest.mark.parametrize(("operator", "surplus"), [("=", True), ("<=", False)])
def test_a_row_is_too_many_only_where_an_equality_misses_it(operator: Operator, surplus: bool) -> None:
    """That a sum is larger than it can be says that an amount is wrong, not that its row should not be there."""
    records = tuple(
        ListRecord(number, {"TOPIC": f"B{7 + number}", "DUE": f"D{7 + number}"}, {"TOPIC": topic, "DUE": due})
        for number, (topic, due) in enumerate((("A", 90), ("B", 30)), start=1)
    )
    due = ListAggregate("study.A.DUE", "DUE", {"TOPIC": frozenset({"A"})})
    study = RecordList("study", "Học tập", "B8:D9", records, (due,), {"TOPIC": {"A": "Chuyên đề", "B": "Nghị quyết"}})
    cells = [
        Cell("study.A.DUE", 90, fixed=True, sheet="Học tập", label="Học tập!D8:D9"),
        Cell("close", 0 if operator == "=" else 30, sheet="Biểu 1", row=1, column=3, label="Biểu 1!C27"),
    ]
    problem = Problem.of(cells, [Constraint("due", (("study.A.DUE", 1), ("close", -1)), operator)], [study])
    errors = record_errors(Neighbourhood(problem, problem.violated, load_weights(), frozenset()), [study])
    assert any(one.kind == "row_surplus" for one in errors) == surplus
    amounts = [one for one in localise(problem).suspects(0.02) if one.place == "Học tập!D8"]
    assert all((one.situation == "bound_open", one.proposed_probability <= 0.8) == (True, True) for one in amounts)
    assert bool(amounts) != surplus


def studied(*records: tuple[int, int, int]) -> tuple[Problem, RecordList]:
    """A list of (sessions, due, came), of which came is at most due; nothing is known of sessions but their sum."""
    fields = {"SESSIONS": "C", "DUE": "D", "CAME": "E"}
    rows = tuple(
        ListRecord(
            number,
            {name: f"{letter}{7 + number}" for name, letter in fields.items()},
            dict(zip(fields, record, strict=True)),
        )
        for number, record in enumerate(records, start=1)
    )
    sums = tuple(ListAggregate(f"study.{name}", name, {}) for name in fields)
    held = RecordList("study", "Học tập", f"C8:E{7 + len(rows)}", rows, sums)
    cells = [
        Cell(one.cell_code, sum(one.of(row.values) for row in rows), fixed=True, sheet="Học tập", label="Học tập!C8:E9")
        for one in sums
    ]
    rules = [
        Constraint("came", (("study.CAME", 1), ("study.DUE", -1)), "<="),
        Constraint("sessions", (("study.SESSIONS", -1),), "<=", 1),
    ]
    return Problem.of(cells, rules, [held]), held


@pytest.mark.parametrize(("due", "came"), [(97, 131), (12, 15), (8, 9)])
def test_two_figures_of_one_row_that_changed_places_are_one_event(due: int, came: int) -> None:
    problem, _ = studied((2, due, came))
    (component,) = localise(problem).components
    first = {one.place: one.proposed for one in component.alternatives[0].repairs}
    assert first == {"Học tập!D8": str(came), "Học tập!E8": str(due)}
    assert {one.place for one in component.suspects if one.probability >= 0.5} <= set(first)
    assert all(one.probability < 0.8 for one in component.suspects), "that more came than were due says no more"
    assert "Học tập!E8" in next(one for one in component.suspects if one.place == "Học tập!D8").reason_vi


@pytest.mark.parametrize(("due", "came", "share"), [(12, 12, 100), (40, 38, 95), (60, 51, 85)])
def test_a_figure_that_may_be_a_share_in_percent_is_told_no_other_value_as_likely(
    due: int, came: int, share: int
) -> None:
    """100 where 12 were due is ten with a zero too many, or all of twelve in percent."""
    problem, held = studied((2, due, share))
    errors = record_errors(Neighbourhood(problem, problem.violated, load_weights(), frozenset()), [held])
    assert str(came) in {blame.proposed for one in errors for blame in one.blames if one.kind == "wrong_amount"}
    came_cell = next(one for one in localise(problem).suspects(0.0) if one.place == "Học tập!E8")
    assert came_cell.proposed == str(came) or came_cell.proposed_probability < 0.65


def test_only_figures_that_a_broken_rule_holds_together_are_taken_for_exchanged() -> None:
    problem, held = studied((2, 40, 55), (1, 30, 30))
    errors = record_errors(Neighbourhood(problem, problem.violated, load_weights(), frozenset()), [held])
    exchanged = [{one.place for one in error.blames} for error in errors if error.kind == "fields_exchanged"]
    assert exchanged == [{"Học tập!D8", "Học tập!E8"}]


def discipline_list(rows: list[tuple[str, str]], **summary: int) -> tuple[Problem, RecordList]:
    """Cases (form, status), and a summary that may lack as many of each form as there are cases not decided."""
    records = tuple(
        ListRecord(number, {"FORM": f"D{number + 7}", "STATUS": f"I{number + 7}"}, {"FORM": form, "STATUS": status})
        for number, (form, status) in enumerate(rows, start=1)
    )
    sums = (
        ListAggregate("cases.ALL", None, {"FORM": frozenset({ANY})}),
        ListAggregate("cases.DECIDED", None, {"STATUS": frozenset({"DONE"})}),
        *(ListAggregate(f"cases.{form}", None, {"FORM": frozenset({form})}) for form in ("KT", "CC")),
    )
    codes = {"FORM": {"KT": "Khiển trách", "CC": "Cảnh cáo"}, "STATUS": {"DONE": "Đã quyết định", "ASKED": "Đề nghị"}}
    held = RecordList("cases", "DS", f"D8:I{7 + len(rows)}", records, sums, codes)
    cells = [
        *(Cell(one.cell_code, sum(one.of(row.values) for row in records), fixed=True, sheet="DS") for one in sums),
        *(Cell(f"summary.{form}", summary[form], sheet="TH", row=11, label=f"TH!C{form}") for form in ("KT", "CC")),
    ]
    rules = []
    for form in ("KT", "CC"):
        listed, open_cases = (f"cases.{form}", 1), (("cases.ALL", -1), ("cases.DECIDED", 1))
        rules.append(Constraint(f"most {form}", ((f"summary.{form}", 1), (f"cases.{form}", -1)), "<="))
        rules.append(Constraint(f"least {form}", ((f"summary.{form}", -1), listed, *open_cases), "<="))
    return Problem.of(cells, rules, [held]), held


def errors_of(problem: Problem, held: RecordList) -> set[str]:
    return {
        one.kind for one in record_errors(Neighbourhood(problem, problem.violated, load_weights(), frozenset()), [held])
    }


def test_a_list_that_holds_too_much_lacks_no_row() -> None:
    """An undecided case more would make room for a decided one: that none is there is not why."""
    problem, held = discipline_list([("KT", "DONE")], KT=0, CC=0)
    assert "row_missing" not in errors_of(problem, held)


def test_a_case_under_another_form_is_a_wrong_entry_and_no_missing_row() -> None:
    """A reprimand in the list, a warning in the summary."""
    problem, _ = discipline_list([("KT", "DONE")], KT=0, CC=1)
    first = localise(problem).suspects(0.02)[0]
    assert (first.place, first.proposed) == ("DS!D8", "Cảnh cáo")


def test_a_list_that_holds_too_little_lacks_one() -> None:
    problem, held = discipline_list([("KT", "DONE")], KT=1, CC=1)
    assert "row_missing" in errors_of(problem, held)


def test_a_case_that_stands_there_twice_is_one_too_many_where_only_a_bound_says_so() -> None:
    problem, held = discipline_list([("KT", "DONE"), ("CC", "DONE"), ("CC", "DONE")], KT=1, CC=1)
    assert "row_twice" in errors_of(problem, held)
    assert "row_surplus" not in errors_of(problem, held)


@pytest.mark.parametrize(("said", "again"), [({}, True), ({"NO": "12"}, True), ({"DECIDED_ON": "2025-04-03"}, False)])
def test_two_cases_alike_in_all_but_their_number_are_one_that_stands_there_twice(
    said: dict[str, str], again: bool
) -> None:
    problem, held = discipline_list([("KT", "DONE"), ("CC", "DONE"), ("CC", "DONE")], KT=1, CC=1)
    *others, last = (
        replace(one, values={**one.values, "DECIDED_ON": "2025-03-04", "NO": "11"}) for one in held.records
    )
    held = replace(held, records=(*others, replace(last, values={**last.values, **said})), numbers=frozenset({"NO"}))
    assert ("row_twice" in errors_of(problem, held)) == again


@pytest.mark.parametrize(("day", "proposed"), [(None, {"Đề nghị"}), ("2025-03-04", set())])
def test_a_case_with_a_day_of_decision_is_not_proposed_to_be_one_that_is_not_decided(
    day: str | None, proposed: set[str]
) -> None:
    """The summary has none of the two cases: that both are not decided yet would explain it, but for their days."""
    problem, held = discipline_list([("KT", "DONE")], KT=0, CC=0)
    (record,) = held.records
    dated = replace(record, values={**record.values, "DECIDED_ON": day}) if day else record
    held = replace(held, records=(dated,), forbids={("STATUS", "ASKED"): frozenset({"DECIDED_ON"})})
    around = Neighbourhood(replace(problem, lists=(held,)), problem.violated, load_weights(), frozenset())
    wrong = [blame for one in record_errors(around, [held]) if one.kind == "wrong_code" for blame in one.blames]
    assert {blame.proposed for blame in wrong if blame.place == "DS!I8"} == proposed


def test_a_list_that_is_read_knows_what_cannot_stand_with_a_code(catalogue: Catalogue, reference: Reference) -> None:
    """A case that is only proposed has no day of decision (the form's `empty_when`)."""
    reader = ListReader(catalogue, reference)
    codes = form_cells(catalogue, reference["codes"])["cell_code"]
    counted = next(code for code in codes if code.startswith("discipline_cases.") and reader.counts(code))
    cells = pd.DataFrame({"cell_code": [counted], "cell": ["C8"], "sheet": ["s"], "row_no": [8], "column_no": [3]})
    columns = ["form", "record_no", "field", "state", "value_text", "value", "row_no", "column_no", "cell"]
    (held,) = reader.of(cells, pd.DataFrame(columns=columns), frozenset(), "2025-12-31")
    assert held.forbids == {("DECISION_STATUS", "PROPOSED"): frozenset({"DECIDED_ON"})}
    assert held.asks[("DECISION_STATUS", "DECIDED")] >= {"DECIDED_ON"}


@pytest.mark.parametrize(("other", "proposed"), [("ZZ-002", {"Cảnh cáo"}), (None, set())])
def test_no_code_is_proposed_that_asks_for_what_is_not_there(other: str | None, proposed: set[str]) -> None:
    problem, held = discipline_list([("KT", "DONE")], KT=0, CC=1)
    (record,) = held.records
    filled = replace(record, values={**record.values, **({"OTHER": other} if other else {})})
    held = replace(held, records=(filled,), asks={("FORM", "CC"): frozenset({"OTHER"})})
    around = Neighbourhood(replace(problem, lists=(held,)), problem.violated, load_weights(), frozenset())
    wrong = [blame for one in record_errors(around, [held]) if one.kind == "wrong_code" for blame in one.blames]
    assert {blame.proposed for blame in wrong if blame.place == "DS!D8"} == proposed
