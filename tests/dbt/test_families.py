"""The family closure of the model, on random events, against joining again and again what an event binds."""

from __future__ import annotations

import re

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from khoi.deployment.product import DBT_PROJECT

CODES = [f"o{number}" for number in range(8)]
MODEL = DBT_PROJECT / "models" / "intermediate" / "int_organization_families.sql"
events = st.lists(st.tuples(st.sampled_from([*CODES, None]), st.sampled_from([*CODES, None])), max_size=10)


@settings(deadline=None, max_examples=60)
@given(events)
def test_a_family_is_everyone_an_event_binds(links: list[tuple[str | None, str | None]]) -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "create table stg_reference__organizations as select unnest($codes) as organization_code", {"codes": CODES}
        )
        connection.execute(
            "create table stg_reference__organization_events "
            "(from_organization_code varchar, to_organization_code varchar)"
        )
        for link in links:
            connection.execute("insert into stg_reference__organization_events values (?, ?)", link)
        sql = re.sub(r"{{ ref\('(\w+)'\) }}", r"\1", MODEL.read_text(encoding="utf-8"))
        found = dict(connection.execute(sql).fetchall())
    assert found == _families(links)


def _families(links: list[tuple[str | None, str | None]]) -> dict[str, str]:
    family = {code: code for code in CODES}
    for _ in CODES:
        for one, other in links:
            if one is not None and other is not None:
                joined = min(family[one], family[other])
                family = {code: joined if of in (family[one], family[other]) else of for code, of in family.items()}
    return family
