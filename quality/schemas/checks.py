"""The checks of one table as data: each a name and a test over its rows, evaluated by pandera or directly.

pandera judges whole tables: it knows their structure and collects every failure. To load it and its first validation
take a tenth of a second, four where hypothesis is installed beside it, and a hundredth more each table: more than all
tests of the rows of one workbook, of one committee, of ordinary registers. Of few rows the same tests are asked
directly. A test holds that both name the same rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import pandera.pandas as pa

FEW_ROWS = 5_000
"""Up to so many rows pandera would take longer to be loaded than the tests take."""

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

    def failing_rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """One row per check and row of ``frame`` that fails it, sorted: columns check (its name) and row (index label).

        Raises ValueError where the frame lacks a column or holds no numbers in one of numbers: that is a fault of the
        caller, not of the data.
        """
        return self.of_few(frame) if len(frame) <= FEW_ROWS else self.of_many(frame)

    def of_many(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`failing_rows`, as pandera finds them."""
        from quality.schemas.failures import failing_rows

        return failing_rows(self.as_pandera(), frame)

    def of_few(self, frame: pd.DataFrame) -> pd.DataFrame:
        """`failing_rows`, asked directly."""
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
