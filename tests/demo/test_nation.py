"""A deployment of the size of the country is written once: a later measurement copies its inbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.nation import PERIOD, copy_inbox, deployed, workbook_name, write_inbox
from khoi.deployment import Home


def _written(home: Home, organizations: int) -> list[Path]:
    contents = deployed(home, organizations, seed=7)
    write_inbox(home.inbox, contents, home.catalogue(), home.reference())
    return [workbook_name(content) for content in contents]


def test_an_inbox_written_before_serves_as_many_organizations_or_fewer(tmp_path: Path) -> None:
    before = Home(tmp_path / "before")
    names = _written(before, 4)

    home = Home(tmp_path / "later")
    copy_inbox(home, deployed(home, 3, seed=7), before.inbox)

    copied = sorted(path.relative_to(home.inbox) for path in home.inbox.rglob("*.xlsx"))
    assert copied == [Path("C0001", PERIOD, f"C0001-{number:03d}_{PERIOD}.xlsx") for number in (1, 2, 3)]
    assert set(copied) < set(names)
    assert all((home.inbox / name).read_bytes() == (before.inbox / name).read_bytes() for name in copied)


def test_an_inbox_of_fewer_organizations_is_refused(tmp_path: Path) -> None:
    before = Home(tmp_path / "before")
    _written(before, 1)

    home = Home(tmp_path / "later")
    with pytest.raises(FileNotFoundError, match="C0001-002"):
        copy_inbox(home, deployed(home, 2, seed=7), before.inbox)


def test_transfers_name_organizations_of_their_own_committee(tmp_path: Path) -> None:
    contents = deployed(Home(tmp_path), 86 + 86, seed=7)
    there = {content.organization_code for content in contents}
    partners = [
        (content.committee_code, record["COUNTERPART"])
        for content in contents
        for record in content.records.get("transfers", [])
        if record.get("COUNTERPART")
    ]
    assert len(partners) > 20
    assert all(code in there and str(code).startswith(committee) for committee, code in partners)
