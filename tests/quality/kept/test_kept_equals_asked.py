"""What a check keeps of the last one is what asking everything would say, after any history of changes."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from submitted_rows import Lake, Value, findings_frame, nothing_in, register_of, what_goes_with
from submitted_rows import seed as seed_of

from ingest import lake as tables
from ingest.catalogue import Catalogue
from ingest.reference import Reference
from quality.catalogue import RuleCatalogue
from quality.check_lake import CheckReport, check_lake
from quality.submissions.decisions import Decision, append_decision
from quality.submissions.withdrawals import Withdrawal, append_withdrawal

COMMITTEES = ("AA", "BB", "CC")
ORGANIZATIONS = tuple(f"{committee}-{number}" for committee in COMMITTEES for number in (1, 2))
PERIODS = ("2021H2", "2022H1")
BEFORE_THE_END, NOT_DUE, OVERDUE = dt.date(2022, 6, 30), dt.date(2022, 7, 2), dt.date(2022, 9, 1)


@pytest.fixture(autouse=True)
def _nothing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tables stand for what was normalised just now."""
    monkeypatch.setattr("quality.check_lake.waiting_files", lambda *given: set())


@pytest.fixture(scope="module")
def zeros(catalogue: Catalogue, reference: Reference) -> dict[str, Value]:
    return nothing_in(catalogue, reference["codes"])


@dataclasses.dataclass(frozen=True)
class Sent:
    """A file version; ``wrong``: by how much its closing is off; ``moved``: (direction, other side, members)."""

    organization: str
    period: str
    number: int
    opening: int
    admitted: int
    wrong: int = 0
    moved: tuple[tuple[str, str, int], ...] = ()
    committee: str = ""

    @property
    def file_hash(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()


class World:
    """A deployment as rows: what was sent and what is declared, in a folder of its own."""

    def __init__(self, folder: Path, zeros: dict[str, Value], catalogue: Catalogue, rules: RuleCatalogue) -> None:
        self.folder, self.zeros, self.catalogue, self.rules = folder, zeros, catalogue, rules
        self.sent: list[Sent] = []
        self.day, self.basis, self.due, self.receiving = NOT_DUE, "a", "2022-07-20", ""
        self.types: dict[str, str] = {}
        self.owners = {code: code[:2] for code in ORGANIZATIONS}
        self.events: list[dict[str, object]] = []
        self.corrections: list[dict[str, object]] = []

    @property
    def reference(self) -> Reference:
        """The registers as they are now; the due day is that of the first committee alone."""
        found = register_of(
            *ORGANIZATIONS,
            types=self.types,
            committees=self.owners,
            periods=PERIODS,
            organization_events=seed_of("organization_events", self.events),
            corrections=seed_of("corrections", self.corrections),
        )
        own = found["reporting_periods"]
        own["due_on"] = own["due_on"].mask(own["committee_code"] == "AA", self.due)
        return found

    def write(self) -> Path:
        """The lake of what was sent; what was checked stays."""
        lake = self.folder / "lake"
        shutil.rmtree(lake / "normalised", ignore_errors=True)
        rows = Lake()
        for one in self.sent:
            rows.add(
                one.file_hash,
                self._cells(one),
                one.organization,
                one.period,
                committee=one.committee or one.organization[:2],
                submission_no=one.number,
            )
            for number, (direction, other, members) in enumerate(one.moved, start=1):
                told = {"DIRECTION": direction, "SCOPE": "TRONG_DANG_BO", "COUNTERPART": other, "MEMBERS": members}
                rows.record(one.file_hash, "transfers", number, told)
        rows.add("không-đọc-được", {}, read_state="unreadable")
        said = [{"finding_id": "r", "rule_id": "damaged", "severity": "hard", "outcome": "fail", "engine": "receive"}]
        told = [
            {**one, "file_hash": "không-đọc-được", "message_vi": f"vi {self.receiving}", "message_en": "en"}
            for one in said
        ]
        tables.write_table(rows.submissions, tables.SUBMISSIONS, lake / "submissions" / "a.parquet")
        tables.write_table(findings_frame(*told), tables.FINDINGS, lake / "received_findings" / "a.parquet")
        for name, frame, schema in (
            ("observations", rows.observations, tables.OBSERVATIONS),
            ("entries", rows.entries, tables.ENTRIES),
        ):
            for (committee, period), part in frame.groupby(["committee_code", "period_code"]):
                tables.write_table(part, schema, lake / "normalised" / str(committee) / str(period) / f"{name}.parquet")
        return lake

    def _cells(self, one: Sent) -> dict[str, Value]:
        closing = one.opening + one.admitted
        change = {"OPEN": one.opening, "INC": one.admitted, "IN_ADMIT": one.admitted, "CLOSE": closing + one.wrong}
        told = {f"membership_change.{item}": value for item, value in {**change, "PRESENT": closing}.items()}
        others = {"member_status.OFFICIAL": closing, "membership_structure.TOTAL": closing}
        return {**self.zeros, **told, **others, **what_goes_with(closing)}

    def check(self, lake: Path, basis: str | None) -> CheckReport:
        return check_lake(
            lake,
            self.catalogue,
            self.reference,
            self.rules,
            as_of=self.day,
            decisions=self.folder / "decisions.csv",
            withdrawals=self.folder / "withdrawals.csv",
            basis=basis,
        )

    def checked(self) -> CheckReport:
        """Check, keeping what can be kept; every table is what a check of everything makes in an empty place."""
        lake = self.write()
        report = self.check(lake, self.basis)
        other = self.folder / "other"
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(lake, other, ignore=shutil.ignore_patterns("checked"))
        everything = self.check(other, None)
        assert (everything.submissions, everything.findings) == (report.submissions, report.findings)
        assert everything.states == report.states
        assert everything.asked[0] == everything.asked[1] == report.asked[1]
        for table in tables.tables_of(tables.Stage.CHECKED):
            mine, theirs = (pq.read_table(one / table.path).to_pylist() for one in (lake, other))
            assert mine == theirs, table.name
        return report


Change = Callable[[World], None]


def sent(organization: str, period: str, opening: int, admitted: int, wrong: int) -> Change:
    """A workbook, or the next version of it."""

    def change(world: World) -> None:
        number = 1 + sum((one.organization, one.period) == (organization, period) for one in world.sent)
        world.sent.append(Sent(organization, period, number, opening, admitted, wrong))

    return change


def moved(giver: str, taker: str, given: int, taken: int) -> Change:
    """Both sides of a transfer send a version that speaks of it; they may say different numbers."""

    def change(world: World) -> None:
        for own, other, direction, members in ((giver, taker, "OUT", given), (taker, giver, "IN", taken)):
            number = 1 + sum((one.organization, one.period) == (own, PERIODS[1]) for one in world.sent)
            told = ((direction, other, members),) if members else ()
            world.sent.append(Sent(own, PERIODS[1], number, 42, 0, 0, told))

    return change


def withdrawn(place: int) -> Change:
    """A file counts no longer."""

    def change(world: World) -> None:
        name = world.sent[place % len(world.sent)].file_hash
        told = Withdrawal("2022-07-01", "withdraw", name, "", "Chuyên viên", "gửi nhầm")
        append_withdrawal(world.folder / "withdrawals.csv", told)

    return change


def decided(place: int) -> Change:
    """A reviewer accepts the explanation of a soft finding, if there is one."""

    def change(world: World) -> None:
        path = world.folder / "lake" / "checked" / "findings.parquet"
        rows = pq.read_table(path).to_pylist() if path.is_file() else []
        soft = [row for row in rows if row["severity"] == "soft" and row["file_hash"]]
        if soft:
            row = soft[place % len(soft)]
            subject = (row["committee_code"], row["organization_code"], row["period_code"], row["period_code"])
            told = ("2022-07-01", "accept", row["finding_key"], row["rule_id"], *subject, row["observed"] or "", "VP")
            append_decision(world.folder / "decisions.csv", Decision(*told))

    return change


def corrected(place: int, value: int) -> Change:
    """A cell counts as another number by decision, where it still says what was expected."""

    def change(world: World) -> None:
        one = world.sent[place % len(world.sent)]
        subject = {"committee_code": one.organization[:2], "organization_code": one.organization}
        told = {"period_code": one.period, "cell_code": "membership_structure.FEMALE", "expected_old": "0"}
        decision = {"new_value": str(value), "reason": "thử", "by_role": "VP", "decided_on": "2022-07-01"}
        number = f"Q{len(world.corrections)}"
        world.corrections.append({"correction_id": number, "expires": "2022-08-01", **subject, **told, **decision})

    return change


def merged(committee: str, members: int) -> Change:
    """The register of events says that members moved between two organizations of a committee."""

    def change(world: World) -> None:
        sides = {"from_organization_code": f"{committee}-1", "to_organization_code": f"{committee}-2"}
        told = {"event_type": "merged", "effective_on": "2022-03-01", "unit": "subordinate_cell", "authority": "thử"}
        row = {"event_id": f"E{len(world.events)}", "committee_code": committee, "members_moved": str(members)}
        world.events.insert(0, {**row, **told, **sides})

    return change


def set_to(**values: object) -> Change:
    """The day, the due day, the rules, what receiving says are others."""

    def change(world: World) -> None:
        for name, value in values.items():
            setattr(world, name, value)

    return change


def retyped(organization: str, kind: str) -> Change:
    """The register calls an organization something else."""
    return lambda world: world.types.update({organization: kind})


def handed_over(organization: str, committee: str) -> Change:
    """The register gives an organization to another committee; what it sent before was sent under the first."""
    return lambda world: world.owners.update({organization: committee})


organizations, places = st.sampled_from(ORGANIZATIONS), st.integers(0, 50)
sending = st.builds(
    sent,
    organizations,
    st.sampled_from(PERIODS),
    st.sampled_from([40, 42]),
    st.sampled_from([0, 2]),
    st.sampled_from([0, 0, 3]),
)
change = st.one_of(
    sending,
    sending,
    sending,
    st.builds(moved, organizations, organizations, st.sampled_from([2, 3]), st.sampled_from([0, 2])),
    st.builds(withdrawn, places),
    st.builds(decided, places),
    st.builds(corrected, places, st.integers(0, 1)),
    st.builds(merged, st.sampled_from(COMMITTEES), st.sampled_from([0, 2, 5])),
    st.builds(retyped, organizations, st.sampled_from(["DBCS", "CBCS"])),
    st.builds(handed_over, organizations, st.sampled_from(COMMITTEES)),
    st.sampled_from([set_to(day=day) for day in (BEFORE_THE_END, NOT_DUE, OVERDUE)]),
    st.sampled_from([set_to(due=day) for day in ("2022-06-30", "2022-07-20")]),
    st.sampled_from([set_to(basis=text) for text in ("a", "b")]),
    st.sampled_from([set_to(receiving=text) for text in ("hỏng", "hỏng nặng")]),
)


@pytest.fixture(scope="module")
def first(
    tmp_path_factory: pytest.TempPathFactory, zeros: dict[str, Value], catalogue: Catalogue, rules: RuleCatalogue
) -> World:
    """The world of all tests, made once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quality.check_lake.waiting_files", lambda *given: set())
        return filled(tmp_path_factory.mktemp("world"), zeros, catalogue, rules)


@pytest.fixture
def world(first: World, tmp_path: Path) -> World:
    """Six organizations of three committees, both periods sent and checked once."""
    copied = copy.copy(first)
    for name in ("sent", "types", "owners", "events", "corrections"):
        setattr(copied, name, copy.copy(getattr(first, name)))
    copied.folder = tmp_path
    shutil.copytree(first.folder / "lake", tmp_path / "lake")
    return copied


def filled(folder: Path, zeros: dict[str, Value], catalogue: Catalogue, rules: RuleCatalogue) -> World:
    """Six organizations of three committees that sent two periods, but one that sent nothing for the last."""
    world = World(folder, zeros, catalogue, rules)
    for organization in ORGANIZATIONS:
        world.sent.append(Sent(organization, PERIODS[0], 1, 40, 2))
        if organization != "CC-2":
            world.sent.append(Sent(organization, PERIODS[1], 1, 42, 0))
    asked = world.check(world.write(), world.basis).asked
    assert asked == (5, 5), "three committees, the files of nobody, the registers"
    return world


@pytest.mark.long
@seed(87)
@settings(max_examples=6, deadline=None)
@given(st.lists(change, min_size=2, max_size=5))
def test_after_any_history_every_table_is_what_asking_everything_says(
    zeros: dict[str, Value], catalogue: Catalogue, rules: RuleCatalogue, history: list[Change]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = filled(Path(folder), zeros, catalogue, rules)
        for step in history:
            step(world)
            world.checked()


def asked_after(world: World, *changes: Change) -> int:
    """How many of five units are asked again after the ``changes``."""
    for step in changes:
        step(world)
    return world.checked().asked[0]


def test_nothing_is_asked_where_nothing_changed(world: World) -> None:
    assert asked_after(world) == 0
    assert asked_after(world, set_to(day=NOT_DUE + dt.timedelta(days=1))) == 0, "a day on which nothing ends"


@pytest.mark.parametrize(
    ("step", "asked"),
    [
        (sent("CC-2", "2022H1", 42, 2, 0), 1),
        (sent("AA-1", "2021H2", 40, 2, 3), 1),
        (withdrawn(0), 1),
        (corrected(0, 1), 2),
        (merged("BB", 5), 2),
        (retyped("BB-1", "CBCS"), 2),
        (moved("AA-1", "BB-1", 2, 3), 2),
        (handed_over("AA-1", "BB"), 2),
        (set_to(due="2022-06-30"), 2),
        (set_to(receiving="hỏng"), 1),
        (set_to(basis="b"), 5),
        (set_to(day=BEFORE_THE_END), 4),
    ],
)
def test_what_changed_is_asked_again_and_little_else(world: World, step: Change, asked: int) -> None:
    """A line of a register asks the registers themselves as well; the rules and a day that ends a period, all."""
    assert asked_after(world, step) == asked


def test_who_is_spoken_of_otherwise_is_asked_again_though_nothing_of_it_changed(world: World) -> None:
    world.sent.append(Sent("AA-1", PERIODS[1], 2, 42, 0, 0, (("OUT", "BB-1", 2),)))
    world.sent.append(Sent("BB-1", PERIODS[1], 2, 42, 0, 0, (("IN", "AA-1", 2),)))
    assert asked_after(world) == 2
    world.sent.append(Sent("AA-1", PERIODS[1], 3, 42, 0, 0, (("OUT", "BB-1", 1),)))
    assert asked_after(world) == 2
    told = pq.read_table(world.folder / "lake" / "checked" / "findings.parquet").to_pandas()
    assert set(told.loc[told["engine"] == "counterpart", "organization_code"]) == {"AA-1", "BB-1"}


def test_an_explanation_that_was_accepted_asks_its_committee_again(world: World) -> None:
    world.sent.append(Sent("AA-1", PERIODS[1], 1, 42, 1))  # two files with one number
    assert asked_after(world) == 1
    rows = pd.read_parquet(world.folder / "lake" / "checked" / "findings.parquet")
    assert len(rows[(rows["severity"] == "soft") & rows["file_hash"].notna()])
    assert asked_after(world, decided(0)) == 1
    rows = pd.read_parquet(world.folder / "lake" / "checked" / "findings.parquet")
    assert (rows["outcome"] == "explained").sum() == 1
    assert asked_after(world) == 0


@pytest.mark.parametrize(
    ("name", "harm"),
    [("findings.parquet", "damaged"), ("counterpart_records.parquet", "lost"), ("kept.json", "damaged")],
)
def test_a_kept_table_that_is_lost_or_damaged_is_made_again(world: World, name: str, harm: str) -> None:
    path = world.folder / "lake" / "checked" / name
    if harm == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9] + b"\0" * 9)
    assert asked_after(world) == 5


def test_a_check_that_died_half_way_is_made_again_from_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent("AA-1", "2022H1", 42, 2, 0)(world)
    lake = world.write()
    written: list[str] = []

    def dies(folder: Path, table: tables.LakeTable, *rows: object) -> None:
        written.append(table.name)
        if len(written) == 4:
            raise OSError("mất điện")
        return keep(folder, table, *rows)

    from quality import check_lake as module

    keep = module.write_merged
    monkeypatch.setattr(module, "write_merged", dies)
    with pytest.raises(OSError, match="mất điện"):
        world.check(lake, world.basis)
    monkeypatch.setattr(module, "write_merged", keep)
    assert asked_after(world) == 5
