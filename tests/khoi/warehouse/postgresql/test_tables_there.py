"""The marts in PostgreSQL's types, whose tables are in the way, and what is told without a password."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from khoi.deployment.home import Home
from khoi.warehouse.parity import Parity
from khoi.warehouse.postgresql.__main__ import main, told
from khoi.warehouse.postgresql.connection import CannotCopy, connected, without_password
from khoi.warehouse.postgresql.copying import Compared
from khoi.warehouse.postgresql.tables import KINDS, Mart, There, literal, marts_of, quoted, require_ours

MARTS = Path(__file__).resolve().parents[4] / "dbt_project" / "models" / "marts"
_SAID = {"timestamptz": "timestamp with time zone"}


def test_every_type_of_the_contracts_has_its_counterpart() -> None:
    kinds = {
        column["data_type"].lower()
        for path in MARTS.rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
        for column in model["columns"]
    }
    assert len(kinds) >= 7
    assert {_SAID.get(kind, kind).upper() for kind in kinds} <= set(KINDS)


def test_a_type_without_a_counterpart_is_named() -> None:
    with pytest.raises(CannotCopy, match=r"fct_x\.parts.*INTEGER\[\]"):
        assert Mart("fct_x", {"code": "VARCHAR", "parts": "INTEGER[]"}, {}).types


def test_a_publication_tells_its_marts_with_their_comments_and_nothing_else() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create schema marts; create schema staging; create table staging.stg_x (a integer);"
            ' create table marts.fct_x (code varchar, "Tổng" hugeint, seen timestamptz);'
            " comment on table marts.fct_x is 'Mỗi dòng là … / One row per …';"
            " comment on column marts.fct_x.code is 'Mã';"
            " insert into marts.fct_x values ('01', 12, now())"
        )
        (mart,) = marts_of(connection)
        assert mart.types == {"code": "text", "Tổng": "bigint", "seen": "timestamp with time zone"}
        assert mart.comments == {"": "Mỗi dòng là … / One row per …", "code": "Mã"}
        assert connection.sql(mart.query).types[1] == "BIGINT"
        connection.execute('update marts.fct_x set "Tổng" = 9223372036854775808')
        with pytest.raises(duckdb.ConversionException):
            connection.sql(mart.query).fetchall()


def test_tables_of_somebody_else_are_named_and_never_replaced() -> None:
    relations = {name: {"a": "text"} for name in ("fct_x", "fct_y", "theirs", "fct_old")}
    found = There(1, "v", frozenset({"fct_x", "fct_old"}), frozenset(), relations)
    require_ours(found, "marts", ["fct_x", "fct_new"])
    with pytest.raises(CannotCopy, match=r"marts: .*fct_y"):
        require_ours(found, "marts", ["fct_x", "fct_y"])


def test_names_and_texts_are_taken_as_they_are() -> None:
    assert quoted('a"b') == '"a""b"'
    assert (literal("Đảng bộ 'A'"), literal(None)) == ("'Đảng bộ ''A'''", "null")


def test_no_password_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    assert without_password("FATAL:  password s3cret\n\tis wrong") == "FATAL: password *** is wrong"
    monkeypatch.delenv("PGPASSWORD")
    assert without_password("a b") == "a b"


def test_a_driver_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "adbc_driver_postgresql", None)
    with pytest.raises(CannotCopy, match=r"khoi\[postgresql\]"), connected():
        pass


def test_without_a_publication_nothing_is_asked_of_a_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(Home(tmp_path / "khoi").root)]) == 2
    assert "khoi run" in capsys.readouterr().err


def test_a_mart_is_a_line_with_the_rows_of_both_sides() -> None:
    found = Compared(3, True, (Parity("fct_x", 4, 4, ()), Parity("fct_y", 2, 1, ("a - b",))), {"fct_x": 4, "fct_y": 3})
    _, first, second, last = told(found).splitlines()
    assert first.split() == ["fct_x", "4", "4", "same"]
    assert second.split() == ["fct_y", "2", "3", "a", "-", "b"]
    assert last.startswith("1 of 2 marts")
    assert not found.holds
    assert not Compared(3, True, (), {}).holds
