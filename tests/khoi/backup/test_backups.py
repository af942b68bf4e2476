"""Backups: what is owned, nothing twice, whole or not at all, and every damage named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from khoi_deployment import Deployment
from small_build import small_build

from khoi.backup import check_backup, make_backup, restore_backup
from khoi.backup import make as making
from khoi.backup.owned import CannotBackUp, owned_files
from khoi.backup.restore import CannotRestore
from khoi.backup.store import DamagedBackup, Store
from khoi.deployment import Home, NoRegisters
from khoi.warehouse.publications import publications, roll_back
from khoi.warehouse.publish import publish


@pytest.fixture
def home(deployment: Deployment) -> Home:
    """Two publications, one gone back from; a received file with its receipt, a sent one, a decision."""
    home = deployment.home
    for number in (1, 2):
        small_build(home, number, recorded=number)
        publish(home, f"f{number}", accepted_break="biết trước" if number == 2 else None)
    roll_back(home, "1", by="Ban Tổ chức", reason="công bố nhầm")
    _write(home.decisions, "finding_key,decision\nx,accept\n")
    _write(home.logs / "gate.jsonl", '{"reason": "biết trước"}\n')
    _write(home.inbox / "gửi" / "biểu số 1.xlsx", "chưa nhận")
    _land(home, "nội dung")
    return home


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _land(home: Home, text: str) -> Path:
    import hashlib

    file_hash = hashlib.sha256(text.encode()).hexdigest()
    path = home.landed / file_hash[:2] / f"{file_hash}.xlsx"
    _write(path, text)
    _write(home.landed / "receipts" / "000001.jsonl", "{}\n")
    return path


def content(home: Home) -> dict[str, bytes]:
    """Every owned file with its bytes."""
    return {file.name: (home.root / file.name).read_bytes() for file in owned_files(home)}


def test_what_is_restored_is_what_was_owned(home: Home, tmp_path: Path) -> None:
    report = make_backup(home, tmp_path / "usb")
    assert report.left_out == ()
    restored = Home(tmp_path / "máy mới" / "khoi")
    told = restore_backup(tmp_path / "usb", restored)
    assert (told.number, told.files) == (1, report.files)
    assert content(restored) == content(home)
    assert not list(restored.published.glob("*.duckdb")), "warehouses are made again"
    assert [(one.number, one.accepted_break) for one in publications(restored)] == [(1, None), (2, "biết trước")]
    for name in ("config/decisions.csv", "logs/gate.jsonl", "published/rollbacks.jsonl", "inbox/gửi/biểu số 1.xlsx"):
        assert name in content(restored)


def test_a_second_backup_writes_only_what_is_new(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_backup(home, tmp_path / "usb")
    read: list[str] = []
    put = Store.put
    monkeypatch.setattr(Store, "put", lambda store, path: read.append(path.name) or put(store, path))
    again = make_backup(home, tmp_path / "usb")
    assert (again.number, again.files, again.new_files, again.new_bytes) == (2, first.files, 0, 0)
    assert {name for name in read if name.endswith((".parquet", ".xlsx"))} == set(), "nothing that grows is read again"
    _land(home, "thêm một tệp")
    (home.inbox / "bản sao.xlsx").write_text("thêm một tệp", encoding="utf-8")
    third = make_backup(home, tmp_path / "usb")
    assert (third.new_files, third.files) == (1, first.files + 2)
    restore_backup(tmp_path / "usb", Home(tmp_path / "cũ"), number=1)
    assert len(content(Home(tmp_path / "cũ"))) == first.files


def test_only_the_last_backups_are_kept_and_what_they_do_not_name_goes(home: Home, tmp_path: Path) -> None:
    gone = _land(home, "sẽ bị xóa")
    make_backup(home, tmp_path / "usb")
    gone.unlink()
    report = make_backup(home, tmp_path / "usb", keep=1)
    assert report.freed_bytes == len("sẽ bị xóa".encode())
    store = Store.at(tmp_path / "usb")
    assert store.numbers() == [2]
    assert not any(path.name == gone.stem for path in (tmp_path / "usb" / "objects").rglob("*"))
    check_backup(tmp_path / "usb")
    with pytest.raises(CannotBackUp, match="--keep"):
        make_backup(home, tmp_path / "usb", keep=0)


def test_a_home_that_holds_something_is_never_overwritten(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "usb")
    before = content(home)
    with pytest.raises(CannotRestore, match="holds something"):
        restore_backup(tmp_path / "usb", home)
    (tmp_path / "tệp").write_text("x", encoding="utf-8")
    with pytest.raises(CannotRestore, match="holds something"):
        restore_backup(tmp_path / "usb", Home(tmp_path / "tệp"))
    assert content(home) == before
    (tmp_path / "trống").mkdir()
    restore_backup(tmp_path / "usb", Home(tmp_path / "trống"))
    assert content(Home(tmp_path / "trống")) == before


@pytest.mark.parametrize("damage", ["flipped", "cut", "lost"])
def test_damaged_bytes_are_named_nothing_is_restored_and_the_next_backup_heals_them(
    home: Home, tmp_path: Path, damage: str
) -> None:
    make_backup(home, tmp_path / "usb")
    store = Store.at(tmp_path / "usb")
    kept = next(kept for kept in store.read().files if kept.name == "logs/gate.jsonl")
    path = store.object_path(kept.sha256)
    if damage == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + (b"" if damage == "cut" else b"?"))
    with pytest.raises(DamagedBackup, match=r"logs/gate\.jsonl"):
        restore_backup(tmp_path / "usb", Home(tmp_path / "mới"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["khoi", "usb"]
    make_backup(home, tmp_path / "usb")
    assert restore_backup(tmp_path / "usb", Home(tmp_path / "mới")).number == 2
    assert content(Home(tmp_path / "mới")) == content(home)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b"\xff", b'{"schema": 1}', None])
def test_a_damaged_manifest_is_named_and_the_backup_before_is_used(
    home: Home, tmp_path: Path, damage: bytes | None
) -> None:
    for _ in range(2):
        make_backup(home, tmp_path / "usb")
    path = tmp_path / "usb" / "manifests" / "000002.json"
    path.write_bytes(path.read_bytes().replace(b"logs/gate", b"logs/gatf") if damage is None else damage)
    with pytest.raises(DamagedBackup, match=r"000002\.json.*--number"):
        check_backup(tmp_path / "usb")
    assert check_backup(tmp_path / "usb", 1).number == 1
    assert make_backup(home, tmp_path / "usb").number == 3


def test_a_backup_that_died_leaves_the_one_before_and_the_next_goes_on(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_backup(home, tmp_path / "usb")
    _land(home, "mới nhận")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", dies)
        with pytest.raises(KeyboardInterrupt):
            make_backup(home, tmp_path / "usb")
    assert check_backup(tmp_path / "usb").number == 1
    assert make_backup(home, tmp_path / "usb").new_files == 0, "its bytes are used"


def test_registers_that_are_saved_meanwhile_belong_together_or_the_backup_is_refused(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saves = iter(range(1))
    take = making._take

    def saved_meanwhile(*arguments: object) -> object:
        taken = take(*arguments)  # type: ignore[arg-type]
        if next(saves, None) is not None:
            _write(home.decisions, "finding_key,decision\nx,accept\ny,accept\n")
        return taken

    monkeypatch.setattr(making, "_take", saved_meanwhile)
    make_backup(home, tmp_path / "usb")
    restore_backup(tmp_path / "usb", Home(tmp_path / "mới"))
    assert content(Home(tmp_path / "mới")) == content(home)
    saves = iter(range(9))
    _write(home.decisions, "")
    times = iter(range(10**9, 10**10, 10**9))

    def always_saved(*arguments: object) -> object:
        taken = take(*arguments)  # type: ignore[arg-type]
        os.utime(home.decisions, ns=(0, next(times)))
        return taken

    monkeypatch.setattr(making, "_take", always_saved)
    with pytest.raises(CannotBackUp, match="registers are being saved"):
        make_backup(home, tmp_path / "usb")
    assert Store.at(tmp_path / "usb").numbers() == [1]


def test_one_file_of_the_inbox_that_cannot_be_read_is_told_and_stops_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = Store.put
    refused = home.inbox / "gửi" / "biểu số 1.xlsx"

    def without_rights(store: Store, path: Path) -> object:
        if path == refused:
            raise PermissionError(13, "Permission denied", str(path))
        return put(store, path)

    monkeypatch.setattr(Store, "put", without_rights)
    report = make_backup(home, tmp_path / "usb")
    assert report.left_out == (("inbox/gửi/biểu số 1.xlsx", "Permission denied"),)
    assert check_backup(tmp_path / "usb").left_out == report.left_out
    refused = home.decisions
    with pytest.raises(CannotBackUp, match=r"decisions\.csv"):
        make_backup(home, tmp_path / "usb")


def test_a_landed_file_that_is_not_what_was_received_is_told(home: Home, tmp_path: Path) -> None:
    path = _land(home, "đã hỏng")
    path.write_text("khác", encoding="utf-8")
    ((name, why),) = make_backup(home, tmp_path / "usb").left_out
    assert name == path.relative_to(home.root).as_posix()
    assert "no longer what was received" in why


@pytest.mark.skipif(os.name == "nt", reason="no pipes and links")
def test_pipes_and_links_of_the_inbox_are_left_a_linked_folder_of_the_configuration_is_told(
    home: Home, tmp_path: Path
) -> None:
    os.mkfifo(home.inbox / "ống.xlsx")
    (home.inbox / "liên kết.xlsx").symlink_to("/etc/passwd")
    odd = os.fsencode(home.inbox) + b"/bi\xe3u.xlsx"
    Path(os.fsdecode(odd)).write_bytes(b"odd name")
    make_backup(home, tmp_path / "usb")
    restore_backup(tmp_path / "usb", Home(tmp_path / "mới"))
    assert sorted(os.listdir(os.fsencode(tmp_path / "mới" / "inbox"))) == [b"bi\xe3u.xlsx", "gửi".encode()]
    (home.config / "rules" / "chung").symlink_to(tmp_path)
    with pytest.raises(CannotBackUp, match="chung"):
        make_backup(home, tmp_path / "usb")


def test_a_folder_that_is_something_else_or_of_a_newer_khoi_is_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "ảnh").mkdir()
    (tmp_path / "ảnh" / "a.jpg").write_bytes(b"x")
    with pytest.raises(DamagedBackup, match="no folder"):
        make_backup(home, tmp_path / "ảnh")
    for inside in (home.root, home.root / "sao-luu", tmp_path):
        with pytest.raises(CannotBackUp, match="outside"):
            make_backup(home, inside)
    with pytest.raises(NoRegisters):
        make_backup(Home(tmp_path / "ảnh"), tmp_path / "usb")
    make_backup(home, tmp_path / "usb")
    mark = tmp_path / "usb" / "khoi-backup.json"
    mark.write_text(json.dumps({"schema": 99}), encoding="utf-8")
    for refused in (lambda: make_backup(home, tmp_path / "usb"), lambda: check_backup(tmp_path / "usb")):
        with pytest.raises(DamagedBackup, match="newer khoi"):
            refused()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "config/../../evil", "C:/evil", "a\\b"])
def test_a_name_that_leads_out_of_the_home_is_refused(home: Home, tmp_path: Path, name: str) -> None:
    make_backup(home, tmp_path / "usb")
    store = Store.at(tmp_path / "usb")
    manifest = store.read()
    import dataclasses

    spoilt = dataclasses.replace(manifest.files[0], name=name)
    store.write(dataclasses.replace(manifest, number=2, files=(spoilt, *manifest.files[1:])))
    with pytest.raises(DamagedBackup, match="no name of a file"):
        restore_backup(tmp_path / "usb", Home(tmp_path / "mới"))


@pytest.mark.skipif(os.name == "nt", reason="no such modes")
def test_a_backup_and_what_is_restored_are_their_owners_only(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "usb")
    restore_backup(tmp_path / "usb", Home(tmp_path / "mới"))
    for place in (tmp_path / "usb", tmp_path / "mới"):
        open_ones = [path for path in (place, *place.iterdir()) if path.is_dir() and path.stat().st_mode & 0o077]
        assert [path.name for path in open_ones if path.name != "manifests"] == []
        assert place.stat().st_mode & 0o077 == 0
