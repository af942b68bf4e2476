"""A deployment of three committees as rows of a lake, checked as it stands, and changes of what a check rests on."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
from submitted_rows import Lake, Value, findings_frame, register_of, what_goes_with
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

    def copied_to(self, folder: Path) -> World:
        """The same deployment in ``folder``, which may be changed without changing this one."""
        copied = copy.copy(self)
        for name in ("sent", "types", "owners", "events", "corrections"):
            setattr(copied, name, copy.copy(getattr(self, name)))
        copied.folder = folder
        shutil.copytree(self.folder / "lake", folder / "lake")
        return copied

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
