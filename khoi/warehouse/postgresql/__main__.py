"""``python -m khoi.warehouse.postgresql``: the published marts as tables of a PostgreSQL server, every row compared.

Needs the extra ``postgresql``; which server, database, role and password libpq's own variables say (PGHOST, PGPORT,
PGDATABASE, PGUSER, PGPASSFILE, PGSERVICE). Exit code 0 where every mart is the same there, 1 where one differs, 2
where it could not be copied.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import duckdb

from khoi.deployment.home import Home
from khoi.warehouse.errors import WarehouseError
from khoi.warehouse.postgresql.connection import CannotCopy, connected
from khoi.warehouse.postgresql.copying import ENGINE, Compared, compare, copy
from khoi.warehouse.postgresql.tables import there
from khoi.warehouse.versions import PublishedVersion, published_version


def told(found: Compared) -> str:
    """One line a mart: rows here, rows there, what differs."""
    lines = [f"{'mart':36} {'here':>9} {'there':>9}"]
    lines += [
        f"{one.table:36} {one.rows:9} {found.rows.get(one.table, 0):9}  "
        f"{'same' if one.holds else ' | '.join(one.differences)}"
        for one in found.marts
    ]
    same = sum(one.holds for one in found.marts)
    return "\n".join([*lines, f"{same} of {len(found.marts)} marts are the same in {ENGINE}"])


def main(arguments: list[str] | None = None) -> int:
    """Copy, unless told only to compare what is there, and compare with the published file."""
    parser = argparse.ArgumentParser(prog="python -m khoi.warehouse.postgresql", description=__doc__)
    parser.add_argument("--home", type=Path, help="the deployment, instead of KHOI_HOME")
    parser.add_argument("--schema", default="marts", help="where the tables stand in the database")
    parser.add_argument("--compare-only", action="store_true", help="compare what is there, and write nothing")
    parser.add_argument("--again", action="store_true", help="copy also where this publication is there already")
    options = parser.parse_args(arguments)
    home = Home(options.home) if options.home else Home.from_environment()
    try:
        found = _done(home, options)
    except (WarehouseError, duckdb.Error) as error:
        print(error, file=sys.stderr)
        return 2
    print(told(found))
    return 0 if found.holds else 1


def _done(home: Home, options: argparse.Namespace) -> Compared:
    """The copy that was asked for, with a line of what was done."""
    version = published_version(home)
    if version is None:
        raise CannotCopy(
            f"{home.published}: chưa công bố gì; hãy chạy `khoi run` / nothing is published; run `khoi run`"
        )
    published, started = home.published / f"{version.version}.duckdb", time.monotonic()
    with connected() as connection:
        if options.compare_only:
            with connection.cursor() as cursor:
                cursor.execute("set transaction isolation level repeatable read, read only")
                found = compare(cursor, published, options.schema, there(cursor, options.schema))
            print(f"{options.schema}: ở đó là lần công bố / there is publication {found.number or '–'}")
            return found
        found = copy(connection, published, version, options.schema, again=options.again)
    print(_what_happened(found, version, options.schema, time.monotonic() - started))
    return found


def _what_happened(found: Compared, version: PublishedVersion, schema: str, seconds: float) -> str:
    which = f"{schema}: lần công bố / publication {version.number} ({version.version})"
    if not found.made:
        advice = "" if found.holds else "; khác bản công bố, chép lại / differs, copy again: --again"
        return f"{which} đã có ở đó / is already there{advice}"
    if not found.holds:
        return f"{which} không chép được đúng, bản cũ ở đó giữ nguyên / did not arrive as it is; what was there stays"
    return f"{which} đã chép trong / copied in {seconds:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
