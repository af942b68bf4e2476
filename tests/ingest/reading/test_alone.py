"""A reading process has loaded what reading asks for, and nothing of what stands around it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from workbook_rows import random_content

from ingest import printed_words
from ingest.bounded import READING
from ingest.catalogue import Catalogue
from ingest.reading import known
from ingest.reading.known import KnownTexts
from ingest.reading.worker import without_frames
from ingest.receive import pool
from ingest.receive.identify import cover_labels
from ingest.reference import Reference
from ingest.template import write_workbook

_READS = """
import pickle, sys, tempfile
from functools import partial
from pathlib import Path
from ingest.bounded import READING, bounded_pool
from ingest.landed import landed_path
from ingest.reading.limits import Limits
from ingest.reading.worker import FileTask, is_alive, read_given
if __name__ == "__main__":
    labels = pickle.loads(Path(sys.argv[2]).read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        handed_over = labels, Limits(), partial(landed_path, Path(folder))
        with bounded_pool(1, Limits().memory_bytes, READING, handed_over) as pool:
            assert pool.schedule(is_alive).result()
            given = [FileTask("a" * 64, sys.argv[1])], f"{folder}/c.parquet"
            (read,) = pool.schedule(read_given, args=given).result()
            loaded = pool.schedule(eval, args=["sorted(__import__('sys').modules)"]).result()
            print(read.cells > 0, *loaded)
"""


def test_reading_loads_neither_pandas_nor_what_is_done_with_what_was_read(
    tmp_path: Path, catalogue: Catalogue, reference: Reference
) -> None:
    book, labels = tmp_path / "book.xlsx", tmp_path / "labels"
    write_workbook(book, random_content(5, catalogue, reference), catalogue, reference)
    labels.write_bytes(pickle.dumps(cover_labels(catalogue, reference)))
    ran = subprocess.run(
        [sys.executable, "-c", _READS, str(book), str(labels)], capture_output=True, text=True, check=True
    )
    read, *loaded = ran.stdout.split()
    assert read == "True"
    assert "ingest.reading.worker" in loaded
    assert not {"pandas", "duckdb", "ingest.receive", "ingest.normalise"} & set(loaded)


def test_what_declares_forms_is_loaded_where_a_text_is_held_against_them() -> None:
    """Most workbooks hold no such text, and pydantic and the catalogue are a third of what a process would load."""
    script = f"""
import sys, {READING}
from ingest.printed_words import is_line_wording
loaded = lambda: {{"pydantic", "ingest.catalogue"}} & set(sys.modules)
print(loaded(), is_line_wording("Nguyễn An"), loaded(), is_line_wording("Kết nạp trong kỳ"), *sorted(loaded()))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["set()", "False", "set()", "True", "ingest.catalogue", "pydantic"]


def test_what_a_reading_process_is_told_to_do_stands_in_what_it_has_loaded() -> None:
    assert {pool.read_given.__module__, pool.is_alive.__module__} == {READING}


def test_where_pandas_is_loaded_nothing_is_hidden() -> None:
    before = list(sys.meta_path)
    without_frames()
    assert sys.meta_path == before
    assert sys.modules["pandas"] is pd
    assert pa.array(pd.Series([1, None])).null_count == 1


def test_what_lands_anyway_is_not_held_against_all_that_official_forms_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*told: object) -> bool:
        raise AssertionError(told)

    monkeypatch.setattr(known, "is_printed_wording", asked)
    monkeypatch.setattr(printed_words, "_says_a_line", asked)
    texts = KnownTexts(keys=frozenset({"kết nạp"}))
    assert texts.landed("fbd660e010bc") is None
    assert texts.landed("2025-08-30") == "2025-08-30"
    assert texts.landed("BT.01.001") == "BT.01.001"
    with pytest.raises(AssertionError, match="Kết nạp trong kỳ"):
        texts.landed("Kết nạp trong kỳ")
