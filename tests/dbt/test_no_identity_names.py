"""No table, column, property or comment of what is published is called like a person's identity.

The lake takes no person in; a name like ``ho_ten`` would be the first step to one, and a property or a comment is
published as well as a column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.labels import without_accents
from ingest.lake.tables import TABLES, LakeTable
from ingest.reference import SEED_COLUMNS
from khoi.deployment.product import DBT_PROJECT

_WORDS = """
    ho_ten ho_va_ten full_name first_name last_name surname given_name person_name member_name ten_nguoi ten_dang_vien
    cccd cmnd cmtnd can_cuoc citizen_id identity_card id_card passport ho_chieu so_the_dang party_card so_ly_lich
    ngay_sinh nam_sinh birth_date date_of_birth birthday dob que_quan noi_sinh birthplace home_address noi_cu_tru
    so_dien_thoai dien_thoai phone mobile email e_mail
"""
_LIKE = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(_WORDS.split())})s?(?![a-z0-9])")
FILES = sorted(path for path in (DBT_PROJECT / "models").rglob("*.*") if path.suffix in (".yml", ".md", ".sql"))


def like_an_identity(name: str) -> list[str]:
    """The words of ``name`` that are called like a person's identity, in any spelling of the underscores."""
    spoken = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", without_accents(name)).casefold()
    return _LIKE.findall(re.sub(r"[\s\-.]+", "_", spoken))


def names_in(text: str) -> list[str]:
    """The words of a prose that are like an identity; that a code goes by its last name is no such word."""
    return [found for word in text.split() for found in like_an_identity(word)]


def suspicious(value: Any) -> Iterator[str]:
    """Every key and name of a YAML document that is like an identity, and every such word of its other texts."""
    if isinstance(value, dict):
        for key, one in value.items():
            named = str(one) if key == "name" else ""
            yield from like_an_identity(f"{key} {named}")
            yield from suspicious(one)
    elif isinstance(value, list):
        for one in value:
            yield from suspicious(one)
    elif isinstance(value, str):
        yield from names_in(value)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_name_property_or_comment_of_a_model_is_like_an_identity(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = suspicious(yaml.safe_load(text)) if path.suffix == ".yml" else names_in(text)
    assert list(found) == []


@pytest.mark.parametrize("place", ["columns: [{name: Họ tên}]", "meta: {cccd: 1}", "tags: [ngay_sinh]", "d: A ho_ten."])
def test_they_are_found_wherever_a_document_holds_them(place: str) -> None:
    assert list(suspicious({"models": [yaml.safe_load(place)]}))


def test_no_column_of_lake_or_registers_is_like_an_identity() -> None:
    names = [f"{table.name} {name} {_said(table, name)}" for table in TABLES for name in table.schema.names]
    names += [f"{seed} {column}" for seed, columns in SEED_COLUMNS.items() for column in columns]
    assert len(names) > 200
    assert [name for name in names if like_an_identity(name)] == []


def _said(table: LakeTable, name: str) -> str:
    """The properties of a column and of its table, as Parquet keeps them."""
    kept = {**(table.schema.metadata or {}), **(table.schema.field(name).metadata or {})}
    return " ".join(f"{key!r} {value!r}" for key, value in kept.items())


@pytest.mark.parametrize(
    "name", ["ho_ten", "hoTen", "Họ tên", "full_name", "cccd", "so_cccd", "ngay_sinh", "a.date-of-birth", "emails"]
)
def test_such_names_are_known(name: str) -> None:
    assert like_an_identity(name)


@pytest.mark.parametrize("name", ["organization_name", "file_name", "photenx", "label_vi", "dobbin", "committee_name"])
def test_other_names_are_none(name: str) -> None:
    assert not like_an_identity(name)
