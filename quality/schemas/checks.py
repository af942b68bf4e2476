"""The checks of one table as data: each a name and a test over its rows, evaluated by pandera or directly.

pandera judges whole tables: it knows their structure and collects every failure. It takes a second and a half to import
and a hundredth of a second a table, which is more than all else that one workbook before its sender needs; there the
same tests are asked directly. A test holds that both name the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

RowTest = Callable[[pd.DataFrame], pd.Series]
"""True for the rows of a frame that pass."""


@dataclass(frozen=True)
class RowChecks:
    """``tests`` by name; ``columns`` that the frame must have, those in ``numbers`` as floating point numbers."""

    tests: tuple[tuple[str, RowTest], ...]
    columns: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def as_pandera(self) -> pa.DataFrameSchema:
        """The pandera schema of these checks."""
        import pandera.pandas as pa

        return pa.DataFrameSchema(
            {name: pa.Column(float if name in self.numbers else None, nullable=True) for name in self.columns},
            checks=[pa.Check(test, name=name, ignore_na=False) for name, test in self.tests],
            strict=False,
        )

    def failing_rows(self, frame: pd.DataFrame, *, directly: bool = False) -> pd.DataFrame:
        """One row per check and row of ``frame`` that fails it, sorted: columns check (its name) and row (index label).

        ``directly``: without pandera. Raises ValueError where the frame lacks a column or holds no numbers in one of
        numbers: that is a fault of the caller, not of the data.
        """
        if not directly:
            from quality.schemas.failures import failing_rows

            return failing_rows(self.as_pandera(), frame)
        lacking = [name for name in self.columns if name not in frame]
        lacking += [name for name in self.numbers if name in frame and frame[name].dtype != "float64"]
        if lacking:
            raise ValueError(f"the frame does not fit its schema: {lacking}")
        parts = [
            pd.DataFrame({"check": name, "row": failed})
            for name, test in self.tests
            if len(failed := frame.index[~test(frame).to_numpy(bool)])
        ]
        if not parts:
            return pd.DataFrame({"check": pd.Series(dtype="str"), "row": pd.Series(dtype="int64")})
        return pd.concat(parts).drop_duplicates().sort_values(["check", "row"], ignore_index=True)
