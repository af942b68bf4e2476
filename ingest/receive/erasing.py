"""Received files erased on purpose: nothing of them stays here but the journal's line that it was done.

The line comes first and the deleting after it, so a pass that was cut off is finished by the next one. Belongs here:
landed bytes, rows of the lake, names in the journal. Does not belong here: who decides, returned copies, publications
(`khoi.exchange.erasures`); files that are only read again (`ingest.receive.forgetting`).
"""

from __future__ import annotations

import json
import stat
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ingest.durable import write_text
from ingest.lake import MANIFESTS, SUBMISSIONS, SUGGESTED, TABLES, LakeTable, read_tables, write_arrow
from ingest.receive.receipt_lines import redact
from ingest.receive.receipts import FOLDER, Receipts

_LAST = "submissions"


def came_with(lake: Path, file_hash: str, kept: Collection[str]) -> set[str]:
    """What came in the received file: the workbooks of a mail or an archive, however deep.

    ``kept`` are the files that came by themselves as well.
    """
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    inside = submissions[submissions["part_of"].notna() & submissions["layout"].isna()]
    gone = {file_hash}
    while fresh := set(inside.loc[inside["part_of"].isin(gone), "file_hash"]) - gone - set(kept):
        gone |= fresh
    return gone - {file_hash}


def erase_files(landed: Path, lake: Path, file_hashes: Collection[str]) -> None:
    """Delete the bytes and every row of ``file_hashes``, and their names in the journal; done twice, the same.

    Their rows among the submissions go last: as long as one is there, `is_left` knows that something may be left.
    """
    if not file_hashes:
        return
    gone = set(file_hashes) | _parts(lake, file_hashes)
    with_files = [table for table in TABLES if "file_hash" in table.schema.names]
    for table in with_files:
        if table.name != _LAST:
            _erase_rows(lake, table, gone)
    for path in sorted(lake.glob(MANIFESTS)):
        _without_files(path, gone)
    _without_refusals(lake / "refusals.json", gone)
    (lake / SUGGESTED).unlink(missing_ok=True)
    redact(landed / FOLDER, file_hashes)
    erase_bytes(landed, file_hashes)
    for table in with_files:
        if table.name == _LAST:
            _erase_rows(lake, table, gone)


def erase_again(landed: Path, lake: Path, receipts: Receipts) -> None:
    """Finish what was cut off: where something of an erased file is left in the lake, it is erased once more."""
    if is_left(lake, receipts.erased):
        erase_files(landed, lake, receipts.erased.keys())


def is_left(lake: Path, file_hashes: Collection[str]) -> bool:
    """True where deleting ``file_hashes`` was cut off."""
    if not file_hashes:
        return False
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    return bool(submissions[["file_hash", "part_of"]].isin(set(file_hashes)).any(axis=None))


def erase_bytes(landed: Path, file_hashes: Collection[str]) -> None:
    """Delete the landed bytes of ``file_hashes``, whatever ending they are kept with."""
    for name in file_hashes:
        for path in (landed / name[:2]).glob(f"{name}*"):
            path.chmod(stat.S_IWRITE | stat.S_IREAD)  # Windows deletes nothing that is read-only
            path.unlink()


def _parts(lake: Path, file_hashes: Collection[str]) -> set[str]:
    """The hashes under which parts of the files, each of another organization, stand in the lake."""
    submissions = read_tables(lake / "submissions", SUBMISSIONS)
    parts = submissions[submissions["layout"].notna() & submissions["part_of"].isin(list(file_hashes))]
    return set(parts["file_hash"])


def _erase_rows(lake: Path, table: LakeTable, gone: set[str]) -> None:
    for path in sorted(lake.glob(table.path)):
        _without_rows(path, gone)


def _without_rows(path: Path, gone: set[str]) -> None:
    wanted = pa.array(sorted(gone), pa.string())
    hashes = pq.read_table(path, columns=["file_hash"])["file_hash"]
    if pc.any(pc.is_in(hashes, value_set=wanted)).as_py():
        table = pq.read_table(path)
        write_arrow(table.filter(pc.invert(pc.is_in(table["file_hash"], value_set=wanted))), table.schema, path)


def _without_files(path: Path, gone: set[str]) -> None:
    """A partition's manifest without the files; what is left is normalised again by the next run."""
    try:
        manifest = json.loads(path.read_bytes())
        files = [name for name in manifest["files"] if name not in gone]
    except (ValueError, KeyError, TypeError):
        return  # a manifest that cannot be read has its partition normalised again
    if len(files) < len(manifest["files"]):
        write_text(path, json.dumps({"fingerprint": "", "files": files}))


def _without_refusals(path: Path, gone: set[str]) -> None:
    try:
        known = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return
    if isinstance(known, dict) and gone & known.keys():
        write_text(path, json.dumps({name: one for name, one in known.items() if name not in gone}, indent=1))
