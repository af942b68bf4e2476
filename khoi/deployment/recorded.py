"""The inputs a stage worked from, recorded beside what it made: what lies there can be held against what holds now."""

from __future__ import annotations

import json
from pathlib import Path

from ingest.durable import write_text
from khoi.deployment.fingerprint import Fingerprints
from khoi.deployment.home import Home


def checked_inputs(home: Home) -> Path:
    """The record of what the states and findings of `lake/checked` rest on."""
    return home.lake / "checked" / "inputs.json"


def build_inputs(home: Home) -> Path:
    """The record of what the build file rests on."""
    return home.build / "inputs.json"


def write_inputs(path: Path, inputs: Fingerprints) -> None:
    """Record ``inputs`` at ``path``."""
    write_text(path, json.dumps(inputs, indent=1, sort_keys=True))


def read_inputs(path: Path) -> Fingerprints | None:
    """What is recorded at ``path``; None where nothing is, or nothing that can be read: then it is made again."""
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return {str(kind): str(mark) for kind, mark in found.items()} if isinstance(found, dict) else None
