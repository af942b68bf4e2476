"""What a published warehouse says of how it was built: on which other build, and whose rows are others than there.

Of a build on the last publication some marts keep their rows but for those of the committees that were touched
(`dbt_project/macros/touched.sql`, `record_completion.sql`). What was found out about the rows of the others then still
holds. A file that does not say so - another edition built it, all of it was built - is looked at whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

_RECORD = "select invocation_id, rests_on from build.record"
_RENEWED = "select table_name from build.renewed"
_TOUCHED = "select distinct committee_code from build.touched where committee_code is not null"


@dataclass(frozen=True)
class Renewal:
    """``build``: the name of this build, None where it has none; ``rests_on``: of the one it rests on, if any.

    ``marts`` are those of which the rows of the committees ``touched`` alone were made again.
    """

    build: str | None = None
    rests_on: str | None = None
    marts: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()

    @classmethod
    def read(cls, connection: duckdb.DuckDBPyConnection) -> Renewal:
        """What the warehouse behind ``connection`` says."""
        import duckdb

        try:
            ((build, rests_on),) = connection.execute(_RECORD).fetchall()
            if rests_on is None:
                return cls(str(build))
            marts, touched = (connection.execute(query).fetchall() for query in (_RENEWED, _TOUCHED))
        except (duckdb.CatalogException, duckdb.BinderException, ValueError):
            return cls()
        return cls(str(build), str(rests_on), frozenset(str(one) for (one,) in marts), frozenset(c for (c,) in touched))

    def others_since(self, build: str | None, mart: str) -> frozenset[str] | None:
        """The committees whose rows of ``mart`` may be others than in ``build``; None where all may be."""
        if build is None or (build != self.build and (build != self.rests_on or mart not in self.marts)):
            return None
        return frozenset() if build == self.build else self.touched
