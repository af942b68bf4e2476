"""What khoi is built from: every file with its sum, every library with its licence, a bill of both."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from bench.supply_chain import (
    LICENCES,
    LOCK,
    VENDORED,
    audited,
    bill_of_materials,
    known_licences,
    licence,
    page,
    pinned,
)

ROOT = Path(__file__).resolve().parents[2]
_FREE = re.compile(
    r"Apache|MIT|BSD|ISC|MPL|Mozilla|PSF|Python Software|Lesser General|LGPL|Zlib|Unlicense|CC0|Artistic|Zope|ZPL",
    re.IGNORECASE,
)


def test_every_file_of_the_lock_has_its_sum_and_pip_takes_nothing_else() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert [one.name for one in pinned(text) if not one.sums] == []
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == len(pinned(text)) + sum(len(one.sums) for one in pinned(text)), "and there is nothing but that"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--generate-hashes" in makefile
    installs = [
        line for line in makefile.splitlines() if "pip install" in line and "--no-deps --editable ." not in line
    ]
    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []


def test_the_lock_names_what_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*declared["dependencies"], *declared["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=\[; ]", one)[0].lower().replace("_", "-") for one in wanted}
    locked = {one.name.lower().replace("_", "-") for one in pinned(LOCK.read_text(encoding="utf-8"))}
    assert names - locked == set(), "make lock"


def test_the_page_of_licences_is_that_of_the_lock() -> None:
    before = LICENCES.read_text(encoding="utf-8")
    assert page(LOCK.read_text(encoding="utf-8"), before) == before, "make licences"


def test_every_library_may_be_used_by_everybody() -> None:
    told = known_licences(LICENCES.read_text(encoding="utf-8"))
    assert {name: one for name, one in told.items() if not _FREE.search(one)} == {}


def test_the_licence_of_khoi_is_the_one_it_declares() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license"] == "Apache-2.0"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_bill_of_materials_names_every_library_with_its_sums() -> None:
    text = LOCK.read_text(encoding="utf-8")
    bill = bill_of_materials(text)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    components = bill["components"]
    assert isinstance(components, list)
    listed = [(one.name, one.version) for one in (*pinned(text), *VENDORED)]
    assert [(one["name"], one["version"]) for one in components] == listed
    assert all(one["hashes"] for one in components)
    assert bill == bill_of_materials(text), "the same lock gives the same bill"


def test_what_others_wrote_is_in_the_wheel_unchanged_with_its_terms() -> None:
    scripts = {path.relative_to(ROOT).as_posix() for path in (ROOT / "khoi").rglob("*.min.js")}
    assert scripts == {one.path for one in VENDORED}
    for one in VENDORED:
        assert hashlib.sha256((ROOT / one.path).read_bytes()).hexdigest() == one.sha256
        assert _FREE.search(one.licence)
        assert one.licence in (ROOT / one.terms).read_text(encoding="utf-8")


def test_a_licence_is_what_the_library_says() -> None:
    assert licence("duckdb") in ("MIT", "MIT License")
    assert licence("no-such-library") is None


@pytest.mark.parametrize(
    ("report", "asked", "vulnerable", "code"),
    [
        ('{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}', 1, 0, 0),
        ('{"dependencies": [{"name": "a", "skip_reason": "not found"}]}', 0, 0, 3),
        ('{"dependencies": []}', 0, 0, 3),
        ("", 0, 0, 3),
        (
            '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}, '
            '{"name": "b", "skip_reason": "x"}]}',
            1,
            1,
            1,
        ),
    ],
)
def test_an_audit_that_could_ask_nothing_is_no_clean_one(report: str, asked: int, vulnerable: int, code: int) -> None:
    found = audited(report)
    assert (found.asked, len(found.vulnerable), found.exit_code) == (asked, vulnerable, code)
    assert ("NOTHING" in found.told()) == (asked == 0)
