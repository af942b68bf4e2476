"""Small files empty, cut in half, no text or of another shape: the derived are made again, the owned named."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from dying import work
from khoi_deployment import Deployment
from test_deaths import figures

from khoi import stages
from khoi.cli.output import _told_errors
from khoi.deployment.home import Home

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "half": lambda content: content[: max(1, len(content) // 2)],
    "no UTF-8": lambda content: b"\xff\xfe\x81" + content,
    "other shape": lambda _: b'[1, {"a": null}]\n',
}
DERIVED = ("lake/**/*.json", "lake/*.txt", "lake/**/*.sha256", "returned/manifest.json")
OWNED = ("config/decisions.csv", "config/withdrawals.csv", "landed/receipts/*.jsonl")

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Received, checked, returned."""
    made = Deployment(tmp_path_factory.mktemp("small") / "worked")
    made.home.create()
    made.write("ZZ-001", "2021H1", 20, 2)
    made.write("ZZ-002", "2021H1", 30, 0, CLOSE=31)
    (made.home.inbox / "ZZ-003.xlsx").write_bytes(b"no workbook")
    work(made.home)
    return made.home


def damaged(home: Home, patterns: tuple[str, ...], damage: str) -> list[Path]:
    files = sorted({path for pattern in patterns for path in home.root.glob(pattern)})
    for path in files:
        content = DAMAGES[damage](path.read_bytes())
        path.chmod(0o600)
        path.write_bytes(content)
    return files


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_derived_is_made_again(worked: Home, tmp_path: Path, damage: str) -> None:
    home = Home(tmp_path / "damaged")
    shutil.copytree(worked.root, home.root)
    assert len(damaged(home, DERIVED, damage)) > 15
    stages.mend(home.lake)
    work(home)
    assert figures(home) == figures(worked)
    copies = {path.relative_to(home.returned) for path in home.returned.rglob("*.xlsx")}
    assert copies == {path.relative_to(worked.returned) for path in worked.returned.rglob("*.xlsx")}


@pytest.mark.parametrize("damage", ["no UTF-8", "other shape"])
@pytest.mark.parametrize("owned", OWNED)
def test_what_is_owned_is_named_and_nothing_is_made_of_it(
    worked: Home, tmp_path: Path, owned: str, damage: str
) -> None:
    home = Home(tmp_path / "damaged")
    shutil.copytree(worked.root, home.root)
    if "*" not in owned:
        (home.root / owned).write_bytes(b"finding_key,by\n")
    files = damaged(home, (owned,), damage)
    before = {path: path.read_bytes() for path in files}
    with pytest.raises(_told_errors()) as told:
        work(home)
    assert os.path.basename(files[0]) in str(told.value)
    assert {path: path.read_bytes() for path in files} == before
