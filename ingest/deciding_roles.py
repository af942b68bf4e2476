"""The roles in which people decide: what `--by` may say, so that a decision names an office and never a person.

The list is `seeds/deciding_roles.csv`, a deployment's own file of that name before it. Belongs here: which role a text
names, and what a role is called. Does not belong here: the decisions themselves (`quality.submissions`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ingest.labels import label_key, without_accents
from ingest.reference import SEED_COLUMNS, RegisterMistakes, seed_file
from ingest.register_files.rows import read_rows
from ingest.register_files.text import Unreadable, lines_of
from ingest.told import Told

REGISTER = "deciding_roles"
UNLISTED = "unlisted"
"""Stands for what was written as a role before there was a list and is none of it: it may be a name."""
_UNLISTED_LABEL = "ngoài danh mục vai trò"


class UnknownRole(Told, ValueError):
    """What was given as a role is none of the list; the message lists the roles."""


class DecidingRoles:
    """The roles of a deployment: one row per role, `role_code`, labels and other spellings."""

    def __init__(self, rows: pd.DataFrame) -> None:
        texts = rows.fillna("").astype("str")
        self._labels = dict(zip(texts["role_code"], texts["label_vi"], strict=True))
        self._codes: dict[str, set[str]] = {}
        for row in texts.itertuples():
            for text in (row.role_code, row.label_vi, row.label_en, *str(row.aliases).split("|")):
                for key in _keys(str(text)):
                    self._codes.setdefault(key, set()).add(str(row.role_code))

    @classmethod
    def read(cls, seeds: Path) -> DecidingRoles:
        """The roles of the deployment whose registers lie in ``seeds``. Raises RegisterMistakes.

        Only this register is read, so that a decision can be taken while another one is wrong.
        """
        path = seed_file(seeds, REGISTER)
        try:
            read = read_rows(REGISTER, SEED_COLUMNS[REGISTER], path.name, lines_of(path.read_bytes()))
        except (OSError, Unreadable) as error:
            raise UnknownRole(f"{path}: không đọc được danh mục vai trò / cannot be read ({error})") from error
        if read.mistakes:
            raise RegisterMistakes(seeds, read.mistakes)
        return cls(pd.DataFrame(read.rows, columns=read.columns))

    def code_of(self, text: str) -> str | None:
        """The role that ``text`` names by code, label or another spelling, with or without accents; None for none."""
        named = next((found for key in _keys(text) if (found := self._codes.get(key))), set())
        return next(iter(named)) if len(named) == 1 else None

    def required(self, text: str) -> str:
        """The code of the role that ``text`` names. Raises UnknownRole, which does not repeat the text."""
        code = self.code_of(text)
        if code is None:
            listed = ", ".join(self._labels.values())
            raise UnknownRole(
                f"--by: không phải vai trò trong danh mục; không ghi họ tên. Chọn một trong: {listed}. Thêm vai trò: "
                f"`khoi registers edit`, trang «Vai trò quyết định».\n"
                "no role of the list, and no name may stand here; choose one of those above, or add one "
                f"({REGISTER}.csv)"
            )
        return code

    def label_of(self, code: str) -> str:
        """What the role is called in Vietnamese; what is no role of the list is not shown."""
        return self._labels.get(self.code_of(code) or "", _UNLISTED_LABEL)

    def stored(self, text: str) -> str:
        """The code of a role written down earlier, `UNLISTED` for anything else."""
        return self.code_of(text) or UNLISTED


def _keys(text: str) -> Iterable[str]:
    key = label_key(text)
    return (key, without_accents(key)) if key else ()
