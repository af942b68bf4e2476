"""Whatever happens to the separators, quotation marks and bytes of a register: nothing is lost without being told."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register_folder import REGISTERS

from ingest.reference import SEED_COLUMNS
from ingest.register_files.mistakes import Mistake
from ingest.register_files.tables import contents_of, read_contents

NAMES = ("organizations", "committees", "organization_events")
COLUMNS = {**{name: SEED_COLUMNS[name] for name in NAMES}, "codes": SEED_COLUMNS["codes"]}


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def text_of(name: str) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([COLUMNS[name], *REGISTERS.get(name, [])])
    return written.getvalue()


def values(folder: Path, name: str, content: bytes) -> tuple[list[str], list[Mistake]]:
    """Every value of the register without quotation marks and spaces, in order; and what was told."""
    for other in COLUMNS:
        (folder / f"{other}.csv").write_text(text_of(other), encoding="utf-8", newline="")
    (folder / f"{name}.csv").write_bytes(content)
    read = read_contents(contents_of({other: folder / f"{other}.csv" for other in COLUMNS}, COLUMNS))
    cells = read.tables[name].fillna("").to_numpy().ravel()
    return ["".join(str(cell).replace('"', "").split()) for cell in cells], read.mistakes


def placed(mistakes: list[Mistake], name: str) -> bool:
    """True where every mistake names the file and, unless it is of the whole file, the line."""
    return bool(mistakes) and all(
        one.place.file == f"{name}.csv" and (one.place.line or one.kind.startswith(("file", "encoding")))
        for one in mistakes
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), sign=st.sampled_from([",", '"', "\n", "\r\n", "\t"]), at=st.floats(0, 1))
def test_a_separator_too_many_is_told_or_changes_nothing(scratch: Path, name: str, sign: str, at: float) -> None:
    text = text_of(name)
    place = int(at * len(text))
    before, _ = values(scratch, name, text.encode())
    after, mistakes = values(scratch, name, (text[:place] + sign + text[place:]).encode())
    # A comma inside quotation marks is text, and so is added to the value it stands in.
    assert placed(mistakes, name) or [one.replace(",", "") for one in after] == [one.replace(",", "") for one in before]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), number=st.integers(0, 10_000))
def test_a_separator_too_few_is_told(scratch: Path, name: str, number: int) -> None:
    text = text_of(name)
    outside = [at for at, sign in enumerate(text) if sign == "," and text[:at].count('"') % 2 == 0]
    at = outside[number % len(outside)]
    _, mistakes = values(scratch, name, (text[:at] + text[at + 1 :]).encode())
    assert placed(mistakes, name)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), byte=st.sampled_from([0, 7, 0x80, 0xC0, 0xD2, 0xEC, 0xFF]), at=st.floats(0, 1))
def test_a_byte_that_is_no_text_is_told(scratch: Path, name: str, byte: int, at: float) -> None:
    content = text_of(name).encode()
    place = int(at * len(content))
    _, mistakes = values(scratch, name, content[:place] + bytes([byte]) + content[place:])
    assert placed(mistakes, name)
