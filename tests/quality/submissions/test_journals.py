"""Decisions and withdrawals as a spreadsheet program saves them again are read, and put back before a line is added."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.register_files.journal import append_journal, read_journal, write_journal
from quality.submissions.decisions import COLUMNS as DECISION_COLUMNS
from quality.submissions.decisions import Decision, DecisionsError, append_decision, load_decisions
from quality.submissions.withdrawals import (
    COLUMNS,
    Withdrawal,
    WithdrawalsError,
    append_withdrawal,
    load_withdrawals,
)

HASH = "ab" * 32
STORED = Withdrawal("2026-07-05", "withdraw", HASH, "gửi nhầm; bản nháp.xlsx", "THONG_KE", "gửi nhầm, bản thử")
DECIDED = Decision(
    "2026-07-05", "accept", "k1", "R002", "AA", "AA-1", "2026H1", "2026H1", "5", "THONG_KE", "đúng, có thật"
)


def as_saved(row: tuple[str, ...], columns: list[str], separator: str, day: str, turned: bool) -> str:
    """The file as Excel on a Vietnamese PC writes it."""
    values = {name: day if name == "decided_on" else text for name, text in zip(columns, row, strict=True)}
    names = list(reversed(columns)) if turned else columns
    quoted = [f'"{values[name]}"' if separator in values[name] else values[name] for name in names]
    return "\r\n".join([separator.join(names), separator.join(quoted), separator * (len(names) - 1), ""])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("day", ["05/07/2026", "5/7/2026", "05-07-2026", "2026-07-05", "2026-07-05 00:00:00"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_register_saved_again_says_what_it_said(encoding, separator, day, turned, tmp_path: Path) -> None:
    withdrawals, decisions = tmp_path / "withdrawals.csv", tmp_path / "decisions.csv"
    withdrawals.write_bytes(as_saved(astuple(STORED), COLUMNS, separator, day, turned).encode(encoding))
    decisions.write_bytes(as_saved(astuple(DECIDED), DECISION_COLUMNS, separator, day, turned).encode(encoding))
    assert load_withdrawals(withdrawals) == [STORED]
    assert load_decisions(decisions).to_numpy().tolist() == [list(astuple(DECIDED))]


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_line_added_to_a_register_saved_again_leaves_one_form(separator: str, tmp_path: Path) -> None:
    withdrawals, decisions = tmp_path / "withdrawals.csv", tmp_path / "decisions.csv"
    withdrawals.write_text(as_saved(astuple(STORED), COLUMNS, separator, "05/07/2026", True), encoding="utf-8-sig")
    decisions.write_text(
        as_saved(astuple(DECIDED), DECISION_COLUMNS, separator, "5/7/2026", False), encoding="utf-8-sig"
    )
    append_withdrawal(withdrawals, STORED)
    append_decision(decisions, DECIDED)
    assert load_withdrawals(withdrawals) == [STORED, STORED]
    assert load_decisions(decisions)["decided_on"].tolist() == ["2026-07-05"] * 2
    assert withdrawals.read_text(encoding="utf-8").splitlines()[0] == ",".join(COLUMNS)


def test_every_wrong_line_is_told_in_one_pass_and_nothing_is_added_to_such_a_file(tmp_path: Path) -> None:
    path = tmp_path / "withdrawals.csv"
    lines = [
        ";".join(COLUMNS),
        "31/02/2026;withdraw;zz;a;R;r",
        f"05/07/2026;rút;{HASH};a;R;r",
        f"5/7/2026;restore;{HASH};a;R",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(WithdrawalsError) as told:
        load_withdrawals(path)
    for place in (
        "line 2, cột / column decided_on",
        "line 2, cột / column file_hash",
        "line 3, cột / column verdict",
        "line 4: 5",
    ):
        assert place in str(told.value)
    with pytest.raises(WithdrawalsError):
        append_withdrawal(path, STORED)
    assert path.read_bytes() == before
    path = tmp_path / "decisions.csv"
    path.write_text(f"{';'.join(DECISION_COLUMNS)}\nhôm qua;accept;;R;A;B;C;D;1;x;\n", encoding="utf-8")
    with pytest.raises(DecisionsError) as told:
        append_decision(path, DECIDED)
    assert str(told.value).count("line 2") == 2


@given(
    rows=st.lists(
        st.tuples(st.just("2026-07-05"), *[st.text("aăđỏ,;\"' x1", max_size=8).map(str.strip) for _ in range(2)]),
        max_size=5,
    )
)
def test_what_is_written_is_read(rows: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("journal") / "j.csv"
    columns = ["decided_on", "reason", "note"]
    write_journal(path, columns, rows)
    for row in rows:
        append_journal(path, columns, ["decided_on"], row)
    journal = read_journal(path, columns, ["decided_on"])
    assert journal.mistakes == ()
    assert [row for _, row in journal.rows] == rows * 2
