"""Codes of other organizations in a list: one that no register has, and one's own.

The list of transfers within a committee is held against the other side's by this code (R007), which finds nothing where
the code is nobody's. Where to look is declared with the counterpart rules. Belongs here: the code as it was typed, and
which one may be meant. Does not belong here: whether both sides say the same number (`quality.engine.counterparts`).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import duckdb
import pandas as pd

from ingest.database import ask, give, give_declared
from ingest.derived_once import derived_once
from ingest.privacy import UNQUOTED, names_person
from ingest.reference import Reference
from ingest.rosters import code_key
from quality.catalogue import RuleCatalogue
from quality.catalogue.schema_checks import OWN_COUNTERPART, UNKNOWN_COUNTERPART
from quality.engine import SUBJECT
from quality.engine.context import latest_versions, valid_on

# One row per record of a list with the code of another organization; what cannot be read says nothing.
_NAMED = """
WITH records AS (
    SELECT r.form, r.counterpart AS field, r.gives, c.file_hash, c.committee_code, c.organization_code, c.period_code,
        e.record_no, any_value(e.sheet) AS sheet, any_value(e.row_no) AS row_no,
        any_value(e.cell) FILTER (e.field = r.counterpart) AS cell,
        trim(max(e.value_text) FILTER (e.field = r.counterpart)) AS written,
        max(e.value_text) FILTER (e.field = r.direction) AS direction,
        coalesce(bool_or(e.value_text = r.only_code) FILTER (e.field = r.only_field), false) AS is_within
    FROM entries e JOIN naming_files c USING (file_hash) JOIN counterpart_fields r ON r.form = e.form
    GROUP BY ALL
)
SELECT *, upper(written) AS named, coalesce(direction = gives, false) AS gave
FROM records WHERE written IS NOT NULL AND written <> ''
"""
_WRONG = f"""
SELECT * FROM ({_NAMED})
WHERE named = upper(organization_code) OR (is_within AND named NOT IN (SELECT code FROM known_codes))
ORDER BY file_hash, form, record_no
"""
_LOOK_ALIKE_DIGITS = str.maketrans("OILQDSBZ", "01100582")
_SHORTEST = 2
"""A text of fewer signs resembles nothing."""
_CODE_LIKE = re.compile(r"(?=.*[0-9])[0-9A-Za-zĐđ][0-9A-Za-zĐđ .,/_\-–]{0,14}")
COUNTERPART_CODE_COLUMNS = [
    *("check", *SUBJECT, "file_hash", "sheet", "cell", "cell_code", "cells", "observed", "expected"),
    *("observed_vi", "observed_en", "expected_vi", "expected_en", "suggested"),
]


@dataclass(frozen=True)
class Meant:
    """The organization that a wrong code most likely means; ``says_so``: it has told of the other side itself."""

    code: str
    says_so: bool


def wrong_counterparts(
    connection: duckdb.DuckDBPyConnection,
    versions: pd.DataFrame,
    context: pd.DataFrame,
    rules: RuleCatalogue,
    reference: Reference,
) -> pd.DataFrame:
    """One row per record of ``versions`` that names nobody or its own organization, at the cell of the code.

    Columns COUNTERPART_CODE_COLUMNS. ``connection`` has the relation entries, of the other file versions of ``context``
    as well: what organizations of the same committee say in the same period tells who may be meant.
    """
    if not rules.counterparts or versions.empty:
        return pd.DataFrame(columns=COUNTERPART_CODE_COLUMNS)
    give_declared(connection, _fields(rules))
    give_declared(connection, _known_codes(reference))
    wrong = _of_files(connection, _WRONG, versions)
    if wrong.empty:
        return pd.DataFrame(columns=COUNTERPART_CODE_COLUMNS)
    latest = latest_versions(context)
    places = pd.MultiIndex.from_frame(latest[["committee_code", "period_code"]])
    near = latest[places.isin(pd.MultiIndex.from_frame(wrong[["committee_code", "period_code"]]))]
    said = _Said.of(_of_files(connection, _NAMED, near))
    beside = wrong.groupby(["file_hash", "gave"]).size().to_dict()
    days = reference["periods"].set_index("period_code")["period_end"]
    rosters = _Rosters(reference["organizations"])
    found = []
    for row in wrong.to_dict("records"):
        others = rosters.of(row["committee_code"], str(days[row["period_code"]])) - {row["organization_code"]}
        alone = beside[row["file_hash"], row["gave"]] == 1
        found.append(_told(row, meant(row["written"], others, said.tellers(row), alone=alone)))
    return pd.DataFrame(found).reindex(columns=COUNTERPART_CODE_COLUMNS)


def meant(written: str, others: Collection[str], tellers: Collection[str], *, alone: bool = True) -> Meant | None:
    """Which of the codes ``others`` a text means, None where several may be meant or none.

    ``tellers`` are those that tell of the other side and are not answered; ``alone``: no other code of this side is
    wrong. A code resembles a text that spells it with letters for digits or without the letters before its number, or
    of which a single sign differs. Two that contradict each other are not chosen between.
    """
    alike, apart = _resembling(written, others)
    both = (alike | apart) & set(tellers)
    if len(both) == 1:
        return Meant(both.pop(), says_so=True)
    near = alike or apart
    if alone and len(tellers) == 1 and len(near) != 1:
        return Meant(next(iter(tellers)), says_so=True)
    return Meant(next(iter(near)), says_so=False) if len(near) == 1 and not tellers else None


def _resembling(written: str, codes: Collection[str]) -> tuple[set[str], set[str]]:
    """Those of ``codes`` that a text is but for look-alikes or a prefix, and those that it is but for one sign."""
    key, bare = code_key(written), _bare(written)
    if len(key) < _SHORTEST:
        return set(), set()
    keys = {code: _keys(code) for code in codes}
    alike = {code for code, (own, their) in keys.items() if their == bare or _lacks_its_letters(bare, own)}
    return alike, {code for code, (own, _) in keys.items() if _one_sign_apart(key, own)}


@lru_cache(maxsize=4_096)
def _keys(code: str) -> tuple[str, str]:
    """The key of a code of the roster, and the same without look-alikes; asked of every wrong code of the committee."""
    return code_key(code), _bare(code)


def _bare(text: str) -> str:
    return code_key(text).translate(_LOOK_ALIKE_DIGITS)


def _lacks_its_letters(key: str, code: str) -> bool:
    """True where ``key`` is ``code`` without some of the letters that it begins with."""
    return key.isdigit() and code.endswith(key) and code.removesuffix(key).isalpha()


def _one_sign_apart(one: str, other: str) -> bool:
    """True where one sign is another, too many or missing, or two neighbours are exchanged."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[start:], other[start:]
    swapped = len(one) > 1 and one[:2] == other[1::-1] and one[2:] == other[2:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:] or swapped


@dataclass(frozen=True)
class _Said:
    """Who names whom within the committee, laid out once: looked for a record at a time, it grows with the square.

    ``of_whom``: form, committee, period, side and the organization named -> who says so; ``named``: file and side ->
    whom.
    """

    of_whom: dict[tuple[object, ...], set[str]]
    named: dict[tuple[object, ...], set[str]]

    @classmethod
    def of(cls, said: pd.DataFrame) -> _Said:
        """Of one row for every record that names somebody."""
        of_whom: dict[tuple[object, ...], set[str]] = {}
        named: dict[tuple[object, ...], set[str]] = {}
        for row in said[said["is_within"]].itertuples():
            place = (row.form, row.committee_code, row.period_code, row.gave, row.named)
            of_whom.setdefault(place, set()).add(str(row.organization_code))
            named.setdefault((row.file_hash, row.gave), set()).add(str(row.named))
        return cls(of_whom, named)

    def tellers(self, row: dict[str, object]) -> set[str]:
        """Who says the other side of ``row`` and is not named on this side."""
        mine = str(row["organization_code"])
        place = (row["form"], row["committee_code"], row["period_code"], not row["gave"], mine.upper())
        answered = self.named.get((row["file_hash"], row["gave"]), set())
        return {code for code in self.of_whom.get(place, set()) - {mine} if code.upper() not in answered}


def _told(row: dict[str, object], likely: Meant | None) -> dict[str, object]:
    """One row of COUNTERPART_CODE_COLUMNS. What does not look like a code could name a person and is not quoted."""
    own, written = row["named"] == str(row["organization_code"]).upper(), str(row["written"])
    is_quoted = _CODE_LIKE.fullmatch(written) is not None and not names_person(written)
    shown, place = written if is_quoted else UNQUOTED, f"{row['sheet']}!{row['cell']}"
    told = {
        **row,
        "check": OWN_COUNTERPART if own else UNKNOWN_COUNTERPART,
        "cell_code": f"{row['form']}.{row['field']}",
        "cells": place,
        "observed": shown,
        "observed_vi": f"mã “{shown}”" if is_quoted else "nội dung",
        "observed_en": f"the code “{shown}”" if is_quoted else "what is written",
    }
    for language in ("vi", "en"):
        told[f"observed_{language}"] = _in_line(str(told[f"observed_{language}"]), row["row_no"], language)
    if likely is None:
        return told
    gave = row["gave"]
    says_vi = f" ({likely.code} ghi đã {'nhận từ' if gave else 'chuyển đến'} đơn vị)" if likely.says_so else ""
    says_en = f" (it says that it {'took members from' if gave else 'gave members to'} you)" if likely.says_so else ""
    return told | {
        "expected": likely.code,
        "expected_vi": f" Có thể là {likely.code}{says_vi}.",
        "expected_en": f" {likely.code} may be meant{says_en}.",
        "suggested": f"{place}: {shown} → {likely.code}",
    }


def _in_line(text: str, row_no: object, language: str) -> str:
    """``text`` with the line of the sheet that it stands in, where it stands in one."""
    if pd.isna(row_no):
        return text
    return f"{text} ở dòng {int(str(row_no))}" if language == "vi" else f"{text} in line {int(str(row_no))}"


def _of_files(connection: duckdb.DuckDBPyConnection, query: str, versions: pd.DataFrame) -> pd.DataFrame:
    give(connection, {"naming_files": versions[["file_hash", *SUBJECT]]})
    return ask(connection, query).df()


@derived_once
def _fields(rules: RuleCatalogue) -> dict[str, pd.DataFrame]:
    """``counterpart_fields``: one row per list and field with the code of another organization."""
    rows = [(rule.form, rule.direction, rule.gives, rule.counterpart, *rule.only) for rule in rules.counterparts]
    columns = ["form", "direction", "gives", "counterpart", "only_field", "only_code"]
    return {"counterpart_fields": pd.DataFrame(rows, columns=columns).drop_duplicates(["form", "counterpart"])}


@derived_once
def _known_codes(reference: Reference) -> dict[str, pd.DataFrame]:
    """``known_codes``: the organizations of all committees, whenever they were, in capitals."""
    codes = reference["organizations"]["organization_code"].str.upper().drop_duplicates()
    return {"known_codes": pd.DataFrame({"code": codes}, dtype="str")}


class _Rosters:
    """The organizations of committees on days, each looked up once."""

    def __init__(self, stretches: pd.DataFrame) -> None:
        self._stretches = stretches
        self._known: dict[tuple[object, str], frozenset[str]] = {}

    def of(self, committee: object, day: str) -> frozenset[str]:
        """The organizations of ``committee`` on ``day``."""
        if (committee, day) not in self._known:
            mine = self._stretches[self._stretches["committee_code"] == committee]
            valid = mine.loc[valid_on(mine, pd.Series(day, index=mine.index)), "organization_code"]
            self._known[committee, day] = frozenset(valid)
        return self._known[committee, day]
