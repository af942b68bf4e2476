"""What khoi is built from: the licences of every library, and the bill of materials (CycloneDX).

    python -m bench.supply_chain licences         writes docs/licences.md
    python -m bench.supply_chain sbom FILE        writes the bill of materials of requirements.lock
    python -m bench.supply_chain audit [--may-be-offline]    asks for known vulnerabilities, with pip-audit

The first two follow from requirements.lock and the metadata of what is installed, so they ask no network. A library
that is installed on another system only keeps the row it has.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
LICENCES = ROOT / "docs" / "licences.md"
AUDITOR = "pip-audit==2.10.1"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_SUM = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ROW = re.compile(r"^\| ([a-z0-9._-]+) \| (.+) \|$", re.MULTILINE)
_SOME = " *(some)*"
_HEAD = """# Licences of what khoi is built from

`khoi` itself: Apache-2.0 ([LICENSE](../LICENSE)). Written by `make licences` from
`requirements.lock` and the metadata of each library, held by a test; *(some)* marks what is installed on some systems
or Pythons only. The libraries are installed beside `khoi`, none is part of its wheel.

{vendored}

| library | licence |
|---|---|
"""


@dataclass(frozen=True)
class Vendored:
    """A file of others that is part of the wheel, unchanged: its package, licence, place and sum."""

    name: str
    version: str
    file: str
    licence: str
    path: str
    terms: str
    sha256: str


VENDORED = (
    Vendored(
        "list.js",
        "2.3.1",
        "dist/list.min.js",
        "MIT",
        "khoi/reports/quality/vendored/list.min.js",
        "khoi/reports/quality/vendored/list.LICENSE.txt",
        "34456f18d306a85bece9a7462d98e6e6c2e072e5fdac64e0d70946b40d5feccf",
    ),
)
"""What is part of the wheel although others wrote it; a test holds each file to its sum."""


@dataclass(frozen=True)
class Pinned:
    """One line of the lock: name, version, on which systems (empty: all), the sums of its files."""

    name: str
    version: str
    marker: str
    sums: tuple[str, ...]


def pinned(text: str) -> list[Pinned]:
    """Every library of a lock, in its order."""
    found: list[Pinned] = []
    for line in text.splitlines():
        if match := _PINNED.match(line):
            found.append(Pinned(match[1], match[2], (match[3] or "").strip(), ()))
        elif match := _SUM.search(line):
            last = found[-1]
            found[-1] = Pinned(last.name, last.version, last.marker, (*last.sums, match[1]))
    return found


def licence(name: str) -> str | None:
    """The licence an installed library declares, None where it is not installed."""
    try:
        facts = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    declared = facts.get("License-Expression")
    classified = [
        one.rsplit(" :: ", 1)[-1]
        for one in facts.get_all("Classifier") or []
        if one.startswith("License :: ") and not one.endswith("OSI Approved")
    ]
    named = (facts.get("License") or "").strip().splitlines()
    return declared or ", ".join(classified) or (named[0][:80] if named and named[0] != "UNKNOWN" else None) or "–"


def known_licences(text: str) -> dict[str, str]:
    """Library -> licence, as the page tells them."""
    return {name: told for name, told in _ROW.findall(text) if name != "library"}


def page(lock: str, before: str) -> str:
    """The page of all licences; what is not installed here keeps the row of the page ``before``."""
    known = known_licences(before)
    rows: dict[str, str] = {}
    for one in pinned(lock):
        told = licence(one.name) or known.get(one.name, "–").removesuffix(_SOME)
        rows[one.name] = f"| {one.name} | {told}{_SOME if one.marker else ''} |"
    vendored = "\n".join(map(_told, VENDORED))
    return _HEAD.replace("{vendored}", vendored) + "\n".join(rows.values()) + "\n"


def _told(one: Vendored) -> str:
    return (
        f"Part of the wheel, unchanged: `{one.path}` is `{one.file}` of the npm package {one.name} {one.version}\n"
        f"({one.licence}: `{one.terms}`), SHA-256 `{one.sha256}`."
    )


def bill_of_materials(lock: str) -> dict[str, object]:
    """The bill of materials of a lock as CycloneDX 1.5 knows it; the same lock gives the same bill."""
    serial = uuid.uuid5(uuid.NAMESPACE_URL, lock)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "khoi", "version": metadata.version("khoi")}},
        "components": list(_components(lock)),
    }


def _components(lock: str) -> Iterator[dict[str, object]]:
    for one in pinned(lock):
        purl = f"pkg:pypi/{one.name.lower().replace('_', '-')}@{one.version}"
        told = licence(one.name)
        component: dict[str, object] = {
            "type": "library",
            "bom-ref": purl,
            "name": one.name,
            "version": one.version,
            "purl": purl,
            # One library is many files, one for each system: any of these sums is right.
            "hashes": [{"alg": "SHA-256", "content": content} for content in one.sums],
        }
        if told and told != "–":
            component["licenses"] = [{"license": {"name": told}}]
        yield component
    for file in VENDORED:
        purl = f"pkg:npm/{file.name}@{file.version}"
        yield {
            **{"type": "library", "bom-ref": purl, "name": file.name, "version": file.version, "purl": purl},
            "hashes": [{"alg": "SHA-256", "content": file.sha256}],
            "licenses": [{"license": {"name": file.licence}}],
        }


@dataclass(frozen=True)
class Audited:
    """What pip-audit came to: how many libraries were asked for, which it knew nothing of, what is vulnerable."""

    asked: int
    unknown: tuple[str, ...]
    vulnerable: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0: asked and none found; 1: vulnerable ones; 3: nothing could be asked, so nothing is known."""
        return 1 if self.vulnerable else 0 if self.asked else 3

    def told(self) -> str:
        """In sentences; that nothing was found is said only where something was asked."""
        if not self.asked:
            return "No database of vulnerabilities was to be had (offline?): NOTHING was asked"
        lines = [f"{self.asked} libraries asked for, {len(self.vulnerable)} vulnerable", *self.vulnerable]
        return "\n".join([*lines, f"unknown to the database: {', '.join(self.unknown)}"] if self.unknown else lines)


def audited(report: str) -> Audited:
    """What the JSON report of pip-audit says; it calls a run in which everything was skipped a success."""
    try:
        entries = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        entries = []
    asked = [entry for entry in entries if "skip_reason" not in entry]
    vulnerable = tuple(
        f"{entry['name']} {entry['version']}: {flaw['id']} (mended in {', '.join(flaw.get('fix_versions') or ['–'])})"
        for entry in asked
        for flaw in entry["vulns"]
    )
    return Audited(len(asked), tuple(entry["name"] for entry in entries if "skip_reason" in entry), vulnerable)


def audit() -> Audited:
    """Run pip-audit in an environment of its own over the lock."""
    uv = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    tool = [str(uv), "tool", "run", "--quiet", "--from", AUDITOR, "pip-audit"]
    asked = ["--requirement", str(LOCK), "--disable-pip", "--require-hashes", "--format", "json"]
    done = subprocess.run([*tool, *asked], capture_output=True, text=True, check=False)
    found = audited(done.stdout)
    if not found.asked:
        print(done.stderr[-2000:], file=sys.stderr)
    return found


def main() -> None:
    """Write or ask what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("licences", "sbom", "audit"))
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--may-be-offline", action="store_true", help="nothing asked is no failure, only said")
    asked = parser.parse_args()
    if asked.what == "audit":
        found = audit()
        print(found.told())
        sys.exit(0 if asked.may_be_offline and not found.asked else found.exit_code)
    lock = LOCK.read_text(encoding="utf-8")
    if asked.what == "licences":
        before = LICENCES.read_text(encoding="utf-8") if LICENCES.exists() else ""
        LICENCES.write_text(page(lock, before), encoding="utf-8")
        print(LICENCES)
    else:
        if asked.file is None:
            parser.error("sbom: FILE")
        asked.file.parent.mkdir(parents=True, exist_ok=True)
        asked.file.write_text(json.dumps(bill_of_materials(lock), indent=1, ensure_ascii=False), encoding="utf-8")
        print(asked.file)


if __name__ == "__main__":
    main()
