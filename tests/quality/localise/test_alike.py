"""Figures that count the same people: which they are, that they speak for one another, that a wrong one goes on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quality.localise import Cell, Constraint, Diagnosis, Problem, localise
from quality.localise.alike import usual

CLOSE, TOTAL, RATED = "change.CLOSE", "structure.TOTAL", "ratings.ELIGIBLE"


def rule(key: str, operator: str, *terms: tuple[str, int]) -> Constraint:
    """A rule with its terms on one side."""
    return Constraint(key, terms, operator)  # type: ignore[arg-type]


RULES = (
    rule("balance", "=", (CLOSE, 1), ("change.DEC", 1), ("change.INC", -1), ("change.OPEN", -1)),
    rule("parts of DEC", "=", ("change.DEC", 1), ("change.DEATH", -1), ("change.OUT", -1)),
    rule("twice", "=", (CLOSE, -1), (TOTAL, 1)),
    rule("status", "=", ("status.OFFICIAL", 1), ("status.PROBATIONARY", 1), (CLOSE, -1)),
    rule("signed", "<=", ("campaign.SIGNED", 1), (CLOSE, -1), ("change.DEC", -1)),
    rule("due for rating", ">=", (RATED, -1), (CLOSE, 1), ("change.DEC", 1)),
    rule("rated", "=", (RATED, 1), ("ratings.NOT", -1), ("ratings.DONE", -1)),
)
"""The shapes that the rules of the forms have."""
SHEETS = {"change": 1, "structure": 2, "status": 3, "campaign": 4, "ratings": 5}
RIGHT = {
    "change.OPEN": 40, "change.INC": 5, "change.DEC": 3, "change.DEATH": 1, "change.OUT": 2, CLOSE: 42, TOTAL: 42,
    "status.OFFICIAL": 39, "status.PROBATIONARY": 3, "campaign.SIGNED": 42, RATED: 42, "ratings.NOT": 4,
    "ratings.DONE": 38,
}  # fmt: skip


def workbook(before: int = 39, **wrong: int) -> Problem:
    """The figures of RIGHT with some of them wrong; ``before`` is what the members were last period."""
    written = RIGHT | {name.replace("__", "."): value for name, value in wrong.items()}
    members = {CLOSE, TOTAL, RATED, "campaign.SIGNED", "status.OFFICIAL"}
    cells = [
        Cell(
            name,
            value,
            before if name in members else {"change.OPEN": 40, "change.DEATH": 1}.get(name),
            "stock" if name in members else "flow",
            sheet=name.split(".")[0],
            row=8 + 3 * at,
            column=3 + SHEETS[name.split(".")[0]],
            label=f"{name.split('.')[0]}!C{8 + 3 * at}",
        )
        for at, (name, value) in enumerate(written.items())
    ]
    return Problem.of(cells, RULES, usual=usual(RULES, {cell.key: cell for cell in cells}))


def told(diagnosis: Diagnosis) -> dict[str, object]:
    """By cell what should stand there, of everything that is likely."""
    return {one.cell: one.proposed for one in diagnosis.suspects()}


def test_the_whole_is_the_one_that_another_form_repeats() -> None:
    assert [one.terms for one in workbook().usual] == [
        ((CLOSE, -1), (RATED, 1)),
        (("campaign.SIGNED", 1), (CLOSE, -1)),
    ]


def test_of_nothing_counted_nothing_is_usual() -> None:
    assert [one.key for one in workbook(campaign__SIGNED=0).usual] == ["due for rating~"]


def test_what_is_only_usual_contradicts_nothing() -> None:
    assert localise(workbook(campaign__SIGNED=41)).components == ()


def test_a_wrong_closing_is_wrong_wherever_it_was_carried() -> None:
    wrong = dict.fromkeys(("change__CLOSE", "structure__TOTAL", "campaign__SIGNED", "ratings__ELIGIBLE"), 47)
    diagnosis = localise(workbook(**wrong))
    assert told(diagnosis) == dict.fromkeys((CLOSE, TOTAL, "campaign.SIGNED", RATED), 42)
    assert len(diagnosis.components) == 1, "what is broken on the form of ratings is the same error"
    assert all(one.probability >= 0.8 for one in diagnosis.suspects())


def test_forms_that_still_hold_the_members_of_last_period_are_one_error() -> None:
    wrong = dict.fromkeys(("structure__TOTAL", "campaign__SIGNED", "ratings__ELIGIBLE"), 39)
    diagnosis = localise(workbook(**wrong))
    assert told(diagnosis) == dict.fromkeys((TOTAL, "campaign.SIGNED", RATED), 42)


def test_a_part_forgotten_in_the_decreases_is_wrong_in_what_was_reckoned_from_them() -> None:
    diagnosis = localise(workbook(change__DEC=2, change__CLOSE=43, structure__TOTAL=43, status__OFFICIAL=40))
    (component,) = diagnosis.components
    assert component.suspects[0].cell == "change.DEC"
    assert {one.cell for one in component.suspects[:3]} == {"change.DEC", CLOSE, TOTAL}
    death = [one.probability for one in diagnosis.suspects(0.0) if one.cell == "change.DEATH"]
    assert max(death, default=0.0) < 0.3, "with one broken sum no single part of it is as good as sure"


@given(st.integers(0, 45))
def test_however_many_signed_that_is_no_contradiction_as_long_as_they_can(signed: int) -> None:
    assert localise(workbook(campaign__SIGNED=signed)).components == ()


def test_a_figure_that_cannot_be_so_large_is_what_the_members_are() -> None:
    assert told(localise(workbook(campaign__SIGNED=57)))["campaign.SIGNED"] == 42
