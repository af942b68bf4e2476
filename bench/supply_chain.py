"""What khoi is built from: the licences of every library, and the bill of materials (CycloneDX).

    python -m bench.supply_chain licences         writes docs/licences.md
    python -m bench.supply_chain sbom FILE        writes the bill of materials of requirements.lock

Both follow from requirements.lock and the metadata of what is installed, so neither asks the network. A library that
is installed on another system only keeps the row it has.
"""

from __future__ import annotations

import argparse
import json
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
LICENCES = ROOT / "docs" / "licences.md"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_SUM = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_ROW = re.compile(r"^\| ([a-z0-9._-]+) \| (.+) \|$", re.MULTILINE)
_HEAD = """# Licences of what khoi is built from

`khoi` itself: Apache-2.0 ([LICENSE](../LICENSE)). Written by `make licences` from `requirements.lock` and the metadata of each library, held by a test; *(system)* marks
what is installed on some systems only. The libraries are installed beside `khoi`, none is part of its wheel.

| library | licence |
|---|---|
"""


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
    rows = []
    for one in pinned(lock):
        told = licence(one.name) or known.get(one.name, "– *(system)*").removesuffix(" *(system)*")
        rows.append(f"| {one.name} | {told}{' *(system)*' if one.marker else ''} |")
    return _HEAD + "\n".join(rows) + "\n"


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
            # One library is many files, one a system; the bill names the sum of each as its distribution.
            "externalReferences": [
                {
                    "type": "distribution",
                    "url": f"https://pypi.org/project/{one.name}/{one.version}/",
                    "hashes": [{"alg": "SHA-256", "content": content}],
                }
                for content in one.sums
            ],
        }
        if told and told != "–":
            component["licenses"] = [{"license": {"name": told}}]
        yield component


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("licences", "sbom"))
    parser.add_argument("file", nargs="?", type=Path)
    asked = parser.parse_args()
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
