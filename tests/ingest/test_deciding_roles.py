"""Who decides is a role of a list: named in several ways, never repeated where it is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.deciding_roles import UNLISTED, DecidingRoles, UnknownRole
from ingest.reference import SEEDS_DIR, RegisterMistakes

ROLES = DecidingRoles.read(SEEDS_DIR)


@pytest.mark.parametrize(
    "text", ["deputy_division_head", "Phó trưởng phòng", "phó  TRƯỞNG phòng", "pho truong phong", "PTP"]
)
def test_a_role_is_named_by_code_label_or_abbreviation_with_or_without_accents(text: str) -> None:
    assert ROLES.required(text) == "deputy_division_head"


@pytest.mark.parametrize("text", ["", "Nguyễn Văn Thử", "phó trưởng phòng Nguyễn Văn Thử", "ông A, trưởng phòng"])
def test_free_text_is_refused_without_repeating_it_and_the_roles_are_listed(text: str) -> None:
    with pytest.raises(UnknownRole, match="Phó trưởng phòng, ") as refused:
        ROLES.required(text)
    assert "Thử" not in str(refused.value)
    assert ROLES.stored(text) == UNLISTED
    assert ROLES.label_of(text) == "ngoài danh mục vai trò"


def test_a_deployment_adds_roles_of_its_own_in_its_file_and_one_without_the_file_has_the_shared_ones(
    tmp_path: Path,
) -> None:
    assert DecidingRoles.read(tmp_path).code_of("Chuyên viên") == "specialist"
    header = "role_code;label_vi;label_en;aliases\n"
    (tmp_path / "deciding_roles.csv").write_text(header + "clerk;Văn thư;Clerk;\n", encoding="utf-8")
    own = DecidingRoles.read(tmp_path)
    assert (own.required("văn thư"), own.code_of("Chuyên viên")) == ("clerk", None)
    (tmp_path / "deciding_roles.csv").write_text("tên\nVăn thư\n", encoding="utf-8")
    with pytest.raises(RegisterMistakes, match=r"deciding_roles\.csv"):
        DecidingRoles.read(tmp_path)


def test_no_two_roles_of_the_shared_list_answer_to_one_word() -> None:
    rows = [line.split(",") for line in (SEEDS_DIR / "deciding_roles.csv").read_text("utf-8").splitlines()[1:]]
    for code, vi, en, aliases in rows:
        assert {ROLES.code_of(text) for text in (code, vi, en, *filter(None, aliases.split("|")))} == {code}
