"""A list against forms: whole lists of last period, forgotten ones, and figures of rows with what others are."""

from __future__ import annotations

import pytest

from quality.localise import Cell, Constraint, Problem, load_weights, localise
from quality.localise.alike import usual
from quality.localise.lists import ANY, ListAggregate, ListRecord, RecordList
from quality.localise.neighbourhood import Neighbourhood
from quality.localise.record_errors import record_errors

SHEET, LIST = "Biểu 1", "Chuyển sinh hoạt"
Record = tuple[str, str, int]


def studies(*rows: tuple[int, int], before: int, members: int) -> Problem:
    """Lessons (due, came) of two topics; last period all ``before`` were due and came, and there are ``members``."""
    held = RecordList(
        "study",
        "Học tập",
        "B8:E9",
        tuple(
            ListRecord(
                number,
                {"TOPIC": f"B{number + 7}", "DUE": f"D{number + 7}", "CAME": f"E{number + 7}"},
                {"TOPIC": f"T{number}", "DUE": due, "CAME": came},
            )
            for number, (due, came) in enumerate(rows, start=1)
        ),
        tuple(
            ListAggregate(f"study.{field}.T{number}", field, {"TOPIC": frozenset({f"T{number}"})})
            for number in range(1, len(rows) + 1)
            for field in ("DUE", "CAME")
        ),
        {"TOPIC": {f"T{number}": f"chuyên đề {number}" for number in range(1, len(rows) + 2)}},
    )
    cells = [
        Cell(one.cell_code, sum(one.of(row.values) for row in held.records), before, fixed=True, sheet="Học tập")
        for one in held.aggregates
    ]
    written = {"CLOSE": members, "TOTAL": members, "DEC": 1}
    cells += [Cell(name, value, before, sheet="Biểu 1", row=20, label=f"B!{name}") for name, value in written.items()]
    rules = [Constraint("twice", (("CLOSE", 1), ("TOTAL", -1)))]
    for number in range(1, len(rows) + 1):
        due, came = (f"study.{field}.T{number}" for field in ("DUE", "CAME"))
        rules.append(Constraint(f"came {number}", ((came, 1), (due, -1)), "<="))
        rules.append(Constraint(f"due {number}", ((due, 1), ("CLOSE", -1), ("DEC", -1)), "<="))
    return Problem.of(cells, rules, [held], usual=usual(rules, {cell.key: cell for cell in cells}))


def test_who_was_due_is_wrong_where_all_members_came_and_the_figure_is_last_periods() -> None:
    """One topic says how many members there were last period; those who came are right in both."""
    problem = studies((42, 46), (46, 46), before=42, members=46)
    told = {one.place: one.proposed for one in localise(problem).suspects(0.0) if one.probability >= 0.4}
    assert told["Học tập!D8"] == "46"
    first = localise(problem).suspects(0.0)[0]
    assert first.place == "Học tập!D8"


def test_another_topic_is_no_answer_to_more_having_come_than_were_due() -> None:
    """With any other topic as many of the row would have come that were not due."""
    problem = studies((40, 55), (46, 46), before=42, members=46)
    (held,) = problem.lists
    errors = record_errors(Neighbourhood(problem, problem.violated, load_weights(), frozenset()), [held])
    assert "wrong_code" not in {one.kind for one in errors}


def test_two_forms_that_say_nothing_happened_are_not_told_that_the_list_was_forgotten() -> None:
    """An expulsion in one form; the list is empty and the summary says that no case was decided."""
    sums = (
        ListAggregate("cases.ALL", None, {"FORM": frozenset({ANY})}),
        ListAggregate("cases.EXPELLED", None, {"FORM": frozenset({"KTR"})}),
    )
    held = RecordList("cases", "DS", "C8:I8", (), sums, {"FORM": {"KTR": "Khai trừ"}})
    cells = [
        *(Cell(one.cell_code, 0, fixed=True, sheet="DS") for one in sums),
        *(Cell(f"out.{name}", value, 0, sheet="Biểu 1", row=18 + at, column=3, label=f"Biểu 1!C{18 + at}")
          for at, (name, value) in enumerate((("DEATH", 0), ("EXPEL", 1), ("REMOVE", 0)))),
        Cell("summary.a", 0, 0, sheet="TH", row=9, column=3, label="TH!C9"),
    ]  # fmt: skip
    rules = [
        Constraint("expelled", (("out.EXPEL", 1), ("cases.EXPELLED", -1))),
        Constraint("all cases", (("cases.ALL", 1), ("summary.a", -1))),
        Constraint("decreases", (("out.DEATH", 1), ("out.EXPEL", 1), ("out.REMOVE", 1), ("DEC", -1))),
    ]
    problem = Problem.of([*cells, Cell("DEC", 1, fixed=True)], rules, [held])
    assert localise(problem).suspects(0.0)[0].place == "Biểu 1!C19"


def listed(*rows: Record, before: tuple[int, int], **form: int) -> Problem:
    """Transfers in of two scopes against a form; ``before`` is what the list gave last period."""
    records = tuple(
        ListRecord(
            number,
            {"SCOPE": f"C{number + 7}", "MEMBERS": f"E{number + 7}"},
            {"SCOPE": scope, "MEMBERS": amount},
        )
        for number, (_, scope, amount) in enumerate(rows, start=1)
    )
    sums = tuple(ListAggregate(f"transfers.{one}", "MEMBERS", {"SCOPE": frozenset({one})}) for one in ("EXT", "INT"))
    held = RecordList("transfers", LIST, "B8:E9", records, sums, {"SCOPE": {"EXT": "Tỉnh khác", "INT": "Trong tỉnh"}})
    cells = [
        Cell(one.cell_code, sum(one.of(row.values) for row in records), last, fixed=True, sheet=LIST)
        for one, last in zip(sums, before, strict=True)
    ]
    cells += [
        Cell(f"form.{name}", value, None, sheet=SHEET, row=12 + at, column=3, label=f"{SHEET}!C{12 + at}")
        for at, (name, value) in enumerate(form.items())
    ]
    rules = [Constraint(f"is {one}", ((f"form.{one}", 1), (f"transfers.{one}", -1))) for one in ("EXT", "INT")]
    rules.append(Constraint("total", (("form.TR", 1), ("form.EXT", -1), ("form.INT", -1))))
    return Problem.of(cells, rules, [held])


ROWS = (("IN", "EXT", 3), ("IN", "INT", 2))


def test_a_list_that_is_last_periods_is_one_slip() -> None:
    problem = listed(*ROWS, before=(3, 2), TR=6, EXT=1, INT=5)
    (component,) = localise(problem).components
    (only,) = [one for one in component.suspects if one.probability >= 0.5]
    assert (only.kind, only.place, only.probability) == ("list_repeated", f"{LIST}!B8:E9", 0.6)


@pytest.mark.parametrize("before", [(3, 1), (0, 0)])
def test_a_list_that_is_not_last_periods_does_not_repeat_it(before: tuple[int, int]) -> None:
    problem = listed(*ROWS, before=before, TR=6, EXT=1, INT=5)
    assert "list_repeated" not in {one.kind for one in localise(problem).suspects(0.0)}


def test_what_only_a_list_says_against_its_form_is_stated_with_less_than_four_in_five() -> None:
    """A figure that was left out is what is found; the list may as well be wrong, and nothing says which."""
    rows = (("IN", "EXT", 2), ("IN", "EXT", 3), ("IN", "INT", 2))
    problem = listed(*rows, before=(0, 0), TR=3, EXT=0, INT=3)
    stated = [one.probability for one in localise(problem).suspects(0.0) if one.place.startswith(SHEET)]
    assert 0.5 < max(stated) < 0.8
