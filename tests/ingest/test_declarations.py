"""Declarations of a deployment: what YAML would let pass is refused, every fault is told with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.catalogue import CatalogueError, load_catalogue
from ingest.catalogue.load import FORMS_DIR
from ingest.declarations import DeclarationError, declaration_files, read_declaration

NAME = "92_commune_sponsorship.yaml"
TEXT = (FORMS_DIR / NAME).read_text(encoding="utf-8")
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{','.join('*' + chr(97 + n) for _ in range(9))}]\n" for n in range(9)
)


def line_with(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


BROKEN: dict[str, tuple[bytes, int | None]] = {
    "empty": (b"", None),
    "only a comment": (b"# nothing\n", None),
    "a tab": (TEXT.replace("  SPONSORSHIP_KIND:", "\tSPONSORSHIP_KIND:").encode(), line_with("SPONSORSHIP_KIND:")),
    "windows-1258": (TEXT.encode("cp1258", "replace"), 1),
    "utf-16": (TEXT.encode("utf-16"), 1),
    "a key twice": (f"{TEXT}kind: matrix\n".encode(), TEXT.count("\n") + 1),
    "aliases without end": (BOMB.encode(), None),
    "an alias to itself": (b"a: &a [*a]\n", None),
    "a call": (b'!!python/object/apply:os.system ["touch PWNED"]', 1),
    "a list": (b"- 1\n- 2\n", 1),
    "an unknown key": (f"{TEXT}mau_sac: x\n".encode(), TEXT.count("\n") + 1),
    "an unknown kind": (TEXT.replace("kind: list", "kind: x").encode(), line_with("kind: list")),
    "a day that is none": (TEXT.replace("2012-05-17", "17/05/2012").encode(), line_with("valid_from: 2012-05-17")),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_form_is_named_with_its_line(tmp_path: Path, what: str) -> None:
    content, line = BROKEN[what]
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(CatalogueError) as told:
        load_catalogue(tmp_path)
    assert str(tmp_path / NAME) in str(told.value)
    if what not in ("windows-1258", "utf-16") and line is not None:
        assert f"line {line}" in str(told.value)


def test_our_own_form_is_read_with_a_mark_and_windows_lines(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    assert load_catalogue(tmp_path).forms == load_catalogue().forms


def test_a_form_declared_in_two_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "99_mine.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(CatalogueError, match=rf"99_mine\.yaml, dòng / line \d+: .*{NAME}"):
        load_catalogue(tmp_path)


@pytest.mark.parametrize("ending", [".yml", ".YAML", ".YML"])
def test_a_file_that_would_not_be_read_is_told(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"99_mine{ending}").write_text("form: x\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"99_mine"):
        declaration_files(tmp_path)


def test_a_folder_or_a_broken_link_in_the_place_of_a_declaration_is_told(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").mkdir()
    with pytest.raises(DeclarationError, match=r"own\.yaml.*no file that can be read"):
        declaration_files(tmp_path)


@pytest.mark.parametrize("read", [read_declaration])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, read: Callable[[Path], object]) -> None:
    with pytest.raises(DeclarationError, match=r"nothing\.yaml"):
        read(tmp_path / "nothing.yaml")
