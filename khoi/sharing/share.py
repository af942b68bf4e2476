"""`khoi share`: the published figures for people outside, small counts masked so that nothing gives them back."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from khoi.deployment.home import Home
from khoi.sharing.coverage import with_told_coverage
from khoi.sharing.files import write_files
from khoi.sharing.knowledge import known
from khoi.sharing.layer import Figure, read_layer
from khoi.sharing.masking import mask
from khoi.sharing.record import earlier_shares, record_share
from khoi.sharing.rules import known_rules
from khoi.warehouse.read import open_published
from khoi.warehouse.versions import published_version

# What is left out rather: comparable figures before reported ones, small figures before large.
_DEAR = {"like_for_like": 1.0, "committee": 4.0, "year": 4.0, "province": 4.0}


@dataclass(frozen=True)
class Shared:
    """What was handed out. ``masked``: figures left out, of them ``small`` because they are small themselves (ratios
    apart); ``given_back``: small counts that an earlier share, made with a lower threshold, gives back already."""

    folder: str
    number: int
    share: int
    below: int
    figures: int
    masked: int
    small: int
    given_back: int


def share(home: Home, folder: Path, below: int) -> Shared:
    """Write the shareable figures of the current publication to ``folder``, and record that they were.

    Counts of 1 to ``below`` - 1 are masked. Raises WarehouseError where nothing is published or the folder cannot be
    written, DamagedShare where the record of an earlier share cannot be read.
    """
    version = published_version(home)
    with open_published(home) as connection:
        layer = read_layer(connection)
        layer = replace(layer, figures=with_told_coverage(layer.figures, below))
        knowledge = known(layer, earlier_shares(home), known_rules(home), below)
        again = {number for number, row in enumerate(knowledge.figures) if row in knowledge.masked_before}
        masking = mask(knowledge, [_weight(figure) for figure in layer.figures], below, again)
        number = version.number if version else 0
        masked = frozenset(layer.figures[one].key for one in masking.masked)
        # Recorded before it is handed out: a share that nobody got costs little, one that nobody knows of gives back.
        recorded = record_share(home, layer, masked, below, number)
        written, left_out = write_files(home, connection, layer, masked, folder, below, masking.given_back)
    return Shared(str(folder), number, recorded, below, written, left_out, masking.first, masking.given_back)


def _weight(figure: Figure) -> float:
    return _DEAR[figure.kind] * (1 + math.log1p(abs(figure.value)))
