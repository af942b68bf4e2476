"""What a reviewer decides on the pages: the same records as `khoi answer`, for several findings at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.deciding_roles import DecidingRoles
from ingest.reference import Reference
from khoi.deployment.home import Home
from khoi.exchange.answers import CannotDecide, decide
from khoi.warehouse.errors import WarehouseError

VERDICTS = ("accept", "withdraw")
MOST = 1000
"""So many findings can be decided on at once."""


@dataclass(frozen=True)
class Decided:
    """``noted``: how many decisions were written; ``refused``: the sentence of each that was not."""

    noted: int
    refused: tuple[str, ...]


def decide_all(home: Home, form: Mapping[str, Sequence[str]]) -> Decided:
    """Decide on every finding that was ticked. Raises CannotDecide where something is missing, UnknownRole.

    ``form``: verdict, by (a role), until (a period; for accept), note (why), and ``ticked``: ``KEY|PERIOD`` each;
    with ``all``, every one that was ``shown`` on the page counts as ticked.
    """
    verdict, by, until, note = ((form.get(name) or [""])[0].strip() for name in ("verdict", "by", "until", "note"))
    ticked = list(dict.fromkeys(form.get("shown" if form.get("all") else "ticked", [])))
    if verdict not in VERDICTS:
        raise CannotDecide("Chọn chấp nhận hoặc rút chấp nhận / choose to accept or to withdraw")
    if not ticked or len(ticked) > MOST:
        raise CannotDecide(f"Đánh dấu từ 1 đến {MOST} phát hiện / tick 1 to {MOST} findings")
    if not note:
        raise CannotDecide("Ghi lý do / say why")
    DecidingRoles.read(home.seeds).required(by)
    refused: list[str] = []
    for one in ticked:
        key, _, period = one.partition("|")
        try:
            decide(home, key, verdict, by=by, until=until or None, period=period or None, note=note)
        except (CannotDecide, WarehouseError) as error:
            refused.append(str(error))
    return Decided(len(ticked) - len(refused), tuple(refused))


def roles_of(reference: Reference, language: str) -> list[tuple[str, str]]:
    """The roles that may decide, as (code, label)."""
    label = "label_en" if language == "en" else "label_vi"
    rows = reference["deciding_roles"].to_dict("records")
    return [(str(row["role_code"]), str(row[label] or row["label_vi"])) for row in rows]
