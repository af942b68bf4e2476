"""Withdrawals by rows: what a withdrawn workbook no longer takes part in, and a register that cannot be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from shared_seeds import shared_reference

from ingest.deciding_roles import DecidingRoles
from ingest.lake import SUBMISSION_STATES, SUBMISSIONS
from quality.submissions.withdrawals import (
    COLUMNS,
    Withdrawal,
    WithdrawalsError,
    append_withdrawal,
    in_force,
    load_withdrawals,
    part_withdrawn,
    redact_withdrawals,
    with_withdrawn,
)

A, B, PART = (letter * 64 for letter in "abc")
ROLES = DecidingRoles(shared_reference()["deciding_roles"])
GONE = Withdrawal("2026-07-06", "withdraw", A, "gửi nhầm.xlsx", "Tổ tổng hợp", "gửi nhầm, mẫu thử")


def submissions(*rows: dict[str, str]) -> pd.DataFrame:
    """Rows of the lake's submissions."""
    return pd.DataFrame(list(rows)).reindex(columns=SUBMISSIONS.names)


def test_the_last_decision_on_a_file_holds(tmp_path: Path) -> None:
    path = tmp_path / "config" / "withdrawals.csv"
    for decision in (
        GONE,
        replace(GONE, file_hash=B),
        replace(GONE, verdict="restore"),
        replace(GONE, verdict="restore"),
    ):
        append_withdrawal(path, decision)
    assert len(load_withdrawals(path)) == 4
    assert set(in_force(load_withdrawals(path))) == {B}
    append_withdrawal(path, GONE)
    assert in_force(load_withdrawals(path))[A] == GONE


def test_a_withdrawn_file_takes_all_its_parts_and_a_withdrawn_part_takes_itself(tmp_path: Path) -> None:
    path = tmp_path / "withdrawals.csv"
    rows = submissions({"file_hash": PART, "part_of": A}, {"file_hash": "d", "part_of": A}, {"file_hash": B})
    append_withdrawal(path, replace(GONE, file_hash=PART))
    kept, gone = part_withdrawn(rows, path, ROLES)
    assert (kept["file_hash"].tolist(), gone["file_hash"].tolist()) == (["d", B], [PART])
    append_withdrawal(path, GONE)
    kept, gone = part_withdrawn(rows, path, ROLES)
    assert (kept["file_hash"].tolist(), gone["file_hash"].tolist()) == ([B], [PART, "d"])
    assert gone[["withdrawn_on", "withdrawn_by"]].drop_duplicates().values.tolist() == [
        ["2026-07-06", "reporting_team"]
    ]


def test_a_withdrawn_mail_takes_the_workbooks_of_the_archive_in_it(tmp_path: Path) -> None:
    path = tmp_path / "withdrawals.csv"
    append_withdrawal(path, GONE)
    rows = submissions(
        {"file_hash": A}, {"file_hash": B, "part_of": A}, {"file_hash": PART, "part_of": B}, {"file_hash": "d"}
    )
    kept, gone = part_withdrawn(rows, path, ROLES)
    assert (kept["file_hash"].tolist(), gone["file_hash"].tolist()) == (["d"], [A, B, PART])


def test_a_withdrawn_file_has_a_state_of_its_own_that_asks_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "withdrawals.csv"
    append_withdrawal(path, GONE)
    _, gone = part_withdrawn(submissions({"file_hash": A, "organization_code": "AA-1"}), path, ROLES)
    empty = SUBMISSION_STATES.empty_table().to_pandas()
    (row,) = with_withdrawn(empty, gone).to_dict("records")
    assert (row["state"], row["is_current"], row["hard_findings"]) == ("withdrawn", False, 0)
    assert (row["organization_code"], row["withdrawal_reason"]) == ("AA-1", "gửi nhầm, mẫu thử")


def test_without_a_register_nothing_is_withdrawn(tmp_path: Path) -> None:
    rows = submissions({"file_hash": A})
    for path in (None, tmp_path / "none.csv"):
        kept, gone = part_withdrawn(rows, path, ROLES)
        assert (len(kept), len(gone)) == (1, 0)
        assert with_withdrawn(rows, gone) is rows


HEADER = ",".join(COLUMNS)
LINE = f"2026-07-06,withdraw,{A},a.xlsx,Tổ trưởng,nhầm"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1"),
        ("file,why\n", "line 1"),
        (f"{HEADER}\n{LINE}\n{LINE},more\n", "line 3"),
        (f"{HEADER}\n{LINE.replace('2026-07-06', '31/2/2026')}\n", "line 2, cột / column decided_on"),
        (f"{HEADER}\n{LINE.replace('withdraw', 'delete')}\n", "line 2, cột / column verdict"),
        (f"{HEADER}\n{LINE.replace(A, 'a.xlsx')}\n", "line 2, cột / column file_hash"),
        (f"{HEADER}\n{LINE.replace('Tổ trưởng', ' ')}\n", "line 2, cột / column by_role"),
        (f"{HEADER}\n{LINE.replace('nhầm', '')}\n", "line 2, cột / column reason"),
        (b"\xff\xfe\x00", "UTF-8"),
        (f'{HEADER}\n2026-07-06,"withdraw,{A}\n', "CSV"),
    ],
)
def test_a_register_that_cannot_be_read_is_named_with_line_and_column(
    tmp_path: Path, text: str | bytes, place: str
) -> None:
    path = tmp_path / "withdrawals.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(WithdrawalsError, match=r"withdrawals\.csv") as told:
        load_withdrawals(path)
    assert place in str(told.value)
    with pytest.raises(WithdrawalsError):
        append_withdrawal(path, GONE)


def test_a_register_that_a_spreadsheet_program_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "withdrawals.csv"
    path.write_bytes(f"\ufeff{HEADER}\r\n{LINE}\r\n,,,,,\r\n{LINE}".encode())
    assert len(load_withdrawals(path)) == 2
    append_withdrawal(path, replace(GONE, verdict="restore"))
    assert in_force(load_withdrawals(path)) == {}


def test_what_was_written_as_a_role_before_there_was_a_list_reaches_no_table(tmp_path: Path) -> None:
    path = tmp_path / "withdrawals.csv"
    append_withdrawal(path, replace(GONE, by_role="Nguyễn Văn Thử"))
    _, gone = part_withdrawn(submissions({"file_hash": A}), path, ROLES)
    assert gone["withdrawn_by"].tolist() == ["unlisted"]


def test_the_register_of_withdrawals_loses_the_names_of_forgotten_files_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "withdrawals.csv"
    other = replace(GONE, file_hash=B)
    for decision in (GONE, other):
        append_withdrawal(path, decision)
    redact_withdrawals(path, {A})
    assert load_withdrawals(path) == [replace(GONE, file_name=""), other]
    before = path.stat().st_mtime_ns
    redact_withdrawals(path, {A})
    assert path.stat().st_mtime_ns == before
