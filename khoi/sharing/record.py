"""What was ever shared: one folder a share in `config/shares/`, which is owned, backed up and never pruned.

    config/shares/0001/share.json         publication, threshold, the period before of each committee's period
                       cells.parquet      the cells that the figures were added up from
                       figures.parquet    the figures, with what was masked
                       terms.parquet      how measures were added up

Who got an earlier share still has it, so it is part of what an attacker knows. A share that says what an earlier one
said is not recorded twice.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ingest.durable import move
from ingest.told import Told
from khoi.deployment.home import PRIVATE, Home
from khoi.sharing.knowledge import Earlier
from khoi.sharing.layer import Figure, Group, Layer

_FOLDER = "shares"
_SCHEMA = 1
_CELLS = [*Group._fields, "cell", "value"]
_FIGURES = ["kind", "area", "period", "compared_with", "measure", "value", "counted", "expected", "groups", "masked"]
_TERMS = ["measure", "cell", "coefficient"]


class DamagedShare(Told):
    """A record of an earlier share cannot be read; without it nothing is shared."""


def earlier_shares(home: Home) -> list[Earlier]:
    """Every share recorded, the oldest first. Raises DamagedShare where one cannot be read."""
    return [_read(folder) for folder in _folders(home)]


def record_share(home: Home, layer: Layer, masked: frozenset[tuple[str, ...]], below: int, publication: int) -> int:
    """Record what is about to be handed out; the number of the record, an earlier one's where it says the same."""
    one = Earlier(layer, masked)
    folders = _folders(home)
    for folder in folders:
        if _read(folder) == one:
            return int(folder.name)
    number = int(folders[-1].name) + 1 if folders else 1
    place = home.config / _FOLDER
    place.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    temporary = place / f".{number:04}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(mode=PRIVATE)
    for name, frame in _frames(one).items():
        frame.to_parquet(temporary / f"{name}.parquet", index=False)
    told = {
        "schema": _SCHEMA,
        "publication": publication,
        "below": below,
        "before": [[*key, before] for key, before in sorted(layer.before.items())],
    }
    (temporary / "share.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    move(temporary, place / f"{number:04}")
    return number


def _folders(home: Home) -> list[Path]:
    return sorted(path for path in (home.config / _FOLDER).glob("[0-9]*") if path.name.isdigit())


def _frames(share: Earlier) -> dict[str, pd.DataFrame]:
    layer = share.layer
    cells = [(*group, cell, value) for group, values in layer.cells.items() for cell, value in values.items()]
    figures = [
        (*one.key, one.value, one.counted, one.expected, json.dumps(one.groups), one.key in share.masked)
        for one in layer.figures
    ]
    terms = [(measure, *term) for measure, terms in layer.terms.items() for term in terms]
    found = pd.DataFrame(figures, columns=_FIGURES)
    return {
        "cells": pd.DataFrame(cells, columns=_CELLS),
        "figures": found.astype({"counted": "Int64", "expected": "Int64"}),
        "terms": pd.DataFrame(terms, columns=_TERMS),
    }


def _read(folder: Path) -> Earlier:
    try:
        told = json.loads((folder / "share.json").read_text(encoding="utf-8"))
        frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in ("cells", "figures", "terms")}
        if told["schema"] > _SCHEMA:
            raise ValueError(f"schema {told['schema']}")
        before = {(area, period): before for area, period, before in told["before"]}
        return _share(frames, before)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedShare(
            f"{folder}: không đọc được ghi chép của lần chia sẻ trước, nên không chia sẻ thêm; hãy lấy lại từ bản sao "
            "lưu (`khoi restore`), hoặc dùng bản khoi mới hơn đã ghi nó\n"
            "the record of an earlier share cannot be read, so nothing more is shared; take it from a backup, or use "
            "the newer khoi that wrote it"
        ) from error


def _share(frames: dict[str, pd.DataFrame], before: dict[tuple[str, str], str]) -> Earlier:
    cells: dict[Group, dict[str, float]] = {}
    for *group, cell, value in _rows(frames["cells"], _CELLS):
        cells.setdefault(Group(*group), {})[cell] = value
    terms: dict[str, list[tuple[str, float]]] = {}
    for measure, cell, coefficient in _rows(frames["terms"], _TERMS):
        terms.setdefault(measure, []).append((cell, coefficient))
    figures, masked = [], set()
    for *key, value, counted, expected, groups, is_masked in _rows(frames["figures"], _FIGURES):
        numbers = [None if pd.isna(number) else int(number) for number in (counted, expected)]
        kind, area, period, compared_with, measure = key
        parts = tuple(Group(*one) for one in json.loads(groups))
        figures.append(Figure(kind, area, period, compared_with, measure, value, parts, numbers[0], numbers[1]))
        if is_masked:
            masked.add(figures[-1].key)
    layer = Layer(cells, tuple(figures), {name: tuple(found) for name, found in terms.items()}, before)
    return Earlier(layer, frozenset(masked))


def _rows(frame: pd.DataFrame, columns: list[str]) -> Iterable[tuple]:
    return frame[columns].itertuples(index=False, name=None)
