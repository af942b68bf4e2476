"""Row groups of one Parquet file in another: read by a library, they say what they said."""

from __future__ import annotations

import io

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from khoi.warehouse.parquet_footer import MAGIC, NoParquet, ending, part_of

SCHEMA = pa.schema([("số", pa.int64()), ("text", pa.string()), ("is_true", pa.bool_()), ("share", pa.float64())])
ROW = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.text(max_size=40),
    st.none() | st.booleans(),
    st.none() | st.floats(allow_nan=False),
)


def parquet(rows: list[tuple[object, ...]], **how: object) -> bytes:
    """A Parquet file of ``rows``."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in SCHEMA]
    content = io.BytesIO()
    table = pa.table(dict(zip(SCHEMA.names, columns, strict=True)), schema=SCHEMA)
    pq.write_table(table, content, **how)
    return content.getvalue()


def joined(files: list[bytes], gap: bytes = b"") -> bytes:
    """One file of the row groups of ``files``, with ``gap`` before each."""
    content, groups, rows = MAGIC, [], 0
    for one in files:
        content += gap
        part = part_of(one, len(content))
        content, groups, rows = content + part.data, [*groups, *part.row_groups], rows + part.rows
    return content + ending(parquet([]), groups, rows, {"khoi_version": "1", "nói": "gì"})


@settings(deadline=None, max_examples=150)
@given(
    tables=st.lists(st.lists(ROW, max_size=20), max_size=20),
    gap=st.binary(max_size=9),
    how=st.fixed_dictionaries(
        {
            "compression": st.sampled_from(["zstd", "none", "snappy"]),
            "row_group_size": st.sampled_from([3, 1000]),
            "use_dictionary": st.booleans(),
            "write_page_index": st.booleans(),
            "data_page_version": st.sampled_from(["1.0", "2.0"]),
            "store_schema": st.booleans(),
        }
    ),
)
def test_whatever_stands_in_the_files_stands_in_the_one_made_of_them(
    tables: list[list[tuple[object, ...]]], gap: bytes, how: dict[str, object]
) -> None:
    content = joined([parquet(rows, **how) for rows in tables], gap)
    file = pq.ParquetFile(io.BytesIO(content))
    whole = file.read()
    assert [tuple(row.values()) for row in whole.to_pylist()] == [row for rows in tables for row in rows]
    assert file.metadata.num_rows == sum(map(len, tables))
    assert file.metadata.metadata[b"khoi_version"] == b"1"
    assert file.metadata.metadata["nói".encode()].decode() == "gì"


def test_a_filter_by_the_statistics_of_row_groups_finds_the_moved_ones(tmp_path: object) -> None:
    path = f"{tmp_path}/moved.parquet"
    tables = [[(number * 10 + more, "a", True, 0.5) for more in range(10)] for number in range(30)]
    with open(path, "wb") as file:
        file.write(joined([parquet(rows, write_page_index=True) for rows in tables]))
    for number in (0, 155, 299):
        assert pq.read_table(path, filters=[("số", "=", number)])["số"].to_pylist() == [number]
        assert duckdb.sql(f'select "số" from \'{path}\' where "số" = {number}').fetchall() == [(number,)]


def test_a_part_can_be_moved_again() -> None:
    once = joined([parquet([(1, "a", None, 1.0)]), parquet([(2, "b", True, None)])])
    twice = joined([once, parquet([(3, None, False, 3.0)])])
    assert pq.read_table(io.BytesIO(twice))["số"].to_pylist() == [1, 2, 3]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1PAR1", parquet([])[:-1], b"X" + parquet([])[1:]])
def test_what_is_no_parquet_file_is_refused(content: bytes) -> None:
    with pytest.raises(NoParquet):
        part_of(content, 4)
