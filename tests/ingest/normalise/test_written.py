"""What lies normalised is counted from the files' own footers; a damaged one is left out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.lake import MANIFESTS
from ingest.normalise.written import normalised_pairs, rows_of


def test_the_rows_of_one_pair_are_those_of_its_own_files(tmp_path: Path) -> None:
    for committee, period, rows in (("AA", "2021H1", 3), ("AA", "2021H2", 5), ("BB", "2021H1", 7)):
        folder = tmp_path / "normalised" / committee / period
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"x": range(rows)}), folder / "observations.parquet")
    (tmp_path / "normalised/AA/2021H2/observations.parquet").write_bytes(b"PAR1")
    assert rows_of(tmp_path, ("AA", "2021H1")) == {"observations": 3}
    assert rows_of(tmp_path, ("BB", "2021H1")) == {"observations": 7}
    assert rows_of(tmp_path, ("AA", "2021H2")) == {}
    assert rows_of(tmp_path, ("BB", "2021H2")) == {}


def test_the_pairs_are_those_with_a_manifest(tmp_path: Path) -> None:
    name = Path(MANIFESTS).name
    for pair in ("AA/2021H1", "BB/2021H2", "BB/2022H1"):
        (tmp_path / "normalised" / pair).mkdir(parents=True)
    for pair in ("AA/2021H1", "BB/2022H1"):
        (tmp_path / "normalised" / pair / name).write_text("{}", encoding="utf-8")
    assert normalised_pairs(tmp_path) == {("AA", "2021H1"), ("BB", "2022H1")}
