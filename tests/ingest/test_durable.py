"""Files that are whole or not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest import durable


def test_a_writer_that_dies_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    durable.write_text(path, "đầu")

    def dies() -> None:
        with durable.replacing(path) as temporary:
            temporary.write_text("nửa", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dies()
    assert [(found.name, found.read_text("utf-8")) for found in tmp_path.iterdir()] == [("manifest.json", "đầu")]


def test_bytes_are_on_the_disk_before_the_name_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda descriptor: (done.append("flushed"), fsync(descriptor)))
    monkeypatch.setattr(os, "replace", lambda source, target: (done.append("moved"), replace(source, target)))
    durable.write_text(tmp_path / "one" / "a.txt", "a")
    folder = tmp_path / "folder"
    durable.write_text(folder / "b.txt", "b")
    done.clear()
    durable.move(folder, tmp_path / "moved")
    assert done == ["flushed", "moved"]
    assert (tmp_path / "one" / "a.txt").read_text("utf-8") == "a"
    assert (tmp_path / "moved" / "b.txt").read_text("utf-8") == "b"


def test_a_file_that_is_read_only_can_be_moved_into_place(tmp_path: Path) -> None:
    source = tmp_path / "landed"
    source.write_bytes(b"x")
    source.chmod(0o444)
    durable.move(source, tmp_path / "kept")
    assert (tmp_path / "kept").read_bytes() == b"x"


def test_a_file_that_says_the_same_is_not_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "trang.html"
    durable.keep_text(path, "trang\r\n")
    monkeypatch.setattr(os, "replace", lambda *_: pytest.fail("written again"))
    durable.keep_text(path, "trang\r\n")
    assert path.read_bytes() == b"trang\r\n"
    monkeypatch.undo()
    durable.keep_text(path, "khác")
    assert path.read_text("utf-8") == "khác"
