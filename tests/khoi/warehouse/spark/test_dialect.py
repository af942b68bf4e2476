"""DuckDB's SQL in Spark's words: each difference that neither engine would report."""

from __future__ import annotations

import pytest

from khoi.warehouse.spark.dialect import UntranslatedError, to_spark

_TABLES = {("staging", "left_side"): ["code", "value", "note"], ("staging", "right_side"): ["value", "code", "other"]}


def _spark(sql: str) -> str:
    return to_spark(sql, lambda schema, table: _TABLES[schema, table])


def test_a_quotient_is_a_fraction_whatever_is_divided() -> None:
    assert _spark("select 1.0 / 3 as share") == "SELECT CAST(1.0 AS DOUBLE) / 3 AS share"


@pytest.mark.parametrize("whole", ["integer", "bigint"])
def test_what_becomes_a_whole_number_is_rounded_and_not_cut(whole: str) -> None:
    kind = {"integer": "INT", "bigint": "BIGINT"}[whole]
    assert _spark(f"select cast(value as {whole}) as v") == f"SELECT CAST(RINT(CAST(value AS DOUBLE)) AS {kind}) AS v"
    assert "TRY_CAST(RINT(TRY_CAST(value AS DOUBLE))" in _spark(f"select try_cast(value as {whole}) as v")


def test_a_count_stays_as_it_is_and_a_wide_number_is_a_decimal() -> None:
    assert "RINT" not in _spark("select cast(count(*) as integer) as n from staging.left_side")
    assert "DECIMAL(38, 0)" in _spark("select cast(value as hugeint) as v")


def test_a_union_by_name_goes_by_name() -> None:
    found = _spark("select * from staging.left_side union all by name select * from staging.right_side")
    assert "BY NAME" not in found
    assert "SELECT code, value, note, NULL AS other FROM (SELECT * FROM staging.left_side)" in found
    assert "SELECT code, value, NULL AS note, other FROM (SELECT * FROM staging.right_side)" in found


def test_columns_that_are_replaced_are_spelt_out() -> None:
    found = _spark("select * exclude (note) replace (value + 1 as value) from staging.left_side")
    assert found == "SELECT code, value + 1 AS value FROM staging.left_side"
    joined = _spark(
        "with l as (select code, value from staging.left_side) select l.* replace (r.value as value)"
        " from l inner join staging.right_side as r on l.code = r.code"
    )
    assert "SELECT l.code, r.value AS value FROM l" in joined


def test_lists_beside_each_other_are_unnested_in_step() -> None:
    found = _spark("select code, unnest(['a', 'b']) as part, unnest([value, 0]) as amount from staging.left_side")
    assert "LATERAL VIEW INLINE(ARRAYS_ZIP(ARRAY('a', 'b'), ARRAY(value, 0)))" in found
    assert "unnested.item_0 AS part, unnested.item_1 AS amount" in found


def test_what_is_gathered_in_an_order_is_sorted_and_none_is_null() -> None:
    found = _spark("select string_agg(distinct note, '; ' order by note) filter (where value > 0) as n from t.x")
    assert found == (
        "SELECT NULLIF(ARRAY_JOIN(ARRAY_SORT(COLLECT_SET(note) FILTER(WHERE value > 0)), '; '), '') AS n FROM t.x"
    )
    with pytest.raises(UntranslatedError, match="order of something else"):
        _spark("select string_agg(note, '; ' order by value) as n from t.x")


def test_nulls_and_nothings_mean_the_same() -> None:
    assert "NULLS LAST" in _spark("select row_number() over (order by value) as n from t.x")
    assert "ANY_VALUE(value) IGNORE NULLS" in _spark("select any_value(value) as v from t.x")
    assert _spark("select concat(code, ':', note) as c from t.x").count("COALESCE") == 2
    assert "REGEXP_EXTRACT(note, '[0-9]+', 0)" in _spark("select regexp_extract(note, '[0-9]+') as n from t.x")


def test_a_recursion_that_ends_when_nothing_is_new_never_enters_a_row_twice() -> None:
    found = _spark(
        "with recursive reached as (select code, other from staging.right_side union"
        " select reached.code, r.other from reached inner join staging.right_side as r on reached.other = r.code)"
        " select * from reached"
    )
    assert "UNION ALL" in found
    assert "NOT ARRAY_CONTAINS(reached.walked_by, NAMED_STRUCT('code', reached.code, 'other', r.other))" in found
    assert "reached AS (SELECT DISTINCT code, other FROM reached_walked)" in found


def test_qualify_means_the_column_of_the_source_and_not_an_alias_of_its_name() -> None:
    found = _spark(
        "select code, min(value) over (partition by code) as value from staging.left_side"
        " qualify row_number() over (partition by code order by value desc) = 1"
    )
    assert found == (
        "SELECT code, value FROM (SELECT code, MIN(value) OVER (PARTITION BY code) AS value,"
        " ROW_NUMBER() OVER (PARTITION BY code ORDER BY value DESC NULLS LAST) AS judged_0"
        " FROM staging.left_side) AS judged WHERE judged_0 = 1"
    ).replace(" NULLS LAST", "")


def test_what_spark_has_no_words_for_is_said() -> None:
    with pytest.raises(UntranslatedError, match="asof"):
        _spark("select * from t.x asof left join t.y on x.a = y.a and x.b >= y.b")
